//! Which of ALSA's many names are devices. Half of them convert, mix or print; those are never opened.
use crate::constraints::MediaTrackSettings;
use crate::devices::capture_device::CaptureDevice;
use crate::devices::info::MediaDeviceKind;
use crate::devices::microphone::cards;
use crate::devices::microphone::failure::failure;
use crate::devices::microphone::modes::Abilities;
use crate::error::Result;
use crate::media::AudioFormat;
use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{DeviceId, ErrorKind, HostId};

/// How ALSA's devices begin, among those of other backends.
const PREFIX: &str = "alsa:";

/// How the devices of cards begin.
const CARD: &str = "hw:CARD=";

/// Names of ALSA's own configuration that lead to no device of their own. `jack` and `oss` print when they are opened.
const NOT_DEVICES: [&str; 14] = [
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

/// What a device is taken for while another program has it.
const USUAL: AudioFormat = AudioFormat {
    sample_rate: 48_000,
    channels: 2,
};

/// Keeps ALSA from writing to stderr on this thread. What it has to say comes back as errors too.
pub(super) fn quieten() {
    // The buffer that it writes to instead is a new one each time, so it cannot grow.
    let _ = alsa::Output::local_error_handler();
}

/// The inputs or outputs, the default first.
pub(super) fn list(kind: MediaDeviceKind) -> Result<Vec<CaptureDevice>> {
    quieten();
    let fail = |error| failure("ALSA", error, None);
    let host = cpal::host_from_id(HostId::Alsa).map_err(fail)?;
    let all = host.devices().map_err(fail)?;
    let mut devices: Vec<CaptureDevice> = all.filter_map(|device| device_of(&host, &device, kind)).collect();
    if !devices.iter().any(|device| device.is_default)
        && let Some(first) = devices.first_mut()
    {
        first.is_default = true;
    }
    devices.sort_by_key(|device| !device.is_default);
    Ok(devices)
}

/// Which program records from the card of a device, where that can be told.
pub(super) fn holder(hardware_id: &str) -> Option<String> {
    card(hardware_id).and_then(cards::holder)
}

/// The number of the card of a device; None when it is no device of one card.
fn card(hardware_id: &str) -> Option<u32> {
    let name = hardware_id.strip_prefix(PREFIX)?;
    Name::of(name.strip_prefix("plug").unwrap_or(name))?.card()
}

/// What a name of ALSA's stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name<'a> {
    /// What the system, or the user, has made the default.
    Default,
    /// A device of the card with this id.
    Card(&'a str),
    /// A device of the user's own configuration.
    Own,
}

impl<'a> Name<'a> {
    /// None for what is no device, or one that has a better name.
    fn of(name: &'a str) -> Option<Self> {
        if name == "default" {
            return Some(Self::Default);
        }
        if let Some(place) = name.strip_prefix(CARD) {
            let id = place.split(',').next()?;
            // Numbers change with the order in which cards are plugged in; each has an id as well.
            return (!id.is_empty() && !id.bytes().all(|byte| byte.is_ascii_digit()))
                .then_some(Self::Card(id));
        }
        (!name.contains(':') && !NOT_DEVICES.contains(&name)).then_some(Self::Own)
    }

    fn card(self) -> Option<u32> {
        match self {
            Self::Card(id) => cards::number(id),
            Self::Default | Self::Own => None,
        }
    }
}

/// A device of the list, with what it can do; None for what cannot be recorded from or played to.
fn device_of(host: &cpal::Host, listed: &cpal::Device, kind: MediaDeviceKind) -> Option<CaptureDevice> {
    let id = listed.id().ok()?;
    let name = Name::of(id.id())?;
    let (pcm, modes) = if kind == MediaDeviceKind::AudioOutput {
        let there = matches!(name, Name::Card(_)) || listed.supported_output_configs().is_ok();
        (listed.supports_output() && there).then(|| (id.id().to_owned(), Vec::new()))?
    } else if !listed.supports_input() {
        return None;
    } else if let Some(abilities) = abilities(listed, name) {
        (id.id().to_owned(), abilities.modes())
    } else {
        converting(host, id.id())?
    };
    Some(CaptureDevice {
        kind,
        hardware_id: format!("{PREFIX}{pcm}"),
        unit: name.card().and_then(cards::unit),
        label: label(listed, name),
        names: vec![id.id().to_owned()],
        is_default: name == Name::Default,
        modes,
        controls: Vec::new(),
    })
}

/// A card whose samples have a form that only ALSA's own conversion reads, such as 24 bits in three bytes.
fn converting(host: &cpal::Host, name: &str) -> Option<(String, Vec<MediaTrackSettings>)> {
    let pcm = format!("plug{}", name.strip_prefix(CARD).and(Some(name))?);
    let device = host.device_by_id(&DeviceId::new(HostId::Alsa, &pcm))?;
    let modes = abilities(&device, Name::Own)?.modes();
    Some((pcm, modes))
}

/// What can be recorded; None when that is nothing, or in no form that we know.
fn abilities(device: &cpal::Device, name: Name) -> Option<Abilities> {
    let ranges = match device.supported_input_configs() {
        Ok(ranges) => ranges,
        // Opening it again will tell why; until then it is listed as what most devices are.
        Err(error) if matches!(error.kind(), ErrorKind::DeviceBusy | ErrorKind::PermissionDenied) => {
            return Some(Abilities::converted(USUAL, 16));
        }
        Err(_) => return None,
    };
    let own = device.default_input_config().ok()?;
    let format = AudioFormat {
        sample_rate: own.sample_rate(),
        channels: own.channels(),
    };
    let sample_size = own.sample_format().bits_per_sample();
    if !matches!(name, Name::Card(_)) {
        return Some(Abilities::converted(format, sample_size));
    }
    let same_form = ranges.filter(|range| range.sample_format() == own.sample_format());
    Some(Abilities {
        own: format,
        sample_size,
        ranges: same_form
            .map(|range| {
                (
                    range.channels(),
                    range.min_sample_rate()..=range.max_sample_rate(),
                )
            })
            .collect(),
    })
}

/// ALSA's text has the card in its first line and what is done to the sound in the second.
fn label(device: &cpal::Device, name: Name) -> String {
    let text = device.description().ok().map(|text| text.name().to_owned());
    match (name, text) {
        (Name::Default, _) | (_, None) => "Default".to_owned(),
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
        let kept: Vec<_> = names.into_iter().filter_map(Name::of).collect();
        assert_eq!(kept, [Name::Card("PCH"), Name::Default, Name::Own]);
    }

    #[test]
    fn what_is_no_card_has_no_number() {
        assert_eq!(card("alsa:default"), None);
        assert_eq!(card("alsa:hw:CARD=no such card,DEV=0"), None);
        assert_eq!(card("pulseaudio:hw:CARD=PCH,DEV=0"), None);
    }
}
