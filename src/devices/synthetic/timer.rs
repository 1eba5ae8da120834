//! When a fake device has something to give.
use crate::clock::{Clock, Timestamp};
use crate::media::frames_to_duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// A live device that is later than this was stopped, and does not make up for it.
const STANDSTILL: Duration = Duration::from_millis(500);

/// Parts in a million.
const MILLION: u32 = 1_000_000;

/// Tick n is exactly n times 1/`rate` of a second after the epoch, on a clock that may be fast.
pub(super) struct Ticks {
    pub(super) clock: Clock,
    pub(super) epoch: Timestamp,
    /// Ticks in a million of the device's seconds, by the true clock.
    rate: u32,
    /// Whether the device waits for its ticks; else it gives as fast as it is asked.
    pub(super) live: bool,
    next: u64,
    skipped: u64,
    /// Nanoseconds after the epoch up to which the device has given all there was, however often it was opened.
    given: Arc<AtomicU64>,
}

impl Ticks {
    /// `rate` ticks a second of a clock that is `skew` ppm fast, from now on; a device that is not live begins at
    /// what it has not `given` yet.
    pub(super) fn new(
        clock: &Clock,
        epoch: Timestamp,
        rate: u32,
        skew: i32,
        live: bool,
        given: Arc<AtomicU64>,
    ) -> Self {
        let mut ticks = Self {
            clock: clock.clone(),
            epoch,
            rate: rate * MILLION.saturating_add_signed(skew),
            live,
            next: 0,
            skipped: 0,
            given,
        };
        ticks.next = ticks.first_after(if live {
            clock.now() - epoch
        } else {
            Duration::from_nanos(ticks.given.load(Ordering::SeqCst))
        });
        ticks
    }

    /// Number of the next tick, and how long after the epoch it is.
    ///
    /// What a live device missed because the whole process stood still never comes, as with any device.
    pub(super) fn next(&mut self) -> (u64, Duration) {
        let elapsed = self.clock.now() - self.epoch;
        if self.live && elapsed.saturating_sub(self.since_epoch(self.next)) > STANDSTILL {
            let next = self.first_after(elapsed);
            self.skipped += next - self.next;
            self.next = next;
        }
        let number = self.next;
        self.next += 1;
        let since_epoch = self.since_epoch(number);
        let nanos = u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX);
        self.given.store(nanos.saturating_add(1), Ordering::SeqCst);
        (number, since_epoch)
    }

    /// Ticks that went by while the process stood still.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Waits until then, where the device is live, but no longer than `wait`; whether it is then.
    pub(super) fn wait_until(&self, at: Timestamp, wait: Duration) -> bool {
        // On a clock that somebody else moves nobody waits.
        if !self.live || self.clock.instant(at).is_none() {
            return true;
        }
        thread::sleep((at - self.clock.now()).min(wait));
        self.clock.now() >= at
    }

    fn since_epoch(&self, number: u64) -> Duration {
        frames_to_duration(number * u64::from(MILLION), self.rate)
    }

    /// The first tick that is not before `elapsed`.
    fn first_after(&self, elapsed: Duration) -> u64 {
        let scale = 1_000_000_000 * u128::from(MILLION);
        let index = (elapsed.as_nanos() * u128::from(self.rate)).div_ceil(scale);
        u64::try_from(index).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tick_does_not_lie_in_the_past() {
        let ticks = Ticks::new(&Clock::manual(), Timestamp::ZERO, 30, 0, true, Arc::default());
        assert_eq!(ticks.first_after(Duration::ZERO), 0);
        assert_eq!(ticks.first_after(Duration::from_nanos(1)), 1);
        assert_eq!(ticks.first_after(Duration::from_secs(1)), 30);
    }

    #[test]
    fn a_fast_clock_ticks_more_often() {
        let mut ticks = Ticks::new(
            &Clock::manual(),
            Timestamp::ZERO,
            100,
            1000,
            false,
            Arc::default(),
        );
        let last = (0..=100_100).map(|_| ticks.next()).last();
        assert_eq!(last, Some((100_100, Duration::from_secs(1000))));
    }
}
