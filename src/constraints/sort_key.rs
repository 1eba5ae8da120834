//! The order in which settings are preferred.
use crate::constraints::property::Property;
use crate::constraints::settings::MediaTrackSettings;
use std::cmp::Ordering;

/// How good settings are; the smallest is chosen. Compared member by member, in this order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Merit {
    /// From the basic set: the only thing that the specification knows.
    pub(super) distance: f64,
    /// The device's place in the list.
    pub(super) rank: usize,
    /// Whether the device cannot deliver them itself.
    pub(super) derived: bool,
    /// Whether pictures are left out in an uneven rhythm.
    pub(super) uneven: bool,
    /// How far the aspect ratio is from the mode's: what cropping costs.
    pub(super) crop: f64,
    /// How far the settings are from the defaults.
    pub(super) from_defaults: f64,
}

impl Merit {
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

/// How far settings are from the defaults, summed over what both have.
pub(super) fn distance_from(defaults: &MediaTrackSettings, settings: &MediaTrackSettings) -> f64 {
    let each = Property::ALL.into_iter().filter_map(|property| {
        let (default, actual) = (defaults.get(property)?, settings.get(property)?);
        Some(actual.distance(default))
    });
    each.fold(0.0, |sum, distance| sum + distance)
}
