//! Requested tracks: flags, comma lists and JSON become the specification's constraints.
use crate::cli::args::constraints::ConstraintArgs;
use mediarec::constraints::{Constrain, MediaStreamConstraints, MediaTrackConstraints, Parsed, Property};
use mediarec::devices::MediaDeviceKind;
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;

/// The tracks that were requested of devices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackRequests {
    audio: Vec<MediaTrackConstraints>,
    video: Vec<MediaTrackConstraints>,
    /// Names of unknown constraints.
    unknown: Vec<String>,
    /// Names of devices as typed, until they are looked up.
    microphone: Option<String>,
    camera: Option<String>,
}

impl TrackRequests {
    /// `json` is the content of `--constraints`; `audio_only`: a video track must be requested explicitly.
    ///
    /// # Errors
    /// `Type` for invalid values, and with `--strict` for unknown names.
    pub fn new(args: &ConstraintArgs, json: Option<&str>, audio_only: bool) -> Result<Self> {
        let mut requests = match json {
            Some(text) => Self::from_json(text)?,
            None => Self::from_lists(args, audio_only)?,
        };
        requests.add_flags(args)?;
        requests.microphone.clone_from(&args.microphone);
        requests.camera.clone_from(&args.camera);
        if args.strict && !requests.unknown.is_empty() {
            let names = requests.unknown.join(", ");
            return Err(Error::Type {
                message: format!("unknown constraint {names}; run 'mediarec constraints' for the list"),
            });
        }
        Ok(requests)
    }

    /// Only the first video track.
    pub fn of_one_video(mut self) -> Self {
        self.audio.clear();
        self.video.truncate(1);
        self
    }

    /// Requires the named devices by the id that `id_of` finds.
    ///
    /// # Errors
    /// Those of `id_of`.
    pub fn require_devices(
        mut self,
        id_of: impl Fn(&str, MediaDeviceKind) -> Result<String>,
    ) -> Result<Self> {
        if let Some(name) = self.microphone.take() {
            require(&mut self.audio, &id_of(&name, MediaDeviceKind::AudioInput)?);
        }
        if let Some(name) = self.camera.take() {
            require(&mut self.video, &id_of(&name, MediaDeviceKind::VideoInput)?);
        }
        Ok(self)
    }

    /// Requires these devices, by their ids; a kind without one is left out.
    pub fn pick(&mut self, camera: Option<String>, microphone: Option<String>) {
        if camera.is_none() {
            self.video.clear();
        }
        if microphone.is_none() {
            self.audio.clear();
        }
        (self.camera, self.microphone) = (camera, microphone);
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

    /// Whether there is a request for a track of this kind.
    pub fn include(&self, kind: TrackKind) -> bool {
        self.tracks().any(|(requested, _)| requested == kind)
    }

    /// Constraints that have no effect, because they are unknown or belong to the other kind of track.
    pub fn ignored(&self) -> Vec<String> {
        let foreign = self.tracks().flat_map(|(kind, constraints)| {
            let (_, foreign) = constraints.clone().for_kind(kind);
            foreign.into_iter().map(move |property| {
                format!(
                    "constraint {property}, which {} tracks do not have",
                    kind.as_str()
                )
            })
        });
        let unknown = self
            .unknown
            .iter()
            .map(|name| format!("unknown constraint {name}"));
        unknown.chain(foreign).collect()
    }

    fn tracks(&self) -> impl Iterator<Item = (TrackKind, &MediaTrackConstraints)> {
        let audio = self
            .audio
            .iter()
            .map(|constraints| (TrackKind::Audio, constraints));
        let video = self
            .video
            .iter()
            .map(|constraints| (TrackKind::Video, constraints));
        audio.chain(video)
    }

    fn from_json(text: &str) -> Result<Self> {
        let Parsed { value, ignored } = MediaStreamConstraints::from_json(text)?;
        Ok(Self {
            audio: value.audio.into_iter().collect(),
            video: value.video.into_iter().collect(),
            unknown: ignored,
            ..Self::default()
        })
    }

    fn from_lists(args: &ConstraintArgs, audio_only: bool) -> Result<Self> {
        let mut unknown = Vec::new();
        let mut read = |lists: &[String], by_default: bool| -> Result<Vec<MediaTrackConstraints>> {
            if lists.is_empty() {
                let track = by_default.then(MediaTrackConstraints::default);
                return Ok(track.into_iter().collect());
            }
            let parsed = lists.iter().map(|list| MediaTrackConstraints::parse(list));
            parsed
                .map(|parsed| {
                    let Parsed { value, ignored } = parsed?;
                    unknown.extend(ignored);
                    Ok(value)
                })
                .collect()
        };
        let audio = read(&args.audio, !args.leave_out.no_audio)?;
        let video = read(&args.video, !args.leave_out.no_video && !audio_only)?;
        Ok(Self {
            audio,
            video,
            unknown,
            ..Self::default()
        })
    }

    /// Each single flag goes to every track that has such a property.
    fn add_flags(&mut self, args: &ConstraintArgs) -> Result<()> {
        for (property, values) in args.single_flags() {
            for value in values {
                if property.applies_to(TrackKind::Audio) {
                    add(&mut self.audio, property, value)?;
                }
                if property.applies_to(TrackKind::Video) {
                    add(&mut self.video, property, value)?;
                }
            }
        }
        Ok(())
    }
}

fn add(tracks: &mut [MediaTrackConstraints], property: Property, value: &str) -> Result<()> {
    tracks
        .iter_mut()
        .try_for_each(|constraints| constraints.add(property, value))
}

fn require(tracks: &mut [MediaTrackConstraints], id: &str) {
    for constraints in tracks {
        constraints.basic.device_id = Some(Constrain::exact([id].into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn requests(line: &str) -> Result<TrackRequests> {
        let Command::Probe(args) = parsed(&format!("probe {line}")) else {
            unreachable!("it is probe");
        };
        TrackRequests::new(&args.constraints, args.constraints.constraints.as_deref(), false)
    }

    #[test]
    fn without_flags_one_track_of_each_kind_is_requested() {
        let requests = requests("").unwrap();
        assert_eq!(requests.dictionaries(), [MediaStreamConstraints::audio_video()]);
        assert!(requests.ignored().is_empty());
    }

    #[test]
    fn a_single_flag_goes_to_every_track_of_its_kind() {
        let requests = requests("--video=frameRate=5 --video --no-audio --width ==64").unwrap();
        let widths: Vec<_> = requests
            .dictionaries()
            .into_iter()
            .map(|dictionary| dictionary.video.unwrap().basic.width)
            .collect();
        assert_eq!(widths, vec![Some(Constrain::exact(64)); 2]);
        assert!(!requests.include(TrackKind::Audio));
    }

    #[test]
    fn a_named_device_is_required_once_it_was_looked_up() {
        let requests = requests("--camera front").unwrap();
        let found = requests.require_devices(|name, kind| Ok(format!("{name} {}", kind.as_str())));
        let dictionary = found.unwrap().dictionaries().swap_remove(0);
        let id = dictionary.video.unwrap().basic.device_id;
        assert_eq!(id, Some(Constrain::exact(["front videoinput"].into())));
        assert_eq!(dictionary.audio.unwrap().basic.device_id, None);
    }

    #[test]
    fn unknown_constraints_and_those_of_the_other_kind_are_ignored_unless_it_is_strict() {
        let lenient = requests("--video=colour=3,sampleRate=8000").unwrap();
        let ignored = [
            "unknown constraint colour",
            "constraint sampleRate, which video tracks do not have",
        ];
        assert_eq!(lenient.ignored(), ignored);
        assert!(requests("--strict --video=colour=3").is_err());
    }

    #[test]
    fn json_says_which_tracks_there_are() {
        let requests = requests(r#"--constraints {"video":true}"#).unwrap();
        assert_eq!(requests.dictionaries(), [MediaStreamConstraints::video()]);
    }
}
