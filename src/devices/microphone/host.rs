//! Systems whose own list is what people expect to see.
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::failure::failure;
use crate::devices::microphone::modes::Abilities;
use crate::error::Result;
use crate::media::AudioFormat;
use cpal::HostId;
use cpal::traits::{DeviceTrait, HostTrait};

/// The inputs or outputs, the default first.
pub(super) fn list(host: HostId, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    let fail = |error| failure("the system's sound", error, None);
    let host = cpal::host_from_id(host).map_err(fail)?;
    let output = kind == MediaDeviceKind::AudioOutput;
    let default = if output {
        host.default_output_device()
    } else {
        host.default_input_device()
    };
    let default = default.and_then(|device| device.id().ok());
    let suits = |device: &cpal::Device| {
        if output {
            device.supports_output()
        } else {
            device.supports_input()
        }
    };
    let mut devices = Vec::new();
    for device in host.devices().map_err(fail)?.filter(suits) {
        let Ok(id) = device.id() else { continue };
        let modes = if output {
            Vec::new()
        } else {
            let Some(abilities) = abilities(&device) else {
                continue;
            };
            abilities.modes()
        };
        devices.push(CaptureDevice {
            kind,
            hardware_id: id.to_string(),
            unit: None,
            label: device.to_string(),
            names: vec![id.id().to_owned()],
            is_default: default.as_ref() == Some(&id),
            modes,
            controls: Vec::new(),
        });
    }
    devices.sort_by_key(|device| !device.is_default);
    Ok(devices)
}

fn abilities(device: &cpal::Device) -> Option<Abilities> {
    let own = device.default_input_config().ok()?;
    let ranges = device.supported_input_configs().ok()?;
    Some(Abilities {
        own: AudioFormat {
            sample_rate: own.sample_rate(),
            channels: own.channels(),
        },
        sample_size: own.sample_format().bits_per_sample(),
        ranges: ranges
            .filter(|range| range.sample_format() == own.sample_format())
            .map(|range| {
                (
                    range.channels(),
                    range.min_sample_rate()..=range.max_sample_rate(),
                )
            })
            .collect(),
    })
}

/// These systems write nothing of their own.
pub(super) fn quieten() {}

/// Which program has a device open: not told here.
pub(super) fn holder(_hardware: &str) -> Option<String> {
    None
}

/// Nothing needs to be watched: a device that goes away is an error of its stream.
pub(super) enum Watch {}

impl Watch {
    pub(super) fn of(_hardware: &str) -> Option<Self> {
        None
    }

    pub(super) fn is_gone(&self) -> bool {
        match *self {}
    }
}
