//! The date of a recording: that of its start, none, or the one that `SOURCE_DATE_EPOCH` sets for all programs.
use mediarec::error::{Error, Result};
use mediarec::recorder::RecordingDate;
use std::time::{Duration, SystemTime};

/// First and last second that a file can have as its date: 64 bits of nanoseconds around 2001.
const DATES: std::ops::RangeInclusive<i64> = -8_245_064_836..=10_201_679_236;

/// The date to write. `SOURCE_DATE_EPOCH` is used wherever it is set, as its specification demands
/// (reproducible-builds.org); an empty variable counts as unset.
///
/// # Errors
/// `Type` for a variable that is no number of seconds, or too large for a file.
pub fn date(reproducible: bool, source_date_epoch: Option<&str>) -> Result<RecordingDate> {
    match source_date_epoch.filter(|text| !text.is_empty()) {
        Some(text) => of_epoch(text).map(RecordingDate::At),
        None if reproducible => Ok(RecordingDate::Omitted),
        None => Ok(RecordingDate::Start),
    }
}

fn of_epoch(text: &str) -> Result<SystemTime> {
    let seconds = text.parse().ok().filter(|seconds| DATES.contains(seconds));
    let date = seconds.and_then(|seconds: i64| {
        let distance = Duration::from_secs(seconds.unsigned_abs());
        if seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(distance)
        } else {
            SystemTime::UNIX_EPOCH.checked_add(distance)
        }
    });
    date.ok_or_else(|| Error::Type {
        message: format!(
            "the environment variable SOURCE_DATE_EPOCH is '{text}'; set it to seconds since 1970, as date +%s prints \
             them, or unset it"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> RecordingDate {
        RecordingDate::At(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn the_date_is_that_of_the_start_unless_it_is_set_or_the_bytes_have_to_be_the_same() {
        for (reproducible, variable, expected) in [
            (false, None, Some(RecordingDate::Start)),
            (false, Some(""), Some(RecordingDate::Start)),
            (true, None, Some(RecordingDate::Omitted)),
            (true, Some(""), Some(RecordingDate::Omitted)),
            (true, Some("1700000000"), Some(at(1_700_000_000))),
            (false, Some("0"), Some(at(0))),
        ] {
            assert_eq!(
                date(reproducible, variable).ok(),
                expected,
                "{reproducible} {variable:?}"
            );
        }
    }

    #[test]
    fn a_variable_that_is_no_date_is_refused_with_what_to_set() {
        for text in ["now", "1.5", " 1", "1700000000000", "10201679237", "2026-03-01"] {
            let error = date(true, Some(text)).unwrap_err();
            assert_eq!(error.name(), "TypeError");
            let said = error.to_string();
            assert!(
                said.contains(text) && said.contains("seconds since 1970"),
                "{said}"
            );
        }
        assert!(date(false, Some("-8245064836")).is_ok() && date(false, Some("10201679236")).is_ok());
    }
}
