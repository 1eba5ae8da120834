//! Blocks of Opus into sound, to the sample: what is not to be heard is cut off, what is heard has its time.
use super::losses::Losses;
use crate::clock::Timestamp;
use crate::decode::{OPUS_RATE, OpusDecoder};
use crate::error::Result;
use crate::media::{AudioBlock, duration_to_frames, frames_to_duration};
use crate::webm::{Block, Track};
use std::ops::Range;
use std::time::Duration;

/// How far a block's time may be off before there is a gap: below it, times were rounded or jittered when they were
/// written, and the sound goes on seamlessly.
const TOLERANCE: Duration = Duration::from_millis(40);

/// One audio track's decoder, and the times of its samples.
pub(super) struct Sound {
    decoder: OpusDecoder,
    place: Place,
    losses: Losses,
}

/// Where the next samples belong, and which of them are to be heard.
struct Place {
    /// By how much blocks stand later than what is heard of them, in nanoseconds.
    delay: i64,
    /// Sample frames that are still to be cut off the beginning.
    skip: usize,
    run: Option<Run>,
}

/// Sound without a gap: its first sample frame's time, in nanoseconds and perhaps before zero, and how many there
/// were.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: i64,
    frames: u64,
}

impl Run {
    fn end(self) -> i64 {
        self.start.saturating_add(nanos(self.frames))
    }
}

impl Sound {
    pub(super) fn new(decoder: OpusDecoder, track: &Track) -> Self {
        Self {
            place: Place {
                delay: i64::try_from(track.codec_delay.as_nanos()).unwrap_or(i64::MAX),
                skip: decoder.pre_skip(),
                run: None,
            },
            decoder,
            losses: Losses::of("packets of sound"),
        }
    }

    /// What is to be heard of a block; None when it is nothing, or damaged, which is counted.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<AudioBlock>> {
        let channels = self.decoder.channels();
        let samples = match self.decoder.decode(&block.data) {
            Ok(samples) => samples,
            Err(error) => {
                // How long it was is not known: the next block's time tells.
                self.place.run = None;
                return self.losses.add(error, true).map(|()| None);
            }
        };
        let width = usize::from(channels);
        let frames = samples.len() / width;
        let start = self.place.start_of(block, frames);
        let audible = self.place.audible(block, start, frames);
        if audible.is_empty() {
            return Ok(None);
        }
        let time = u64::try_from(start.saturating_add(nanos(audible.start as u64)));
        Ok(Some(AudioBlock {
            time: Timestamp::from_nanos(time.unwrap_or(0)),
            sample_rate: OPUS_RATE,
            channels,
            samples: samples[audible.start * width..audible.end * width].to_vec(),
        }))
    }

    /// What was lost.
    ///
    /// # Errors
    /// `NotReadable` when anything was.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.losses.report()
    }
}

impl Place {
    /// When the first of a block's sample frames is heard: behind the last one's, unless there is a gap.
    fn start_of(&mut self, block: &Block, frames: usize) -> i64 {
        let stamp = i64::try_from(block.time.as_nanos()).unwrap_or(i64::MAX);
        let stamp = stamp.saturating_sub(self.delay);
        let tolerance = TOLERANCE.as_nanos() as u64;
        // Frames that were laced together share one time.
        let goes_on = |run: &Run| block.lace > 0 || run.end().abs_diff(stamp) <= tolerance;
        let run = self.run.filter(goes_on).unwrap_or(Run {
            start: stamp,
            frames: 0,
        });
        self.run = Some(Run {
            frames: run.frames + frames as u64,
            ..run
        });
        run.end()
    }

    /// All but the decoder's delay, what stands before zero, and what the file calls padding, at either end.
    fn audible(&mut self, block: &Block, start: i64, frames: usize) -> Range<usize> {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let before_zero = to_frames(0_i64.saturating_sub(start));
        let padding = block.discard_padding;
        if padding > 0 {
            // Should something follow, its own time tells where it belongs.
            self.run = None;
        }
        let begin = skipped
            .max(before_zero)
            .saturating_add(to_frames(padding.saturating_neg()));
        begin..frames.saturating_sub(to_frames(padding))
    }
}

/// 0 for what is below it.
fn to_frames(nanos: i64) -> usize {
    let length = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
    duration_to_frames(length, OPUS_RATE) as usize
}

fn nanos(frames: u64) -> i64 {
    i64::try_from(frames_to_duration(frames, OPUS_RATE).as_nanos()).unwrap_or(i64::MAX)
}
