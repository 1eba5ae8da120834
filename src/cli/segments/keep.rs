//! `--keep`: how much of the segments is kept.
use crate::cli::values::{parse_duration, parse_size};
use std::str::FromStr;
use std::time::Duration;

/// What is kept; older segments are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Segments that ended within this time.
    Age(Duration),
    /// This many bytes, the segment that is being written included.
    Size(u64),
    /// This many segments, the one that is being written included.
    Count(u64),
}

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const HELP: &str = "give an age such as 7d or 12h, a size such as 200G, or a number of files";
        const NOTHING: &str = "nothing would be kept";
        if let Ok(count) = text.parse() {
            return match count {
                0 => Err(NOTHING.into()),
                // One of them is being written.
                1 => Err("the segment that is being written is one of them; keep 2 at least".into()),
                count => Ok(Self::Count(count)),
            };
        }
        // 30M is a size; as a duration it would be months.
        let is_size = text.ends_with(|last: char| last.is_ascii_uppercase() || last == 'k');
        let keep = if is_size {
            parse_size(text).map(Self::Size)
        } else {
            parse_duration(text).map(Self::Age)
        };
        match keep {
            Ok(Self::Size(0) | Self::Age(Duration::ZERO)) => Err(NOTHING.into()),
            keep => keep.map_err(|_| HELP.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_a_size_and_a_number_are_told_apart() {
        let day = Duration::from_secs(86_400);
        assert_eq!("7d".parse(), Ok(Keep::Age(7 * day)));
        assert_eq!("30m".parse(), Ok(Keep::Age(day / 48)));
        assert_eq!("30M".parse(), Ok(Keep::Size(30_000_000)));
        assert_eq!("200G".parse(), Ok(Keep::Size(200_000_000_000)));
        assert_eq!("100".parse(), Ok(Keep::Count(100)));
    }

    #[test]
    fn to_keep_nothing_is_refused() {
        for text in ["0", "1", "0s", "0G", "-1", "x", ""] {
            assert!(text.parse::<Keep>().is_err(), "{text}");
        }
    }
}
