//! The fitness distance (Media Capture and Streams, 11.1.2).
use crate::constraints::normalized::NormalizedConstraint;
use crate::constraints::settings::MediaTrackSettings;

/// The fitness distance of settings: 0 if every ideal is met, infinite if a required constraint is violated.
///
/// Properties that the kind of track does not have are to be dropped before
/// ([`MediaTrackConstraints::for_kind`](super::MediaTrackConstraints::for_kind)).
pub(super) fn fitness_distance(
    settings: &MediaTrackSettings,
    constraints: &[NormalizedConstraint<'_>],
) -> f64 {
    let each = constraints
        .iter()
        .map(|constraint| constraint.distance(settings.get(constraint.property)));
    // An empty sum of floats is -0.
    each.fold(0.0, |sum, distance| sum + distance)
}
