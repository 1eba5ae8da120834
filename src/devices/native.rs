//! The cameras and microphones of this machine.
use crate::clock::Clock;
use crate::constraints::{Control, ControlValue, Property};
use crate::devices::backend::CaptureBackend;
use crate::devices::camera::{self, CameraBackend};
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::{self, MicrophoneBackend};
use crate::error::Result;
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::Capture;

/// The devices of this machine, and the system interfaces that they are reached through; the defaults are the best ones
/// of this system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NativeDevices {
    /// The interface to cameras.
    pub cameras: CameraBackend,
    /// The interface to microphones and speakers; `None` is the first that works.
    pub microphones: Option<MicrophoneBackend>,
}

impl CaptureBackend for NativeDevices {
    fn devices(&self, kind: MediaDeviceKind, _: &Clock) -> Result<Vec<CaptureDevice>> {
        match kind {
            MediaDeviceKind::AudioInput => microphone::microphones(self.microphones),
            MediaDeviceKind::VideoInput => camera::cameras(self.cameras),
            MediaDeviceKind::AudioOutput => microphone::speakers(self.microphones),
        }
    }

    fn open_camera(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<VideoFrame>>> {
        camera::open(self.cameras, device, mode, clock)
    }

    fn open_microphone(
        &self,
        device: &CaptureDevice,
        mode: usize,
        clock: &Clock,
    ) -> Result<Box<dyn Capture<AudioBlock>>> {
        microphone::open(device, mode, clock)
    }

    fn controls(&self, device: &CaptureDevice) -> Vec<Control> {
        camera::controls(self.cameras, device).unwrap_or_default()
    }

    fn set_control(&self, device: &CaptureDevice, property: Property, value: &ControlValue) -> Result<()> {
        camera::set_control(self.cameras, device, property, value)
    }
}
