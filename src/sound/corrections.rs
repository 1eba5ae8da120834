//! Statistics: how the audio of a track was corrected to stay on its time stamps.
use crate::media::frames_to_duration;
use crate::sound::resampler::OUTPUT_RATE;
use std::time::Duration;

/// Corrections of a track's audio. Counts are samples per channel at 48 kHz.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct AudioCorrections {
    /// Silence inserted into gaps.
    pub(crate) silence_inserted: u64,
    /// Samples dropped because they overlap earlier ones.
    pub(crate) samples_trimmed: u64,
    /// Current slew in ppm, between ±5000; positive makes the audio longer.
    pub(crate) slew_ppm: f64,
    /// Number of samples that slewing added so far; negative if it removed some.
    pub(crate) frames_slewed: f64,
}

impl AudioCorrections {
    /// Duration of all inserted silence.
    pub(crate) fn silence_inserted(&self) -> Duration {
        frames_to_duration(self.silence_inserted, OUTPUT_RATE)
    }

    /// Duration of all dropped samples.
    pub(crate) fn trimmed(&self) -> Duration {
        frames_to_duration(self.samples_trimmed, OUTPUT_RATE)
    }
}
