//! A stretch of audio input without gap, overlap or change of rate, on its way to 48 kHz.
use crate::error::Result;
use crate::sound::resampler::{OUTPUT_RATE, Resampler};

/// Where the stream goes: interleaved frames, each call's behind the last's.
pub(crate) type Sink<'a> = dyn FnMut(&[f32]) -> Result<()> + 'a;

/// Input frames of one rate, placed one behind the other from an output frame on.
pub(crate) struct Segment {
    rate: u32,
    channels: usize,
    live: bool,
    /// Output frames before it.
    origin: u64,
    /// Input frames of it.
    frames: u64,
    path: Path,
}

enum Path {
    /// 48 kHz, given on untouched; of a device's the last frames are kept for a resampler to begin with.
    Straight { history: Vec<f32> },
    /// From input frame `from` on.
    Resampled { from: u64, resampler: Box<Resampler> },
}

impl Segment {
    /// A segment whose first frame becomes output frame `origin`.
    pub(crate) fn new(rate: u32, channels: u16, live: bool, origin: u64) -> Result<Self> {
        let path = if rate == OUTPUT_RATE {
            Path::Straight { history: Vec::new() }
        } else {
            let resampler = if live {
                Resampler::bending(rate, channels, &[])?
            } else {
                Resampler::new(rate, channels)?
            };
            Path::Resampled {
                from: 0,
                resampler: Box::new(resampler),
            }
        };
        Ok(Self {
            rate,
            channels: usize::from(channels),
            live,
            origin,
            frames: 0,
            path,
        })
    }

    /// Input frames a second.
    pub(crate) const fn rate(&self) -> u32 {
        self.rate
    }

    /// The output frame at which its input ends, had the rate never been bent.
    pub(crate) fn nominal(&self) -> f64 {
        self.origin as f64 + self.frames as f64 * f64::from(OUTPUT_RATE) / f64::from(self.rate)
    }

    /// The output frame at which its input ends.
    pub(crate) fn position(&self) -> f64 {
        match &self.path {
            Path::Straight { .. } => (self.origin + self.frames) as f64,
            Path::Resampled { from, resampler } => (self.origin + from) as f64 + resampler.position(),
        }
    }

    /// How many output frames the bending has added; negative: taken away.
    pub(crate) fn slewed(&self) -> f64 {
        self.position() - self.nominal()
    }

    /// Bends the rate by `slew` if a resampler is in the way already; whether one is.
    pub(crate) fn slew(&mut self, slew: f64) -> Result<bool> {
        match &mut self.path {
            Path::Straight { .. } => Ok(false),
            Path::Resampled { resampler, .. } => resampler.set_slew(slew).map(|()| true),
        }
    }

    /// Puts a resampler in the way, without a seam.
    pub(crate) fn make_bendable(&mut self) -> Result<()> {
        if let Path::Straight { history } = &self.path {
            let channels = u16::try_from(self.channels).unwrap_or(u16::MAX);
            let resampler = Resampler::bending(self.rate, channels, history)?;
            self.path = Path::Resampled {
                from: self.frames,
                resampler: Box::new(resampler),
            };
        }
        Ok(())
    }

    /// Takes interleaved input and gives what is ready.
    pub(crate) fn push(&mut self, samples: &[f32], sink: &mut Sink) -> Result<()> {
        self.frames += (samples.len() / self.channels) as u64;
        match &mut self.path {
            Path::Resampled { resampler, .. } => resampler.push(samples, sink),
            Path::Straight { history } => {
                if self.live {
                    remember(history, samples, Resampler::HISTORY * self.channels);
                }
                sink(samples)
            }
        }
    }

    /// Gives the rest; the output frame at which the segment ends.
    pub(crate) fn finish(self, sink: &mut Sink) -> Result<u64> {
        match self.path {
            Path::Straight { .. } => Ok(self.origin + self.frames),
            Path::Resampled { from, resampler } => Ok(self.origin + from + resampler.finish(sink)?),
        }
    }
}

/// Keeps the last `most` samples of all that came.
fn remember(history: &mut Vec<f32>, samples: &[f32], most: usize) {
    let new = &samples[samples.len().saturating_sub(most)..];
    let surplus = (history.len() + new.len()).saturating_sub(most);
    history.drain(..surplus);
    history.extend_from_slice(new);
}
