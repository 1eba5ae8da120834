//! The gain of an audio track.
use crate::error::{Error, Result};
use crate::streams::track::{Feed, MediaStreamTrack};

impl MediaStreamTrack {
    /// Multiplies the track's audio by this factor, from the next block on: 1 changes nothing, 0.5 is −6 dB. Samples that
    /// become larger than 1 are limited where they are encoded. Default: 1. (An extension.)
    ///
    /// # Errors
    /// `Type` for a video track, and for a factor that is negative or not finite.
    pub fn set_gain(&self, factor: f32) -> Result<()> {
        let Feed::Audio(feed) = self.feed() else {
            return Err(Error::type_error("a video track has no gain"));
        };
        if !factor.is_finite() || factor < 0.0 {
            return Err(Error::type_error(format!(
                "a gain must be 0 or more, and finite; not {factor}"
            )));
        }
        feed.tap().set_gain(factor);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::clock::{Clock, Timestamp};
    use crate::media::{AudioBlock, AudioFormat};
    use crate::streams::{AudioTrackGenerator, GeneratorMode};

    #[test]
    fn each_sample_is_multiplied_and_a_clone_has_the_same_gain() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let generator =
            AudioTrackGenerator::new("tone", format, GeneratorMode::Live, &Clock::manual()).unwrap();
        let track = generator.track();
        track.set_gain(0.5).unwrap();
        let copy = track.clone_track().unwrap();
        let mut both = [track, &copy].map(|track| track.audio_blocks(4).unwrap());
        let block = AudioBlock {
            time: Timestamp::ZERO,
            sample_rate: 48_000,
            channels: 1,
            samples: vec![1.0, -0.5, 0.25].into(),
        };
        generator.write(&block).unwrap();
        for blocks in &mut both {
            assert_eq!(*blocks.next().unwrap().samples, [0.5, -0.25, 0.125]);
        }
        assert!(track.set_gain(-1.0).is_err() && track.set_gain(f32::NAN).is_err());
    }
}
