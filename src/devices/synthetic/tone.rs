//! The signal of fake microphones: a quiet 440 Hz tone, and a loud 1 kHz beep at the start of every second.
use super::SIGNAL_FRACTION;
use crate::media::AudioFormat;
use std::f64::consts::TAU;

/// Amplitude of the tone: −30 dBFS.
const TONE_LEVEL: f64 = 0.031_622_8;
/// Amplitude of the beep: −3 dBFS.
const BEEP_LEVEL: f64 = 0.707_945_8;

/// The scale of `Tone::rate`.
const MILLION: u64 = 1_000_000;

pub(super) struct Tone {
    channels: u16,
    /// Sample frames in a million seconds of the true clock.
    rate: u64,
}

impl Tone {
    /// The clock of the device is `skew` ppm fast.
    pub(super) fn new(format: AudioFormat, skew: i32) -> Self {
        Self {
            channels: format.channels,
            rate: u64::from(format.sample_rate) * MILLION.saturating_add_signed(skew.into()),
        }
    }

    /// Returns `count` sample frames from frame `first` after the epoch on, interleaved; all channels are equal.
    pub(super) fn samples(&self, first: u64, count: u64) -> Vec<f32> {
        let channels = usize::from(self.channels);
        (first..first + count)
            .flat_map(|n| std::iter::repeat_n(self.sample(n), channels))
            .collect()
    }

    fn sample(&self, n: u64) -> f32 {
        // A second has a whole number of periods, so the phase is computed within the second.
        let into_second = n * MILLION % self.rate;
        #[expect(
            clippy::cast_precision_loss,
            reason = "53 bits distinguish consecutive samples"
        )]
        let seconds = into_second as f64 / self.rate as f64;
        let tone = TONE_LEVEL * (TAU * 440.0 * seconds).sin();
        let beep = if into_second * SIGNAL_FRACTION < self.rate {
            BEEP_LEVEL * (TAU * 1000.0 * seconds).sin()
        } else {
            0.0
        };
        #[expect(clippy::cast_possible_truncation, reason = "samples are f32")]
        let sample = (tone + beep) as f32;
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beep_fills_exactly_the_first_tenth_of_a_second() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let tone = Tone::new(format, 0);
        let second = tone.samples(48_000, 48_000);
        let loud: Vec<usize> = (0..48_000).filter(|&n| second[n].abs() > 0.05).collect();
        assert!(loud[0] <= 1, "{}", loud[0]);
        assert!((4_790..4_800).contains(loud.last().unwrap()));
        let peak = second.iter().fold(0f32, |peak, s| peak.max(s.abs()));
        assert!((0.70..0.74).contains(&peak), "{peak}");
    }

    #[test]
    fn a_fast_clock_hears_the_same_beep_in_more_samples() {
        let format = AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        };
        let tone = Tone::new(format, 1000);
        // A second of the true clock has 48 048 of its samples.
        let second = tone.samples(48_048, 48_048);
        let last = (0..48_048).rfind(|&n| second[n].abs() > 0.05);
        assert!((4_795..4_805).contains(&last.unwrap()), "{last:?}");
    }
}
