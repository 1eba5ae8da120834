//! Aspect ratios, rounded as in the specification.

/// Width divided by height, rounded to ten decimals (4.3.8). The height must not be 0.
pub(super) fn aspect_ratio(width: u32, height: u32) -> f64 {
    round_ratio(f64::from(width) / f64::from(height))
}

pub(super) fn round_ratio(ratio: f64) -> f64 {
    let rounded = (ratio * 1e10).round() / 1e10;
    // Very large ratios may overflow.
    if rounded.is_finite() { rounded } else { ratio }
}
