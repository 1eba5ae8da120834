//! When media is presented by the clocks of RTP: media time goes on where it was after a pause, that of a stream does not.
use crate::clock::Timestamp;
use std::time::{Duration, Instant};

/// By how much media may be later than usual before it counts as a pause.
const MAX_JITTER: Duration = Duration::from_millis(500);

/// Maps media time to the time of the system, the same for all tracks, so that they stay in sync.
#[derive(Default)]
pub(super) struct SentTime {
    /// When media time zero was, as of now, and at first.
    origins: Option<(Instant, Instant)>,
}

impl SentTime {
    /// When media of this time, which is sent now, was presented, and how long that is after the beginning.
    pub(super) fn of(&mut self, time: Timestamp, now: Instant) -> (Instant, Duration) {
        let media = time - Timestamp::ZERO;
        let new_origin = now.checked_sub(media).unwrap_or(now);
        let (origin, first) = self.origins.unwrap_or((new_origin, new_origin));
        let is_late = new_origin.saturating_duration_since(origin) > MAX_JITTER;
        let origin = if is_late { new_origin } else { origin };
        self.origins = Some((origin, first));
        let presented = origin + media;
        (presented, presented.saturating_duration_since(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_becomes_a_gap_for_all_tracks_and_jitter_does_not() {
        let (mut sent, start) = (SentTime::default(), Instant::now());
        let mut at = |media, now| {
            let now = start + Duration::from_millis(now);
            sent.of(Timestamp::from_millis(media), now).1.as_millis()
        };
        // Media of 1 s is sent at 1.2 s.
        assert_eq!(at(1_000, 1_200), 1_000);
        assert_eq!(at(1_040, 1_600), 1_040);
        assert_eq!(at(1_080, 1_280), 1_080);
        // Ten seconds of pause.
        assert_eq!(at(1_120, 11_320), 11_120);
        assert_eq!(at(1_125, 11_330), 11_125);
    }
}
