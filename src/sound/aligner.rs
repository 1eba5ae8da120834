//! Stamped audio blocks in, one gapless 48 kHz stream out: gaps, overlaps, sample rates, drift, channels.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::AudioBlock;
use crate::sound::channels::remix;
use crate::sound::corrections::AudioCorrections;
use crate::sound::drift::Drift;
use crate::sound::resampler::{MAX_INPUT_RATE, MAX_SLEW, OUTPUT_RATE};
use crate::sound::segment::{Segment, Sink};
use std::time::Duration;

/// How far the stamps of a device may be off before it is a gap or an overlap, in output frames: 40 ms.
///
/// Below it a busy machine's late callbacks are the likelier reason, and slewing takes it up in 8 s.
const LIVE_TOLERANCE: f64 = 0.040 * OUTPUT_RATE as f64;
/// The same for files, 2 ms: their stamps are exact, but may have been rounded to milliseconds.
const FILE_TOLERANCE: f64 = 0.002 * OUTPUT_RATE as f64;
/// From this drift on a resampler is put in the way of a 48 kHz device, in output frames: 1 ms.
const BEND_FROM: f64 = 0.001 * OUTPUT_RATE as f64;
/// In what time an offset is to be taken up, in seconds.
const TAKE_UP: f64 = 2.0;
/// How much sound must come with late stamps before a gap of a device is believed.
///
/// When a busy machine calls late and then makes up for it, the stamps are back in time before that,
/// and nothing was lost that silence could stand for.
const PROOF_OF_GAP: Duration = Duration::from_millis(300);
/// A leap of the stamps beyond this is nonsense and not filled, in output frames: a day.
const MAX_GAP: f64 = 86_400.0 * OUTPUT_RATE as f64;
/// How much silence is written at once, in frames.
const SILENCE: u64 = 960;

/// The continuous stream: output frame `n` stands for [`start`](Self::start) + n / 48000 s.
pub(crate) struct Samples {
    channels: u16,
    live: bool,
    start: Option<Timestamp>,
    /// Output frames before the present segment.
    given: u64,
    segment: Option<Segment>,
    drift: Drift,
    /// A whole block was trimmed: the next one goes exactly where its stamp says.
    trimming: bool,
    /// A device's blocks that look as if there were a gap before them.
    held: Vec<AudioBlock>,
    corrections: AudioCorrections,
}

impl Samples {
    /// A stream of `channels` channels; `live` says that stamps are a device's: they jitter and drift.
    pub(crate) fn new(channels: u16, live: bool) -> Self {
        Self {
            channels,
            live,
            start: None,
            given: 0,
            segment: None,
            drift: Drift::new(),
            trimming: false,
            held: Vec::new(),
            corrections: AudioCorrections::default(),
        }
    }

    /// The time of output frame 0: the first block's.
    pub(crate) const fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// What was corrected so far.
    pub(crate) fn corrections(&self) -> AudioCorrections {
        let mut corrections = self.corrections;
        corrections.frames_slewed += self.segment.as_ref().map_or(0.0, Segment::slewed);
        corrections
    }

    /// Takes a block and gives what is ready.
    ///
    /// # Errors
    ///
    /// `TypeError` for a block without channels or of an impossible rate, `NotReadable` when its stamp leaps ahead by
    /// more than a day; whatever the sink returns.
    pub(crate) fn push(&mut self, block: &AudioBlock, sink: &mut Sink) -> Result<()> {
        if block.channels == 0 || !(1..=MAX_INPUT_RATE).contains(&block.sample_rate) {
            return Err(Error::type_error(format!(
                "an audio block of {} channels at {} Hz: 1 channel or more and 1 to {MAX_INPUT_RATE} Hz are possible",
                block.channels, block.sample_rate
            )));
        }
        if block.frames() == 0 {
            return Ok(());
        }
        if !self.live {
            return self.place(block, sink);
        }
        let start = *self.start.get_or_insert(block.time);
        let held: Duration = self.held.iter().map(AudioBlock::duration).sum();
        let end = self.position() + held.as_secs_f64() * f64::from(OUTPUT_RATE);
        if frames_between(start, block.time) - end <= LIVE_TOLERANCE {
            // What was held was late itself, not its sound.
            for held in std::mem::take(&mut self.held) {
                self.append(&held, 0, sink)?;
            }
            return self.place(block, sink);
        }
        self.held.push(block.clone());
        if held + block.duration() < PROOF_OF_GAP {
            return Ok(());
        }
        self.release(sink)
    }

    /// Gives what was held back; how many frames the whole stream has.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    pub(crate) fn finish(&mut self, sink: &mut Sink) -> Result<u64> {
        self.release(sink)?;
        self.end_run(sink)?;
        Ok(self.given)
    }

    /// Puts the held blocks where their stamps say: it was a gap.
    fn release(&mut self, sink: &mut Sink) -> Result<()> {
        for held in std::mem::take(&mut self.held) {
            self.place(&held, sink)?;
        }
        Ok(())
    }

    /// Puts a block where its stamp says.
    fn place(&mut self, block: &AudioBlock, sink: &mut Sink) -> Result<()> {
        let late = self.align(block, sink)?;
        self.append(block, late, sink)
    }

    /// Puts a block, without its first `skip` frames, behind everything else.
    fn append(&mut self, block: &AudioBlock, skip: usize, sink: &mut Sink) -> Result<()> {
        let channels = usize::from(block.channels);
        let rest = &block.samples[skip * channels..block.frames() * channels];
        if rest.is_empty() {
            return Ok(());
        }
        if self
            .segment
            .as_ref()
            .is_some_and(|segment| segment.rate() != block.sample_rate)
        {
            self.end_run(sink)?;
        }
        let segment = match &mut self.segment {
            Some(segment) => segment,
            none => none.insert(Segment::new(
                block.sample_rate,
                self.channels,
                self.live,
                self.given,
            )?),
        };
        segment.push(&remix(rest, block.channels, self.channels), sink)
    }

    /// The output frame at which all the input so far ends.
    fn position(&self) -> f64 {
        self.segment.as_ref().map_or(self.given as f64, Segment::position)
    }

    /// Makes the stream end where the block begins; how many of the block's frames come too late for that.
    fn align(&mut self, block: &AudioBlock, sink: &mut Sink) -> Result<usize> {
        let start = *self.start.get_or_insert(block.time);
        let target = frames_between(start, block.time);
        let tolerance = match (std::mem::take(&mut self.trimming), self.live) {
            (true, _) => 0.5,
            (false, true) => LIVE_TOLERANCE,
            (false, false) => FILE_TOLERANCE,
        };
        if (target - self.position()).abs() <= tolerance {
            return self.follow(target).map(|()| 0);
        }
        self.end_run(sink)?;
        let missing = (target - self.given as f64).round();
        if missing > MAX_GAP {
            return Err(Error::not_readable(format!(
                "the time stamps of the sound leap ahead by {:.0} hours: they are broken",
                missing / f64::from(OUTPUT_RATE) / 3600.0
            )));
        }
        if missing >= 0.0 {
            return self.fill(missing as u64, sink).map(|()| 0);
        }
        let rate = f64::from(block.sample_rate) / f64::from(OUTPUT_RATE);
        let late = block.frames().min((-missing * rate).round() as usize);
        self.trimming = late == block.frames();
        self.corrections.samples_trimmed += (late as f64 / rate).round() as u64;
        Ok(late)
    }

    /// Learns from a device's stamp and bends the rate towards it.
    fn follow(&mut self, target: f64) -> Result<()> {
        let Some(segment) = self.segment.as_mut().filter(|_| self.live) else {
            return Ok(());
        };
        let rate = f64::from(OUTPUT_RATE);
        // The filter sees what the device does, never what is done about it here: so it cannot swing.
        let nominal = segment.nominal();
        self.drift.observe(nominal / rate, (target - nominal) / rate);
        let behind = self.drift.offset() * rate - segment.slewed();
        if behind.abs() > BEND_FROM {
            segment.make_bendable()?;
        }
        let slew = self.drift.rate() + behind / rate / TAKE_UP;
        let slew = slew.clamp(-MAX_SLEW, MAX_SLEW);
        if segment.slew(slew)? {
            self.corrections.slew_ppm = slew * 1e6;
        }
        Ok(())
    }

    fn end_run(&mut self, sink: &mut Sink) -> Result<()> {
        if let Some(segment) = self.segment.take() {
            self.corrections.frames_slewed += segment.slewed();
            self.corrections.slew_ppm = 0.0;
            self.drift.realign();
            self.given = segment.finish(sink)?;
        }
        Ok(())
    }

    fn fill(&mut self, frames: u64, sink: &mut Sink) -> Result<()> {
        let silence = vec![0.0; SILENCE as usize * usize::from(self.channels)];
        let mut left = frames;
        while left > 0 {
            let now = left.min(SILENCE);
            sink(&silence[..now as usize * usize::from(self.channels)])?;
            left -= now;
        }
        self.given += frames;
        self.corrections.silence_inserted += frames;
        Ok(())
    }
}

/// Output frames from `start` to `time`; negative when `time` is the earlier one.
fn frames_between(start: Timestamp, time: Timestamp) -> f64 {
    let ahead = (time - start).as_nanos() as f64 - (start - time).as_nanos() as f64;
    ahead * f64::from(OUTPUT_RATE) / 1e9
}

#[cfg(test)]
mod tests;
