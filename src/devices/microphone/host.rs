//! Audio devices of systems whose own list is complete: macOS and Windows.
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::errors::device_error;
use crate::devices::microphone::modes::SupportedFormats;
use crate::error::Result;
use crate::media::AudioFormat;
use cpal::HostId;
use cpal::traits::{DeviceTrait, HostTrait};

/// Lists the inputs or outputs, the default first.
pub(super) fn list(host: HostId, kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    let fail = |error| device_error("the audio system", error, None);
    let host = cpal::host_from_id(host).map_err(fail)?;
    let output = kind == MediaDeviceKind::AudioOutput;
    let default = if output {
        host.default_output_device()
    } else {
        host.default_input_device()
    };
    let default = default.and_then(|device| device.id().ok());
    let is_wanted = |device: &cpal::Device| {
        if output {
            device.supports_output()
        } else {
            device.supports_input()
        }
    };
    let mut devices = Vec::new();
    for device in host.devices().map_err(fail)?.filter(is_wanted) {
        let Ok(id) = device.id() else { continue };
        let modes = if output {
            Vec::new()
        } else {
            let Some(formats) = supported_formats(&device) else {
                continue;
            };
            formats.modes()
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

/// Returns the formats of an input, or `None` if it cannot be recorded from.
fn supported_formats(device: &cpal::Device) -> Option<SupportedFormats> {
    let default = device.default_input_config().ok()?;
    let ranges = device.supported_input_configs().ok()?;
    Some(SupportedFormats {
        default: AudioFormat {
            sample_rate: default.sample_rate(),
            channels: default.channels(),
        },
        sample_size: default.sample_format().bits_per_sample(),
        ranges: ranges
            .filter(|range| range.sample_format() == default.sample_format())
            .map(|range| {
                (
                    range.channels(),
                    range.min_sample_rate()..=range.max_sample_rate(),
                )
            })
            .collect(),
    })
}

/// Does nothing: these systems do not write to stderr.
pub(super) fn silence_error_output() {}

/// Returns `None`: these systems do not tell which program uses a device.
pub(super) fn recording_process(_hardware_id: &str) -> Option<String> {
    None
}

/// Returns `true`: these systems measure the delay of every device.
pub(super) fn measures_delay(_hardware_id: &str) -> bool {
    true
}
