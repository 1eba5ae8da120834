//! Decodes VP8 or VP9 blocks to video frames with their times.
use super::error_counts::ErrorCounts;
use crate::clock::Timestamp;
use crate::decode::VpxDecoder;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::webm::{Block, Track};
use std::sync::Arc;
use std::time::Duration;

/// Deviation of a frame duration from the nominal one: times are whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(1);
/// Minimum distance of frames with the same time.
const MIN_STEP: Duration = Duration::from_micros(1);

/// The decoder of a video track.
pub(super) struct TrackVideoDecoder {
    /// The decoder, or why there is none.
    decoder: std::result::Result<VpxDecoder, String>,
    delay: Duration,
    nominal: Option<Duration>,
    last: Option<Timestamp>,
    errors: ErrorCounts,
}

impl TrackVideoDecoder {
    pub(super) fn new(decoder: std::result::Result<VpxDecoder, String>, track: &Track) -> Self {
        Self {
            decoder,
            delay: track.codec_delay,
            nominal: track.default_duration,
            last: None,
            errors: ErrorCounts::new("video frames"),
        }
    }

    /// Returns the frame of a block; `None` if it is invisible, or damaged or out of order, which is counted.
    ///
    /// # Errors
    /// `NotSupported` if there is no decoder or it does not support the first frame.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<VideoFrame>> {
        let decoder = self.decoder.as_mut();
        let decoder = decoder.map_err(|why| Error::not_supported(why.clone()))?;
        let picture = match decoder.decode(&block.data) {
            Ok(Some(picture)) => picture,
            Ok(None) => return Ok(None),
            Err(error) => return self.errors.add(error, self.last.is_some()).map(|()| None),
        };
        let stamp = Timestamp::ZERO + (block.time - Timestamp::ZERO).saturating_sub(self.delay);
        let Some(time) = self.ordered(stamp) else {
            self.errors.add_late();
            return Ok(None);
        };
        let duration = block.duration.or_else(|| self.nominal_step(time));
        self.last = Some(time);
        Ok(Some(VideoFrame {
            time,
            duration,
            picture: Arc::new(picture),
        }))
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

/// The nominal frame duration, if the distance from the last frame agrees.
pub(super) fn nominal_step(nominal: Option<Duration>, step: Option<Duration>) -> Option<Duration> {
    nominal.filter(|nominal| step.is_none_or(|step| step.abs_diff(*nominal) <= ROUNDING))
}
