//! The fitness distance (Media Capture and Streams, 11.1.2).
use crate::constraints::settings::MediaTrackSettings;
use crate::constraints::terms::Terms;

/// The fitness distance of settings: 0 if every ideal is met, infinite if a required constraint is violated.
///
/// Properties that the kind of track does not have are to be dropped before
/// ([`MediaTrackConstraints::for_kind`](super::MediaTrackConstraints::for_kind)).
pub(super) fn fitness_distance(settings: &MediaTrackSettings, asked: &[Terms<'_>]) -> f64 {
    let each = asked
        .iter()
        .map(|terms| terms.distance(settings.get(terms.property)));
    // An empty sum of floats is -0.
    each.fold(0.0, |sum, distance| sum + distance)
}
