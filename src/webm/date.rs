//! Dates: `DateUTC` of a file, the system's time, and RFC 3339.
use std::time::{Duration, SystemTime};

/// Seconds from 1970-01-01, with which the system counts, to 2001-01-01, with which `DateUTC` begins.
const MATROSKA_EPOCH: i128 = 978_307_200;
const NANOS: i128 = 1_000_000_000;

/// A `DateUTC`: nanoseconds since 2001-01-01T00:00:00Z (RFC 9559, 5.1.2.11). Saturates in 1708 and 2293.
pub(super) fn to_matroska(date: SystemTime) -> i64 {
    let nanos = since_1970(date) - MATROSKA_EPOCH * NANOS;
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// The time of a `DateUTC`; `None` if the system cannot represent it.
pub(super) fn from_matroska(nanos: i64) -> Option<SystemTime> {
    let nanos = i128::from(nanos) + MATROSKA_EPOCH * NANOS;
    let distance = Duration::from_nanos(u64::try_from(nanos.unsigned_abs()).ok()?);
    if nanos < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

/// A date as in `2026-03-01T12:00:00.25Z`, in UTC, with as many decimals as it has.
pub(super) fn rfc3339(date: SystemTime) -> String {
    let nanos = since_1970(date);
    let (seconds, nanos) = (nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let fraction = match nanos {
        0 => String::new(),
        nanos => format!(".{nanos:09}").trim_end_matches('0').to_owned(),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

fn since_1970(date: SystemTime) -> i128 {
    let nanos = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    match date.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(distance) => nanos(distance),
        Err(before) => -nanos(before.duration()),
    }
}

/// Year, month and day of a number of days since 1970-01-01, in the Gregorian calendar.
fn civil(days: i128) -> (i128, i128, i128) {
    // Years begin in March here, so that the leap day is the last one; an era is 400 years.
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i128::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Windows counts a `SystemTime` in, and other systems, in nanoseconds.
    const TICK: u64 = if cfg!(windows) { 100 } else { 1 };

    fn at(seconds: i64) -> SystemTime {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            SystemTime::UNIX_EPOCH - distance
        } else {
            SystemTime::UNIX_EPOCH + distance
        }
    }

    #[test]
    fn a_date_in_a_file_counts_from_2001_and_comes_back_to_the_nanosecond() {
        assert_eq!(to_matroska(at(978_307_200)), 0);
        assert_eq!(to_matroska(at(978_307_201)), 1_000_000_000);
        assert_eq!(to_matroska(at(0)), -978_307_200_000_000_000);
        for nanos in [0, 1, -1, 797_341_234_567_890_123, i64::MIN, i64::MAX] {
            let again = to_matroska(from_matroska(nanos).unwrap());
            assert!(again.abs_diff(nanos) < TICK, "{nanos}: {again}");
        }
        assert_eq!(to_matroska(at(100_000_000_000)), i64::MAX);
        // The year 1653: Windows has none before 1601.
        assert_eq!(to_matroska(at(-10_000_000_000)), i64::MIN);
    }

    #[test]
    fn a_date_is_written_as_rfc_3339_says() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_799, "2000-02-29T23:59:59Z"),
            (978_307_200, "2001-01-01T00:00:00Z"),
            (1_772_323_200, "2026-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (-8_244_979_200, "1708-09-23T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(at(seconds)), text);
        }
        assert_eq!(
            rfc3339(at(0) + Duration::from_millis(250)),
            "1970-01-01T00:00:00.25Z"
        );
        assert_eq!(
            rfc3339(at(0) + Duration::from_nanos(TICK)),
            if TICK == 1 {
                "1970-01-01T00:00:00.000000001Z"
            } else {
                "1970-01-01T00:00:00.0000001Z"
            }
        );
    }

    #[test]
    fn every_day_of_400_years_follows_the_one_before() {
        let mut before = civil(-1);
        for days in 0..146_097 {
            let (year, month, day) = civil(days);
            let next = (before.0, before.1, before.2 + 1) == (year, month, day)
                || (before.0, before.1 + 1, 1) == (year, month, day)
                || (before.0 + 1, 1, 1) == (year, month, day);
            assert!(next && day <= 31 && month <= 12, "{year}-{month}-{day}");
            before = (year, month, day);
        }
        assert_eq!(before, (2369, 12, 31));
    }
}
