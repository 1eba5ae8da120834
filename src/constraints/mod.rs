//! The constrainable pattern (Media Capture and Streams, 11): what is asked of a track, what a device
//! offers, and which of it is chosen. Pure: no clock, no threads, no devices.
//!
//! ```
//! use mediarec::constraints::{Candidate, MediaTrackConstraints, MediaTrackSettings, select_settings};
//!
//! let asked = MediaTrackConstraints::parse("width=640,frameRate>=25")?.value;
//! let camera = Candidate::of_mode("Camera", 0, &MediaTrackSettings::video(1280, 720, Some(30.0)));
//! let chosen = select_settings(&asked, &camera, &MediaTrackSettings::defaults())?;
//! assert_eq!((chosen.settings.width, chosen.settings.height), (Some(640), Some(360)));
//! # Ok::<(), mediarec::error::Error>(())
//! ```

mod candidate;
mod capabilities;
mod comma;
mod constrain;
mod control;
mod explain;
mod fitness;
mod image_set;
mod json;
mod member;
mod property;
mod ratio;
mod select;
mod selection;
mod set;
mod settings;
mod space;
mod stream;
mod terms;

pub use candidate::Candidate;
pub use capabilities::{MediaTrackCapabilities, Range};
pub use constrain::{Bounded, Choice, Constrain, EchoCancellation, Point2D, Points};
pub use control::{Control, ControlRange, ControlValue};
pub(crate) use explain::explain_opening;
pub use explain::{CandidateReport, Explanation, Fate, MemberReport, Refusal, explain};
pub use fitness::fitness_distance;
pub use image_set::ImageConstraintSet;
pub use json::Parsed;
pub use property::{Form, Property, supported_constraints};
pub use select::select_settings;
pub use selection::{Overconstrained, Selection};
pub use set::{MediaTrackConstraintSet, MediaTrackConstraints};
pub use settings::MediaTrackSettings;
pub use space::best_derived;
pub use stream::MediaStreamConstraints;
pub use terms::Bare;

#[cfg(test)]
mod tests;
