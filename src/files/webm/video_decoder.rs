//! Decodes the blocks of a track to video frames with their times.
use super::error_counts::ErrorCounts;
use crate::clock::Timestamp;
use crate::decode::VideoDecoder;
use crate::error::{Error, Result};
use crate::media::{Picture, VideoFrame};
use crate::webm::{Block, Track, nominal_step};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

/// Deviation of a frame duration from the nominal one: times are whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(1);
/// Minimum distance of frames with the same time.
const MIN_STEP: Duration = Duration::from_micros(1);
/// Frames that a decoder holds back at most; H.264 allows 16.
const MAX_PENDING: usize = 32;

/// The decoder of a video track.
pub(super) struct TrackVideoDecoder {
    /// The decoder, or why there is none.
    decoder: std::result::Result<Box<dyn VideoDecoder>, String>,
    delay: Duration,
    nominal: Option<Duration>,
    last: Option<Timestamp>,
    /// Whether there was a key frame: without one, decoders drop frames in silence.
    has_key: bool,
    /// Of a decoder that reorders: presentation times of packets whose frames are still to come.
    pending: BinaryHeap<Reverse<Timestamp>>,
    errors: ErrorCounts,
}

impl TrackVideoDecoder {
    pub(super) fn new(decoder: std::result::Result<Box<dyn VideoDecoder>, String>, track: &Track) -> Self {
        Self {
            decoder,
            delay: track.codec_delay,
            nominal: track.default_duration,
            last: None,
            has_key: false,
            pending: BinaryHeap::new(),
            errors: ErrorCounts::new("video frames"),
        }
    }

    /// Why there is no decoder.
    pub(super) fn undecodable(&self) -> Option<&str> {
        self.decoder.as_ref().err().map(String::as_str)
    }

    /// Returns the frame of a block; `None` if it is invisible, or damaged or out of order, which is counted.
    ///
    /// # Errors
    /// `NotSupported` if there is no decoder or it does not support the first frame.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<VideoFrame>> {
        let decoder = self.decoder.as_mut();
        let decoder = decoder.map_err(|why| Error::not_supported(why.clone()))?;
        if !self.has_key && !block.key {
            let error = Error::not_readable("there is no key frame before it");
            return self.errors.add(error, true).map(|()| None);
        }
        self.has_key = true;
        let stamp = Timestamp::ZERO + (block.time - Timestamp::ZERO).saturating_sub(self.delay);
        let reorders = decoder.reorders();
        if reorders {
            self.pending.push(Reverse(stamp));
        }
        let picture = match decoder.decode(&block.data) {
            Ok(Some(picture)) => picture,
            Ok(None) => {
                self.forget_lost();
                return Ok(None);
            }
            Err(error) => {
                self.pending.retain(|&Reverse(pending)| pending != stamp);
                return self.errors.add(error, self.last.is_some()).map(|()| None);
            }
        };
        if reorders {
            let first = self.pending.pop().map_or(stamp, |Reverse(first)| first);
            return Ok(self.frame(picture, first, None));
        }
        Ok(self.frame(picture, stamp, block.duration))
    }

    /// Returns the frames that are still in the decoder, after the last block.
    pub(super) fn flush(&mut self) -> Result<Vec<VideoFrame>> {
        let Ok(decoder) = self.decoder.as_mut() else {
            return Ok(Vec::new());
        };
        let pictures = decoder.flush()?;
        let mut frames = Vec::new();
        for picture in pictures {
            if let Some(Reverse(stamp)) = self.pending.pop() {
                frames.extend(self.frame(picture, stamp, None));
            }
        }
        Ok(frames)
    }

    /// Frames that never come must not delay the times of the others.
    fn forget_lost(&mut self) {
        if self.pending.len() > MAX_PENDING {
            self.pending.pop();
        }
    }

    /// The frame of a picture; `None` if it is out of order, which is counted.
    fn frame(
        &mut self,
        picture: Picture,
        stamp: Timestamp,
        duration: Option<Duration>,
    ) -> Option<VideoFrame> {
        let Some(time) = self.ordered(stamp) else {
            self.errors.add_late();
            return None;
        };
        let duration = duration.or_else(|| self.nominal_step(time));
        self.last = Some(time);
        Some(VideoFrame {
            time,
            duration,
            picture: Arc::new(picture),
        })
    }

    /// Reports damaged and dropped packets.
    ///
    /// # Errors
    /// `NotReadable` if there were any.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.errors.report()
    }

    /// A time later than that of the last frame; `None` if the frame is out of order.
    fn ordered(&self, stamp: Timestamp) -> Option<Timestamp> {
        match self.last {
            Some(last) if stamp + ROUNDING < last => None,
            Some(last) => Some(stamp.max(last + MIN_STEP)),
            None => Some(stamp),
        }
    }

    /// The nominal frame duration, if the times agree: files with a variable rate may have one, too.
    fn nominal_step(&self, time: Timestamp) -> Option<Duration> {
        nominal_step(self.nominal, self.last.map(|last| time - last))
    }
}
