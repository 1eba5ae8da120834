//! `SelectSettings` (Media Capture and Streams, 11.1.3).
use crate::constraints::candidate::Candidate;
use crate::constraints::explain::shortfall;
use crate::constraints::selection::{Overconstrained, Selection, Trace};
use crate::constraints::set::MediaTrackConstraints;
use crate::constraints::settings::MediaTrackSettings;

/// Selects the settings that satisfy the basic set and as many advanced sets, in their order, as can be had,
/// and among those the ones nearest to the basic set.
///
/// Of equally near ones it takes, in this order: the device that is listed first; what the device itself
/// delivers; an even share of its pictures; the least cropped; what is nearest to `defaults`; the candidate
/// that is listed first. The candidates may be one device's or those of all devices.
///
/// # Errors
/// [`Overconstrained`] when no candidate satisfies the basic set; also when there is no candidate.
pub(crate) fn select_settings(
    asked: &MediaTrackConstraints,
    candidates: &[Candidate],
    defaults: &MediaTrackSettings,
) -> Result<Selection, Overconstrained> {
    let selection = Trace::run(asked, candidates, defaults).selection();
    selection.ok_or_else(|| shortfall(asked, candidates))
}
