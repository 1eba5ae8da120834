//! How the bytes and key frames of a track are spread over time.
use std::time::Duration;

/// Maximum number of periods; when there would be more, each becomes twice as long.
const MAX_PERIODS: usize = 1024;
/// Length of a period at first, in nanoseconds.
const FIRST_STEP: u64 = 10_000_000;

/// The bytes and key frames of a track in periods of equal length, from its first packet to its last.
///
/// A period lasts 10 ms; twice as long, again and again, where there would be more than 1024 periods. Memory is
/// bounded therefore, whatever the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitRateHistory {
    /// Time stamp of the first packet, in nanoseconds.
    start: Option<u64>,
    /// In nanoseconds.
    step: u64,
    bytes: Vec<u64>,
    key_frames: Vec<u64>,
}

impl Default for BitRateHistory {
    fn default() -> Self {
        Self {
            start: None,
            step: FIRST_STEP,
            bytes: Vec::new(),
            key_frames: Vec::new(),
        }
    }
}

impl BitRateHistory {
    /// Time stamp at which the first period begins, in seconds; `None` without packets.
    #[must_use]
    pub fn start(&self) -> Option<f64> {
        self.start.map(seconds)
    }

    /// Length of each period in seconds.
    #[must_use]
    pub fn step(&self) -> f64 {
        seconds(self.step)
    }

    /// Size of the packets that begin in each period, without the container; at most 1024 periods.
    #[must_use]
    pub fn bytes(&self) -> &[u64] {
        &self.bytes
    }

    /// Number of packets of each period at which decoding can start.
    #[must_use]
    pub fn key_frames(&self) -> &[u64] {
        &self.key_frames
    }

    /// Adds a packet. What is earlier than the first packet counts as if it were at its time.
    pub(super) fn add(&mut self, nanos: u64, bytes: usize, key: bool) {
        let start = *self.start.get_or_insert(nanos);
        let since = nanos.saturating_sub(start);
        while since / self.step >= MAX_PERIODS as u64 {
            self.step *= 2;
            halve(&mut self.bytes);
            halve(&mut self.key_frames);
        }
        let period = (since / self.step) as usize;
        if period >= self.bytes.len() {
            self.bytes.resize(period + 1, 0);
            self.key_frames.resize(period + 1, 0);
        }
        self.bytes[period] += bytes as u64;
        self.key_frames[period] += u64::from(key);
    }
}

/// Adds up neighbours.
fn halve(counts: &mut Vec<u64>) {
    *counts = counts.chunks(2).map(|pair| pair.iter().sum()).collect();
}

fn seconds(nanos: u64) -> f64 {
    Duration::from_nanos(nanos).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: u64 = 1_000_000;

    #[test]
    fn packets_are_counted_in_the_period_that_they_begin_in() {
        let mut history = BitRateHistory::default();
        for (millis, bytes, key) in [
            (1_000, 5, true),
            (1_009, 6, false),
            (1_030, 7, true),
            (900, 8, false),
        ] {
            history.add(millis * MILLI, bytes, key);
        }
        assert_eq!((history.start(), history.step()), (Some(1.0), 0.01));
        assert_eq!(history.bytes(), [19, 0, 0, 7]);
        assert_eq!(history.key_frames(), [1, 0, 0, 1]);
    }

    #[test]
    fn periods_become_twice_as_long_when_there_would_be_too_many() {
        let mut history = BitRateHistory::default();
        for number in 0..1_024 {
            history.add(number * 10 * MILLI, 1, number % 2 == 0);
        }
        assert_eq!((history.step(), history.bytes().len()), (0.01, 1_024));
        history.add(10_240 * MILLI, 3, true);
        assert_eq!((history.step(), history.bytes().len()), (0.02, 513));
        assert_eq!(history.bytes()[510..], [2, 2, 3]);
        assert_eq!(history.key_frames()[510..], [1, 1, 1]);
    }

    #[test]
    fn the_latest_time_that_there_is_needs_no_more_periods() {
        let mut history = BitRateHistory::default();
        history.add(0, 1, true);
        history.add(u64::MAX, 2, false);
        assert!(history.bytes().len() <= MAX_PERIODS);
        assert_eq!(history.bytes().iter().sum::<u64>(), 3);
    }

    #[test]
    fn without_packets_there_are_no_periods() {
        let history = BitRateHistory::default();
        assert_eq!((history.start(), history.bytes()), (None, &[][..]));
    }
}
