//! The order in which settings are preferred.
use crate::constraints::property::Property;
use crate::constraints::settings::MediaTrackSettings;
use std::cmp::Ordering;

/// The sort key of settings; the smallest is selected. Compared field by field, in this order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SortKey {
    /// Fitness distance from the basic set: the only criterion of the specification (11.1.2).
    pub(super) distance: f64,
    /// The device's position in the list.
    pub(super) rank: usize,
    /// Whether the settings are derived, not native to the device.
    pub(super) derived: bool,
    /// Whether frames are dropped at uneven intervals.
    pub(super) uneven: bool,
    /// Distance of the aspect ratio from the mode's: what is lost by cropping.
    pub(super) crop: f64,
    /// Distance of the settings from the defaults.
    pub(super) from_defaults: f64,
}

impl SortKey {
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let distances = self.distance.total_cmp(&other.distance);
        distances
            .then(self.rank.cmp(&other.rank))
            .then(self.derived.cmp(&other.derived))
            .then(self.uneven.cmp(&other.uneven))
            .then(self.crop.total_cmp(&other.crop))
            .then(self.from_defaults.total_cmp(&other.from_defaults))
    }
}

/// Distance of settings from the defaults, summed over the properties that both have.
pub(super) fn distance_from(defaults: &MediaTrackSettings, settings: &MediaTrackSettings) -> f64 {
    let each = Property::ALL.into_iter().filter_map(|property| {
        let (default, actual) = (defaults.get(property)?, settings.get(property)?);
        Some(actual.distance(default))
    });
    each.fold(0.0, |sum, distance| sum + distance)
}
