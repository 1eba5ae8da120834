//! Any sample rate to 48 kHz, aligned to the sample, with a rate that can be bent a little (rubato).
use crate::error::{Error, Result};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

/// The one sample rate of encoders, in Hz.
pub(crate) const OUTPUT_RATE: u32 = 48_000;

/// The highest rate that is taken, in sample frames a second: Web Audio's.
pub(crate) const MAX_INPUT_RATE: u32 = 768_000;

/// The most that the rate may be bent either way.
pub(crate) const MAX_SLEW: f64 = 0.005;

/// Taps of the filter at the lower of the two rates: flat to 20 kHz of 44.1 kHz.
const TAPS: usize = 128;
/// Steeper filters than this gain nothing but work.
const MAX_TAPS: usize = 1024;
/// Up to so many positions between two input frames each has a filter of its own, so nothing is interpolated.
const MAX_EXACT_PHASES: u32 = 640;
/// Positions between two input frames when filters between them are interpolated.
const PHASES: u32 = 256;

/// Interleaved frames of one rate in, of 48 kHz out; the first out is the first in.
pub(crate) struct Resampler {
    inner: Async<f32>,
    channels: usize,
    rate: u32,
    /// Input not yet enough for a chunk.
    pending: Vec<f32>,
    output: Vec<f32>,
    /// Output frames of the filter's delay that are still to be dropped.
    skip: u64,
    /// Input frames taken, the lead-in not counted.
    taken: u64,
    /// Output frames given.
    given: u64,
    /// Input time of the output frame that comes next, in input frames behind the first.
    next: f64,
    /// Input frames an output frame, now.
    step: f64,
    bent: bool,
}

impl Resampler {
    /// For files: the rate never bends, and common rates get exact filters.
    pub(crate) fn new(rate: u32, channels: u16) -> Result<Self> {
        Self::build(rate, channels, false, &[])
    }

    /// For devices: the rate can bend.
    ///
    /// `history` is interleaved input that came just before, so that a stream which ran past the
    /// resampler until now goes on through it without a seam; only for 48 kHz.
    pub(crate) fn bending(rate: u32, channels: u16, history: &[f32]) -> Result<Self> {
        Self::build(rate, channels, true, history)
    }

    /// Frames of history that make a seam inaudible: the filter's whole length.
    pub(crate) const HISTORY: usize = TAPS;

    fn build(rate: u32, channels: u16, bends: bool, history: &[f32]) -> Result<Self> {
        let filter = Filter::new(rate, bends);
        let chunk = (rate as usize / 200).clamp(16, 4096);
        let inner = Async::new_sinc(
            f64::from(OUTPUT_RATE) / f64::from(rate),
            1.0 + 2.0 * MAX_SLEW,
            &filter.parameters,
            chunk,
            usize::from(channels),
            FixedAsync::Input,
        )
        .map_err(|error| Error::unknown(format!("cannot resample {rate} Hz to 48000 Hz"), error))?;
        let channels = usize::from(channels);
        let history_frames = history.len() / channels;
        let (lead_in, skip) = filter.lead_in(rate, history_frames);
        let mut pending = vec![0.0; (lead_in - history_frames) * channels];
        pending.extend_from_slice(history);
        Ok(Self {
            output: vec![0.0; inner.output_frames_max() * channels],
            inner,
            channels,
            rate,
            pending,
            skip,
            taken: 0,
            given: 0,
            next: -(skip as f64) * f64::from(rate) / f64::from(OUTPUT_RATE),
            step: f64::from(rate) / f64::from(OUTPUT_RATE),
            bent: false,
        })
    }

    /// Gives `slew` more output than the rates say, from the next chunk of about 5 ms on.
    ///
    /// 0.001 means 1001 frames where there were 1000; cut off at [`MAX_SLEW`] either way.
    pub(crate) fn set_slew(&mut self, slew: f64) -> Result<()> {
        let stretch = 1.0 + slew.clamp(-MAX_SLEW, MAX_SLEW);
        self.inner
            .set_resample_ratio_relative(stretch, false)
            .map_err(failed)?;
        self.step = f64::from(self.rate) / f64::from(OUTPUT_RATE) / stretch;
        self.bent |= slew != 0.0;
        Ok(())
    }

    /// How many output frames stand for all the input that was pushed, in fractions of a frame.
    pub(crate) fn position(&self) -> f64 {
        if self.bent {
            self.given as f64 + (self.taken as f64 - self.next) / self.step
        } else {
            self.taken as f64 * f64::from(OUTPUT_RATE) / f64::from(self.rate)
        }
    }

    /// Takes interleaved input and gives what is ready.
    pub(crate) fn push(
        &mut self,
        mut input: &[f32],
        sink: &mut dyn FnMut(&[f32]) -> Result<()>,
    ) -> Result<()> {
        self.taken += (input.len() / self.channels) as u64;
        let chunk = self.inner.input_frames_next() * self.channels;
        while self.pending.len() >= chunk {
            let pending = std::mem::take(&mut self.pending);
            self.process(&pending[..chunk], u64::MAX, sink)?;
            self.pending = pending;
            self.pending.drain(..chunk);
        }
        if !self.pending.is_empty() {
            let missing = (chunk - self.pending.len()).min(input.len());
            self.pending.extend_from_slice(&input[..missing]);
            input = &input[missing..];
            if self.pending.len() < chunk {
                return Ok(());
            }
            let mut pending = std::mem::take(&mut self.pending);
            self.process(&pending, u64::MAX, sink)?;
            pending.clear();
            self.pending = pending;
        }
        let mut chunks = input.chunks_exact(chunk);
        for chunk in &mut chunks {
            self.process(chunk, u64::MAX, sink)?;
        }
        self.pending.extend_from_slice(chunks.remainder());
        Ok(())
    }

    /// Gives the rest, so that all the output is exactly [`position`](Self::position) rounded; how many frames that is.
    pub(crate) fn finish(mut self, sink: &mut dyn FnMut(&[f32]) -> Result<()>) -> Result<u64> {
        let total = self.position().round() as u64;
        let chunk = self.inner.input_frames_next() * self.channels;
        let mut rest = std::mem::take(&mut self.pending);
        while self.given < total {
            rest.resize(rest.len().next_multiple_of(chunk).max(chunk), 0.0);
            for input in rest.chunks_exact(chunk) {
                self.process(input, total, sink)?;
            }
            rest.clear();
        }
        Ok(self.given)
    }

    /// One chunk, of whose output as much is given as keeps the sum at or below `total` frames.
    fn process(
        &mut self,
        input: &[f32],
        total: u64,
        sink: &mut dyn FnMut(&[f32]) -> Result<()>,
    ) -> Result<()> {
        let input =
            InterleavedSlice::new(input, self.channels, input.len() / self.channels).map_err(failed)?;
        let frames = self.output.len() / self.channels;
        let mut output =
            InterleavedSlice::new_mut(&mut self.output, self.channels, frames).map_err(failed)?;
        let (_, made) = self
            .inner
            .process_into_buffer(&input, &mut output, None)
            .map_err(failed)?;
        self.next += made as f64 * self.step;
        let skipped = self.skip.min(made as u64);
        self.skip -= skipped;
        let given = (made as u64 - skipped).min(total - self.given);
        self.given += given;
        let from = skipped as usize * self.channels;
        sink(&self.output[from..from + given as usize * self.channels])
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unknown("the resampler failed", error)
}

struct Filter {
    parameters: SincInterpolationParameters,
    taps: usize,
    exact: bool,
}

impl Filter {
    fn new(rate: u32, bends: bool) -> Self {
        // The filter's edge is a matter of the lower rate, its taps are counted at the input's.
        let taps = TAPS * (rate.div_ceil(OUTPUT_RATE) as usize).clamp(1, MAX_TAPS / TAPS);
        let phases = OUTPUT_RATE / greatest_common_divisor(OUTPUT_RATE, rate);
        let exact = !bends && phases <= MAX_EXACT_PHASES;
        let parameters = SincInterpolationParameters::new(taps, WindowFunction::BlackmanHarris);
        let parameters = if exact {
            parameters
                .oversampling_factor(phases as usize)
                .interpolation(SincInterpolationType::Nearest)
        } else {
            parameters
                .oversampling_factor(PHASES as usize)
                .interpolation(SincInterpolationType::Linear)
        };
        Self {
            parameters,
            taps,
            exact,
        }
    }

    /// How many frames to put before the first real one, so that an output frame falls exactly on
    /// it, and how many output frames come before that one.
    ///
    /// rubato's output `k` lies at input time `(k + 1) × step − taps / 2 + 1 / phases` (its filters are
    /// shifted by one phase). With interpolated filters the last term, 1/256 frame, is let go.
    fn lead_in(&self, rate: u32, at_least: usize) -> (usize, u64) {
        let divisor = greatest_common_divisor(OUTPUT_RATE, rate);
        let (up, down) = (u64::from(OUTPUT_RATE / divisor), u64::from(rate / divisor));
        let shift = u64::from(self.exact);
        let ticks = |frames: usize| up * (frames + self.taps / 2) as u64 - shift;
        // `up` and `down` have no common divisor, so one of any `down` in a row divides.
        let lead_in = (at_least..at_least + down as usize)
            .find(|frames| ticks(*frames).is_multiple_of(down))
            .unwrap_or(at_least);
        (lead_in, ticks(lead_in) / down - 1)
    }
}

fn greatest_common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mut resampler: Resampler, input: &[f32], piece: usize) -> Vec<f32> {
        let mut output = Vec::new();
        let mut sink = |frames: &[f32]| {
            output.extend_from_slice(frames);
            Ok(())
        };
        for piece in input.chunks(piece) {
            resampler.push(piece, &mut sink).unwrap();
        }
        let channels = resampler.channels;
        let total = resampler.finish(&mut sink).unwrap();
        assert_eq!(total, (output.len() / channels) as u64);
        output
    }

    fn sine(rate: u32, frequency: f64, frames: usize) -> Vec<f32> {
        (0..frames)
            .map(|n| {
                let phase = std::f64::consts::TAU * frequency * n as f64 / f64::from(rate);
                (phase.sin() * 0.5) as f32
            })
            .collect()
    }

    /// The largest difference between `output` and the same sine sampled at 48 kHz, edges left out.
    fn worst(output: &[f32], frequency: f64) -> f32 {
        let ideal = sine(OUTPUT_RATE, frequency, output.len());
        let inner = 1000..output.len() - 1000;
        ideal[inner.clone()]
            .iter()
            .zip(&output[inner])
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max)
    }

    #[test]
    fn the_output_is_exactly_as_long_as_the_input() {
        for rate in [8000, 11_025, 22_050, 32_000, 44_100, 44_101, 96_000, 192_000] {
            for frames in [1, 2, 147, 1000, 10_007] {
                let resampler = Resampler::new(rate, 1).unwrap();
                let output = run(resampler, &vec![0.25; frames], 480);
                let ideal = (frames as f64 * 48_000.0 / f64::from(rate)).round();
                assert_eq!(output.len(), ideal as usize, "{frames} at {rate} Hz");
            }
        }
    }

    #[test]
    fn a_sine_comes_out_as_if_it_had_been_sampled_at_48_khz() {
        for rate in [8000, 11_025, 22_050, 32_000, 44_100, 44_101, 96_000, 192_000] {
            let input = sine(rate, 997.0, rate as usize);
            let output = run(Resampler::new(rate, 1).unwrap(), &input, 999);
            assert!(
                worst(&output, 997.0) < 4e-4,
                "{rate} Hz: {}",
                worst(&output, 997.0)
            );
        }
    }

    #[test]
    fn the_size_of_the_pieces_changes_nothing() {
        let input = sine(44_100, 440.0, 8820);
        let whole = run(Resampler::new(44_100, 2).unwrap(), &input, 8820);
        let pieces = run(Resampler::new(44_100, 2).unwrap(), &input, 14);
        assert_eq!(whole, pieces);
    }

    #[test]
    fn history_makes_the_start_seamless() {
        let all = sine(48_000, 5000.0, 9600);
        let (history, rest) = all.split_at(4800);
        let history = &history[4800 - Resampler::HISTORY..];
        let resampler = Resampler::bending(48_000, 1, history).unwrap();
        let output = run(resampler, rest, 480);
        assert_eq!(output.len(), rest.len());
        for (n, (out, ideal)) in output.iter().zip(rest).take(1000).enumerate() {
            assert!((out - ideal).abs() < 1e-2, "sample {n}: {out} for {ideal}");
        }
    }

    #[test]
    fn a_bent_rate_gives_so_much_more() {
        let mut resampler = Resampler::bending(48_000, 1, &[]).unwrap();
        resampler.set_slew(0.001).unwrap();
        let output = run(resampler, &sine(48_000, 1001.0, 480_000), 480);
        assert!(output.len().abs_diff(480_480) <= 1, "{}", output.len());
        assert!(worst(&output, 1000.0) < 2e-2, "{}", worst(&output, 1000.0));
    }
}
