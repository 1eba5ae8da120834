//! When key frames are due.
use crate::clock::Timestamp;
use crate::encode::video_options::KeyFrameInterval;

/// The key frames of one track so far, and when the next one is due.
#[derive(Debug)]
pub(crate) struct KeyFrames {
    interval: KeyFrameInterval,
    /// Time of the last key frame, and number of frames since then, the key frame included.
    last: Option<(Timestamp, u32)>,
}

impl KeyFrames {
    /// The first frame is due to be one.
    pub(crate) const fn new(interval: KeyFrameInterval) -> Self {
        Self { interval, last: None }
    }

    /// Whether the next frame, of this time, is to be a key frame.
    pub(crate) fn is_due(&self, time: Timestamp) -> bool {
        match (self.last, self.interval) {
            (None, _) => true,
            (Some((last, _)), KeyFrameInterval::Duration(interval)) => time - last >= interval,
            (Some((_, frames)), KeyFrameInterval::Count(count)) => frames >= count,
        }
    }

    /// Counts a frame.
    pub(crate) fn add(&mut self, time: Timestamp, is_key: bool) {
        self.last = match self.last {
            Some((last, frames)) if !is_key => Some((last, frames + 1)),
            _ => Some((time, 1)),
        };
    }

    /// Makes the next frame due.
    pub(crate) fn restart(&mut self) {
        self.last = None;
    }
}
