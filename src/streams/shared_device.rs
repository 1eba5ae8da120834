//! `SharedDevice`: the open device behind a source, as tracks see it.
use crate::constraints::{ControlValue, MediaTrackConstraints, Property};
use crate::error::Result;
use crate::streams::tap::Tap;
use crate::streams::track_frame::TrackFrame;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The values that a device's controls are set to.
pub(crate) type ControlValues = BTreeMap<Property, ControlValue>;

/// An open device that the tracks of its source share. It can change its mode and its controls while it runs.
pub(crate) trait SharedDevice<T: TrackFrame>: Send + Sync {
    /// Applies constraints to one of its tracks, and changes the mode if necessary (11.3.3, `applyConstraints`).
    ///
    /// # Errors
    /// `Overconstrained` if the device, or what its other tracks require, does not allow it; `NotReadable` if it cannot
    /// be opened in the mode that is needed.
    fn apply_constraints(&self, tap: &Arc<Tap<T>>, constraints: MediaTrackConstraints) -> Result<()>;

    /// Sets the controls for a new track, as far as the other tracks leave them free.
    ///
    /// # Errors
    /// `NotReadable` if the device refuses a value.
    fn init_controls(&self, tap: &Arc<Tap<T>>) -> Result<()>;

    /// The values that its controls are set to now.
    fn controls(&self) -> ControlValues;
}
