//! What is asked of devices on the command line: flags, comma lists and JSON become the specification's constraints.
use crate::cli::args::constraints::ConstraintArgs;
use mediarec::constraints::{Constrain, MediaStreamConstraints, MediaTrackConstraints, Parsed, Property};
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use std::fs;

/// The tracks that are wanted.
#[derive(Debug, Default)]
pub struct Wishes {
    audio: Vec<MediaTrackConstraints>,
    video: Vec<MediaTrackConstraints>,
    /// Names that nobody knows.
    ignored: Vec<String>,
}

impl Wishes {
    /// `audio_only`: the container holds no pictures, so none are wanted without being named.
    ///
    /// # Errors
    /// `Type` for values that make no sense, and with `--strict` for names that nobody knows.
    pub fn new(args: &ConstraintArgs, audio_only: bool, devices: &MediaDevices) -> Result<Self> {
        let mut wishes = match &args.constraints {
            Some(text) => Self::from_json(text)?,
            None => Self::from_lists(args, audio_only)?,
        };
        wishes.add_flags(args)?;
        wishes.add_devices(args, devices)?;
        if args.strict && !wishes.ignored.is_empty() {
            let names = wishes.ignored.join(", ");
            return Err(Error::Type {
                message: format!(
                    "nobody knows the constraint {names}; mediarec constraints lists those there are"
                ),
            });
        }
        Ok(wishes)
    }

    /// Only the first of the tracks of pictures.
    pub fn of_one_picture(mut self) -> Self {
        self.audio.clear();
        self.video.truncate(1);
        self
    }

    /// One dictionary for each `getUserMedia`, which opens at most one track of a kind.
    pub fn dictionaries(&self) -> Vec<MediaStreamConstraints> {
        let count = self.audio.len().max(self.video.len()).max(1);
        let dictionary = |index: usize| MediaStreamConstraints {
            audio: self.audio.get(index).cloned(),
            video: self.video.get(index).cloned(),
        };
        (0..count).map(dictionary).collect()
    }

    /// Every track that is wanted.
    pub fn tracks(&self) -> impl Iterator<Item = (TrackKind, &MediaTrackConstraints)> {
        let audio = self.audio.iter().map(|asked| (TrackKind::Audio, asked));
        audio.chain(self.video.iter().map(|asked| (TrackKind::Video, asked)))
    }

    /// Names that ask for nothing, because nobody knows them or because they are of the other kind.
    pub fn ignored(&self) -> Vec<String> {
        let foreign = self.tracks().flat_map(|(kind, asked)| {
            let (_, foreign) = asked.clone().for_kind(kind);
            foreign
                .into_iter()
                .map(move |property| format!("{property} (not of {} tracks)", kind.as_str()))
        });
        self.ignored.iter().cloned().chain(foreign).collect()
    }

    fn from_json(text: &str) -> Result<Self> {
        let text = match text.strip_prefix('@') {
            None => text.to_owned(),
            Some(path) => fs::read_to_string(path).map_err(|error| Error::Type {
                message: format!("constraints cannot be read from {path}: {error}"),
            })?,
        };
        let Parsed { value, ignored } = MediaStreamConstraints::from_json(&text)?;
        Ok(Self {
            audio: value.audio.into_iter().collect(),
            video: value.video.into_iter().collect(),
            ignored,
        })
    }

    fn from_lists(args: &ConstraintArgs, audio_only: bool) -> Result<Self> {
        let mut ignored = Vec::new();
        let mut read = |lists: &[String], wanted: bool| -> Result<Vec<MediaTrackConstraints>> {
            if lists.is_empty() {
                return Ok(wanted.then(MediaTrackConstraints::default).into_iter().collect());
            }
            let parsed = lists.iter().map(|list| MediaTrackConstraints::parse(list));
            parsed
                .map(|parsed| {
                    let Parsed {
                        value,
                        ignored: names,
                    } = parsed?;
                    ignored.extend(names);
                    Ok(value)
                })
                .collect()
        };
        let audio = read(&args.audio, !args.leave_out.no_audio)?;
        let video = read(&args.video, !args.leave_out.no_video && !audio_only)?;
        Ok(Self {
            audio,
            video,
            ignored,
        })
    }

    /// Each single flag goes to every track that has such a property.
    fn add_flags(&mut self, args: &ConstraintArgs) -> Result<()> {
        for (property, values) in args.flags() {
            for value in values {
                if property.applies_to(TrackKind::Audio) {
                    self.audio
                        .iter_mut()
                        .try_for_each(|asked| asked.add(property, value))?;
                }
                if property.applies_to(TrackKind::Video) {
                    self.video
                        .iter_mut()
                        .try_for_each(|asked| asked.add(property, value))?;
                }
            }
        }
        Ok(())
    }

    fn add_devices(&mut self, args: &ConstraintArgs, devices: &MediaDevices) -> Result<()> {
        if let Some(name) = &args.microphone {
            let id = device_id(name, MediaDeviceKind::AudioInput, devices)?;
            require(&mut self.audio, &id);
        }
        if let Some(name) = &args.camera {
            let id = device_id(name, MediaDeviceKind::VideoInput, devices)?;
            require(&mut self.video, &id);
        }
        Ok(())
    }
}

fn require(tracks: &mut [MediaTrackConstraints], id: &str) {
    for asked in tracks {
        asked.basic.device_id = Some(Constrain::exact([id].into()));
    }
}

/// The id of the device with this id, this number in the list, this label, this name of the system, or a label with
/// this part.
///
/// What fits none is taken for an id: then no device satisfies it, and the error says which there are. A number beyond
/// the list may still be part of a label.
fn device_id(name: &str, kind: MediaDeviceKind, devices: &MediaDevices) -> Result<String> {
    let list = devices.enumerate_devices()?;
    let numbered = name
        .parse::<usize>()
        .ok()
        .and_then(|number| list.get(number.checked_sub(1)?));
    match numbered {
        Some(device) if device.kind == kind => return Ok(device.device_id.clone()),
        Some(device) => return Err(of_another_kind(name, device, kind)),
        None => {}
    }
    let own: Vec<_> = list.iter().filter(|device| device.kind == kind).collect();
    let part = name.to_lowercase();
    let exact = own.iter().find(|device| {
        device.device_id == name || device.label == name || device.names().iter().any(|own| own == name)
    });
    let partial: Vec<_> = own
        .iter()
        .filter(|device| device.label.to_lowercase().contains(&part))
        .collect();
    match (exact, &partial[..]) {
        (Some(device), _) => Ok(device.device_id.clone()),
        (None, [device]) => Ok(device.device_id.clone()),
        (None, []) => Ok(name.to_owned()),
        (None, several) => {
            let labels: Vec<&str> = several.iter().map(|device| device.label.as_str()).collect();
            Err(Error::Type {
                message: format!(
                    "'{name}' may be any of: {}; say more of the label",
                    labels.join(", ")
                ),
            })
        }
    }
}

fn of_another_kind(number: &str, device: &MediaDeviceInfo, wanted: MediaDeviceKind) -> Error {
    let kind = |kind| match kind {
        MediaDeviceKind::AudioInput => "microphone",
        MediaDeviceKind::VideoInput => "camera",
        MediaDeviceKind::AudioOutput => "speaker",
    };
    Error::Type {
        message: format!(
            "number {number} is no {} but the {} '{}'; mediarec list-devices has the numbers",
            kind(wanted),
            kind(device.kind),
            device.label
        ),
    }
}

/// `aspectRatio` as a flag: `aspect-ratio`.
fn flag_name(property: Property) -> String {
    let mut name = String::new();
    for letter in property.name().chars() {
        if letter.is_ascii_uppercase() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

impl ConstraintArgs {
    /// A flag that asks something of devices, if one does.
    pub fn asked(&self) -> Option<String> {
        let whole = [
            ("video", !self.video.is_empty()),
            ("audio", !self.audio.is_empty()),
            ("camera", self.camera.is_some()),
            ("microphone", self.microphone.is_some()),
            ("constraints", self.constraints.is_some()),
            ("explain", self.explain),
        ];
        let whole = whole.into_iter().find(|(_, typed)| *typed);
        let single = || self.flags().into_iter().find(|(_, values)| !values.is_empty());
        whole
            .map(|(flag, _)| flag.to_owned())
            .or_else(|| single().map(|(property, _)| flag_name(property)))
    }

    /// The single flags and what was typed behind them.
    fn flags(&self) -> [(Property, &[String]); 13] {
        [
            (Property::Width, &self.width),
            (Property::Height, &self.height),
            (Property::AspectRatio, &self.aspect_ratio),
            (Property::FrameRate, &self.frame_rate),
            (Property::FacingMode, &self.facing_mode),
            (Property::ResizeMode, &self.resize_mode),
            (Property::SampleRate, &self.sample_rate),
            (Property::SampleSize, &self.sample_size),
            (Property::ChannelCount, &self.channel_count),
            (Property::Latency, &self.latency),
            (Property::EchoCancellation, &self.echo_cancellation),
            (Property::AutoGainControl, &self.auto_gain_control),
            (Property::NoiseSuppression, &self.noise_suppression),
        ]
    }
}
