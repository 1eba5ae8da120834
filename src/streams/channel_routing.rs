//! Which channels of its source an audio track has.
use crate::error::{Error, Result};
use crate::streams::track::{Feed, MediaStreamTrack};

/// The most channels that a track can have: those that Opus has.
const MAX_CHANNELS: usize = 8;

impl MediaStreamTrack {
    /// Takes these channels of the track's audio, from the next block on: `[1]` is the second one as mono, `[1, 0]` swaps
    /// both. Channels are numbered from 0, in the order of the source, and the track has as many as are named. Call it before
    /// a recorder or a mixer is created, which take the number of channels from the track. (An extension.)
    ///
    /// When another device takes the place of this one, what it does not have is silent; of a mono device, the only channel
    /// is taken.
    ///
    /// # Errors
    /// `Type` for a video track, and unless one to eight channels are named; `Overconstrained` (`channelCount`) for a channel
    /// that the source does not have.
    pub fn set_channels(&self, channels: &[u16]) -> Result<()> {
        let Feed::Audio(feed) = self.feed() else {
            return Err(Error::type_error("a video track has no channels"));
        };
        if channels.is_empty() || channels.len() > MAX_CHANNELS {
            return Err(Error::type_error(format!(
                "a track has 1 to {MAX_CHANNELS} channels, not {}",
                channels.len()
            )));
        }
        let own = feed.tap().source_format().channels;
        if let Some(missing) = channels.iter().find(|&&channel| channel >= own) {
            return Err(Error::Overconstrained {
                constraint: "channelCount".into(),
                message: format!(
                    "{} is open with {own} channel{}, and channel {} is requested",
                    self.label(),
                    if own == 1 { "" } else { "s" },
                    missing + 1
                ),
            });
        }
        feed.tap().set_routing(channels);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::{Clock, Timestamp};
    use crate::media::{AudioBlock, AudioFormat, MediaFormat};
    use crate::streams::{AudioTrackGenerator, GeneratorMode};

    #[test]
    fn a_track_has_the_channels_that_are_named_and_a_clone_has_them_too() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 2,
        };
        let generator =
            AudioTrackGenerator::new("tone", format, GeneratorMode::Live, &Clock::manual()).unwrap();
        let track = generator.track();
        assert!(track.set_channels(&[2]).is_err() && track.set_channels(&[]).is_err());
        track.set_channels(&[1]).unwrap();
        track.set_gain(0.5).unwrap();
        let copy = track.clone_track().unwrap();
        for track in [track, &copy] {
            assert!(matches!(track.format(), MediaFormat::Audio(format) if format.channels == 1));
        }
        let mut both = [track, &copy].map(|track| track.audio_blocks(4).unwrap());
        let block = AudioBlock {
            time: Timestamp::ZERO,
            sample_rate: 48_000,
            channels: 2,
            samples: vec![1.0, -0.5, 0.25, 0.75].into(),
        };
        generator.write(&block).unwrap();
        for blocks in &mut both {
            let block = blocks.next().unwrap();
            assert_eq!((block.channels, &*block.samples), (1, &[-0.25, 0.375][..]));
        }
        // All of the source's can be named again.
        track.set_channels(&[1, 0]).unwrap();
    }
}
