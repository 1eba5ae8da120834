//! Decodes the blocks of a track to audio with sample accuracy; pre-skip and padding are trimmed.
use super::error_counts::ErrorCounts;
use crate::clock::Timestamp;
use crate::decode::{AudioDecoder, OPUS_RATE};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, duration_to_frames, frames_to_duration};
use crate::webm::{Block, Track};
use std::ops::Range;
use std::time::Duration;

/// Deviation of a block's time up to which it is rounding or jitter, and audio is continuous; beyond it is a gap.
const TOLERANCE: Duration = Duration::from_millis(40);

/// The decoder of an audio track.
pub(super) struct TrackAudioDecoder {
    /// The decoder, or why there is none.
    decoder: std::result::Result<Box<dyn AudioDecoder>, String>,
    position: Position,
    errors: ErrorCounts,
}

/// Position of the next samples, and which of them are audible.
struct Position {
    /// Codec delay in nanoseconds.
    delay: i64,
    sample_rate: u32,
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
    fn end(self, sample_rate: u32) -> i64 {
        self.start.saturating_add(nanos(self.frames, sample_rate))
    }
}

impl TrackAudioDecoder {
    pub(super) fn new(decoder: std::result::Result<Box<dyn AudioDecoder>, String>, track: &Track) -> Self {
        Self {
            position: Position {
                delay: i64::try_from(track.codec_delay.as_nanos()).unwrap_or(i64::MAX),
                sample_rate: decoder
                    .as_ref()
                    .map_or(OPUS_RATE, |decoder| decoder.format().sample_rate),
                skip: decoder.as_ref().map_or(0, |decoder| decoder.pre_skip()),
                segment: None,
            },
            decoder,
            errors: ErrorCounts::new("audio packets"),
        }
    }

    /// Why there is no decoder.
    pub(super) fn undecodable(&self) -> Option<&str> {
        self.decoder.as_ref().err().map(String::as_str)
    }

    /// Returns the audible samples of a block; `None` if there are none, or the block is damaged, which is counted.
    ///
    /// # Errors
    /// `NotSupported` if there is no decoder.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<AudioBlock>> {
        let decoder = self.decoder.as_mut();
        let decoder = decoder.map_err(|why| Error::not_supported(why.clone()))?;
        let AudioFormat {
            sample_rate,
            channels,
        } = decoder.format();
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
        if frames == 0 {
            // The samples of the next block begin at its own time.
            return Ok(None);
        }
        let start = self.position.start_of(block, frames);
        let audible = self.position.audible(block, start, frames);
        if audible.is_empty() {
            return Ok(None);
        }
        let time = u64::try_from(start.saturating_add(nanos(audible.start as u64, sample_rate)));
        Ok(Some(AudioBlock {
            time: Timestamp::from_nanos(time.unwrap_or(0)),
            sample_rate,
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
        let rate = self.sample_rate;
        let is_continuous =
            |segment: &Segment| block.lace > 0 || segment.end(rate).abs_diff(stamp) <= tolerance;
        let segment = self.segment.filter(is_continuous).unwrap_or(Segment {
            start: stamp,
            frames: 0,
        });
        self.segment = Some(Segment {
            frames: segment.frames + frames as u64,
            ..segment
        });
        segment.end(rate)
    }

    /// The sample frames without pre-skip, negative times and padding at either end.
    fn audible(&mut self, block: &Block, start: i64, frames: usize) -> Range<usize> {
        let skipped = self.skip.min(frames);
        self.skip -= skipped;
        let rate = self.sample_rate;
        let before_zero = to_frames(0_i64.saturating_sub(start), rate);
        let padding = block.discard_padding;
        if padding > 0 {
            // If another block follows, use its time.
            self.segment = None;
        }
        let begin = skipped
            .max(before_zero)
            .saturating_add(to_frames(padding.saturating_neg(), rate));
        begin..frames.saturating_sub(to_frames(padding, rate))
    }
}

/// Negative durations are 0.
fn to_frames(nanos: i64, sample_rate: u32) -> usize {
    let length = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
    duration_to_frames(length, sample_rate) as usize
}

fn nanos(frames: u64, sample_rate: u32) -> i64 {
    i64::try_from(frames_to_duration(frames, sample_rate).as_nanos()).unwrap_or(i64::MAX)
}
