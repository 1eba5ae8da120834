//! What the encoder thread of one track counts, for the statistics of the recording, and what is requested of it.
use crate::recorder::key_frame_request::KeyFrameRequest;
use crate::recorder::level::Level;
use crate::recorder::pause_losses::PauseLosses;
use crate::recorder::recording_stats::Losses;
use crate::sound::AudioCorrections;
use crate::streams::listener::Connection;
use crate::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counters of one track, shared by its encoder thread and the recording.
#[derive(Debug, Default)]
pub(crate) struct TrackCounters {
    /// Frames that reached the encoder thread.
    pub(crate) arrived: AtomicU64,
    /// Frames that were encoded.
    pub(crate) encoded: AtomicU64,
    /// Video frames that were dropped because of a full backlog.
    pub(crate) unread: AtomicU64,
    /// Video frames that were dropped because the encoder had no time for them, and packets that came too late.
    pub(crate) stale: AtomicU64,
    /// Frames that had been captured at the stop, encoded or not.
    pub(crate) captured: AtomicU64,
    /// Whether the recording is over for the encoder: nobody counts what becomes of its frames.
    pub(crate) abandoned: AtomicBool,
    pub(crate) pause_losses: PauseLosses,
    pub(crate) corrections: Mutex<AudioCorrections>,
    pub(crate) level: Mutex<Level>,
    pub(crate) key_frame: KeyFrameRequest,
}

impl TrackCounters {
    /// Frames that were lost between this source and the file.
    pub(crate) fn losses(&self, source: &dyn Connection) -> Losses {
        Losses {
            device: self.pause_losses.missing_of(source.lost()),
            encoder: source.dropped() + self.stale.load(Ordering::Relaxed),
            output: self.unread.load(Ordering::Relaxed),
        }
    }

    /// Frames that this source captured, of which these were lost.
    pub(crate) fn captured_so_far(&self, source: &dyn Connection, losses: Losses) -> u64 {
        self.arrived.load(Ordering::Relaxed) + losses.device + source.dropped()
    }
}
