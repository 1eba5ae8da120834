//! Where devices come from.
use crate::clock::Clock;
use crate::devices::capture::Device;
use crate::devices::open_device::ModeOpener;
use crate::devices::source::Pace;
use crate::devices::synthetic::FakeDevices;
use crate::error::Result;
use crate::media::{AudioBlock, VideoFrame};

/// Where devices come from.
#[derive(Clone, Debug)]
pub enum Backend {
    /// The cameras and microphones of this machine.
    Native,
    /// Cameras and microphones that need no hardware.
    Fake(FakeDevices),
}

impl Backend {
    /// Every device, in the order in which it was found.
    #[expect(clippy::unnecessary_wraps, reason = "the machine's own may not be told")]
    pub(super) fn devices(&self, clock: &Clock) -> Result<Vec<Device>> {
        match self {
            Self::Native => Ok(Vec::new()),
            Self::Fake(fakes) => Ok(fakes.devices(clock)),
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
            Self::Native => unreachable!("no native device is listed"),
            Self::Fake(fakes) => fakes.camera(device, clock),
        }
    }

    pub(super) fn microphone(&self, device: &Device, clock: &Clock) -> Box<ModeOpener<AudioBlock>> {
        match self {
            Self::Native => unreachable!("no native device is listed"),
            Self::Fake(fakes) => fakes.microphone(device, clock),
        }
    }

    pub(super) fn pace(&self) -> Pace {
        match self {
            Self::Native => Pace::Live,
            Self::Fake(fakes) => fakes.pace(),
        }
    }
}
