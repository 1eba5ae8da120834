//! Audio on its way to a speaker, whose clock is not the microphone's: a small buffer that a speaker empties, and how fast it has to be
//! filled so that it neither runs empty nor grows.
use crate::media::AudioFormat;
use std::collections::VecDeque;

/// What the buffer should hold, in seconds: some blocks of a microphone on a busy machine.
const TARGET: f64 = 0.06;
/// What it may hold on average, in seconds, and at any time. What is beyond the target is dropped then: whoever listens would
/// hear everything late. Single blocks of a sound server on a busy machine are 200 ms long.
const LIMIT: f64 = 0.12;
const HARD_LIMIT: f64 = 0.5;
/// Time constant of the level's average, in seconds: blocks make it jump.
const AVERAGING_TIME: f64 = 0.5;
/// Time in which a wrong level is corrected, in seconds; much longer than the averaging, so that it does not oscillate.
const CORRECTION_TIME: f64 = 20.0;
/// The largest change of the sample rate: 0.2 %, which is not heard.
const MAX_SLEW: f64 = 0.002;

/// What was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PlaybackCounts {
    /// How often the buffer was empty.
    pub(crate) underruns: u64,
    /// Sample frames that were dropped.
    pub(crate) dropped: u64,
}

/// Samples that wait for the speaker, in its format.
#[derive(Debug)]
pub(crate) struct PlaybackBuffer {
    format: AudioFormat,
    samples: VecDeque<f32>,
    /// Whether the speaker gets them; after an underrun it is silent until the target is reached.
    is_playing: bool,
    /// Average of the level, in seconds.
    level: f64,
    counts: PlaybackCounts,
}

impl PlaybackBuffer {
    pub(crate) fn new(format: AudioFormat) -> Self {
        Self {
            format,
            samples: VecDeque::new(),
            is_playing: false,
            level: TARGET,
            counts: PlaybackCounts::default(),
        }
    }

    pub(crate) const fn format(&self) -> AudioFormat {
        self.format
    }

    pub(crate) const fn counts(&self) -> PlaybackCounts {
        self.counts
    }

    #[cfg(test)]
    pub(crate) const fn is_playing(&self) -> bool {
        self.is_playing
    }

    /// Adds samples. Returns by how much more or fewer the next ones have to be: 0.001 is 1001 for 1000.
    pub(crate) fn push(&mut self, samples: &[f32]) -> f64 {
        self.samples.extend(samples);
        let share = (self.seconds(samples.len()) / AVERAGING_TIME).min(1.0);
        self.level += (self.seconds(self.samples.len()) - self.level) * share;
        if self.level > LIMIT || self.seconds(self.samples.len()) > HARD_LIMIT {
            let excess = self.samples.len().saturating_sub(self.samples_in(TARGET));
            self.samples.drain(..excess);
            self.counts.dropped += (excess / self.channels()) as u64;
            self.level = TARGET;
        }
        ((TARGET - self.level) / CORRECTION_TIME).clamp(-MAX_SLEW, MAX_SLEW)
    }

    /// Fills a block of the speaker, with silence where there is nothing.
    pub(crate) fn pull(&mut self, output: &mut [f32]) {
        self.is_playing |= self.samples.len() >= self.samples_in(TARGET);
        let count = if self.is_playing {
            output.len().min(self.samples.len())
        } else {
            0
        };
        for (target, sample) in output.iter_mut().zip(self.samples.drain(..count)) {
            *target = sample;
        }
        output[count..].fill(0.0);
        if self.is_playing && count < output.len() {
            self.is_playing = false;
            self.level = TARGET;
            self.counts.underruns += 1;
        }
    }

    fn channels(&self) -> usize {
        usize::from(self.format.channels.max(1))
    }

    fn seconds(&self, samples: usize) -> f64 {
        (samples / self.channels()) as f64 / f64::from(self.format.sample_rate)
    }

    fn samples_in(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.format.sample_rate)) as usize * self.channels()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEREO: AudioFormat = AudioFormat {
        sample_rate: 48_000,
        channels: 2,
    };

    /// A microphone that gives blocks of 20 ms, and a speaker that is faster by so many parts, for so many seconds. Returns
    /// the buffer and the last level in milliseconds.
    fn play(fast: f64, seconds: u32) -> (PlaybackBuffer, f64) {
        let mut buffer = PlaybackBuffer::new(STEREO);
        let (mut slew, mut made, mut played) = (0.0, 0.0, 0.0);
        for _ in 0..seconds * 50 {
            made += 960.0 * (1.0 + slew);
            let whole = f64::floor(made);
            made -= whole;
            slew = buffer.push(&vec![0.5; whole as usize * 2]);
            played += 960.0 * (1.0 + fast);
            let whole = f64::floor(played);
            played -= whole;
            buffer.pull(&mut vec![0.0; whole as usize * 2]);
        }
        let level = buffer.seconds(buffer.samples.len()) * 1000.0;
        (buffer, level)
    }

    #[test]
    fn clocks_that_differ_neither_empty_nor_fill_it() {
        for skew in [-0.001, -0.0001, 0.0, 0.0001, 0.001] {
            let (buffer, level) = play(skew, 300);
            assert_eq!(buffer.counts(), PlaybackCounts::default(), "{skew}");
            assert!((20.0..80.0).contains(&level), "{skew}: {level} ms");
        }
    }

    #[test]
    fn what_comes_at_once_after_a_stall_is_dropped_and_counted() {
        let (mut buffer, _) = play(0.0, 1);
        buffer.push(&vec![0.5; 96_000]);
        assert!(buffer.counts().dropped > 45_000, "{:?}", buffer.counts());
        assert_eq!(buffer.samples.len(), buffer.samples_in(TARGET));
    }

    #[test]
    fn an_empty_buffer_is_silent_until_there_is_enough_again() {
        let mut buffer = PlaybackBuffer::new(STEREO);
        let mut output = [1.0; 960];
        buffer.pull(&mut output);
        assert_eq!((output, buffer.counts().underruns), ([0.0; 960], 0));
        buffer.push(&vec![0.5; buffer.samples_in(TARGET)]);
        for _ in 0..7 {
            buffer.pull(&mut output);
        }
        assert_eq!((output[959], buffer.counts().underruns), (0.0, 1));
        buffer.push(&[0.5; 960]);
        buffer.pull(&mut output);
        assert_eq!(output[..], [0.0; 960][..]);
        buffer.push(&vec![0.5; buffer.samples_in(TARGET)]);
        buffer.pull(&mut output);
        assert_eq!(output[..], [0.5; 960][..]);
    }
}
