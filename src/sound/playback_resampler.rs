//! Resamples audio for a speaker, at a rate that follows the speaker's clock.
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat};
use crate::sound::channels::remix;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

/// Taps of the filter: to be heard at once, not to be kept.
const TAPS: usize = 64;
/// Phases of the filter, interpolated in between.
const PHASES: usize = 128;
/// The most by which the ratio can be changed.
const MAX_STRETCH: f64 = 1.01;

/// Converts blocks of one rate to a speaker's rate and channels.
pub(crate) struct PlaybackResampler {
    inner: Async<f32>,
    input_rate: u32,
    output: AudioFormat,
    pending: Vec<f32>,
    buffer: Vec<f32>,
}

impl PlaybackResampler {
    /// # Errors
    /// `Unknown` for rates that cannot be converted.
    pub(crate) fn new(input_rate: u32, output: AudioFormat) -> Result<Self> {
        let parameters = SincInterpolationParameters::new(TAPS, WindowFunction::BlackmanHarris)
            .oversampling_factor(PHASES)
            .interpolation(SincInterpolationType::Linear);
        let chunk = (input_rate as usize / 200).clamp(16, 4096);
        let channels = usize::from(output.channels);
        let inner = Async::new_sinc(
            f64::from(output.sample_rate) / f64::from(input_rate),
            MAX_STRETCH,
            &parameters,
            chunk,
            channels,
            FixedAsync::Input,
        );
        let inner = inner.map_err(failed)?;
        Ok(Self {
            buffer: vec![0.0; inner.output_frames_max() * channels],
            inner,
            input_rate,
            output,
            pending: Vec::new(),
        })
    }

    /// Whether it is for such blocks and such a speaker.
    pub(crate) fn fits(&self, input_rate: u32, output: AudioFormat) -> bool {
        self.input_rate == input_rate && self.output == output
    }

    /// Makes so much more of what follows: 0.001 is 1001 frames for 1000.
    ///
    /// # Errors
    /// `Unknown` if it is more than a hundredth.
    pub(crate) fn set_slew(&mut self, slew: f64) -> Result<()> {
        self.inner
            .set_resample_ratio_relative(1.0 + slew, true)
            .map_err(failed)
    }

    /// Converts a block, and passes what is ready to `sink`.
    ///
    /// # Errors
    /// `Unknown` if the resampler fails.
    pub(crate) fn push(&mut self, block: &AudioBlock, sink: &mut dyn FnMut(&[f32])) -> Result<()> {
        let channels = usize::from(self.output.channels);
        self.pending
            .extend_from_slice(&remix(&block.samples, block.channels, self.output.channels));
        let frames = self.inner.input_frames_next();
        let chunk = frames * channels;
        let mut used = 0;
        while self.pending.len() - used >= chunk {
            let input = InterleavedSlice::new(&self.pending[used..used + chunk], channels, frames);
            let input = input.map_err(failed)?;
            let room = self.buffer.len() / channels;
            let mut output = InterleavedSlice::new_mut(&mut self.buffer, channels, room).map_err(failed)?;
            let made = self.inner.process_into_buffer(&input, &mut output, None);
            let (_, made) = made.map_err(failed)?;
            sink(&self.buffer[..made * channels]);
            used += chunk;
        }
        self.pending.drain(..used);
        Ok(())
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unknown("the audio cannot be resampled for the speaker", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn converted(rate: u32, speaker: AudioFormat, slew: f64) -> Vec<f32> {
        let mut resampler = PlaybackResampler::new(rate, speaker).unwrap();
        assert!(resampler.fits(rate, speaker) && !resampler.fits(rate + 1, speaker));
        resampler.set_slew(slew).unwrap();
        let mut output = Vec::new();
        for _ in 0..100 {
            let block = AudioBlock {
                time: Timestamp::ZERO,
                sample_rate: rate,
                channels: 1,
                samples: vec![0.5; rate as usize / 100].into(),
            };
            resampler
                .push(&block, &mut |samples| output.extend_from_slice(samples))
                .unwrap();
        }
        output
    }

    #[test]
    fn a_second_is_a_second_at_the_rate_and_with_the_channels_of_the_speaker() {
        for (rate, slew) in [(48_000, 0.0), (44_100, 0.0), (16_000, 0.005), (48_000, -0.005)] {
            let speaker = AudioFormat {
                sample_rate: 44_100,
                channels: 2,
            };
            let output = converted(rate, speaker, slew);
            let expected = 44_100.0 * (1.0 + slew);
            let frames = output.len() as f64 / 2.0;
            assert!((frames - expected).abs() < 300.0, "{rate} {slew}: {frames}");
            assert!((output[40_000] - 0.5).abs() < 0.01, "{}", output[40_000]);
        }
    }
}
