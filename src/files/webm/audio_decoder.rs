//! Decodes Opus blocks to audio with sample accuracy; pre-skip and padding are trimmed.
use super::error_counts::ErrorCounts;
use crate::clock::Timestamp;
use crate::decode::{OPUS_RATE, OpusDecoder};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, duration_to_frames, frames_to_duration};
use crate::webm::{Block, Track};
use std::ops::Range;
use std::time::Duration;

/// Deviation of a block's time up to which it is rounding or jitter, and audio is continuous; beyond it is a gap.
const TOLERANCE: Duration = Duration::from_millis(40);

/// The decoder of an audio track.
pub(super) struct TrackAudioDecoder {
    /// The decoder, or why there is none.
    decoder: std::result::Result<OpusDecoder, String>,
    position: Position,
    errors: ErrorCounts,
}

/// Position of the next samples, and which of them are audible.
struct Position {
    /// Codec delay in nanoseconds.
    delay: i64,
    /// Sample frames still to be trimmed at the start.
    skip: usize,
    segment: Option<Segment>,
}

/// Audio without a gap: time of the first sample frame in nanoseconds, which may be negative, and number of sample frames.
#[derive(Clone, Copy, Debug)]
struct Segment {
    start: i64,
    frames: u64,
}

impl Segment {
    fn end(self) -> i64 {
        self.start.saturating_add(nanos(self.frames))
    }
}

impl TrackAudioDecoder {
    pub(super) fn new(decoder: std::result::Result<OpusDecoder, String>, track: &Track) -> Self {
        Self {
            position: Position {
                delay: i64::try_from(track.codec_delay.as_nanos()).unwrap_or(i64::MAX),
                skip: decoder.as_ref().map_or(0, OpusDecoder::pre_skip),
                segment: None,
            },
            decoder,
            errors: ErrorCounts::new("audio packets"),
        }
    }

    /// Returns the audible samples of a block; `None` if there are none, or the block is damaged, which is counted.
    ///
    /// # Errors
    /// `NotSupported` if there is no decoder.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<AudioBlock>> {
        let decoder = self.decoder.as_mut();
        let decoder = decoder.map_err(|why| Error::not_supported(why.clone()))?;
        let channels = decoder.channels();
        let samples = match decoder.decode(&block.data) {
            Ok(samples) => samples,
            Err(error) => {
                // Its duration is unknown: use the time of the next block.
                self.position.segment = None;
                return self.errors.add(error, true).map(|()| None);
            }
        };
        let width = usize::from(channels);
        let frames = samples.len() / width;
        let start = self.position.start_of(block, frames);
        let audible = self.position.audible(block, start, frames);
        if audible.is_empty() {
            return Ok(None);
        }
        let time = u64::try_from(start.saturating_add(nanos(audible.start as u64)));
        Ok(Some(AudioBlock {
            time: Timestamp::from_nanos(time.unwrap_or(0)),
            sample_rate: OPUS_RATE,
            channels,
            samples: samples[audible.start * width..audible.end * width].into(),
        }))
    }

    /// Reports damaged and dropped packets.
    ///
    /// # Errors
    /// `NotReadable` if there were any.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.errors.report()
    }
}

impl Position {
    /// Time of the first sample frame of a block: the end of the previous block, unless there is a gap.
    fn start_of(&mut self, block: &Block, frames: usize) -> i64 {
        let stamp = i64::try_from(block.time.as_nanos()).unwrap_or(i64::MAX);
        let stamp = stamp.saturating_sub(self.delay);
        let tolerance = TOLERANCE.as_nanos() as u64;
        // Laced frames share one time.
        let is_continuous = |segment: &Segment| block.lace > 0 || segment.end().abs_diff(stamp) <= tolerance;
        let segment = self.segment.filter(is_continuous).unwrap_or(Segment {
            start: stamp,
            frames: 0,
        });
        self.segment = Some(Segment {
            frames: segment.frames + frames as u64,
            ..segment
        });
        segment.end()
    }

    /// The sample frames without pre-skip, negative times and padding at either end.
    fn audible(&mut self, block: &Block, start: i64, frames: usize) -> Range<usize> {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let before_zero = to_frames(0_i64.saturating_sub(start));
        let padding = block.discard_padding;
        if padding > 0 {
            // If another block follows, use its time.
            self.segment = None;
        }
        let begin = skipped
            .max(before_zero)
            .saturating_add(to_frames(padding.saturating_neg()));
        begin..frames.saturating_sub(to_frames(padding))
    }
}

/// Negative durations are 0.
fn to_frames(nanos: i64) -> usize {
    let length = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
    duration_to_frames(length, OPUS_RATE) as usize
}

fn nanos(frames: u64) -> i64 {
    i64::try_from(frames_to_duration(frames, OPUS_RATE).as_nanos()).unwrap_or(i64::MAX)
}
