//! Numbers of events without the digits that only rounding errors have. Media times are exact to a microsecond, as samples are
//! further apart.
use std::time::Duration;

/// Milliseconds, to the microsecond.
pub fn milliseconds(value: f64) -> f64 {
    to_decimals(value, 3)
}

/// A time in seconds, to the microsecond.
pub fn seconds(time: Duration) -> f64 {
    to_decimals(time.as_secs_f64(), 6)
}

/// The nearest number that has no more decimals.
pub fn to_decimals(value: f64, decimals: i32) -> f64 {
    let unit = 10f64.powi(decimals);
    // Not -0.
    (value * unit).round() / unit + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_errors_are_gone_and_samples_are_told_apart() {
        assert_eq!(milliseconds(1_680.000_000_000_000_2).to_string(), "1680");
        assert_eq!(milliseconds(20.833_333).to_string(), "20.833");
        assert_eq!(
            seconds(Duration::from_nanos(1_000_020_833)).to_string(),
            "1.000021"
        );
        assert_eq!(to_decimals(-0.000_000_1, 6).to_string(), "0");
    }
}
