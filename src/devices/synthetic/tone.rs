//! What fake microphones hear: a quiet 440 Hz tone, and over it a loud 1 kHz beep at the start of every second.
use super::signal_is_on;
use crate::media::{AudioFormat, frames_to_duration};
use std::f64::consts::TAU;

/// −30 dBFS.
const TONE_LEVEL: f64 = 0.031_622_8;
/// −3 dBFS.
const BEEP_LEVEL: f64 = 0.707_945_8;

pub(super) struct Tone {
    format: AudioFormat,
}

impl Tone {
    pub(super) fn new(format: AudioFormat) -> Self {
        Self { format }
    }

    /// `count` sample frames from sample frame `first` after the epoch, the same on every channel.
    pub(super) fn samples(&self, first: u64, count: u64) -> Vec<f32> {
        let channels = usize::from(self.format.channels);
        (first..first + count)
            .flat_map(|n| std::iter::repeat_n(self.sample(n), channels))
            .collect()
    }

    fn sample(&self, n: u64) -> f32 {
        let rate = self.format.sample_rate;
        // Whole periods fit into a second, so the phase can be counted from its beginning.
        #[expect(clippy::cast_precision_loss, reason = "less than a second of samples")]
        let seconds = (n % u64::from(rate)) as f64 / f64::from(rate);
        let tone = TONE_LEVEL * (TAU * 440.0 * seconds).sin();
        let beep = if signal_is_on(frames_to_duration(n, rate)) {
            BEEP_LEVEL * (TAU * 1000.0 * seconds).sin()
        } else {
            0.0
        };
        #[expect(clippy::cast_possible_truncation, reason = "an f32 is what a sample is")]
        let sample = (tone + beep) as f32;
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beep_fills_exactly_the_first_tenth_of_a_second() {
        let tone = Tone::new(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        });
        let second = tone.samples(48_000, 48_000);
        let loud: Vec<usize> = (0..48_000).filter(|&n| second[n].abs() > 0.05).collect();
        assert!(loud[0] <= 1, "{}", loud[0]);
        assert!((4_790..4_800).contains(loud.last().unwrap()));
        let peak = second.iter().fold(0f32, |peak, s| peak.max(s.abs()));
        assert!((0.70..0.74).contains(&peak), "{peak}");
    }
}
