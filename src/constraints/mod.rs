//! The constrainable pattern (Media Capture and Streams, 11): constraints, capabilities and settings of tracks, and
//! how settings are selected. Pure: no clock, no threads, no devices.
//!
//! ```
//! use mediarec::constraints::MediaTrackConstraints;
//! use mediarec::devices::{MediaDevices, synthetic::FakeDevices};
//! use mediarec::media::TrackKind;
//!
//! let constraints: MediaTrackConstraints = "width=640,frameRate>=25".parse()?;
//! let devices = MediaDevices::new(FakeDevices::default());
//! let explanation = devices.explain(TrackKind::Video, &constraints)?;
//! let settings = explanation.outcome?.settings;
//! assert_eq!(settings.width, Some(640));
//! # Ok::<(), mediarec::error::Error>(())
//! ```

mod candidate;
mod capabilities;
mod comma;
mod constrain;
mod control;
mod control_selection;
mod derived;
mod explain;
mod explanation;
mod fitness;
mod image_set;
mod json;
mod member;
mod normalized;
mod offer;
mod property;
mod ratio;
mod select;
mod selection;
mod set;
mod settings;
mod sort_key;
mod space;
mod stream;

pub(crate) use candidate::Candidate;
pub use capabilities::{MediaTrackCapabilities, Range};
pub use constrain::{Bounded, Choice, Constrain, EchoCancellation, Point2D, Points};
pub use control::{Control, ControlRange, ControlValue};
pub(crate) use explain::explain_opening;
pub use explanation::{CandidateOutcome, CandidateReport, ConstraintReport, Explanation, OpenFailure};
pub use image_set::ImageConstraintSet;
pub use json::Parsed;
pub use property::{Property, ValueType, supported_constraints};
pub(crate) use select::select_settings;
pub use selection::{Overconstrained, Selection};
pub use set::{MediaTrackConstraintSet, MediaTrackConstraints};
pub use settings::MediaTrackSettings;
pub use stream::MediaStreamConstraints;

#[cfg(test)]
mod tests;
