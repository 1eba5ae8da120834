//! Durations, sizes, rates, names and tags as they are typed.
use mediarec::webm::SimpleTag;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// `--timeslice`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeslice {
    /// A chunk for at least this much media.
    Every(Duration),
    /// One chunk at the end.
    None,
}

impl FromStr for Timeslice {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "0" => Ok(Self::Every(Duration::ZERO)),
            other => parse_duration(other).map(Self::Every),
        }
    }
}

/// `--keyframe-interval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFrames {
    /// Maximum time between them.
    Duration(Duration),
    /// Maximum number of frames between them.
    Count(u32),
}

impl FromStr for KeyFrames {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_suffix('f') {
            Some(count) => match count.parse() {
                Ok(0) | Err(_) => Err("give a number of frames such as 60f, at least 1f".into()),
                Ok(count) => Ok(Self::Count(count)),
            },
            None => parse_duration(text).map(Self::Duration),
        }
    }
}

/// A file to write. A name that begins with `-` has to look like the name of a file: what is missing may be a value, and then
/// it is the next flag that stands here.
pub fn parse_output(text: &OsStr) -> Result<PathBuf, String> {
    let bytes = text.as_encoded_bytes();
    let is_flag = bytes.starts_with(b"--") || (bytes.starts_with(b"-") && !bytes.contains(&b'.'));
    if is_flag && bytes != b"-" {
        let name = text.to_string_lossy();
        return Err(format!(
            "it looks like a flag, so the name of the file is missing; a file of this name is written as ./{name}"
        ));
    }
    Ok(PathBuf::from(text))
}

/// `ARTIST=Ana`: all behind the first `=` is the value.
pub fn parse_tag(text: &str) -> Result<SimpleTag, String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(SimpleTag {
            name: name.to_owned(),
            value: value.to_owned(),
        }),
        _ => Err("give a name, = and a value, such as ARTIST=Ana".into()),
    }
}

/// `500ms`, `1.5s`, `2m`, `1h30m`, `90min`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const HELP: &str = "give a number and a unit, such as 500ms, 1.5s, 10m or 1h30m";
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    if number.contains('.') {
        // humantime does not parse fractions.
        let seconds = match unit.trim() {
            "ms" => 0.001,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            _ => return Err(HELP.into()),
        };
        let number: f64 = number.parse().map_err(|_| HELP)?;
        return Duration::try_from_secs_f64(number * seconds).map_err(|_| HELP.into());
    }
    if unit.is_empty() && !number.is_empty() {
        return Err(format!("'{text}' has no unit; write {text}s or {text}ms"));
    }
    humantime::parse_duration(text).map_err(|_| HELP.into())
}

/// The same, but not 0.
pub fn parse_length(text: &str) -> Result<Duration, String> {
    match parse_duration(text) {
        Ok(Duration::ZERO) => Err("must be longer than 0; leave the flag out instead".into()),
        other => other,
    }
}

/// `128k`, `2.5M`, `2500000`: bit/s; k is 1000.
pub fn parse_bit_rate(text: &str) -> Result<u32, String> {
    const HELP: &str = "give bits per second, such as 128k, 2.5M or 2500000";
    let (number, unit) = split_unit(text);
    let factor = match unit.trim_end_matches("bit/s") {
        "" => 1.0,
        "k" | "K" => 1e3,
        "m" | "M" => 1e6,
        _ => return Err(HELP.into()),
    };
    let bits = scaled(number, factor).ok_or(HELP)?;
    if (1..1000).contains(&bits) {
        return Err(format!(
            "{bits} bit/s is too low; for {bits} kbit/s write {bits}k"
        ));
    }
    u32::try_from(bits).map_err(|_| "the maximum is 4 Gbit/s".into())
}

/// `100M` (millions), `2GiB` (powers of 1024), `5000000`: bytes.
pub fn parse_size(text: &str) -> Result<u64, String> {
    const HELP: &str = "give bytes, such as 500k, 100M, 2GiB or 5000000";
    let (number, unit) = split_unit(text);
    let factor = match unit.trim_end_matches(['b', 'B']) {
        "" => 1.0,
        "k" | "K" => 1e3,
        "m" | "M" => 1e6,
        "g" | "G" => 1e9,
        "t" | "T" => 1e12,
        "ki" | "Ki" => 1024.0,
        "mi" | "Mi" => 1024.0 * 1024.0,
        "gi" | "Gi" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(HELP.into()),
    };
    scaled(number, factor).ok_or_else(|| HELP.into())
}

/// The same, but not 0.
pub fn parse_file_size(text: &str) -> Result<u64, String> {
    match parse_size(text) {
        Ok(0) => Err("must be larger than 0".into()),
        other => other,
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be a number of bytes or bits that f64 holds exactly"
)]
fn scaled(number: &str, factor: f64) -> Option<u64> {
    let value = number.parse::<f64>().ok()? * factor;
    (0.0..9e15).contains(&value).then(|| value.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_numbers_with_units() {
        let millis = |text| parse_duration(text).ok().map(|d| d.as_millis());
        let cases = [
            ("500ms", Some(500)),
            ("10s", Some(10_000)),
            ("1.5s", Some(1500)),
            ("0.25m", Some(15_000)),
            ("1h30m", Some(5_400_000)),
            ("10", None),
            ("abc", None),
            ("", None),
            ("-1s", None),
            ("1.5", None),
            (".", None),
            ("1.2.3s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(millis(text), expected, "{text}");
        }
    }

    #[test]
    fn a_tag_is_a_name_and_a_value_that_stay_as_they_are_typed() {
        let parsed = |text| parse_tag(text).ok().map(|tag| (tag.name, tag.value));
        let tag = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(parsed("Artist=Ana López"), tag("Artist", "Ana López"));
        assert_eq!(parsed("URL=a?b=c"), tag("URL", "a?b=c"));
        assert_eq!(parsed("COMMENT="), tag("COMMENT", ""));
        assert_eq!([parsed("=Ana"), parsed("ARTIST"), parsed("")], [None, None, None]);
    }

    #[test]
    fn a_timeslice_may_be_zero_or_none() {
        assert_eq!("0".parse(), Ok(Timeslice::Every(Duration::ZERO)));
        assert_eq!("none".parse(), Ok(Timeslice::None));
        assert_eq!("1s".parse(), Ok(Timeslice::Every(Duration::from_secs(1))));
    }

    #[test]
    fn key_frames_come_by_time_or_by_count() {
        assert_eq!("60f".parse(), Ok(KeyFrames::Count(60)));
        assert_eq!("2s".parse(), Ok(KeyFrames::Duration(Duration::from_secs(2))));
        assert!("0f".parse::<KeyFrames>().is_err());
        assert!("f".parse::<KeyFrames>().is_err());
    }

    #[test]
    fn rates_count_in_thousands_and_sizes_in_either() {
        assert_eq!(parse_bit_rate("2.5M"), Ok(2_500_000));
        assert_eq!(parse_bit_rate("128k"), Ok(128_000));
        assert_eq!(parse_bit_rate("0"), Ok(0));
        assert!(parse_bit_rate("5G").is_err());
        assert!(parse_bit_rate("300").unwrap_err().contains("write 300k"));
        assert_eq!(parse_size("1.5GiB"), Ok(1_610_612_736));
        assert_eq!(parse_size("10MB"), Ok(10_000_000));
        assert!(parse_size("ten").is_err());
        assert!(parse_size("-1").is_err());
    }
}
