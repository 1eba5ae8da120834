//! The cameras and microphones of this machine.
use crate::clock::Clock;
use crate::constraints::{ControlValue, Property};
use crate::devices::camera::{self, CameraBackend};
use crate::devices::capture::{ControlPanel, Controls, Device, Panel, ready};
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::{self, MicrophoneBackend};
use crate::devices::open_device::ModeOpener;
use crate::error::Result;
use crate::media::{AudioBlock, VideoFrame};
use std::sync::Arc;

/// By which ways the machine's devices are reached; by default those that are best here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NativeDevices {
    /// The way to cameras.
    pub cameras: CameraBackend,
    /// The way to microphones and speakers; None is the first that works.
    pub microphones: Option<MicrophoneBackend>,
}

/// Sets the controls of one camera, open or not.
struct CameraPanel {
    backend: CameraBackend,
    device: Device,
}

impl ControlPanel for CameraPanel {
    fn set(&self, property: Property, value: &ControlValue) -> Result<()> {
        camera::set_control(self.backend, &self.device, property, value)
    }
}

impl NativeDevices {
    pub(super) fn devices(self, kind: MediaDeviceKind) -> Result<Vec<Device>> {
        match kind {
            MediaDeviceKind::AudioInput => microphone::microphones(self.microphones),
            MediaDeviceKind::VideoInput => camera::cameras(self.cameras),
            MediaDeviceKind::AudioOutput => microphone::speakers(self.microphones),
        }
    }

    /// What can be set on a camera that is listed, with what it stands at now; nothing where that cannot be told.
    pub(super) fn controls(self, device: &Device) -> Controls {
        let list = camera::controls(self.cameras, device).unwrap_or_default();
        let panel = CameraPanel {
            backend: self.cameras,
            device: device.clone(),
        };
        Controls {
            panel: (!list.is_empty()).then(|| Panel(Arc::new(panel))),
            list,
        }
    }

    pub(super) fn camera(self, device: &Device, clock: &Clock) -> Box<ModeOpener<VideoFrame>> {
        let (device, clock) = (device.clone(), clock.clone());
        Box::new(move |mode| {
            let (device, clock) = (device.clone(), clock.clone());
            Box::new(move || {
                let (format, camera) = camera::open(self.cameras, &device, mode, &clock)?;
                Ok(ready(format, camera, &clock))
            })
        })
    }

    pub(super) fn microphone(device: &Device, clock: &Clock) -> Box<ModeOpener<AudioBlock>> {
        let (device, clock) = (device.clone(), clock.clone());
        Box::new(move |mode| {
            let (device, clock) = (device.clone(), clock.clone());
            Box::new(move || {
                let (format, microphone) = microphone::open(&device, mode, &clock)?;
                Ok(ready(format, microphone, &clock))
            })
        })
    }
}
