//! `TrackEvent`: what happens to a track.
use crate::clock::Timestamp;
use crate::error::Error;
use std::sync::Arc;
use std::time::Duration;

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
    /// The device was lost, and is opened again when it is back: see
    /// [`SessionOptions::on_lost`](crate::devices::SessionOptions::on_lost). The track is muted until then. (Extension.)
    Lost {
        /// Why it was lost.
        error: Arc<Error>,
        /// Where the gap begins: the end of the last frame, on the clock of the capture times.
        at: Timestamp,
    },
    /// The device is back, or another one delivers in its place. (Extension.)
    Back {
        /// The label of the device that delivers from now on.
        label: String,
        /// Whether it is another device than before.
        switched: bool,
        /// The time of the first frame from it, on the clock of the capture times.
        at: Timestamp,
        /// How long nothing was captured; zero if nothing is missing.
        gap: Duration,
    },
}
