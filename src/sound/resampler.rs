//! Resamples any rate to 48 kHz, aligned to the sample, with a ratio that can be slewed (rubato).
//!
//! To slew is to change the resampling ratio slightly, so that the audio of a drifting clock stays on its time stamps.
use crate::error::{Error, Result};
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

/// Sample rate of all encoders, in Hz.
pub(crate) const OUTPUT_RATE: u32 = 48_000;

/// Maximum sample rate of the input, in Hz: that of Web Audio.
pub(crate) const MAX_INPUT_RATE: u32 = 768_000;

/// Maximum slew in either direction: 0.5 %.
pub(crate) const MAX_SLEW: f64 = 0.005;

/// Number of filter taps at the lower of the two rates: flat up to 20 kHz for 44.1 kHz.
const TAPS: usize = 128;
/// Maximum number of taps: steeper filters cost more and gain nothing.
const MAX_TAPS: usize = 1024;
/// Maximum number of phases with an exact filter each, so that no filters are interpolated.
const MAX_EXACT_PHASES: u32 = 640;
/// Number of phases if filters are interpolated between them.
const PHASES: u32 = 256;

/// Interleaved audio of one rate in, of 48 kHz out. The first output sample is at the time of the first input sample.
pub(crate) struct Resampler {
    inner: Async<f32>,
    channels: usize,
    rate: u32,
    /// Input of an incomplete chunk.
    pending: Vec<f32>,
    output: Vec<f32>,
    /// Output frames of the filter's delay that are still to be skipped.
    skip: u64,
    /// Number of input frames without the lead-in.
    taken: u64,
    /// Number of output frames.
    produced: u64,
    /// Input time of the next output frame, in input frames after the first.
    next: f64,
    /// Current number of input frames per output frame.
    step: f64,
    /// Whether the ratio was ever slewed.
    slewed: bool,
}

impl Resampler {
    /// A resampler for files, with a fixed ratio and, for common rates, exact filters. `rate` is in Hz.
    pub(crate) fn new(rate: u32, channels: u16) -> Result<Self> {
        Self::build(rate, channels, false, &[])
    }

    /// A resampler for devices, whose ratio can be slewed. `rate` is in Hz.
    ///
    /// `history` is the interleaved input just before, with which a stream of 48 kHz that was not resampled until now
    /// continues without a click.
    pub(crate) fn slewable(rate: u32, channels: u16, history: &[f32]) -> Result<Self> {
        Self::build(rate, channels, true, history)
    }

    /// Number of history frames for an inaudible transition: the length of the filter.
    pub(crate) const HISTORY: usize = TAPS;

    fn build(rate: u32, channels: u16, slewable: bool, history: &[f32]) -> Result<Self> {
        let filter = Filter::new(rate, slewable);
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
            produced: 0,
            next: -(skip as f64) * f64::from(rate) / f64::from(OUTPUT_RATE),
            step: f64::from(rate) / f64::from(OUTPUT_RATE),
            slewed: false,
        })
    }

    /// Sets the slew from the next chunk of about 5 ms on: 0.001 produces 1001 output frames instead of 1000.
    ///
    /// It is clamped to ±[`MAX_SLEW`].
    pub(crate) fn set_slew(&mut self, slew: f64) -> Result<()> {
        let stretch = 1.0 + slew.clamp(-MAX_SLEW, MAX_SLEW);
        self.inner
            .set_resample_ratio_relative(stretch, false)
            .map_err(failed)?;
        self.step = f64::from(self.rate) / f64::from(OUTPUT_RATE) / stretch;
        self.slewed |= slew != 0.0;
        Ok(())
    }

    /// Number of output frames that correspond to the input so far, including fractions.
    pub(crate) fn position(&self) -> f64 {
        if self.slewed {
            self.produced as f64 + (self.taken as f64 - self.next) / self.step
        } else {
            self.taken as f64 * f64::from(OUTPUT_RATE) / f64::from(self.rate)
        }
    }

    /// Adds interleaved input and passes the output that is ready to `sink`.
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

    /// Passes the rest to `sink`, so that the whole output has [`position`](Self::position) frames, rounded. Returns
    /// their number.
    pub(crate) fn finish(mut self, sink: &mut dyn FnMut(&[f32]) -> Result<()>) -> Result<u64> {
        let total = self.position().round() as u64;
        let chunk = self.inner.input_frames_next() * self.channels;
        let mut rest = std::mem::take(&mut self.pending);
        while self.produced < total {
            rest.resize(rest.len().next_multiple_of(chunk).max(chunk), 0.0);
            for input in rest.chunks_exact(chunk) {
                self.process(input, total, sink)?;
            }
            rest.clear();
        }
        Ok(self.produced)
    }

    /// Resamples one chunk, and passes on its output up to a sum of `total` frames.
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
        let passed = (made as u64 - skipped).min(total - self.produced);
        self.produced += passed;
        let from = skipped as usize * self.channels;
        sink(&self.output[from..from + passed as usize * self.channels])
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unknown("the resampler failed", error)
}

/// Parameters of the filters for one input rate.
struct Filter {
    parameters: SincInterpolationParameters,
    taps: usize,
    exact: bool,
}

impl Filter {
    fn new(rate: u32, slewable: bool) -> Self {
        // The lower rate determines the filter's edge, but taps are counted at the input rate.
        let taps = TAPS * (rate.div_ceil(OUTPUT_RATE) as usize).clamp(1, MAX_TAPS / TAPS);
        let phases = OUTPUT_RATE / greatest_common_divisor(OUTPUT_RATE, rate);
        let exact = !slewable && phases <= MAX_EXACT_PHASES;
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

    /// Number of frames to insert before the first input frame, so that an output frame is exactly at its time, and
    /// the number of output frames before that one.
    ///
    /// Output frame `k` of rubato is at input time `(k + 1) × step − taps / 2 + 1 / phases` (its filters are shifted
    /// by one phase). For interpolated filters the last term, 1/256 frame, is ignored.
    fn lead_in(&self, rate: u32, at_least: usize) -> (usize, u64) {
        let divisor = greatest_common_divisor(OUTPUT_RATE, rate);
        let (up, down) = (u64::from(OUTPUT_RATE / divisor), u64::from(rate / divisor));
        let shift = u64::from(self.exact);
        let ticks = |frames: usize| up * (frames + self.taps / 2) as u64 - shift;
        // `up` and `down` are coprime, so among any `down` consecutive values one is divisible.
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
        let resampler = Resampler::slewable(48_000, 1, history).unwrap();
        let output = run(resampler, rest, 480);
        assert_eq!(output.len(), rest.len());
        for (n, (out, ideal)) in output.iter().zip(rest).take(1000).enumerate() {
            assert!((out - ideal).abs() < 1e-2, "sample {n}: {out} for {ideal}");
        }
    }

    #[test]
    fn a_bent_rate_gives_so_much_more() {
        let mut resampler = Resampler::slewable(48_000, 1, &[]).unwrap();
        resampler.set_slew(0.001).unwrap();
        let output = run(resampler, &sine(48_000, 1001.0, 480_000), 480);
        assert!(output.len().abs_diff(480_480) <= 1, "{}", output.len());
        assert!(worst(&output, 1000.0) < 2e-2, "{}", worst(&output, 1000.0));
    }
}
