//! Timing of fake devices: when the next frame or block is due.
use crate::clock::{Clock, Timestamp};
use crate::media::frames_to_duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// What a live device keeps for a process that is too busy to read, or suspended; it skips the frames of a longer time.
const BUFFER: Duration = Duration::from_millis(500);

/// The scale of `FrameTimer::rate`.
const MILLION: u32 = 1_000_000;

/// Frame n is due exactly n times 1/`rate` seconds after the epoch, by a clock that may be fast or slow.
pub(super) struct FrameTimer {
    pub(super) clock: Clock,
    pub(super) epoch: Timestamp,
    /// Frames in a million seconds of the true clock.
    rate: u32,
    /// Whether frames are delivered in real time; otherwise as fast as they are read.
    pub(super) live: bool,
    /// See [`BUFFER`].
    pub(super) buffer: Duration,
    next: u64,
    skipped: u64,
    /// Time after the epoch, in nanoseconds, up to which frames were delivered, over all openings of the device.
    progress: Arc<AtomicU64>,
}

impl FrameTimer {
    /// Starts now, or at `progress` if the device is not live. `rate` is in frames per second of the device's clock, which
    /// is `skew` ppm fast.
    pub(super) fn new(
        clock: &Clock,
        epoch: Timestamp,
        rate: u32,
        skew: i32,
        live: bool,
        progress: Arc<AtomicU64>,
    ) -> Self {
        let mut timer = Self {
            clock: clock.clone(),
            epoch,
            rate: rate * MILLION.saturating_add_signed(skew),
            live,
            buffer: BUFFER,
            next: 0,
            skipped: 0,
            progress,
        };
        timer.next = timer.first_after(if live {
            clock.now() - epoch
        } else {
            Duration::from_nanos(timer.progress.load(Ordering::SeqCst))
        });
        timer
    }

    /// Returns the number of the next frame, and its time after the epoch.
    ///
    /// A live device skips frames if the process was suspended, as a real device does.
    pub(super) fn next(&mut self) -> (u64, Duration) {
        let elapsed = self.clock.now() - self.epoch;
        if self.live && elapsed.saturating_sub(self.since_epoch(self.next)) > self.buffer {
            let next = self.first_after(elapsed);
            self.skipped += next - self.next;
            self.next = next;
        }
        let number = self.next;
        self.next += 1;
        let since_epoch = self.since_epoch(number);
        let nanos = u64::try_from(since_epoch.as_nanos()).unwrap_or(u64::MAX);
        self.progress.store(nanos.saturating_add(1), Ordering::SeqCst);
        (number, since_epoch)
    }

    /// Returns the number of frames skipped while the process was suspended.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped
    }

    /// Waits until `at` if the device is live, but not longer than `timeout`. Returns whether it is due.
    pub(super) fn wait_until(&self, at: Timestamp, timeout: Duration) -> bool {
        // A manual clock does not advance while this thread waits.
        if !self.live || self.clock.instant(at).is_none() {
            return true;
        }
        thread::sleep((at - self.clock.now()).min(timeout));
        self.clock.now() >= at
    }

    fn since_epoch(&self, number: u64) -> Duration {
        frames_to_duration(number * u64::from(MILLION), self.rate)
    }

    /// Returns the number of the first frame that is not before `elapsed`.
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
        let timer = FrameTimer::new(&Clock::manual(), Timestamp::ZERO, 30, 0, true, Arc::default());
        assert_eq!(timer.first_after(Duration::ZERO), 0);
        assert_eq!(timer.first_after(Duration::from_nanos(1)), 1);
        assert_eq!(timer.first_after(Duration::from_secs(1)), 30);
    }

    #[test]
    fn a_fast_clock_ticks_more_often() {
        let mut timer = FrameTimer::new(
            &Clock::manual(),
            Timestamp::ZERO,
            100,
            1000,
            false,
            Arc::default(),
        );
        let last = (0..=100_100).map(|_| timer.next()).last();
        assert_eq!(last, Some((100_100, Duration::from_secs(1000))));
    }
}
