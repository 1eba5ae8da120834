//! `--mix`, `--gain` and `--channels`: gain and channels of audio tracks, and one track in place of several.
use crate::cli::args::channels::ChannelsArg;
use crate::cli::args::record::SourceArgs;
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use mediarec::streams::{AudioMixer, MediaStream, MediaStreamTrack};

/// What is to be done with the audio tracks of devices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AudioMix {
    mix: bool,
    /// Factors: one for all tracks, or one for each.
    gains: Vec<f32>,
    /// The same of channels.
    channels: Vec<ChannelsArg>,
}

impl AudioMix {
    /// # Errors
    /// `Type` if there are fewer than two tracks to mix, or not as many gains or lists of channels as tracks.
    pub fn new(args: &SourceArgs) -> Result<Self> {
        let tracks = args.constraints.audio.len().max(1);
        if args.mix && tracks < 2 {
            return Err(Error::Type {
                message: "--mix needs two audio tracks or more; repeat --audio for each microphone".into(),
            });
        }
        for (flag, count) in [("--gain", args.gain.len()), ("--channels", args.channels.len())] {
            if count > 1 && count != tracks {
                return Err(Error::Type {
                    message: format!(
                        "{flag} is given {count} times for {tracks} audio tracks; give it once for all of them, or once for each"
                    ),
                });
            }
        }
        Ok(Self {
            mix: args.mix,
            gains: args.gain.iter().map(|gain| gain.factor()).collect(),
            channels: args.channels.clone(),
        })
    }

    /// Sets gains and channels, and mixes the audio tracks: the mix is then the first track.
    ///
    /// # Errors
    /// Those of `AudioMixer::new`; `Overconstrained` for a channel that a microphone does not have.
    pub fn apply(&self, stream: MediaStream) -> Result<(MediaStream, Option<AudioMixer>)> {
        let (audio, video): (Vec<_>, Vec<_>) = stream
            .tracks()
            .into_iter()
            .partition(|track| track.kind() == TrackKind::Audio);
        for (index, track) in audio.iter().enumerate() {
            if let Some(factor) = self.gains.get(index).or(self.gains.first()) {
                track.set_gain(*factor)?;
            }
            if let Some(channels) = self.channels.get(index).or(self.channels.first()) {
                let set = track.set_channels(channels.indices());
                set.map_err(|error| with_flag(error, channels))?;
            }
        }
        if !self.mix {
            return Ok((stream, None));
        }
        let mixer = AudioMixer::new(&audio)?;
        let mut tracks: Vec<MediaStreamTrack> = video;
        tracks.insert(0, mixer.track().clone());
        Ok((MediaStream::new(tracks), Some(mixer)))
    }
}

/// Names the flag that opens a microphone with more channels.
fn with_flag(error: Error, channels: &ChannelsArg) -> Error {
    let needed = channels.indices().iter().max().map_or(1, |channel| channel + 1);
    match error {
        Error::Overconstrained { constraint, message } => Error::Overconstrained {
            constraint,
            message: format!(
                "{message}; if it has more, add --channel-count '>={needed}' (mediarec list-devices --capabilities)"
            ),
        },
        error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;

    fn audio_mix(line: &str) -> Result<AudioMix> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            unreachable!("it is record");
        };
        AudioMix::new(&args.source)
    }

    #[test]
    fn a_gain_is_for_all_tracks_or_each_has_its_own() {
        let one = audio_mix("--audio --audio --gain -20dB").unwrap();
        assert_eq!(one.gains, [0.1]);
        let two = audio_mix("--mix --audio --gain -20dB --audio --gain 0").unwrap();
        assert_eq!(two.gains, [0.1, 1.0]);
        assert!(two.mix);
        assert!(audio_mix("--audio --audio --gain 0 --gain 1 --gain 2").is_err());
        assert!(audio_mix("--audio --audio --audio --channels 1 --channels 2").is_err());
    }

    #[test]
    fn a_mix_needs_two_tracks() {
        assert!(audio_mix("--mix").is_err());
        assert!(audio_mix("--mix --audio").is_err());
    }
}
