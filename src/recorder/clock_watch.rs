//! Notices that the system's time leaps against the clock: it was set, or the machine was suspended.
use crate::clock::{Clock, Timestamp};
use crate::recorder::calendar::Shift;
use std::time::{Duration, SystemTime};

/// Smaller leaps are not told: corrections of a synchronized clock, and times that were not read at the same moment.
const LEAST: Shift = 20_000_000;

/// Times that were read further apart than this are not compared.
const AT_ONCE: Duration = Duration::from_millis(1);

/// Extension: the machine was suspended, or the system's clock was set. The times in the recording do not change; the system
/// times of segments and clips follow it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ClockChange {
    /// How long the machine was suspended; zero if it was not. That time is not in the recording: nothing was captured. Known
    /// on Linux only; elsewhere it is part of `set_by`.
    pub suspended: Duration,
    /// By how many seconds the system's clock was set forward; negative if back, 0 if it was not.
    pub set_by: f64,
}

/// Compares the system's time with the clock.
#[derive(Debug)]
pub(crate) struct ClockWatch {
    clock: Clock,
    /// What later times are compared with; `None` until times were read at the same moment.
    from: Option<ClockReading>,
}

/// The same moment on several clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClockReading {
    now: Timestamp,
    pub(crate) system: SystemTime,
    /// By a clock that also advances while the machine is suspended, if the system has one.
    since_boot: Option<Duration>,
}

impl ClockWatch {
    /// For a recording that starts now.
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            from: ClockReading::take(clock),
            clock: clock.clone(),
        }
    }

    /// The change since the last call that returned one, how much the system's time has leapt by it, and the time now.
    pub(crate) fn check(&mut self) -> Option<(ClockChange, Shift, ClockReading)> {
        let now = ClockReading::take(&self.clock)?;
        let from = *self.from.get_or_insert(now);
        let (change, leap) = from.change_to(now)?;
        self.from = Some(now);
        Some((change, leap, now))
    }
}

impl ClockReading {
    /// `None` for a manual clock, and if this thread was interrupted meanwhile.
    fn take(clock: &Clock) -> Option<Self> {
        clock.instant(Timestamp::ZERO)?;
        let now = clock.now();
        let (system, since_boot) = (SystemTime::now(), since_boot());
        (clock.now() - now < AT_ONCE).then_some(Self {
            now,
            system,
            since_boot,
        })
    }

    fn change_to(self, later: Self) -> Option<(ClockChange, Shift)> {
        let passed = nanos(later.now - self.now);
        let leap = match later.system.duration_since(self.system) {
            Ok(length) => nanos(length).saturating_sub(passed),
            Err(error) => nanos(error.duration()).saturating_neg().saturating_sub(passed),
        };
        let since_boot = self.since_boot.zip(later.since_boot);
        let suspended = since_boot.map_or(0, |(from, to)| nanos(to.saturating_sub(from)) - passed);
        let suspended = if suspended < LEAST { 0 } else { suspended };
        let set_by = leap.saturating_sub(suspended);
        let set_by = if set_by.saturating_abs() < LEAST {
            0
        } else {
            set_by
        };
        let change = ClockChange {
            suspended: Duration::from_nanos(suspended.unsigned_abs()),
            set_by: set_by as f64 / 1e9,
        };
        (suspended != 0 || set_by != 0).then_some((change, leap))
    }
}

#[cfg(target_os = "linux")]
fn since_boot() -> Option<Duration> {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_BOOTTIME).ok().map(Duration::from)
}

#[cfg(not(target_os = "linux"))]
const fn since_boot() -> Option<Duration> {
    None
}

fn nanos(length: Duration) -> Shift {
    Shift::try_from(length.as_nanos()).unwrap_or(Shift::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clock, the system's time and the time since boot, in milliseconds.
    fn reading([now, system, since_boot]: [u64; 3]) -> ClockReading {
        ClockReading {
            now: Timestamp::from_millis(now),
            system: SystemTime::UNIX_EPOCH + Duration::from_millis(system),
            since_boot: Some(Duration::from_millis(since_boot)),
        }
    }

    /// Milliseconds suspended and set by, and the leap.
    fn change(from: [u64; 3], to: [u64; 3]) -> Option<(u128, i64, Shift)> {
        let (change, leap) = reading(from).change_to(reading(to))?;
        let set_by = (change.set_by * 1e3).round() as i64;
        Some((change.suspended.as_millis(), set_by, leap / 1_000_000))
    }

    #[test]
    fn a_suspended_machine_and_a_clock_that_is_set_are_told_apart() {
        let from = [1000, 500_000, 7000];
        assert_eq!(change(from, [2000, 501_000, 8000]), None);
        assert_eq!(change(from, [2000, 561_000, 68_000]), Some((60_000, 0, 60_000)));
        assert_eq!(change(from, [2000, 561_000, 8000]), Some((0, 60_000, 60_000)));
        assert_eq!(change(from, [2000, 441_000, 8000]), Some((0, -60_000, -60_000)));
        assert_eq!(
            change(from, [2000, 531_000, 68_000]),
            Some((60_000, -30_000, 30_000))
        );
    }

    #[test]
    fn small_differences_are_no_change() {
        let from = [1000, 500_000, 7000];
        assert_eq!(change(from, [2000, 501_019, 8019]), None);
        assert_eq!(change(from, [2000, 500_981, 7990]), None);
    }

    #[test]
    fn where_the_time_since_boot_is_unknown_a_leap_is_a_clock_that_was_set() {
        let unknown = |times| ClockReading {
            since_boot: None,
            ..reading(times)
        };
        let (change, _) = unknown([0, 0, 0]).change_to(unknown([1000, 5000, 0])).unwrap();
        assert_eq!((change.suspended, change.set_by), (Duration::ZERO, 4.0));
    }

    #[test]
    fn a_manual_clock_is_not_compared() {
        assert!(ClockWatch::new(&Clock::manual()).check().is_none());
        assert!(ClockWatch::new(&Clock::monotonic()).check().is_none());
    }
}
