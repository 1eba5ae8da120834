//! Lists ALSA's devices. Many PCM names convert, mix or print instead; those are skipped and never opened.
use crate::constraints::MediaTrackSettings;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::device_node::permission_denied;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::cards;
use crate::devices::microphone::error_output::silence_error_output;
use crate::devices::microphone::errors::device_error;
use crate::devices::microphone::modes::SupportedFormats;
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{DeviceId, ErrorKind, HostId};

/// Prefix of the ids of ALSA devices.
const PREFIX: &str = "alsa:";

/// Prefix of the PCM names of sound cards.
const CARD_PREFIX: &str = "hw:CARD=";

/// PCM names of ALSA's default configuration that are not devices. `jack` and `oss` print when they are opened.
const IGNORED_PCMS: [&str; 14] = [
    "a52",
    "hdmi",
    "iec958",
    "jack",
    "lavrate",
    "null",
    "oss",
    "pipewire",
    "pulse",
    "samplerate",
    "speex",
    "speexrate",
    "upmix",
    "vdownmix",
];

/// The assumed format of a device that another program is using.
const FALLBACK_FORMAT: AudioFormat = AudioFormat {
    sample_rate: 48_000,
    channels: 2,
};

/// Lists the inputs or outputs, the default first.
///
/// # Errors
/// `NotAllowed` if there are sound cards and this user may use none of them, so that there is no input.
pub(super) fn list(kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    silence_error_output();
    let fail = |error| device_error("ALSA", error, None);
    let host = cpal::host_from_id(HostId::Alsa).map_err(fail)?;
    let all = host.devices().map_err(fail)?;
    let mut devices: Vec<CaptureDevice> = all.filter_map(|device| device_of(&host, &device, kind)).collect();
    // To a user without permission, ALSA looks like a machine without cards.
    if devices.is_empty()
        && kind == MediaDeviceKind::AudioInput
        && let Some(node) = cards::denied_node()
    {
        let message = permission_denied(&node, "the sound card");
        return Err(Error::NotAllowed {
            message,
            source: None,
        });
    }
    if !devices.iter().any(|device| device.is_default)
        && let Some(first) = devices.first_mut()
    {
        first.is_default = true;
    }
    devices.sort_by_key(|device| !device.is_default);
    Ok(devices)
}

/// Returns the program that records from the card of a device, if the kernel tells.
pub(super) fn recording_process(hardware_id: &str) -> Option<String> {
    card_number(hardware_id).and_then(cards::recording_process)
}

/// Returns whether the delay of a device is measured: only that of a card. Plugins of sound servers estimate it: `PipeWire`'s tells
/// of 60 ms at first, which become 0 within two seconds, and that of `PulseAudio` jumps by 100 ms.
pub(super) fn measures_delay(hardware_id: &str) -> bool {
    card(hardware_id).is_some()
}

/// Returns the card number of a device, or `None` if it is not a device of one card.
fn card_number(hardware_id: &str) -> Option<u32> {
    cards::number(card(hardware_id)?)
}

/// Returns the id of the card of a device, or `None` if it is not a device of one card.
fn card(hardware_id: &str) -> Option<&str> {
    let name = hardware_id.strip_prefix(PREFIX)?;
    match PcmName::parse(name.strip_prefix("plug").unwrap_or(name))? {
        PcmName::Card(id) => Some(id),
        PcmName::Default | PcmName::Configured => None,
    }
}

/// A PCM name that is a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PcmName<'a> {
    /// The default of the system or the user.
    Default,
    /// A device of the card with this id.
    Card(&'a str),
    /// A device from the user's configuration (`asoundrc`).
    Configured,
}

impl<'a> PcmName<'a> {
    /// Returns `None` if it is not a device, or if the device has a better name.
    fn parse(name: &'a str) -> Option<Self> {
        if name == "default" {
            return Some(Self::Default);
        }
        if let Some(arguments) = name.strip_prefix(CARD_PREFIX) {
            let id = arguments.split(',').next()?;
            // Card numbers depend on the order of plugging in; each card is also listed by its id.
            return (!id.is_empty() && !id.bytes().all(|byte| byte.is_ascii_digit()))
                .then_some(Self::Card(id));
        }
        (!name.contains(':') && !IGNORED_PCMS.contains(&name)).then_some(Self::Configured)
    }

    fn card_number(self) -> Option<u32> {
        match self {
            Self::Card(id) => cards::number(id),
            Self::Default | Self::Configured => None,
        }
    }
}

/// Returns the device of a PCM, or `None` if it cannot be recorded from or played to.
fn device_of(host: &cpal::Host, listed: &cpal::Device, kind: MediaDeviceKind) -> Option<CaptureDevice> {
    let id = listed.id().ok()?;
    let name = PcmName::parse(id.id())?;
    let (pcm, modes) = if kind == MediaDeviceKind::AudioOutput {
        let exists = matches!(name, PcmName::Card(_)) || listed.supported_output_configs().is_ok();
        (listed.supports_output() && exists).then(|| (id.id().to_owned(), Vec::new()))?
    } else if !listed.supports_input() {
        return None;
    } else if let Some(formats) = supported_formats(listed, name) {
        (id.id().to_owned(), formats.modes())
    } else {
        through_plug(host, id.id())?
    };
    Some(CaptureDevice {
        kind,
        hardware_id: format!("{PREFIX}{pcm}"),
        unit: name.card_number().and_then(cards::unit),
        label: label(listed, name),
        names: vec![id.id().to_owned()],
        is_default: name == PcmName::Default,
        modes,
        controls: Vec::new(),
    })
}

/// A card whose sample format only ALSA's `plug` converts, such as 24 bits in three bytes.
fn through_plug(host: &cpal::Host, name: &str) -> Option<(String, Vec<MediaTrackSettings>)> {
    let pcm = format!("plug{}", name.strip_prefix(CARD_PREFIX).and(Some(name))?);
    let device = host.device_by_id(&DeviceId::new(HostId::Alsa, &pcm))?;
    let modes = supported_formats(&device, PcmName::Configured)?.modes();
    Some((pcm, modes))
}

/// Returns the formats of an input, or `None` if it has none or only unknown sample formats.
fn supported_formats(device: &cpal::Device, name: PcmName) -> Option<SupportedFormats> {
    let ranges = match device.supported_input_configs() {
        Ok(ranges) => ranges,
        // It stays in the list, with a usual format; opening it reports why it cannot be used.
        Err(error) if matches!(error.kind(), ErrorKind::DeviceBusy | ErrorKind::PermissionDenied) => {
            return Some(SupportedFormats::with_conversion(FALLBACK_FORMAT, 16));
        }
        Err(_) => return None,
    };
    let default = device.default_input_config().ok()?;
    let format = AudioFormat {
        sample_rate: default.sample_rate(),
        channels: default.channels(),
    };
    let sample_size = default.sample_format().bits_per_sample();
    if !matches!(name, PcmName::Card(_)) {
        return Some(SupportedFormats::with_conversion(format, sample_size));
    }
    let same_format = ranges.filter(|range| range.sample_format() == default.sample_format());
    Some(SupportedFormats {
        default: format,
        sample_size,
        ranges: same_format
            .map(|range| {
                (
                    range.channels(),
                    range.min_sample_rate()..=range.max_sample_rate(),
                )
            })
            .collect(),
    })
}

/// ALSA's description has the card in its first line and the kind of PCM in the second; `cpal` returns the first.
fn label(device: &cpal::Device, name: PcmName) -> String {
    let text = device.description().ok().map(|text| text.name().to_owned());
    match (name, text) {
        (PcmName::Default, _) | (_, None) => "Default".to_owned(),
        (_, Some(text)) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_is_listed_once_and_conversions_never() {
        let names = [
            "null",
            "jack",
            "oss",
            "lavrate",
            "sysdefault:CARD=PCH",
            "front:CARD=PCH,DEV=0",
            "dsnoop:CARD=PCH,DEV=0",
            "plughw:CARD=PCH,DEV=0",
            "hw:CARD=PCH,DEV=0",
            "hw:CARD=0,DEV=0",
            "usbstream:CARD=PCH",
            "default",
            "studio",
        ];
        let kept: Vec<_> = names.into_iter().filter_map(PcmName::parse).collect();
        assert_eq!(
            kept,
            [PcmName::Card("PCH"), PcmName::Default, PcmName::Configured]
        );
    }

    #[test]
    fn what_is_no_card_has_no_number() {
        assert_eq!(card_number("alsa:default"), None);
        assert_eq!(card_number("alsa:hw:CARD=no such card,DEV=0"), None);
        assert_eq!(card_number("pulseaudio:hw:CARD=PCH,DEV=0"), None);
    }
    #[test]
    fn only_a_card_measures_its_delay() {
        assert!(measures_delay("alsa:hw:CARD=PCH,DEV=0"));
        assert!(measures_delay("alsa:plughw:CARD=PCH,DEV=0"));
        assert!(!measures_delay("alsa:default"));
        assert!(!measures_delay("alsa:studio"));
    }
}
