//! Where devices come from.
use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::Capture;
use std::fmt::Debug;

/// The trait implemented by capture backends: it lists devices and opens them.
///
/// [`NativeDevices`](crate::devices::NativeDevices) has the devices of this machine,
/// [`FakeDevices`](crate::devices::synthetic::FakeDevices) need no hardware. Implement it for devices of your own: the
/// session selects, shares, scales and records them like any other.
///
/// ```
/// use mediarec::clock::Clock;
/// use mediarec::constraints::MediaTrackSettings;
/// use mediarec::devices::{Capture, CaptureBackend, CaptureDevice, MediaDeviceKind, MediaDevices};
/// use mediarec::error::Result;
///
/// /// A machine with one camera that is listed and cannot be opened.
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
    /// Every device of this kind, in discovery order; none is no error. `clock` is the session's clock.
    ///
    /// # Errors
    /// `NotAllowed` if the system forbids to list them; `NotFound`, `NotReadable` and `NotSupported` if the system's
    /// interface to them is missing or does not answer.
    fn devices(&self, kind: MediaDeviceKind, clock: &Clock) -> Result<Vec<CaptureDevice>>;

    /// Opens a camera of the list in the mode of this index. Called on the capture thread that reads from it.
    ///
    /// The camera may deliver another size than the mode says: the format of the returned device counts.
    ///
    /// # Errors
    /// `NotAllowed` and `NotReadable`, saying what to do; `NotFound` if the camera is gone.
    fn open_camera(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        let _ = (mode, clock);
        Err(Error::not_supported(format!(
            "{}: this backend opens no cameras",
            device.label
        )))
    }

    /// Opens a microphone of the list in the mode of this index. Called on the capture thread that reads from it.
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
            "{}: this backend opens no microphones",
            device.label
        )))
    }

    /// The controls of a camera, such as zoom and brightness, with their present values. Called when devices are
    /// listed and opened, since asking may take a moment.
    fn controls(&self, device: &CaptureDevice) -> Vec<Control> {
        let _ = device;
        Vec::new()
    }

    /// Sets a control of a device, open or not, to a value in its range. Called from any thread.
    ///
    /// # Errors
    /// `NotReadable` if the device refuses.
    fn set_control(&self, device: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        let _ = value;
        Err(Error::not_supported(format!(
            "{}: {property} cannot be set",
            device.label
        )))
    }

    /// Whether its devices run in real time: a full queue then drops the newest frame, and counts it. Otherwise the
    /// capture thread waits until there is room.
    fn is_live(&self) -> bool {
        true
    }

    /// Called when a program starts to watch the list of devices.
    fn on_watch(&self, clock: &Clock) {
        let _ = clock;
    }
}
