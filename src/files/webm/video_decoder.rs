//! Blocks of VP8 or VP9 into pictures at their times.
use super::losses::Losses;
use crate::clock::Timestamp;
use crate::decode::VpxDecoder;
use crate::error::{Error, Result};
use crate::media::VideoFrame;
use crate::webm::{Block, Track};
use std::sync::Arc;
use std::time::Duration;

/// How far a step may be off the nominal one: times are whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(1);
/// Pictures with the same time are put so far apart.
const LEAST_STEP: Duration = Duration::from_micros(1);

/// One video track's decoder, and the times of what it shows.
pub(super) struct Pictures {
    /// Or why there is none.
    decoder: std::result::Result<VpxDecoder, String>,
    delay: Duration,
    nominal: Option<Duration>,
    last: Option<Timestamp>,
    losses: Losses,
}

impl Pictures {
    pub(super) fn new(decoder: std::result::Result<VpxDecoder, String>, track: &Track) -> Self {
        Self {
            decoder,
            delay: track.codec_delay,
            nominal: track.default_duration,
            last: None,
            losses: Losses::of("pictures"),
        }
    }

    /// The picture of a block; None when it shows none, or is damaged, which is counted.
    ///
    /// # Errors
    /// `NotSupported` without a decoder, and when the first picture is one that cannot be decoded.
    pub(super) fn decode(&mut self, block: &Block) -> Result<Option<VideoFrame>> {
        let decoder = self.decoder.as_mut();
        let decoder = decoder.map_err(|why| Error::not_supported(why.clone()))?;
        let picture = match decoder.decode(&block.data) {
            Ok(Some(picture)) => picture,
            Ok(None) => return Ok(None),
            Err(error) => return self.losses.add(error, self.last.is_some()).map(|()| None),
        };
        let stamp = Timestamp::ZERO + (block.time - Timestamp::ZERO).saturating_sub(self.delay);
        let Some(time) = self.place(stamp) else {
            self.losses.add_late();
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

    /// What was lost.
    ///
    /// # Errors
    /// `NotReadable` when anything was.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.losses.report()
    }

    /// Later than the last one, if only just; None for one that comes from behind it.
    fn place(&self, stamp: Timestamp) -> Option<Timestamp> {
        match self.last {
            Some(last) if stamp + ROUNDING < last => None,
            Some(last) => Some(stamp.max(last + LEAST_STEP)),
            None => Some(stamp),
        }
    }

    /// The track's frame length, as long as the times go by it: files of variable rates may say one, too.
    fn nominal_step(&self, time: Timestamp) -> Option<Duration> {
        nominal_step(self.nominal, self.last.map(|last| time - last))
    }
}

/// The nominal frame length, if the step from the last frame is one.
pub(super) fn nominal_step(nominal: Option<Duration>, step: Option<Duration>) -> Option<Duration> {
    nominal.filter(|nominal| step.is_none_or(|step| step.abs_diff(*nominal) <= ROUNDING))
}
