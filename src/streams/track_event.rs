//! Events of a track.
use crate::error::Error;
use std::sync::Arc;

/// What happens to a track other than by its owner's calls (4.3.1).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TrackEvent {
    /// The source ended: unplugged, failed, or at its end. Not sent to a track that was stopped.
    Ended,
    /// The source delivers nothing real for the time being; black frames and silence replace it.
    Mute,
    /// The source delivers again.
    Unmute,
    /// The source changed and can no longer satisfy a required constraint. (Extension: an earlier version of the
    /// specification had this event.)
    Overconstrained(Arc<Error>),
}
