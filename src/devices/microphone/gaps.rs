//! Detects audio that a driver lost without an error: gaps between the timestamps of consecutive blocks.
use crate::clock::Timestamp;
use crate::media::frames_to_duration;
use std::time::Duration;

/// Length of audio over which timestamps are compared; a single late callback has caught up by then.
const WINDOW: Duration = Duration::from_millis(300);
/// The shortest gap that is reported, in nanoseconds.
const MIN_GAP_NS: i64 = 20_000_000;

/// Compares the timestamps of one stream with the number of sample frames received.
pub(super) struct GapDetector {
    sample_rate: u32,
    /// Expected time of the next sample frame; `None` before the first block.
    expected: Option<Timestamp>,
    /// Whether the first window is over.
    calibrated: bool,
    /// Length of audio in the current window.
    window: Duration,
    /// The minimum lateness in the window, in nanoseconds: the part that a late callback does not explain.
    min_lateness: i64,
}

impl GapDetector {
    pub(super) const fn new(sample_rate: u32) -> Self {
        Self {
            sample_rate,
            expected: None,
            calibrated: false,
            window: Duration::ZERO,
            min_lateness: i64::MAX,
        }
    }

    /// Adds a block with its timestamp and length in sample frames. Returns the length of audio found missing, or zero.
    pub(super) fn push(&mut self, time: Timestamp, frames: u64) -> Duration {
        let length = frames_to_duration(frames, self.sample_rate);
        let expected = *self.expected.get_or_insert(time);
        let lateness = time.as_nanos().cast_signed() - expected.as_nanos().cast_signed();
        self.min_lateness = self.min_lateness.min(lateness);
        self.expected = Some(expected + length);
        self.window += length;
        if self.window < WINDOW {
            return Duration::ZERO;
        }
        let late = std::mem::replace(&mut self.min_lateness, i64::MAX);
        self.window = Duration::ZERO;
        if !std::mem::replace(&mut self.calibrated, true) {
            // A driver's first timestamps are estimates.
            self.expected = Some(time + length);
            return Duration::ZERO;
        }
        let gap = late > MIN_GAP_NS;
        // A device's clock drifts by far less than a gap per window; the expected time follows it slowly.
        let correction = if gap || late < 0 { late } else { late / 4 };
        self.expected = self.expected.map(|expected| shifted(expected, correction));
        if gap {
            Duration::from_nanos(late.unsigned_abs())
        } else {
            Duration::ZERO
        }
    }
}

/// Returns a time later by `by` nanoseconds.
fn shifted(time: Timestamp, by: i64) -> Timestamp {
    let length = Duration::from_nanos(by.unsigned_abs());
    if by < 0 { time - length } else { time + length }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK: u64 = 960;

    /// Returns the milliseconds found missing in blocks of 20 ms with these timestamps in microseconds.
    fn missing(times: impl IntoIterator<Item = u64>) -> u128 {
        let mut gaps = GapDetector::new(48_000);
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
