//! The calendar of a recording: which system time its times are.
use crate::sync::Mutex;
use std::time::{Duration, SystemTime};

/// Nanoseconds by which a system time is moved; negative if back.
pub(crate) type Shift = i64;

/// Converts time since the start of a recording, by its clock, to the system's time.
///
/// The two advance together, but the system's time leaps when somebody sets it, and when the machine was suspended: the clock
/// stands still then.
#[derive(Debug)]
pub(crate) struct Calendar {
    started: SystemTime,
    leaps: Mutex<Vec<Leap>>,
}

#[derive(Clone, Copy, Debug)]
struct Leap {
    /// Since the start of the recording.
    at: Duration,
    by: Shift,
}

impl Calendar {
    /// Of a recording that starts at this time.
    pub(crate) fn new(started: SystemTime) -> Self {
        Self {
            started,
            leaps: Mutex::default(),
        }
    }

    /// When the recording was started, by the system's clock as it was then.
    pub(crate) const fn started(&self) -> SystemTime {
        self.started
    }

    /// The system's time so long after the start.
    pub(crate) fn time_of(&self, elapsed: Duration) -> SystemTime {
        self.moved_on(self.started, elapsed)
    }

    /// A date of the start, moved on by so much time.
    pub(crate) fn moved_on(&self, start: SystemTime, elapsed: Duration) -> SystemTime {
        let leaps = self.leaps.lock();
        let before = leaps.iter().filter(|leap| leap.at <= elapsed);
        let shift = before.fold(0, |sum: Shift, leap| sum.saturating_add(leap.by));
        shifted(start, shift).checked_add(elapsed).unwrap_or(start)
    }

    /// From so long after the start on, the system's time is another one.
    pub(crate) fn leap(&self, at: Duration, by: Shift) {
        self.leaps.lock().push(Leap { at, by });
    }
}

/// This time, moved; unchanged if the result would be out of range.
fn shifted(time: SystemTime, by: Shift) -> SystemTime {
    let length = Duration::from_nanos(by.unsigned_abs());
    let moved = if by < 0 {
        time.checked_sub(length)
    } else {
        time.checked_add(length)
    };
    moved.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn times_are_those_of_the_system_as_it_was_set_then() {
        let calendar = Calendar::new(at(1000));
        calendar.leap(Duration::from_secs(10), 3_600_000_000_000);
        calendar.leap(Duration::from_secs(20), -500_000_000_000);
        let time_of = |seconds| calendar.time_of(Duration::from_secs(seconds));
        assert_eq!([0, 9].map(time_of), [at(1000), at(1009)]);
        assert_eq!([10, 19].map(time_of), [at(4610), at(4619)]);
        assert_eq!([20, 30].map(time_of), [at(4120), at(4130)]);
        assert_eq!(calendar.started(), at(1000));
    }

    #[test]
    fn leaps_out_of_range_do_nothing() {
        let calendar = Calendar::new(SystemTime::UNIX_EPOCH);
        for by in [Shift::MIN, Shift::MIN, Shift::MAX, Shift::MAX, Shift::MAX] {
            calendar.leap(Duration::ZERO, by);
            calendar.time_of(Duration::MAX);
        }
    }
}
