//! `SelectSettings` (Media Capture and Streams, 11.1.3).
use crate::constraints::candidate::Candidate;
use crate::constraints::explain::overconstrained;
use crate::constraints::selection::{Overconstrained, Selection, Trace};
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;

/// Selects settings that satisfy the basic set and as many advanced sets as possible, tried in order; among these,
/// the settings with the smallest fitness distance from the basic set.
///
/// Equal distances are decided, in this order, by: the device listed first; settings native to the device; frames
/// dropped at even intervals; least cropping; the smallest distance from `defaults`; the candidate listed first. The
/// candidates may be those of one device or of all devices.
///
/// # Errors
/// [`Overconstrained`] if no candidate satisfies the basic set, also if there is no candidate.
pub(crate) fn select_settings(
    constraints: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
) -> Result<Selection, Overconstrained> {
    let selection = Trace::run(constraints, candidates, defaults).selection();
    selection.ok_or_else(|| overconstrained(constraints, candidates))
}
