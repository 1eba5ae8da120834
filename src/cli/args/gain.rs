//! The argument of `--gain`.
use std::str::FromStr;

/// A gain in decibels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainArg(f32);

impl GainArg {
    /// The factor for samples.
    pub fn factor(self) -> f32 {
        10.0_f32.powf(self.0 / 20.0)
    }
}

impl FromStr for GainArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const RANGE: std::ops::RangeInclusive<f32> = -100.0..=60.0;
        let lower = text.to_ascii_lowercase();
        let number = lower.strip_suffix("db").unwrap_or(&lower).trim_end();
        match number.parse::<f32>() {
            Ok(decibels) if RANGE.contains(&decibels) => Ok(Self(decibels)),
            _ => Err("give decibels from -100 to 60, such as -6dB".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_become_factors() {
        let factor = |text: &str| text.parse::<GainArg>().map(GainArg::factor);
        assert_eq!(factor("0"), Ok(1.0));
        assert_eq!(factor("+20dB"), Ok(10.0));
        assert!((factor("-6 dB").unwrap() - 0.501).abs() < 0.001);
        for text in ["", "loud", "61", "nan", "-inf"] {
            assert!(factor(text).is_err(), "{text}");
        }
    }
}
