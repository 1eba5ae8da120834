//! How offers of devices are written in messages.

/// The offer of a property that a device does not have.
pub(super) const NOTHING: &str = "nothing";

/// `1 to 1280`, or the number if both are equal.
pub(super) fn describe_range(min: f64, max: f64) -> String {
    if min < max {
        format!("{min} to {max}")
    } else {
        max.to_string()
    }
}
