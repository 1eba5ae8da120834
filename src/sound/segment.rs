//! Audio input without gap, overlap or change of rate, converted to 48 kHz.
use crate::error::Result;
use crate::sound::resampler::{OUTPUT_RATE, Resampler};

/// Receives the output: interleaved samples, in order.
pub(crate) type Sink<'a> = dyn FnMut(&[f32]) -> Result<()> + 'a;

/// Contiguous input frames of one rate, from an output frame on.
pub(crate) struct Segment {
    /// Sample rate of the input in Hz.
    rate: u32,
    channels: usize,
    live: bool,
    /// Number of output frames before this segment.
    origin: u64,
    /// Number of input frames of this segment.
    frames: u64,
    path: Path,
}

enum Path {
    /// Input at 48 kHz, unchanged. For devices, `history` has the last frames, with which a resampler can start.
    Direct { history: Vec<f32> },
    /// Resampled from input frame `from` on.
    Resampled { from: u64, resampler: Box<Resampler> },
}

impl Segment {
    /// Creates a segment that starts with output frame `origin`. `rate` is in Hz.
    pub(crate) fn new(rate: u32, channels: u16, live: bool, origin: u64) -> Result<Self> {
        let path = if rate == OUTPUT_RATE {
            Path::Direct { history: Vec::new() }
        } else {
            let resampler = if live {
                Resampler::slewable(rate, channels, &[])?
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

    /// Sample rate of the input in Hz.
    pub(crate) const fn rate(&self) -> u32 {
        self.rate
    }

    /// Output frame at which the input so far would end without slewing.
    pub(crate) fn nominal(&self) -> f64 {
        self.origin as f64 + self.frames as f64 * f64::from(OUTPUT_RATE) / f64::from(self.rate)
    }

    /// Output frame at which the input so far ends.
    pub(crate) fn position(&self) -> f64 {
        match &self.path {
            Path::Direct { .. } => (self.origin + self.frames) as f64,
            Path::Resampled { from, resampler } => (self.origin + from) as f64 + resampler.position(),
        }
    }

    /// Number of output frames that slewing added; negative if it removed some.
    pub(crate) fn slewed(&self) -> f64 {
        self.position() - self.nominal()
    }

    /// Sets the slew if there is a resampler. Returns `false` if there is none.
    pub(crate) fn slew(&mut self, slew: f64) -> Result<bool> {
        match &mut self.path {
            Path::Direct { .. } => Ok(false),
            Path::Resampled { resampler, .. } => resampler.set_slew(slew).map(|()| true),
        }
    }

    /// Adds a resampler, without a click, if there is none.
    pub(crate) fn make_slewable(&mut self) -> Result<()> {
        if let Path::Direct { history } = &self.path {
            let channels = u16::try_from(self.channels).unwrap_or(u16::MAX);
            let resampler = Resampler::slewable(self.rate, channels, history)?;
            self.path = Path::Resampled {
                from: self.frames,
                resampler: Box::new(resampler),
            };
        }
        Ok(())
    }

    /// Adds interleaved input and passes the output that is ready to `sink`.
    pub(crate) fn push(&mut self, samples: &[f32], sink: &mut Sink) -> Result<()> {
        self.frames += (samples.len() / self.channels) as u64;
        match &mut self.path {
            Path::Resampled { resampler, .. } => resampler.push(samples, sink),
            Path::Direct { history } => {
                if self.live {
                    remember(history, samples, Resampler::HISTORY * self.channels);
                }
                sink(samples)
            }
        }
    }

    /// Passes the rest to `sink`. Returns the output frame at which the segment ends.
    pub(crate) fn finish(self, sink: &mut Sink) -> Result<u64> {
        match self.path {
            Path::Direct { .. } => Ok(self.origin + self.frames),
            Path::Resampled { from, resampler } => Ok(self.origin + from + resampler.finish(sink)?),
        }
    }
}

/// Appends samples to the history, and keeps its last `most` samples.
fn remember(history: &mut Vec<f32>, samples: &[f32], most: usize) {
    let new = &samples[samples.len().saturating_sub(most)..];
    let surplus = (history.len() + new.len()).saturating_sub(most);
    history.drain(..surplus);
    history.extend_from_slice(new);
}
