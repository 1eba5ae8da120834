//! How a track's audio was corrected to stay on its time stamps.
use crate::media::frames_to_duration;
use crate::sound::resampler::OUTPUT_RATE;
use std::time::Duration;

/// What was done to a track's sound to keep it on its stamps; counts are 48 kHz sample frames.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct AudioCorrections {
    /// Silence put into gaps.
    pub(crate) silence_inserted: u64,
    /// Sound thrown away because its time was taken already.
    pub(crate) samples_trimmed: u64,
    /// How much the rate is bent now, in ppm; positive makes the sound longer.
    pub(crate) slew_ppm: f64,
    /// How many frames the bending has added so far; negative: taken away.
    pub(crate) frames_slewed: f64,
}

impl AudioCorrections {
    /// How long all the silence is.
    pub(crate) fn silence_inserted(&self) -> Duration {
        frames_to_duration(self.silence_inserted, OUTPUT_RATE)
    }

    /// How long all that was thrown away was.
    pub(crate) fn trimmed(&self) -> Duration {
        frames_to_duration(self.samples_trimmed, OUTPUT_RATE)
    }
}
