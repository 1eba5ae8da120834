//! Until when a recording waits for its tracks. Time is an argument.
use crate::clock::Timestamp;
use std::time::Duration;

/// Live video that is not encoded by this time after a stop is dropped, so that audio has the rest of the time.
const STOP_TIMEOUT_OF_VIDEO: Duration = Duration::from_secs(1);

/// Encoders that have not finished by this time after a stop are abandoned.
const STOP_TIMEOUT: Duration = Duration::from_millis(1500);

/// A live recording with a maximum duration waits this much longer for the last media.
const MEDIA_TIMEOUT: Duration = Duration::from_secs(1);

/// A point on the recording's clock, and what times out there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// No timeout.
    #[default]
    Never,
    /// Live media of the maximum duration has arrived by then.
    OfMedia(Timestamp),
    /// The same during a pause: the time left after it.
    Held(Duration),
    /// Stopped encoders of live video have finished by then; the others may take until the second time.
    OfStoppedVideo(Timestamp, Timestamp),
    /// Stopped encoders have finished by then.
    OfStop(Timestamp),
}

impl Deadline {
    /// The deadline of live media that begins now and has this length.
    pub(crate) fn of_media(now: Timestamp, length: Duration) -> Self {
        Self::OfMedia(now + length + MEDIA_TIMEOUT)
    }

    /// The deadline of a stop that is made now.
    pub(crate) fn of_stop(now: Timestamp) -> Self {
        Self::OfStoppedVideo(now + STOP_TIMEOUT_OF_VIDEO, now + STOP_TIMEOUT)
    }

    /// The time by which a stop is over, if there was one; otherwise that of a stop that is made now.
    pub(crate) fn end_of_stop(self, now: Timestamp) -> Timestamp {
        match self {
            Self::OfStop(at) | Self::OfStoppedVideo(_, at) => at,
            Self::Never | Self::OfMedia(_) | Self::Held(_) => now + STOP_TIMEOUT,
        }
    }

    /// How long to wait for it; `None` is without limit.
    pub(crate) fn wait(self, now: Timestamp) -> Option<Duration> {
        match self {
            Self::OfMedia(at) | Self::OfStoppedVideo(at, _) | Self::OfStop(at) => Some(at - now),
            Self::Never | Self::Held(_) => None,
        }
    }

    /// Suspends it for a pause, in which no media arrives.
    pub(crate) fn held(self, now: Timestamp) -> Self {
        match self {
            Self::OfMedia(at) => Self::Held(at - now),
            other => other,
        }
    }

    /// Resumes it after the pause.
    pub(crate) fn released(self, now: Timestamp) -> Self {
        match self {
            Self::Held(left) => Self::OfMedia(now + left),
            other => other,
        }
    }
}

/// How long a call that waits for the next event blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitTime {
    until: Timestamp,
    /// Once the time is up: how many of the messages that waited then are left to be handled.
    rest: Option<usize>,
}

impl WaitTime {
    pub(crate) fn until(until: Timestamp) -> Self {
        Self { until, rest: None }
    }

    /// How long to wait for the next message while `waiting` are in the queue; `None` to return.
    ///
    /// Messages in the queue when the time is up are few and quickly handled. Left there, they would become more with
    /// every call; waiting for an empty queue would never return with a fast source.
    pub(crate) fn left(&mut self, now: Timestamp, waiting: usize) -> Option<Duration> {
        let left = self.until - now;
        if left.is_zero() {
            let rest = self.rest.map_or(waiting, |rest| rest - 1);
            self.rest = Some(rest);
            return (rest > 0).then_some(left);
        }
        Some(left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_moves_the_deadline_of_media_by_its_length_and_no_other() {
        let at = Timestamp::from_millis;
        let media = Deadline::of_media(at(0), Duration::from_secs(2));
        assert_eq!(media.wait(at(500)), Some(Duration::from_millis(2500)));
        let held = media.held(at(500));
        assert_eq!(held.wait(at(9000)), None);
        assert_eq!(
            held.released(at(9000)).wait(at(9000)),
            Some(Duration::from_millis(2500))
        );
        let stop = Deadline::of_stop(at(0));
        assert_eq!(stop.held(at(1)).released(at(2)), stop);
        assert_eq!(stop.wait(at(9000)), Some(Duration::ZERO));
    }

    #[test]
    fn who_asks_for_an_event_leaves_in_time_however_fast_messages_come() {
        let at = Timestamp::from_millis;
        let mut stay = WaitTime::until(at(100));
        assert_eq!(stay.left(at(40), 5), Some(Duration::from_millis(60)));
        assert_eq!(stay.left(at(99), 0), Some(Duration::from_millis(1)));
        // What is there is dealt with, and not what comes meanwhile.
        let lefts = [at(100), at(101), at(102), at(103)].map(|now| stay.left(now, 3));
        assert_eq!(
            lefts,
            [
                Some(Duration::ZERO),
                Some(Duration::ZERO),
                Some(Duration::ZERO),
                None
            ]
        );
        assert_eq!(WaitTime::until(at(0)).left(at(0), 0), None);
    }
}
