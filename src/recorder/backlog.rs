//! How much encoded media of one track waits until the program reads the recording.
use crate::media::Packet;
use crate::recorder::interleaver::LONGEST_STEP;
use crate::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Maximum encoded bytes of a live track that wait.
const MAX_BYTES: usize = 32 << 20;

/// When more encoded video than this waits, frames of live video are dropped: a stall of a disk that spins up, or of a network
/// that is gone for a moment, costs none.
const MAX_LIVE_VIDEO: Duration = Duration::from_secs(20);

/// A track that is not live is encoded no further ahead than this.
const MAX_AHEAD: Duration = Duration::from_millis(500);

/// A copied track is further ahead, so that the recording does not wait for each batch.
const MAX_COPIED_AHEAD: Duration = Duration::from_secs(2);

/// The encoded packets of one track between its encoder, which adds them, and the recording, which removes them.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    budget: Mutex<QueueBudget>,
    removed: Condvar,
}

/// What of the budget is used.
#[derive(Debug, Default)]
struct QueueBudget {
    bytes: usize,
    media: Duration,
    closed: bool,
    /// How many bytes of live video may wait; `None` while the output is not slow.
    room: Option<usize>,
}

impl QueueBudget {
    fn is_ahead(&self) -> bool {
        self.media > MAX_AHEAD
    }

    fn is_far_ahead(&self) -> bool {
        self.media > MAX_COPIED_AHEAD || self.is_full()
    }

    fn is_full(&self) -> bool {
        self.bytes > MAX_BYTES
    }

    /// Everything that is waited for.
    fn bounds(&self) -> [bool; 3] {
        [self.is_ahead(), self.is_far_ahead(), self.is_full()]
    }
}

/// The duration of a packet, which after a gap may be as long as that. No more than what the interleaver waits for counts, or
/// it would wait for packets that are dropped here.
fn media(packet: &Packet) -> Duration {
    packet.duration.min(LONGEST_STEP)
}

impl Backlog {
    pub(crate) fn add(&self, packet: &Packet) {
        let mut budget = self.lock();
        budget.bytes += packet.size();
        budget.media += media(packet);
    }

    pub(crate) fn remove(&self, packet: &Packet) {
        let mut budget = self.lock();
        let before = budget.bounds();
        budget.bytes = budget.bytes.saturating_sub(packet.size());
        budget.media = budget.media.saturating_sub(media(packet));
        if before != budget.bounds() {
            self.removed.notify_all();
        }
    }

    /// Duration of the encoded media that waits.
    pub(crate) fn media(&self) -> Duration {
        self.lock().media
    }

    /// No packet will be removed any more: ends all waits.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.removed.notify_all();
    }

    /// Whether live video frames must be dropped.
    pub(crate) fn is_too_long_for_video(&self) -> bool {
        let budget = self.lock();
        budget.media > MAX_LIVE_VIDEO
            || budget.is_full()
            || budget.room.is_some_and(|room| budget.bytes > room)
    }

    /// Sets how many bytes of live video may wait; `None` for what the output has time for sooner or later.
    pub(crate) fn set_room(&self, room: Option<usize>) {
        self.lock().room = room;
    }

    /// Encoded bytes that wait.
    pub(crate) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Blocks until a track that is not live may be encoded further.
    pub(crate) fn wait_until_short(&self) {
        self.wait_while(QueueBudget::is_ahead);
    }

    /// Blocks until a track may be copied further.
    pub(crate) fn wait_until_not_far_ahead(&self) {
        self.wait_while(QueueBudget::is_far_ahead);
    }

    /// Blocks until live audio may be encoded further; it is small, and never dropped here.
    pub(crate) fn wait_for_room(&self) {
        self.wait_while(QueueBudget::is_full);
    }

    fn wait_while(&self, too_much: impl Fn(&QueueBudget) -> bool) {
        let mut budget = self.lock();
        while too_much(&budget) && !budget.closed {
            budget = self.removed.wait(budget);
        }
    }

    fn lock(&self) -> MutexGuard<'_, QueueBudget> {
        self.budget.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::packet;
    use std::sync::Arc;

    #[test]
    fn live_video_pauses_at_twenty_seconds_of_backlog_and_goes_on_when_it_is_drained() {
        let backlog = Backlog::default();
        (0..25).for_each(|_| backlog.add(&packet(800)));
        assert!(!backlog.is_too_long_for_video());
        backlog.add(&packet(1));
        assert!(backlog.is_too_long_for_video());
        backlog.remove(&packet(800));
        assert!(!backlog.is_too_long_for_video());
    }

    #[test]
    fn one_packet_after_a_long_gap_is_no_long_backlog() {
        let backlog = Backlog::default();
        backlog.add(&packet(60_000));
        assert!(!backlog.is_too_long_for_video());
        backlog.remove(&packet(60_000));
        assert_eq!(backlog.media(), Duration::ZERO);
    }

    #[test]
    fn of_live_video_no_more_waits_than_a_slow_output_has_room_for() {
        let backlog = Backlog::default();
        backlog.set_room(Some(150));
        backlog.add(&packet(33));
        assert!(!backlog.is_too_long_for_video());
        backlog.add(&packet(33));
        assert!(backlog.is_too_long_for_video());
        backlog.set_room(None);
        assert!(!backlog.is_too_long_for_video());
    }

    #[test]
    fn a_patient_track_waits_until_what_it_made_is_taken_or_nobody_will() {
        let backlog = Arc::new(Backlog::default());
        backlog.add(&packet(1000));
        let waiting = {
            let backlog = backlog.clone();
            std::thread::spawn(move || backlog.wait_until_short())
        };
        backlog.remove(&packet(1000));
        waiting.join().unwrap();
        backlog.add(&packet(5000));
        backlog.close();
        backlog.wait_until_short();
    }
}
