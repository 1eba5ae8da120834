//! How fast the program takes the recording: whether what waits is delayed by a stall that passes, or by an output that is slow.
use crate::clock::Timestamp;
use std::time::Duration;

/// A measurement ends after so much of the program's time, or so many bytes. A pipe of 64 KiB that is emptied at once is one.
const SAMPLE_TIME: Duration = Duration::from_millis(500);
const SAMPLE_BYTES: usize = 256 << 10;

/// The fastest of so many measurements counts: one stall between others is no slow output.
const SAMPLES: usize = 3;

/// What waits for a slow output is taken within this time, which is less than a stop waits for a reader.
const MAX_DELAY: Duration = Duration::from_millis(500);

/// Measures how many bytes the program takes while it has the turn: between an event that it gets and its wait for the next.
#[derive(Debug, Default)]
pub(crate) struct OutputRate {
    /// When the program got its last event.
    since: Option<Timestamp>,
    bytes: usize,
    time: Duration,
    /// The latest measurements in bytes per second.
    samples: [Option<f64>; SAMPLES],
}

impl OutputRate {
    /// The program gets so many bytes.
    pub(crate) fn begin(&mut self, now: Timestamp, bytes: usize) {
        self.since = Some(now);
        self.bytes += bytes;
    }

    /// The program asks for the next event. Returns `true` when there is a new measurement.
    pub(crate) fn end(&mut self, now: Timestamp) -> bool {
        self.time += self.since.take().map_or(Duration::ZERO, |since| now - since);
        let is_complete = self.bytes >= SAMPLE_BYTES || (self.time >= SAMPLE_TIME && self.bytes > 0);
        if is_complete {
            let rate = self.bytes as f64 / self.time.as_secs_f64();
            self.samples.rotate_right(1);
            self.samples[0] = Some(rate);
            (self.bytes, self.time) = (0, Duration::ZERO);
        }
        is_complete
    }

    /// The bytes that may wait, so that they are taken in time; `None` while it is not known to be slow.
    pub(crate) fn room(&self) -> Option<usize> {
        let fastest = self.samples.into_iter().flatten().reduce(f64::max)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive, and one that is too large is cut"
        )]
        Some((fastest * MAX_DELAY.as_secs_f64()) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The program takes so many bytes, so often, in so many milliseconds each.
    fn take(rate: &mut OutputRate, now: &mut u64, times: u32, bytes: usize, ms: u64) {
        for _ in 0..times {
            rate.begin(Timestamp::from_millis(*now), bytes);
            *now += ms;
            rate.end(Timestamp::from_millis(*now));
            // Until there is more, it waits, which is not its time.
            *now += 10;
        }
    }

    #[test]
    fn what_waits_for_a_slow_output_is_what_it_takes_in_half_a_second() {
        let (mut rate, mut now) = (OutputRate::default(), 0);
        take(&mut rate, &mut now, 2, 10_000, 200);
        assert_eq!(rate.room(), None);
        take(&mut rate, &mut now, 1, 10_000, 200);
        assert_eq!(rate.room(), Some(25_000));
        // Small pieces count as much as large ones.
        take(&mut rate, &mut now, 1000, 100, 5);
        assert_eq!(rate.room(), Some(10_000));
    }

    #[test]
    fn an_output_that_stalls_for_once_is_not_slow() {
        let (mut rate, mut now) = (OutputRate::default(), 0);
        take(&mut rate, &mut now, 108, 10_000, 0);
        take(&mut rate, &mut now, 1, 10_000, 5_000);
        take(&mut rate, &mut now, 1, 10_000, 5_000);
        assert!(
            rate.room().is_none_or(|room| room > 100 << 20),
            "{:?}",
            rate.room()
        );
        take(&mut rate, &mut now, 1, 10_000, 5_000);
        assert_eq!(rate.room(), Some(1_000));
        take(&mut rate, &mut now, 100, 10_000, 1);
        assert!(rate.room() > Some(1 << 20), "{:?}", rate.room());
    }

    #[test]
    fn time_without_data_measures_nothing() {
        let (mut rate, mut now) = (OutputRate::default(), 0);
        take(&mut rate, &mut now, 100, 0, 500);
        assert_eq!(rate.room(), None);
    }
}
