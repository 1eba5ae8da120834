//! Where devices come from.
use crate::clock::Clock;
use crate::devices::capture::Device;
use crate::devices::info::MediaDeviceKind;
use crate::devices::native::NativeDevices;
use crate::devices::open_device::ModeOpener;
use crate::devices::synthetic::FakeDevices;
use crate::error::Result;
use crate::media::{AudioBlock, VideoFrame};
use crate::streams::source::Backpressure;

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The cameras and microphones of this machine.
    Native(NativeDevices),
    /// Cameras and microphones that need no hardware.
    Fake(FakeDevices),
}

impl Backend {
    /// Every device of this kind, in the order in which it was found. What fails of other kinds is no matter.
    pub(super) fn devices(&self, clock: &Clock, kind: MediaDeviceKind) -> Result<Vec<Device>> {
        match self {
            Self::Native(native) => native.devices(kind),
            Self::Fake(fakes) => {
                let mut devices = fakes.devices(clock);
                devices.retain(|device| device.kind == kind);
                Ok(devices)
            }
        }
    }

    /// Adds what can be set on each; the machine's cameras are asked, so a watch does without.
    pub(super) fn add_controls(&self, devices: &mut [Device]) {
        if let Self::Native(native) = self {
            for device in devices {
                if device.kind == MediaDeviceKind::VideoInput {
                    device.controls = native.controls(device);
                }
            }
        }
    }

    /// Somebody watches the devices from now on.
    pub(super) fn begin(&self, clock: &Clock) {
        if let Self::Fake(fakes) = self {
            fakes.begin(clock);
        }
    }

    pub(super) fn camera(&self, device: &Device, clock: &Clock) -> Box<ModeOpener<VideoFrame>> {
        match self {
            Self::Native(native) => native.camera(device, clock),
            Self::Fake(fakes) => fakes.camera(device, clock),
        }
    }

    pub(super) fn microphone(&self, device: &Device, clock: &Clock) -> Box<ModeOpener<AudioBlock>> {
        match self {
            Self::Native(_) => NativeDevices::microphone(device, clock),
            Self::Fake(fakes) => fakes.microphone(device, clock),
        }
    }

    pub(super) fn backpressure(&self) -> Backpressure {
        match self {
            Self::Native(_) => Backpressure::DropNewest,
            Self::Fake(fakes) => fakes.backpressure(),
        }
    }
}
