//! Mixes several streams of audio blocks to one 48 kHz stream, each block at its time.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{AudioBlock, frames_to_duration};
use crate::sound::mixer_input::{FADE, InputState, MixerInput};
use crate::sound::resampler::OUTPUT_RATE;

/// How far an input of a device may be behind the others before the mix goes on without it, in frames: 500 ms.
///
/// Longer than the aligner needs to confirm a gap.
const MAX_WAIT: i64 = OUTPUT_RATE as i64 / 2;
/// Length of an output block in frames: 10 ms.
const BLOCK: i64 = OUTPUT_RATE as i64 / 100;

/// What was lost in a mix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MixCounts {
    /// Samples, of any channel, that were limited to full scale.
    pub(crate) clipped: u64,
    /// How often the mix went on without an input, because that delivered nothing.
    pub(crate) timed_out: u64,
    /// Samples per channel at 48 kHz that were dropped, because the mix had passed their time.
    pub(crate) too_late: u64,
}

/// The mix. Output frame `n` is at the time of the start + n / 48000 s.
pub(crate) struct Mixer {
    channels: u16,
    live: bool,
    inputs: Vec<MixerInput>,
    /// Time of output frame 0: that of the earliest input.
    start: Option<Timestamp>,
    /// Number of output frames so far.
    position: i64,
    counts: MixCounts,
}

impl Mixer {
    /// Creates a mix of so many inputs with this number of channels. `live` is for devices, which are not waited for
    /// longer than half a second.
    pub(crate) fn new(inputs: usize, channels: u16, live: bool) -> Self {
        Self {
            channels,
            live,
            inputs: (0..inputs).map(|_| MixerInput::new(channels, live)).collect(),
            start: None,
            position: 0,
            counts: MixCounts::default(),
        }
    }

    pub(crate) const fn counts(&self) -> MixCounts {
        self.counts
    }

    /// Adds a block of an input.
    ///
    /// # Errors
    /// Those of `AudioAligner::push`.
    pub(crate) fn push(&mut self, input: usize, block: &AudioBlock) -> Result<()> {
        let Some(input) = self.inputs.get_mut(input) else {
            return Ok(());
        };
        input.push(block)?;
        if let Some(start) = self.start {
            input.locate(start);
            self.counts.too_late += input.skip_to(self.position);
        }
        Ok(())
    }

    /// Ends an input; the others go on.
    ///
    /// # Errors
    /// Those of `AudioAligner::finish`.
    pub(crate) fn end(&mut self, input: usize) -> Result<()> {
        match self.inputs.get_mut(input) {
            Some(input) if input.is_open() => input.leave(InputState::Ended),
            _ => Ok(()),
        }
    }

    /// The input that is furthest behind; `None` if all have ended.
    pub(crate) fn furthest_behind(&self) -> Option<usize> {
        let inputs = self.inputs.iter().enumerate();
        let open = inputs.filter(|(_, input)| input.is_open());
        open.min_by_key(|(_, input)| input.time().unwrap_or(Timestamp::ZERO))
            .map(|(index, _)| index)
    }

    /// The next block, if it is complete.
    ///
    /// # Errors
    /// Those of `AudioAligner::finish`.
    pub(crate) fn next_block(&mut self) -> Result<Option<AudioBlock>> {
        let Some(start) = self.begin() else {
            return Ok(None);
        };
        self.time_out()?;
        self.skip_silence();
        let ready = self.ready();
        let is_last = !self.inputs.iter().any(MixerInput::is_open);
        let frames = (ready - self.position).min(BLOCK);
        if frames < 1 || (frames < BLOCK && !is_last) {
            return Ok(None);
        }
        let position = u64::try_from(self.position).unwrap_or(0);
        Ok(Some(AudioBlock {
            time: start + frames_to_duration(position, OUTPUT_RATE),
            sample_rate: OUTPUT_RATE,
            channels: self.channels,
            samples: self.mix(frames).into(),
        }))
    }

    /// The start, once all inputs have begun or are not waited for.
    fn begin(&mut self) -> Option<Timestamp> {
        if self.start.is_some() {
            return self.start;
        }
        let earliest = self.inputs.iter().filter_map(MixerInput::start).min()?;
        let newest = self.inputs.iter().filter_map(MixerInput::time).max()?;
        let is_there = |input: &MixerInput| !input.is_open() || input.start().is_some();
        let wait = frames_to_duration(MAX_WAIT.unsigned_abs(), OUTPUT_RATE);
        let has_waited = self.live && newest - earliest >= wait;
        if !has_waited && !self.inputs.iter().all(is_there) {
            return None;
        }
        self.inputs.iter_mut().for_each(|input| input.locate(earliest));
        self.start = Some(earliest);
        self.start
    }

    /// Goes on without inputs that are far behind.
    fn time_out(&mut self) -> Result<()> {
        let newest = self.newest();
        for input in &mut self.inputs {
            let is_far = newest - input.end().unwrap_or(0) >= MAX_WAIT;
            if self.live && input.is_waited() && is_far {
                input.leave(InputState::TimedOut)?;
                self.counts.timed_out += 1;
            }
        }
        Ok(())
    }

    /// Leaves out a long time in which there is no input at all, as when the machine was suspended.
    fn skip_silence(&mut self) {
        let begins = self.inputs.iter().filter_map(|input| {
            let is_empty = input.begin() == input.end();
            // An input that is waited for may still deliver from its end on.
            (!is_empty || input.is_waited()).then(|| input.begin()).flatten()
        });
        let next = begins.min().unwrap_or(self.position);
        if next - self.position > MAX_WAIT {
            self.position = next;
        }
    }

    /// Position up to which the mix is complete.
    fn ready(&self) -> i64 {
        let waited = self.inputs.iter().filter(|input| input.is_waited());
        // The last frames of an input are kept until it is known whether it ends there: then they fade.
        let ends = waited.map(|input| input.end().unwrap_or(0) - FADE);
        ends.min().unwrap_or_else(|| self.newest())
    }

    /// Position at which the last input ends.
    fn newest(&self) -> i64 {
        self.inputs.iter().filter_map(MixerInput::end).max().unwrap_or(0)
    }

    /// Adds the next frames of all inputs.
    fn mix(&mut self, frames: i64) -> Vec<f32> {
        let length = usize::try_from(frames).unwrap_or(0) * usize::from(self.channels);
        let mut mixed = vec![0.0; length];
        for input in &mut self.inputs {
            input.add_to(&mut mixed, self.position);
        }
        for sample in mixed.iter_mut().filter(|sample| sample.abs() > 1.0) {
            self.counts.clipped += 1;
            *sample = sample.clamp(-1.0, 1.0);
        }
        self.position += frames;
        mixed
    }
}

#[cfg(test)]
mod tests;
