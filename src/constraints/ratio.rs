//! Aspect ratios, rounded as the specification has them.

/// Width divided by height as the specification has it: rounded to ten decimals. The height is not 0.
pub(super) fn aspect_ratio(width: u32, height: u32) -> f64 {
    round_ratio(f64::from(width) / f64::from(height))
}

pub(super) fn round_ratio(ratio: f64) -> f64 {
    let rounded = (ratio * 1e10).round() / 1e10;
    // A ratio beyond all pictures may overflow.
    if rounded.is_finite() { rounded } else { ratio }
}
