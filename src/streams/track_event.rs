//! `TrackEvent`: what happens to a track.
use crate::error::Error;
use std::sync::Arc;

/// What happens to a track other than by the program's own calls (Media Capture and Streams, 4.3.1).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TrackEvent {
    /// The source ended: the device was unplugged or failed, or the file is at its end. Not sent after
    /// [`stop`](crate::streams::MediaStreamTrack::stop). [`failure`](crate::streams::MediaStreamTrack::failure) has the
    /// error, if there was one.
    Ended,
    /// The source is muted; black frames or silence replace what it would deliver.
    Mute,
    /// The source delivers again.
    Unmute,
    /// The source changed and can no longer satisfy a required constraint. (Extension: an earlier version of the
    /// specification had this event.)
    Overconstrained(Arc<Error>),
}
