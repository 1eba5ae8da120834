//! How fast files are read.
use crate::clock::{Clock, Timestamp};
use crate::streams::WeakStream;
use crate::streams::source::FrameSender;
use crate::streams::track_frame::TrackFrame;
use std::sync::{Arc, OnceLock};

/// How fast files are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadRate {
    /// As fast as the recording encodes. The default.
    #[default]
    Unpaced,
    /// At playback speed.
    Realtime,
}

/// Delays frames until they are due, if files are read in real time. All files of a stream have the same epoch.
#[derive(Clone)]
pub(super) struct Pacer {
    pub(super) read_rate: ReadRate,
    pub(super) clock: Clock,
    /// When the first frame was delivered.
    pub(super) epoch: Arc<OnceLock<Timestamp>>,
    /// The stream of the tracks, once it exists.
    pub(super) stream: Arc<OnceLock<WeakStream>>,
}

impl Pacer {
    /// Whether frames are delayed at all.
    pub(super) fn delays(&self) -> bool {
        self.read_rate == ReadRate::Realtime
    }

    /// Waits until a frame is due. Returns `false` if the source should end.
    pub(super) fn wait<T: TrackFrame>(&self, sender: &FrameSender<T>, media_time: Timestamp) -> bool {
        if !self.delays() {
            return true;
        }
        if !sender.wait_for_listener() {
            return false;
        }
        let epoch = *self.epoch.get_or_init(|| self.clock.now());
        sender.wait_until(&self.clock, epoch + (media_time - Timestamp::ZERO))
    }
}
