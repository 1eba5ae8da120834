//! The fitness distance (Media Capture and Streams, 11.1.2).
use crate::constraints::terms::{Bare, Terms};
use crate::constraints::{MediaTrackConstraintSet, MediaTrackSettings};

/// How far settings are from what is asked: 0 is what was wanted, infinite what was ruled out.
///
/// Properties that the kind of track does not have are to be dropped before
/// ([`MediaTrackConstraints::for_kind`](super::MediaTrackConstraints::for_kind)).
#[must_use]
pub fn fitness_distance(settings: &MediaTrackSettings, asked: &MediaTrackConstraintSet, bare: Bare) -> f64 {
    total(settings, &asked.terms(bare))
}

pub(super) fn total(settings: &MediaTrackSettings, asked: &[Terms<'_>]) -> f64 {
    let each = asked
        .iter()
        .map(|terms| terms.distance(settings.get(terms.property)));
    // An empty sum of floats is -0.
    each.fold(0.0, |sum, distance| sum + distance)
}
