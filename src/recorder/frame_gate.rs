//! Whether a frame is encoded, waits, or is dropped: by how much encoded media waits already, and by how stale it is.
use crate::clock::Timestamp;
use crate::recorder::backlog::Backlog;
use crate::recorder::interleaver::TrackOrder;
use crate::recorder::watermark::Watermark;
use std::sync::Arc;
use std::time::Duration;
use tracing::{debug, trace};

/// Live video frames that are older than this are dropped while newer ones wait. Less than the interleaver waits for video.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// For so long after a stop video is still encoded.
pub(crate) const STOP_BUDGET: Duration = Duration::from_millis(500);

/// Admits the frames of one track to its encoder.
#[derive(Debug)]
pub(crate) struct FrameGate {
    track: usize,
    order: TrackOrder,
    backlog: Arc<Backlog>,
    watermark: Arc<Watermark>,
    /// The shortest time that a frame took to get here, which may be far from zero: not all sources have the clock's time.
    least_age: Option<Duration>,
    /// Whether the latest frame was dropped for the output.
    is_dropping: bool,
}

/// A frame that is to be encoded, and what its age depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// Capture time.
    pub(crate) captured: Timestamp,
    /// Media time.
    pub(crate) time: Timestamp,
    pub(crate) now: Timestamp,
    /// When the recording was stopped.
    pub(crate) stopped: Option<Timestamp>,
    /// Number of newer frames in the queue.
    pub(crate) waiting: usize,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Encode,
    Drop(DropReason),
}

/// Why a frame is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DropReason {
    /// Encoded media is not read.
    Output,
    /// The encoder has no time for it.
    Stale,
}

impl FrameGate {
    pub(crate) const fn new(
        track: usize,
        order: TrackOrder,
        backlog: Arc<Backlog>,
        watermark: Arc<Watermark>,
    ) -> Self {
        Self {
            track,
            order,
            backlog,
            watermark,
            least_age: None,
            is_dropping: false,
        }
    }

    /// Waits for room in the backlog, except for live video: such frames are dropped instead. Live frames that are
    /// admitted are registered with the interleaver. No key frame follows those that are dropped, as the encoder does not refer
    /// to what it never had: one takes the time and the bytes of several other frames, and those are what is short.
    pub(crate) fn admit(&mut self, frame: Arrival) -> Admission {
        match self.order {
            TrackOrder {
                copied: true,
                live: false,
                ..
            } => self.backlog.wait_until_not_far_ahead(),
            TrackOrder { live: false, .. } => self.backlog.wait_until_short(),
            TrackOrder {
                copied: true,
                audio: true,
                ..
            } => self.backlog.wait_for_room(),
            TrackOrder { copied: true, .. } => {
                if self.backlog.is_too_long_for_video() {
                    return self.drop_for_output(frame.time);
                }
            }
            TrackOrder { audio: true, .. } => {
                self.backlog.wait_for_room();
                self.watermark.hold(self.track, frame.time);
            }
            TrackOrder { audio: false, .. } => {
                if self.backlog.is_too_long_for_video() {
                    return self.drop_for_output(frame.time);
                }
                if self.is_stale(frame) || !self.watermark.claim(self.track, frame.time) {
                    trace!(track = self.track, time = ?frame.time, "a stale video frame is dropped");
                    return Admission::Drop(DropReason::Stale);
                }
            }
        }
        self.is_dropping = false;
        Admission::Encode
    }

    fn is_stale(&mut self, frame: Arrival) -> bool {
        let age = frame.now - frame.captured;
        let least = self.least_age.map_or(age, |least| least.min(age));
        self.least_age = Some(least);
        let is_old = frame.waiting > 0 && age.saturating_sub(least) > MAX_DELAY;
        is_old || frame.stopped.is_some_and(|stop| frame.now - stop > STOP_BUDGET)
    }

    fn drop_for_output(&mut self, time: Timestamp) -> Admission {
        if !self.is_dropping {
            debug!(
                track = self.track,
                ?time,
                "encoded media is not read: video frames are dropped"
            );
        }
        self.is_dropping = true;
        Admission::Drop(DropReason::Output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{ms, packet};

    fn gate(audio: bool) -> (FrameGate, Arc<Backlog>, Arc<Watermark>) {
        let (backlog, watermark) = (Arc::new(Backlog::default()), Arc::new(Watermark::new(1)));
        let order = TrackOrder {
            audio,
            live: true,
            copied: false,
        };
        let gate = FrameGate::new(0, order, backlog.clone(), watermark.clone());
        (gate, backlog, watermark)
    }

    /// A frame captured at this millisecond that reaches the encoder thread at that one, with others behind it.
    const fn arrival(captured: u64, now: u64, waiting: usize) -> Arrival {
        Arrival {
            captured: ms(captured),
            time: ms(captured),
            now: ms(now),
            stopped: None,
            waiting,
        }
    }

    #[test]
    fn live_video_is_dropped_while_the_backlog_is_long() {
        let (mut gate, backlog, _) = gate(false);
        assert_eq!(gate.admit(arrival(0, 0, 0)), Admission::Encode);
        (0..24).for_each(|_| backlog.add(&packet(850)));
        for time in [33, 67] {
            let dropped = Admission::Drop(DropReason::Output);
            assert_eq!(gate.admit(arrival(time, time, 0)), dropped);
        }
        backlog.remove(&packet(850));
        assert_eq!(gate.admit(arrival(100, 100, 0)), Admission::Encode);
    }

    #[test]
    fn live_audio_is_not_dropped_for_what_waits_a_few_seconds_nor_for_its_age() {
        let (mut gate, backlog, _) = gate(true);
        (0..24).for_each(|_| backlog.add(&packet(850)));
        assert_eq!(gate.admit(arrival(0, 0, 0)), Admission::Encode);
        let last = Arrival {
            stopped: Some(ms(3000)),
            ..arrival(10, 4000, 100)
        };
        assert_eq!(gate.admit(last), Admission::Encode);
    }

    #[test]
    fn the_stalest_frames_of_a_camera_are_dropped_while_newer_ones_wait() {
        let (mut gate, ..) = gate(false);
        // This camera takes 80 ms, which are not the encoder's.
        assert_eq!(gate.admit(arrival(0, 80, 0)), Admission::Encode);
        assert_eq!(gate.admit(arrival(100, 680, 9)), Admission::Encode);
        assert_eq!(
            gate.admit(arrival(133, 714, 8)),
            Admission::Drop(DropReason::Stale)
        );
        assert_eq!(gate.admit(arrival(214, 714, 7)), Admission::Encode);
        // The newest is encoded, however old it is.
        assert_eq!(gate.admit(arrival(200, 5000, 0)), Admission::Encode);
    }

    #[test]
    fn a_source_with_times_of_its_own_is_not_taken_for_stale() {
        let (mut gate, ..) = gate(false);
        for frame in 0..100 {
            let now = 60_000 + frame * 33;
            assert_eq!(gate.admit(arrival(frame * 33, now, 3)), Admission::Encode);
        }
    }

    #[test]
    fn a_frame_whose_time_has_passed_is_dropped_before_the_encoder() {
        let (mut gate, _, watermark) = gate(false);
        assert!(watermark.pass(ms(1000), [].into_iter()));
        let dropped = Admission::Drop(DropReason::Stale);
        assert_eq!(gate.admit(arrival(900, 910, 0)), dropped);
        assert_eq!(gate.admit(arrival(1010, 1020, 0)), Admission::Encode);
        // And the file does not go past what it has.
        assert!(!watermark.pass(ms(9000), [0].into_iter()));
    }

    #[test]
    fn half_a_second_after_a_stop_video_is_not_encoded_any_more() {
        let (mut gate, ..) = gate(false);
        let after = |now| Arrival {
            stopped: Some(ms(1000)),
            ..arrival(990, now, 0)
        };
        assert_eq!(gate.admit(after(1500)), Admission::Encode);
        assert_eq!(gate.admit(after(1501)), Admission::Drop(DropReason::Stale));
    }
}
