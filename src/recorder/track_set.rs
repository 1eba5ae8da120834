//! The set of recorded tracks, which must not change during a recording.
use crate::error::{Error, Result};
use crate::streams::{Events, MediaStream, MediaStreamTrack, ReadyState};

/// The tracks that a recording took from its stream.
pub(crate) struct TrackSet {
    stream: MediaStream,
    recorded: Vec<MediaStreamTrack>,
    /// Changes of the stream's set of tracks since these were taken from it.
    changes: Events<()>,
}

impl TrackSet {
    /// The tracks of the stream that are live now.
    pub(crate) fn live(stream: &MediaStream) -> Self {
        // Before the tracks are read, so that no change is missed.
        let changes = stream.changes();
        let mut recorded = stream.tracks();
        recorded.retain(|track| track.ready_state() == ReadyState::Live);
        Self {
            stream: stream.clone(),
            recorded,
            changes,
        }
    }

    pub(crate) fn recorded(&self) -> &[MediaStreamTrack] {
        &self.recorded
    }

    pub(crate) const fn changes(&self) -> &Events<()> {
        &self.changes
    }

    /// Compares the stream with what is recorded (MediaStream Recording, 2.3, `start`, step 14). A track that ended
    /// may be missing, as sources remove theirs: that changes nothing that is recorded.
    ///
    /// # Errors
    /// `InvalidModification` when a track was added, or a live one removed.
    pub(crate) fn check(&self) -> Result<()> {
        let present = self.stream.tracks();
        let added = present.iter().find(|track| !self.recorded.contains(track));
        let is_live = |track: &&MediaStreamTrack| track.ready_state() == ReadyState::Live;
        let removed = self
            .recorded
            .iter()
            .filter(is_live)
            .find(|track| !present.contains(track));
        let (track, what) = match (added, removed) {
            (Some(track), _) => (track, "added to"),
            (None, Some(track)) => (track, "removed from"),
            (None, None) => return Ok(()),
        };
        Err(Error::InvalidModification {
            message: format!(
                "the track '{}' was {what} the stream while it was recorded; stop the recorder before",
                track.label()
            ),
        })
    }
}
