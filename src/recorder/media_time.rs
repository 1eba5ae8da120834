//! Where in the recording something happened.
use crate::clock::Timestamp;
use crate::recorder::recording::Recording;
use crate::streams::MediaStreamTrack;
use std::time::Duration;

impl Recording {
    /// Returns the media time, from the first frame of the recording, of what `track` captured at this time of its session's
    /// clock, such as that of [`TrackEvent::Lost`](crate::streams::TrackEvent::Lost). What lies in a pause has the time of
    /// the pause. `None` before the first frame.
    #[must_use]
    pub fn media_time(&self, track: &MediaStreamTrack, at: Timestamp) -> Option<Duration> {
        self.run.timeline().position(at, track.is_live())
    }
}
