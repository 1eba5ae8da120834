//! Makes a gapless 48 kHz stream of audio blocks with time stamps: fills gaps, trims overlaps, resamples, follows
//! clock drift.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::AudioBlock;
use crate::sound::channels::remix;
use crate::sound::corrections::AudioCorrections;
use crate::sound::drift::Drift;
use crate::sound::resampler::{MAX_INPUT_RATE, MAX_SLEW, OUTPUT_RATE};
use crate::sound::segment::{Segment, Sink};
use std::time::Duration;

/// Minimum size of a gap or overlap of a device, in output frames: 40 ms.
///
/// Smaller deviations are more likely late callbacks of a busy machine, and slewing corrects them within 8 s.
const LIVE_TOLERANCE: f64 = 0.040 * OUTPUT_RATE as f64;
/// The same for files, 2 ms: their time stamps are exact, but can be rounded to milliseconds.
const FILE_TOLERANCE: f64 = 0.002 * OUTPUT_RATE as f64;
/// Minimum offset at which a 48 kHz device is resampled, in output frames: 1 ms.
const SLEW_THRESHOLD: f64 = 0.001 * OUTPUT_RATE as f64;
/// Time in which slewing corrects an offset, in seconds.
const CORRECTION_TIME: f64 = 2.0;
/// Duration of audio with late time stamps after which a device has a gap.
///
/// If callbacks of a busy machine are only late, later time stamps are on time again before that, and no audio is
/// missing.
const GAP_CONFIRMATION: Duration = Duration::from_millis(300);
/// Maximum gap that is filled, in output frames: a day. Larger ones are an error.
const MAX_GAP: f64 = 86_400.0 * OUTPUT_RATE as f64;
/// Number of frames of silence written at once.
const SILENCE_CHUNK: u64 = 960;

/// The gapless stream. Output frame `n` is at the time [`start`](Self::start) + n / 48000 s.
pub(crate) struct AudioAligner {
    channels: u16,
    live: bool,
    start: Option<Timestamp>,
    /// Number of output frames before the current segment.
    frames: u64,
    segment: Option<Segment>,
    drift: Drift,
    /// A whole block was trimmed: the next one is placed exactly at its time stamp.
    trimming: bool,
    /// Blocks of a device with late time stamps: there may be a gap before them.
    late: Vec<AudioBlock>,
    corrections: AudioCorrections,
}

impl AudioAligner {
    /// Creates a stream with this number of channels. `live` is for devices, whose time stamps jitter and drift.
    pub(crate) fn new(channels: u16, live: bool) -> Self {
        Self {
            channels,
            live,
            start: None,
            frames: 0,
            segment: None,
            drift: Drift::new(),
            trimming: false,
            late: Vec::new(),
            corrections: AudioCorrections::default(),
        }
    }

    /// Time of output frame 0: that of the first block; `None` before it.
    pub(crate) const fn start(&self) -> Option<Timestamp> {
        self.start
    }

    /// The corrections so far.
    pub(crate) fn corrections(&self) -> AudioCorrections {
        let mut corrections = self.corrections;
        corrections.frames_slewed += self.segment.as_ref().map_or(0.0, Segment::slewed);
        corrections
    }

    /// Adds a block and passes the output that is ready to `sink`.
    ///
    /// # Errors
    ///
    /// `TypeError` for a block with 0 channels, or a sample rate of 0 or above 768 kHz; `NotReadable` for a gap of
    /// more than a day; the errors of `sink`.
    pub(crate) fn push(&mut self, block: &AudioBlock, sink: &mut Sink) -> Result<()> {
        if block.channels == 0 || !(1..=MAX_INPUT_RATE).contains(&block.sample_rate) {
            return Err(Error::type_error(format!(
                "an audio block with {} channels at {} Hz is not possible: it needs 1 channel or more and 1 to {MAX_INPUT_RATE} Hz",
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
        let late: Duration = self.late.iter().map(AudioBlock::duration).sum();
        let end = self.position() + late.as_secs_f64() * f64::from(OUTPUT_RATE);
        if frames_between(start, block.time) - end <= LIVE_TOLERANCE {
            // Only the callbacks were late: no audio is missing.
            for block in std::mem::take(&mut self.late) {
                self.append(&block, 0, sink)?;
            }
            return self.place(block, sink);
        }
        self.late.push(block.clone());
        if late + block.duration() < GAP_CONFIRMATION {
            return Ok(());
        }
        self.confirm_gap(sink)
    }

    /// Passes the rest to `sink`. Returns the number of frames of the whole stream.
    ///
    /// # Errors
    ///
    /// Those of [`push`](Self::push).
    pub(crate) fn finish(&mut self, sink: &mut Sink) -> Result<u64> {
        self.confirm_gap(sink)?;
        self.end_segment(sink)?;
        Ok(self.frames)
    }

    /// Places the late blocks at their time stamps.
    fn confirm_gap(&mut self, sink: &mut Sink) -> Result<()> {
        for block in std::mem::take(&mut self.late) {
            self.place(&block, sink)?;
        }
        Ok(())
    }

    /// Places a block at its time stamp.
    fn place(&mut self, block: &AudioBlock, sink: &mut Sink) -> Result<()> {
        let late = self.align(block, sink)?;
        self.append(block, late, sink)
    }

    /// Appends a block without its first `skip` frames.
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
            self.end_segment(sink)?;
        }
        let segment = match &mut self.segment {
            Some(segment) => segment,
            none => none.insert(Segment::new(
                block.sample_rate,
                self.channels,
                self.live,
                self.frames,
            )?),
        };
        segment.push(&remix(rest, block.channels, self.channels), sink)
    }

    /// Output frame at which the input so far ends.
    fn position(&self) -> f64 {
        self.segment
            .as_ref()
            .map_or(self.frames as f64, Segment::position)
    }

    /// Extends the stream to the start of the block. Returns the number of frames of the block that overlap the stream.
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
        self.end_segment(sink)?;
        let missing = (target - self.frames as f64).round();
        if missing > MAX_GAP {
            return Err(Error::not_readable(format!(
                "the audio time stamps jump ahead by {:.0} hours: they are invalid",
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

    /// Updates the drift with a device's time stamp, and slews towards it.
    fn follow(&mut self, target: f64) -> Result<()> {
        let Some(segment) = self.segment.as_mut().filter(|_| self.live) else {
            return Ok(());
        };
        let rate = f64::from(OUTPUT_RATE);
        // The filter observes the device without the slewing done here, so there is no feedback that could oscillate.
        let nominal = segment.nominal();
        self.drift.observe(nominal / rate, (target - nominal) / rate);
        let behind = self.drift.offset() * rate - segment.slewed();
        if behind.abs() > SLEW_THRESHOLD {
            segment.make_slewable()?;
        }
        let slew = self.drift.rate() + behind / rate / CORRECTION_TIME;
        let slew = slew.clamp(-MAX_SLEW, MAX_SLEW);
        if segment.slew(slew)? {
            self.corrections.slew_ppm = slew * 1e6;
        }
        Ok(())
    }

    /// Ends the segment, if there is one.
    fn end_segment(&mut self, sink: &mut Sink) -> Result<()> {
        if let Some(segment) = self.segment.take() {
            self.corrections.frames_slewed += segment.slewed();
            self.corrections.slew_ppm = 0.0;
            self.drift.realign();
            self.frames = segment.finish(sink)?;
        }
        Ok(())
    }

    /// Appends silence.
    fn fill(&mut self, frames: u64, sink: &mut Sink) -> Result<()> {
        let silence = vec![0.0; SILENCE_CHUNK as usize * usize::from(self.channels)];
        let mut left = frames;
        while left > 0 {
            let now = left.min(SILENCE_CHUNK);
            sink(&silence[..now as usize * usize::from(self.channels)])?;
            left -= now;
        }
        self.frames += frames;
        self.corrections.silence_inserted += frames;
        Ok(())
    }
}

/// Number of output frames from `start` to `time`; negative if `time` is earlier.
fn frames_between(start: Timestamp, time: Timestamp) -> f64 {
    let ahead = (time - start).as_nanos() as f64 - (start - time).as_nanos() as f64;
    ahead * f64::from(OUTPUT_RATE) / 1e9
}

#[cfg(test)]
mod tests;
