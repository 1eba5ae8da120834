//! One input of a mix: its samples at 48 kHz, and their place in the mix.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{AudioBlock, duration_to_frames, frames_to_duration};
use crate::sound::aligner::AudioAligner;
use crate::sound::resampler::OUTPUT_RATE;
use std::collections::VecDeque;
use std::time::Duration;

/// Length of the fades where an input begins or ends while others go on, in frames: 5 ms.
pub(crate) const FADE: i64 = OUTPUT_RATE as i64 / 200;
/// The longest gap of an input that is stored as silence. After a longer one the input begins again.
const MAX_GAP: Duration = Duration::from_secs(10);

/// Whether the mix waits for an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InputState {
    Waited,
    /// It delivers nothing; the mix goes on without it.
    TimedOut,
    Ended,
}

/// An input. Positions are frames of the mix; those before its start are negative.
pub(crate) struct MixerInput {
    channels: u16,
    live: bool,
    aligner: AudioAligner,
    /// Samples that are not mixed yet.
    samples: VecDeque<f32>,
    /// Number of frames before them since the aligner's start.
    taken: i64,
    /// Position of the aligner's start, once it and the start of the mix are known.
    origin: Option<i64>,
    /// Position from which the input fades in.
    fade_in: Option<i64>,
    state: InputState,
}

impl MixerInput {
    pub(crate) fn new(channels: u16, live: bool) -> Self {
        Self {
            channels,
            live,
            aligner: AudioAligner::new(channels, live),
            samples: VecDeque::new(),
            taken: 0,
            origin: None,
            fade_in: None,
            state: InputState::Waited,
        }
    }

    pub(crate) const fn is_open(&self) -> bool {
        !matches!(self.state, InputState::Ended)
    }

    pub(crate) const fn is_waited(&self) -> bool {
        matches!(self.state, InputState::Waited)
    }

    /// Time of its first sample.
    pub(crate) const fn start(&self) -> Option<Timestamp> {
        self.aligner.start()
    }

    /// Time up to which there are samples.
    pub(crate) fn time(&self) -> Option<Timestamp> {
        let frames = u64::try_from(self.taken + self.frames()).unwrap_or(0);
        let start = self.aligner.start()?;
        Some(start + frames_to_duration(frames, OUTPUT_RATE))
    }

    /// Position at which its samples begin.
    pub(crate) fn begin(&self) -> Option<i64> {
        Some(self.origin? + self.taken)
    }

    /// Position up to which there are samples.
    pub(crate) fn end(&self) -> Option<i64> {
        Some(self.begin()? + self.frames())
    }

    /// Adds a block. After a time-out or a long gap the input begins again, at the time of the block.
    pub(crate) fn push(&mut self, block: &AudioBlock) -> Result<()> {
        let is_far = self.time().is_some_and(|end| block.time - end > MAX_GAP);
        if is_far || self.state == InputState::TimedOut {
            *self = Self::new(self.channels, self.live);
        }
        let samples = &mut self.samples;
        self.aligner.push(block, &mut |aligned| {
            samples.extend(aligned);
            Ok(())
        })
    }

    /// Takes what the aligner still has, and no longer waits for the input, or ends it.
    pub(crate) fn leave(&mut self, state: InputState) -> Result<()> {
        self.state = state;
        let samples = &mut self.samples;
        let rest = self.aligner.finish(&mut |aligned| {
            samples.extend(aligned);
            Ok(())
        });
        rest.map(drop)
    }

    /// Finds its place in a mix that starts at this time.
    pub(crate) fn locate(&mut self, mix: Timestamp) {
        if self.origin.is_none()
            && let Some(own) = self.aligner.start()
        {
            let origin = signed_frames(own - mix) - signed_frames(mix - own);
            self.origin = Some(origin);
            // An input that begins with the mix begins as it was captured.
            self.fade_in = (origin > 0).then_some(origin);
        }
    }

    /// Drops samples before `position`, and fades in what follows. Returns their number, without those that are silent.
    pub(crate) fn skip_to(&mut self, position: i64) -> u64 {
        let late = self.begin().map_or(0, |begin| position - begin);
        let late = late.clamp(0, self.frames());
        if late == 0 {
            return 0;
        }
        self.taken += late;
        self.fade_in = Some(position);
        let channels = usize::from(self.channels);
        let late = usize::try_from(late).unwrap_or(0) * channels;
        let audible = self.samples.drain(..late).filter(|sample| *sample != 0.0);
        audible.count().div_ceil(channels) as u64
    }

    /// Adds its samples from `position` on to those of `mixed`, as many as that has.
    pub(crate) fn add_to(&mut self, mixed: &mut [f32], position: i64) {
        let (Some(begin), Some(end)) = (self.begin(), self.end()) else {
            return;
        };
        let channels = usize::from(self.channels);
        let offset = usize::try_from(begin - position).unwrap_or(0) * channels;
        let Some(target) = mixed.get_mut(offset..) else {
            return;
        };
        let count = target.len().min(self.samples.len());
        let fade_in = self.fade_in.unwrap_or(i64::MIN);
        let fade_out = if self.is_waited() { i64::MAX } else { end };
        let taken = self.samples.drain(..count);
        for (index, (sum, sample)) in target.iter_mut().zip(taken).enumerate() {
            let frame = begin + (index / channels) as i64;
            *sum += sample * fade(frame.saturating_sub(fade_in)) * fade(fade_out.saturating_sub(frame));
        }
        self.taken += (count / channels) as i64;
    }

    fn frames(&self) -> i64 {
        (self.samples.len() / usize::from(self.channels)) as i64
    }
}

/// The gain at this distance from the beginning or the end.
fn fade(distance: i64) -> f32 {
    if distance >= FADE {
        1.0
    } else {
        distance as f32 / FADE as f32
    }
}

fn signed_frames(length: Duration) -> i64 {
    i64::try_from(duration_to_frames(length, OUTPUT_RATE)).unwrap_or(i64::MAX / 4)
}
