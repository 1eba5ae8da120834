//! `CaptureBackend`: the trait that provides devices.
use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::{Capture, Playback, PlaybackQueue};
use std::fmt::Debug;

/// The trait implemented by capture backends: it lists devices and opens them.
///
/// [`NativeDevices`](crate::devices::NativeDevices) has the devices of this machine,
/// [`FakeDevices`](crate::devices::synthetic::FakeDevices) need no hardware. Implement it for devices of your own:
/// [`MediaDevices`](crate::devices::MediaDevices) selects, shares and scales them like any other. The example
/// `custom_device` is a complete one.
///
/// ```
/// use mediarec::clock::Clock;
/// use mediarec::constraints::MediaTrackSettings;
/// use mediarec::devices::{Capture, CaptureBackend, CaptureDevice, MediaDeviceKind, MediaDevices};
/// use mediarec::error::Result;
///
/// /// One camera that can be listed but not opened.
/// #[derive(Debug)]
/// struct OneCamera;
///
/// impl CaptureBackend for OneCamera {
///     fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
///         let mode = MediaTrackSettings::video(640, 480, Some(30.0));
///         let camera = CaptureDevice::new(MediaDeviceKind::VideoInput, "camera-1", "My camera", vec![mode]);
///         Ok(if kind == camera.kind { vec![camera] } else { Vec::new() })
///     }
/// }
///
/// let devices = MediaDevices::new(OneCamera).enumerate_devices()?;
/// assert_eq!(devices[0].label, "My camera");
/// # Ok::<(), mediarec::error::Error>(())
/// ```
pub trait CaptureBackend: Debug + Send + Sync {
    /// Returns all devices of this kind, in discovery order; an empty list if there are none. `clock` is the session's clock.
    ///
    /// # Errors
    /// `NotAllowed` if the system does not permit listing them; `NotFound`, `NotReadable` or `NotSupported` if the system's
    /// interface to them is missing or does not respond.
    fn devices(&self, kind: MediaDeviceKind, clock: &Clock) -> Result<Vec<CaptureDevice>>;

    /// Returns the [`hardware_id`](CaptureDevice::hardware_id) of the system's default device of this kind, if there is one.
    /// Called several times a second while a track follows the default device, so it should be cheap. The default looks
    /// it up in the list.
    ///
    /// # Errors
    /// As [`devices`](Self::devices).
    fn default_device(&self, kind: MediaDeviceKind, clock: &Clock) -> Result<Option<String>> {
        let mut devices = self.devices(kind, clock)?.into_iter();
        Ok(devices
            .find(|device| device.is_default)
            .map(|device| device.hardware_id))
    }

    /// Opens a listed camera. `mode` is an index into its [`modes`](CaptureDevice::modes); frames are stamped on `clock`.
    ///
    /// Called on the thread that then reads from the camera; it must return within 5 s. If the camera turns out to
    /// deliver another size than the mode, the [format](Capture::format) of the returned device counts.
    ///
    /// # Errors
    /// `NotAllowed` or `NotReadable` if the camera cannot be opened; `NotFound` if it is gone. The message should say what
    /// to do. The default returns `NotSupported`.
    fn open_camera(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        let _ = (mode, clock);
        Err(Error::not_supported(format!(
            "{}: this backend cannot open cameras",
            device.label
        )))
    }

    /// Opens a listed microphone; otherwise as [`open_camera`](Self::open_camera).
    ///
    /// # Errors
    /// As [`open_camera`](Self::open_camera).
    fn open_microphone(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        let _ = (mode, clock);
        Err(Error::not_supported(format!(
            "{}: this backend cannot open microphones",
            device.label
        )))
    }

    /// Opens a listed speaker, calls [`PlaybackQueue::start`] with its format, and plays what [`PlaybackQueue::fill`] gives.
    ///
    /// Called on the thread that then asks for its [failure](Playback::failure). `clock` is the session's clock.
    ///
    /// # Errors
    /// `NotAllowed` or `NotReadable` if the speaker cannot be opened; `NotFound` if it is gone. The default returns
    /// `NotSupported`.
    fn open_speaker(
        &self,
        device: &CaptureDevice,
        queue: &PlaybackQueue,
        clock: &Clock,
    ) -> Result<Box<dyn Playback>> {
        let _ = (queue, clock);
        Err(Error::not_supported(format!(
            "{}: this backend cannot open speakers",
            device.label
        )))
    }

    /// Returns the controls of a camera, such as zoom and brightness, with their current values. Called when devices are
    /// listed or opened. Default: none.
    fn controls(&self, device: &CaptureDevice) -> Vec<Control> {
        let _ = device;
        Vec::new()
    }

    /// Sets a control of a device, open or not, to a value in its range. Called from any thread.
    ///
    /// # Errors
    /// `NotReadable` if the device refuses the value. The default returns `NotSupported`.
    fn set_control(&self, device: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        let _ = value;
        Err(Error::not_supported(format!(
            "{}: {property} cannot be set",
            device.label
        )))
    }

    /// Returns whether the devices run in real time. When a queue is full, a real-time device drops the newest frame and
    /// counts it; the capture thread of any other device waits for room. Default: `true`.
    fn is_live(&self) -> bool {
        true
    }

    /// Called when a program starts to watch the list of devices. Does nothing by default.
    fn on_watch(&self, clock: &Clock) {
        let _ = clock;
    }
}
