//! A stream: the set of tracks that are recorded together (Media Capture and Streams, 4.2).
use crate::devices::track::{MediaStreamTrack, ReadyState};
use std::sync::Arc;
use uuid::Uuid;

/// A handle to a stream; clones of the handle are the same stream.
#[derive(Clone)]
pub struct MediaStream(Arc<Inner>);

struct Inner {
    id: String,
    tracks: Vec<MediaStreamTrack>,
}

impl MediaStream {
    /// A stream of these tracks; a track that is given twice is there once.
    #[must_use]
    pub fn new(tracks: impl IntoIterator<Item = MediaStreamTrack>) -> Self {
        let mut set: Vec<MediaStreamTrack> = Vec::new();
        for track in tracks {
            if !set.iter().any(|other| other.id() == track.id()) {
                set.push(track);
            }
        }
        Self(Arc::new(Inner {
            id: Uuid::new_v4().to_string(),
            tracks: set,
        }))
    }

    /// A UUID of its own.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Its tracks, in the order in which they were given.
    #[must_use]
    pub fn tracks(&self) -> Vec<MediaStreamTrack> {
        self.0.tracks.clone()
    }

    /// Whether any of its tracks is live.
    #[must_use]
    pub fn active(&self) -> bool {
        self.0
            .tracks
            .iter()
            .any(|track| track.ready_state() == ReadyState::Live)
    }
}
