//! Detects audio that a driver lost without an error: gaps between the timestamps of consecutive blocks.
use crate::clock::Timestamp;
use crate::media::frames_to_duration;
use std::time::Duration;

/// Length of audio over which timestamps are compared; a single late callback has caught up by then.
const WINDOW: Duration = Duration::from_millis(300);
/// The shortest gap that is reported, in nanoseconds.
const MIN_GAP_NS: i64 = 20_000_000;

/// Compares the timestamps of one stream with the number of sample frames received.
///
/// Audio is missing if both the timestamps and the arrivals of blocks are late from then on. One of them alone can be late for
/// long: arrivals on a busy machine, and timestamps that are made of the latency of a sound server, as those of ALSA's plugin
/// for `PulseAudio`.
pub(super) struct GapDetector {
    sample_rate: u32,
    stamps: Expectation,
    arrivals: Expectation,
    /// Whether the first window is over.
    calibrated: bool,
    /// Length of audio in the current window.
    window: Duration,
}

/// What the number of sample frames says about times.
struct Expectation {
    /// Expected time of the next sample frame; `None` before the first block.
    next: Option<Timestamp>,
    /// The minimum lateness in the window, in nanoseconds: the part that a late callback does not explain.
    min_lateness: Option<i64>,
}

impl GapDetector {
    pub(super) const fn new(sample_rate: u32) -> Self {
        Self {
            sample_rate,
            stamps: Expectation::new(),
            arrivals: Expectation::new(),
            calibrated: false,
            window: Duration::ZERO,
        }
    }

    /// Adds a block with its timestamp, its arrival and its length in sample frames. Returns the length of audio found missing,
    /// or zero.
    pub(super) fn push(&mut self, time: Timestamp, arrival: Timestamp, frames: u64) -> Duration {
        let length = frames_to_duration(frames, self.sample_rate);
        self.stamps.add(time, length);
        self.arrivals.add(arrival, length);
        self.window += length;
        if self.window < WINDOW {
            return Duration::ZERO;
        }
        self.window = Duration::ZERO;
        let late = [self.stamps.take_lateness(), self.arrivals.take_lateness()];
        if !std::mem::replace(&mut self.calibrated, true) {
            // A driver's first timestamps are estimates.
            self.stamps.next = Some(time + length);
            return Duration::ZERO;
        }
        let missing = late[0].min(late[1]);
        let is_gap = missing > MIN_GAP_NS;
        self.stamps.correct(late[0], is_gap);
        self.arrivals.correct(late[1], is_gap);
        if is_gap {
            Duration::from_nanos(missing.unsigned_abs())
        } else {
            Duration::ZERO
        }
    }
}

impl Expectation {
    const fn new() -> Self {
        Self {
            next: None,
            min_lateness: None,
        }
    }

    fn add(&mut self, time: Timestamp, length: Duration) {
        let expected = *self.next.get_or_insert(time);
        let lateness = time.as_nanos().cast_signed() - expected.as_nanos().cast_signed();
        self.min_lateness = Some(self.min_lateness.map_or(lateness, |least| least.min(lateness)));
        self.next = Some(expected + length);
    }

    fn take_lateness(&mut self) -> i64 {
        self.min_lateness.take().unwrap_or_default()
    }

    /// A device's clock drifts by far less than a gap per window; the expected time follows it slowly.
    fn correct(&mut self, late: i64, is_gap: bool) {
        let correction = if is_gap || late < 0 { late } else { late / 4 };
        self.next = self.next.map(|next| shifted(next, correction));
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
        missing_of(times.into_iter().map(|micros| (micros, micros)))
    }

    /// The same with these timestamps and arrivals.
    fn missing_of(times: impl IntoIterator<Item = (u64, u64)>) -> u128 {
        let mut gaps = GapDetector::new(48_000);
        let at = |micros| Timestamp::from_nanos(micros * 1000);
        let times = times.into_iter();
        let found = times.map(|(stamp, arrival)| gaps.push(at(stamp), at(arrival), BLOCK));
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
    fn timestamps_that_jump_while_audio_arrives_in_time_are_no_gap() {
        let jump = |block: u64| 1_000_000 + block * 20_000 + if block % 200 > 100 { 137_000 } else { 0 };
        assert_eq!(
            missing_of((0..1000).map(|block| (jump(block), block * 20_000))),
            0
        );
    }

    #[test]
    fn callbacks_that_are_late_for_long_are_no_gap_if_their_stamps_are_right() {
        let late = |block: u64| block * 20_000 + if block % 200 > 100 { 500_000 } else { 0 };
        assert_eq!(
            missing_of((0..1000).map(|block| (block * 20_000, late(block)))),
            0
        );
    }

    #[test]
    fn a_gap_is_found_by_stamps_that_are_not_when_blocks_arrive() {
        let gap = |block: u64| 100_000 + block * 20_000 + if block > 200 { 100_000 } else { 0 };
        let jitter = |block: u64| gap(block) + 30_000 + block % 7 * 1_000;
        assert_eq!(missing_of((0..500).map(|block| (gap(block), jitter(block)))), 100);
    }

    #[test]
    fn the_first_stamps_may_be_wrong() {
        let wrong = |block: u64| 1_000_000 + block * 20_000 - if block < 2 { 80_000 } else { 0 };
        assert_eq!(missing((0..500).map(wrong)), 0);
    }
}
