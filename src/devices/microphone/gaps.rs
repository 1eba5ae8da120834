//! Finds what a driver lost without a word: sound whose stamps say that there was more of it.
use crate::clock::Timestamp;
use crate::media::frames_to_duration;
use std::time::Duration;

/// Over how much sound stamps are compared: a callback that comes late is back in time before that.
const WINDOW: Duration = Duration::from_millis(300);
/// From here on it is a gap, in nanoseconds.
const GAP: i64 = 20_000_000;

/// The stamps of one stream against the frames that came.
pub(super) struct Gaps {
    sample_rate: u32,
    /// When the next frame is due, as far as the frames before it tell.
    due: Option<Timestamp>,
    /// Whether the first window is over.
    settled: bool,
    window: Duration,
    /// The least lateness within the window, in nanoseconds: what cannot be blamed on a late callback.
    late: i64,
}

impl Gaps {
    pub(super) const fn new(sample_rate: u32) -> Self {
        Self {
            sample_rate,
            due: None,
            settled: false,
            window: Duration::ZERO,
            late: i64::MAX,
        }
    }

    /// Takes the stamp of a block and its length in frames; how much sound turned out to be missing.
    pub(super) fn push(&mut self, time: Timestamp, frames: u64) -> Duration {
        let length = frames_to_duration(frames, self.sample_rate);
        let due = *self.due.get_or_insert(time);
        self.late = self
            .late
            .min(time.as_nanos().cast_signed() - due.as_nanos().cast_signed());
        self.due = Some(due + length);
        self.window += length;
        if self.window < WINDOW {
            return Duration::ZERO;
        }
        let late = std::mem::replace(&mut self.late, i64::MAX);
        self.window = Duration::ZERO;
        if !std::mem::replace(&mut self.settled, true) {
            // A driver's first stamps are guesses.
            self.due = Some(time + length);
            return Duration::ZERO;
        }
        let gap = late > GAP;
        // A device's clock drifts: by far less than a gap in a window.
        let follow = if gap || late < 0 { late } else { late / 4 };
        self.due = self.due.map(|due| moved(due, follow));
        if gap {
            Duration::from_nanos(late.unsigned_abs())
        } else {
            Duration::ZERO
        }
    }
}

fn moved(time: Timestamp, by: i64) -> Timestamp {
    let length = Duration::from_nanos(by.unsigned_abs());
    if by < 0 { time - length } else { time + length }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: u64 = 960;

    /// How many milliseconds are found missing in blocks of 20 ms that come at these times, in microseconds.
    fn missing(times: impl IntoIterator<Item = u64>) -> u128 {
        let mut gaps = Gaps::new(48_000);
        let times = times
            .into_iter()
            .map(|micros| Timestamp::from_nanos(micros * 1000));
        let found = times.map(|time| gaps.push(time, BLOCK));
        found.sum::<Duration>().as_millis()
    }

    #[test]
    fn steady_stamps_have_no_gaps() {
        assert_eq!(missing((0..500).map(|block| block * 20_000)), 0);
    }

    #[test]
    fn a_late_callback_is_no_gap() {
        let late = |block: u64| block * 20_000 + if block % 10 == 3 { 90_000 } else { 0 };
        assert_eq!(missing((0..500).map(late)), 0);
    }

    #[test]
    fn a_clock_that_drifts_is_no_gap() {
        let slow = |block: u64| block * 20_000 + block * 10;
        assert_eq!(missing((0..50_000).map(slow)), 0);
        let fast = |block: u64| block * 20_000 - block * 10;
        assert_eq!(missing((0..50_000).map(fast)), 0);
    }

    #[test]
    fn a_gap_is_as_long_as_the_stamps_say() {
        let gap = |block: u64| block * 20_000 + if block > 200 { 100_000 } else { 0 };
        assert_eq!(missing((0..500).map(gap)), 100);
    }

    #[test]
    fn the_first_stamps_may_be_wrong() {
        let wrong = |block: u64| 1_000_000 + block * 20_000 - if block < 2 { 80_000 } else { 0 };
        assert_eq!(missing((0..500).map(wrong)), 0);
    }
}
