//! Which of the frames that a device lost are missing in the recording: all but those lost in pauses.
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Frames that a device lost in pauses, as the encoder thread finds out.
#[derive(Debug, Default)]
pub(crate) struct PauseLosses {
    in_pauses: AtomicU64,
    /// Frames lost before the last pause, if no frame came after it.
    before_end: OnceLock<u64>,
}

/// The encoder thread's part: follows the device's count of lost frames from frame to frame.
#[derive(Debug)]
pub(crate) struct PauseLossTracker<'a> {
    losses: &'a PauseLosses,
    /// Frames lost when the latest frame arrived.
    lost: u64,
    /// Number of the recorded interval of the latest frame in one.
    interval: usize,
}

impl PauseLosses {
    /// How many of `lost` frames are missing in the recording.
    pub(crate) fn missing_of(&self, lost: u64) -> u64 {
        let counted = self.before_end.get().map_or(lost, |&before| lost.min(before));
        counted.saturating_sub(self.in_pauses.load(Ordering::Relaxed))
    }
}

impl<'a> PauseLossTracker<'a> {
    pub(crate) const fn new(losses: &'a PauseLosses) -> Self {
        Self {
            losses,
            lost: 0,
            interval: 0,
        }
    }

    /// A frame arrived when the device had lost `lost`; `interval` is where it is recorded, if anywhere. What was lost
    /// since the frame before it was lost in a pause, unless both are in the same interval.
    pub(crate) fn on_frame(&mut self, lost: u64, interval: Option<usize>) {
        if interval != Some(self.interval) {
            let in_pause = lost - self.lost;
            self.losses.in_pauses.fetch_add(in_pause, Ordering::Relaxed);
        }
        self.lost = lost;
        self.interval = interval.unwrap_or(self.interval);
    }

    /// Number of the recorded interval of the latest frame in one.
    pub(crate) const fn interval(&self) -> usize {
        self.interval
    }

    /// No frame comes after the pause in which, or behind which, the recording was stopped.
    pub(crate) fn end_in_pause(self) {
        // Set once, here.
        let _ = self.losses.before_end.set(self.lost);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_between_frames_of_one_interval_is_missing_and_what_is_lost_in_a_pause_is_not() {
        let losses = PauseLosses::default();
        let mut tracker = PauseLossTracker::new(&losses);
        tracker.on_frame(0, Some(0));
        tracker.on_frame(3, Some(0));
        assert_eq!(losses.missing_of(3), 3);
        // Two are lost before a frame in the pause, five more before the first one behind it.
        tracker.on_frame(5, None);
        tracker.on_frame(10, Some(1));
        tracker.on_frame(11, Some(1));
        assert_eq!(losses.missing_of(11), 4);
        // Nothing came since.
        assert_eq!(losses.missing_of(12), 5);
    }

    #[test]
    fn what_is_lost_in_the_last_pause_is_not_missing_although_no_frame_comes_after_it() {
        let losses = PauseLosses::default();
        let mut tracker = PauseLossTracker::new(&losses);
        tracker.on_frame(2, Some(0));
        assert_eq!(tracker.interval(), 0);
        tracker.end_in_pause();
        assert_eq!(losses.missing_of(100), 2);
    }
}
