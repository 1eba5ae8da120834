//! `NativeDevices`: the cameras and microphones of this machine, depending on the features.
use crate::clock::Clock;
#[cfg(feature = "camera")]
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::backend::CaptureBackend;
#[cfg(feature = "camera")]
use crate::devices::camera::{self, CameraBackend};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
#[cfg(feature = "microphone")]
use crate::devices::microphone::{self, MicrophoneBackend};
use crate::error::Result;
#[cfg(feature = "microphone")]
use crate::media::AudioBlock;
#[cfg(feature = "camera")]
use crate::media::VideoFrame;
use crate::streams::Capture;
#[cfg(feature = "microphone")]
use crate::streams::{Playback, PlaybackQueue};

/// The devices of this machine, and the system interfaces to use. The defaults are the best for this system. Without the
/// feature `camera` or `microphone` there are no devices of that kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NativeDevices {
    /// The interface to cameras. Default: V4L2 on Linux, nokhwa elsewhere.
    #[cfg(feature = "camera")]
    pub cameras: CameraBackend,
    /// The interface to microphones and speakers. `None`, the default, is the first that works.
    #[cfg(feature = "microphone")]
    pub microphones: Option<MicrophoneBackend>,
}

impl CaptureBackend for NativeDevices {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        match kind {
            #[cfg(feature = "microphone")]
            MediaDeviceKind::AudioInput => microphone::microphones(self.microphones),
            #[cfg(feature = "microphone")]
            MediaDeviceKind::AudioOutput => microphone::speakers(self.microphones),
            #[cfg(feature = "camera")]
            MediaDeviceKind::VideoInput => camera::cameras(self.cameras),
            #[cfg(not(all(feature = "camera", feature = "microphone")))]
            _ => Ok(Vec::new()),
        }
    }

    fn default_device(&self, kind: MediaDeviceKind, clock: &Clock) -> Result<Option<String>> {
        #[cfg(feature = "microphone")]
        if kind == MediaDeviceKind::AudioInput {
            return microphone::default_microphone(self.microphones);
        }
        let mut devices = self.devices(kind, clock)?.into_iter();
        Ok(devices
            .find(|device| device.is_default)
            .map(|device| device.hardware_id))
    }

    #[cfg(feature = "camera")]
    fn open_camera(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        camera::open(self.cameras, device, mode, clock)
    }

    #[cfg(feature = "microphone")]
    fn open_microphone(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        microphone::open(device, mode, clock)
    }

    #[cfg(feature = "microphone")]
    fn open_speaker(
        &self,
        device: &CaptureDevice,
        queue: &PlaybackQueue,
        clock: &Clock,
    ) -> Result<Box<dyn Playback>> {
        microphone::open_speaker(device, queue, clock)
    }

    #[cfg(feature = "camera")]
    fn controls(&self, device: &CaptureDevice) -> Vec<Control> {
        camera::controls(self.cameras, device).unwrap_or_default()
    }

    #[cfg(feature = "camera")]
    fn set_control(&self, device: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        camera::set_control(self.cameras, device, property, value)
    }
}
