//! `--monitor`: the recorded audio is heard while it is recorded.
use crate::cli::args::record::SourceArgs;
use crate::cli::backend::Backend;
use crate::cli::device_lookup::device_id;
use crate::cli::source_plan::SourcePlan;
use crate::cli::warnings::Warning;
use mediarec::clock::Clock;
use mediarec::devices::{AudioMonitor, MediaDeviceKind, MediaDevices};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use mediarec::streams::{AudioMixer, MediaStream, MediaStreamTrack};

/// The name of the system's default speaker.
const DEFAULT: &str = "default";

/// A speaker that was looked up.
pub struct MonitorPlan {
    devices: MediaDevices,
    speaker: String,
}

/// What is heard. Whatever becomes of it, the recording goes on.
pub struct Monitor {
    playing: Option<AudioMonitor>,
    /// What is heard of several tracks.
    _mixer: Option<AudioMixer>,
    failure: Option<String>,
}

impl MonitorPlan {
    /// # Errors
    /// `Type` for a name that does not lead to one speaker, and if no microphone is recorded; those of the enumeration.
    pub fn new(args: &SourceArgs, sources: &SourcePlan) -> Result<Option<Self>> {
        let Some(name) = args.monitor.as_deref() else {
            return Ok(None);
        };
        let backend = backend(sources).ok_or_else(|| Error::Type {
            message: "--monitor plays what a microphone hears, and none is recorded".into(),
        })?;
        let devices = backend.devices(Clock::monotonic());
        let speaker = if name == DEFAULT {
            DEFAULT.to_owned()
        } else {
            let mut list = devices.enumerate_devices()?;
            // The default speaker is in it twice, which matters for numbers only.
            list.retain(|device| device.device_id != DEFAULT || name.parse::<usize>().is_ok());
            device_id(name, MediaDeviceKind::AudioOutput, &list)?
        };
        Ok(Some(Self { devices, speaker }))
    }

    /// Begins to play the audio tracks; what fails is told, and nothing else.
    pub fn start(self, stream: &MediaStream) -> Monitor {
        let mut tracks = stream.tracks();
        tracks.retain(|track| track.kind() == TrackKind::Audio);
        let started = self.play(&tracks);
        let failure = started.as_ref().err().map(ToString::to_string);
        let (playing, mixer) = started.map_or((None, None), |(playing, mixer)| (Some(playing), mixer));
        Monitor {
            playing,
            _mixer: mixer,
            failure,
        }
    }

    fn play(&self, tracks: &[MediaStreamTrack]) -> Result<(AudioMonitor, Option<AudioMixer>)> {
        let mixer = (tracks.len() > 1).then(|| AudioMixer::new(tracks)).transpose()?;
        let track = mixer.as_ref().map(AudioMixer::track).or(tracks.first());
        let track = track.ok_or_else(|| Error::NotFound {
            message: "there is no audio track".into(),
        })?;
        Ok((AudioMonitor::new(&self.devices, track, &self.speaker)?, mixer))
    }
}

impl Monitor {
    /// What is new: that nothing is heard any more.
    pub fn warning(&mut self) -> Option<Warning> {
        if let Some(failure) = self.playing.as_ref().and_then(AudioMonitor::failure) {
            self.failure = Some(failure.to_string());
            self.playing = None;
        }
        let failure = self.failure.take()?;
        Some(Warning {
            reason: "monitor",
            message: format!("nothing is heard of --monitor: {failure}; the recording goes on"),
        })
    }
}

/// Where the microphones come from.
fn backend(sources: &SourcePlan) -> Option<&Backend> {
    match sources {
        SourcePlan::Devices {
            backend, requests, ..
        } => requests.include(TrackKind::Audio).then_some(backend),
        SourcePlan::Canvas(canvas) => canvas.audio.as_ref().map(|(backend, _)| backend),
        SourcePlan::Files(..) | SourcePlan::Listen(_) | SourcePlan::Whep(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn speaker(line: &str) -> Result<Option<String>> {
        let Command::Record(args) = parsed(&format!("record --fake-devices {line}")) else {
            unreachable!("it is record");
        };
        let sources = SourcePlan::new(&args.source, false, None)?;
        let plan = MonitorPlan::new(&args.source, &sources)?;
        Ok(plan.map(|plan| plan.speaker))
    }

    #[test]
    fn a_speaker_is_the_default_one_or_one_of_the_list() {
        assert_eq!(speaker("").unwrap(), None);
        assert_eq!(speaker("--monitor").unwrap().as_deref(), Some("default"));
        let named = speaker("--monitor=speaker1").unwrap();
        assert_eq!(speaker("--monitor=fake").unwrap(), named);
        assert_ne!(named.as_deref(), Some("default"));
        assert!(speaker("--monitor=1").is_err() && speaker("--monitor --no-audio").is_err());
    }
}
