//! Whether a frame is encoded, waits, or is dropped, by how much encoded media waits already.
use crate::clock::Timestamp;
use crate::recorder::backlog::Backlog;
use crate::recorder::interleaver::TrackOrder;
use std::sync::Arc;
use tracing::debug;

/// Admits the frames of one track to its encoder.
#[derive(Debug)]
pub(crate) struct FrameGate {
    track: usize,
    order: TrackOrder,
    backlog: Arc<Backlog>,
    /// Whether the latest frame was dropped.
    is_dropping: bool,
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    Encode,
    /// It is encoded, but frames before it were dropped.
    EncodeAfterGap,
    Drop,
}

impl FrameGate {
    pub(crate) const fn new(track: usize, order: TrackOrder, backlog: Arc<Backlog>) -> Self {
        Self {
            track,
            order,
            backlog,
            is_dropping: false,
        }
    }

    /// Waits for room in the backlog, except for live video: such frames are dropped instead.
    pub(crate) fn admit(&mut self, time: Timestamp) -> Admission {
        match self.order {
            TrackOrder { live: false, .. } => self.backlog.wait_until_short(),
            TrackOrder { audio: true, .. } => self.backlog.wait_for_room(),
            TrackOrder { audio: false, .. } => {
                if self.backlog.is_too_long_for_video() {
                    return self.drop_frame(time);
                }
            }
        }
        if std::mem::take(&mut self.is_dropping) {
            Admission::EncodeAfterGap
        } else {
            Admission::Encode
        }
    }

    fn drop_frame(&mut self, time: Timestamp) -> Admission {
        if !self.is_dropping {
            debug!(
                track = self.track,
                ?time,
                "encoded media is not read: video frames are dropped"
            );
        }
        self.is_dropping = true;
        Admission::Drop
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::packet;

    fn gate(audio: bool) -> (FrameGate, Arc<Backlog>) {
        let backlog = Arc::new(Backlog::default());
        let order = TrackOrder {
            audio,
            live: true,
            copied: false,
        };
        (FrameGate::new(0, order, backlog.clone()), backlog)
    }

    #[test]
    fn live_video_is_dropped_while_the_backlog_is_long_and_then_told_of_the_gap_once() {
        let (mut gate, backlog) = gate(false);
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::Encode);
        backlog.add(&packet(5000));
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::Drop);
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::Drop);
        backlog.remove(&packet(5000));
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::EncodeAfterGap);
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::Encode);
    }

    #[test]
    fn live_sound_is_not_dropped_for_what_waits_a_few_seconds() {
        let (mut gate, backlog) = gate(true);
        backlog.add(&packet(5000));
        assert_eq!(gate.admit(Timestamp::ZERO), Admission::Encode);
    }
}
