//! The clock of all capture times.
use std::ops::{Add, AddAssign, Sub};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A point in time, in nanoseconds.
///
/// Capture times count from the creation of the [`Clock`], media times from the start of the recording. Arithmetic
/// saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// Time zero.
    pub const ZERO: Self = Self(0);

    /// `nanos` nanoseconds after zero.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// `millis` milliseconds after zero.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// Nanoseconds since zero.
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Milliseconds since zero, rounded to the nearest.
    #[must_use]
    pub const fn round_millis(self) -> u64 {
        (self.0 + 500_000) / 1_000_000
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;
    fn add(self, length: Duration) -> Self {
        Self(self.0.saturating_add(nanos(length)))
    }
}

impl AddAssign<Duration> for Timestamp {
    fn add_assign(&mut self, length: Duration) {
        *self = *self + length;
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;
    /// Returns zero if the result would be negative.
    fn sub(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(nanos(length)))
    }
}

impl Sub for Timestamp {
    type Output = Duration;
    /// Returns zero if `earlier` is later.
    fn sub(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

fn nanos(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

/// A monotonic clock, or a manual clock that only [`advance`](Self::advance) moves.
///
/// Clones share the time.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Monotonic(Instant),
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that starts at zero and runs with the system's monotonic clock.
    #[must_use]
    pub fn monotonic() -> Self {
        Self(Kind::Monotonic(Instant::now()))
    }

    /// A clock that stays at zero until it is advanced. Waiting for a time on it returns at once.
    #[must_use]
    pub fn manual() -> Self {
        Self(Kind::Manual(Arc::default()))
    }

    /// The current time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::Monotonic(origin) => Timestamp(nanos(origin.elapsed())),
            Kind::Manual(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }

    /// Converts a time of this clock to the system's monotonic time, as a deadline. Returns `None` for a manual clock.
    #[must_use]
    pub fn instant(&self, at: Timestamp) -> Option<Instant> {
        match &self.0 {
            Kind::Monotonic(origin) => origin.checked_add(Duration::from_nanos(at.0)),
            Kind::Manual(_) => None,
        }
    }

    /// Converts a `CLOCK_MONOTONIC` timestamp of a driver to a time of this clock. Returns `None` if it is in the future or
    /// before the creation of the clock, and for a manual clock.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn at_monotonic(&self, stamp: Duration) -> Option<Timestamp> {
        let Kind::Monotonic(origin) = &self.0 else {
            return None;
        };
        let now = nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).ok()?;
        let age = Duration::from(now).checked_sub(stamp)?;
        origin.elapsed().checked_sub(age).map(|at| Timestamp(nanos(at)))
    }

    /// Advances a manual clock; has no effect on a monotonic clock.
    pub fn advance(&self, by: Duration) {
        if let Kind::Manual(now) = &self.0 {
            now.fetch_add(nanos(by), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_never_wrap() {
        let late = Timestamp::from_nanos(u64::MAX);
        assert_eq!(late + Duration::from_secs(1), late);
        assert_eq!(Timestamp::ZERO - Duration::from_secs(1), Timestamp::ZERO);
        assert_eq!(Timestamp::ZERO - late, Duration::ZERO);
    }

    #[test]
    fn milliseconds_are_rounded_to_the_nearest() {
        let rounded = |nanos| Timestamp::from_nanos(nanos).round_millis();
        assert_eq!(rounded(33_333_333), 33);
        assert_eq!(rounded(66_666_667), 67);
        assert_eq!(rounded(499_999), 0);
        assert_eq!(rounded(500_000), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_drivers_stamp_becomes_the_time_that_the_clock_showed_then() {
        let monotonic =
            || Duration::from(nix::time::clock_gettime(nix::time::ClockId::CLOCK_MONOTONIC).unwrap());
        let clock = Clock::monotonic();
        let (before, stamp, after) = (clock.now(), monotonic(), clock.now());
        let at = clock.at_monotonic(stamp).unwrap();
        // Two clocks are read one behind the other, so the point is exact to the time in between.
        let between = Duration::from_millis(1);
        assert!(
            before - between <= at && at <= after + between,
            "{before:?} {at:?} {after:?}"
        );

        let ahead = monotonic() + Duration::from_secs(60);
        assert_eq!(clock.at_monotonic(ahead), None);
        assert_eq!(clock.at_monotonic(Duration::ZERO), None);
        assert_eq!(Clock::manual().at_monotonic(stamp), None);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told_and_for_all_its_clones() {
        let clock = Clock::manual();
        let clone = clock.clone();
        clock.advance(Duration::from_millis(3));
        assert_eq!(clone.now(), Timestamp::from_millis(3));
    }
}
