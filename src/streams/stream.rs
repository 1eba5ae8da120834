//! A stream: the set of tracks that are recorded together (Media Capture and Streams, 4.2).
use crate::error::Result;
use crate::media::TrackKind;
use crate::streams::events::{Events, Subscribers};
use crate::streams::track::{MediaStreamTrack, ReadyState};
use crate::sync::{Mutex, MutexGuard};
use std::sync::{Arc, Weak};
use uuid::Uuid;

/// A handle to a stream; clones of the handle are the same stream ([`clone_stream`](Self::clone_stream) makes
/// another).
#[derive(Clone)]
pub struct MediaStream(Arc<Inner>);

struct Inner {
    id: String,
    tracks: Mutex<Vec<MediaStreamTrack>>,
    events: Subscribers<StreamEvent>,
    /// Told of every change of the set, whoever made it.
    changes: Subscribers<()>,
}

/// A stream, if it is still there.
#[derive(Clone)]
pub(crate) struct WeakStream(Weak<Inner>);

impl WeakStream {
    pub(crate) fn upgrade(&self) -> Option<MediaStream> {
        self.0.upgrade().map(MediaStream)
    }
}

/// What a source does to the set of tracks. What the program does itself it is not told of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// This one left, because it had ended. (No source adds tracks: those of a file are all there when it is open.)
    RemoveTrack(MediaStreamTrack),
}

impl MediaStream {
    /// A stream of these tracks, ended ones too; a track that is given twice is there once.
    #[must_use]
    pub fn new(tracks: impl IntoIterator<Item = MediaStreamTrack>) -> Self {
        let mut set: Vec<MediaStreamTrack> = Vec::new();
        for track in tracks {
            if !set.contains(&track) {
                set.push(track);
            }
        }
        Self(Arc::new(Inner {
            id: Uuid::new_v4().to_string(),
            tracks: Mutex::new(set),
            events: Subscribers::default(),
            changes: Subscribers::default(),
        }))
    }

    /// A UUID of its own.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Its tracks as they are now, in the order in which they came.
    #[must_use]
    pub fn tracks(&self) -> Vec<MediaStreamTrack> {
        self.lock().clone()
    }

    /// Those that carry sound.
    #[must_use]
    pub fn audio_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of(TrackKind::Audio)
    }

    /// Those that carry pictures.
    #[must_use]
    pub fn video_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of(TrackKind::Video)
    }

    /// The track of this id.
    #[must_use]
    pub fn track_by_id(&self, id: &str) -> Option<MediaStreamTrack> {
        self.lock().iter().find(|track| track.id() == id).cloned()
    }

    /// Adds a track; one that is there already stays once. A recorder of the stream takes that for an error.
    pub fn add_track(&self, track: &MediaStreamTrack) {
        let mut tracks = self.lock();
        if !tracks.contains(track) {
            tracks.push(track.clone());
            self.0.changes.notify(&());
        }
    }

    /// Takes a track out; it goes on for itself. One that is not there is no matter. A recorder of the stream takes
    /// that for an error.
    pub fn remove_track(&self, track: &MediaStreamTrack) {
        let mut tracks = self.lock();
        let before = tracks.len();
        tracks.retain(|other| other != track);
        if tracks.len() < before {
            self.0.changes.notify(&());
        }
    }

    /// Whether any of its tracks is live.
    #[must_use]
    pub fn active(&self) -> bool {
        self.lock().iter().any(is_live)
    }

    /// Whether any of its tracks is live and carries sound.
    #[must_use]
    pub fn audible(&self) -> bool {
        self.audio_tracks().iter().any(is_live)
    }

    /// Another stream, of clones of the tracks (4.2, `clone`).
    ///
    /// # Errors
    /// Those of [`MediaStreamTrack::clone_track`].
    pub fn clone_stream(&self) -> Result<Self> {
        let tracks: Result<Vec<_>> = self.tracks().iter().map(MediaStreamTrack::clone_track).collect();
        Ok(Self::new(tracks?))
    }

    /// Tracks that sources add and remove from now on.
    #[must_use]
    pub fn events(&self) -> Events<StreamEvent> {
        self.0.events.subscribe()
    }

    /// Takes out the tracks whose sources have ended, because these sources say so.
    pub(crate) fn remove_ended_by_source(&self) {
        let exhausted: Vec<_> = {
            let mut tracks = self.lock();
            let (exhausted, kept) = std::mem::take(&mut *tracks)
                .into_iter()
                .partition(MediaStreamTrack::is_ended_by_source);
            *tracks = kept;
            exhausted
        };
        for track in exhausted {
            self.0.changes.notify(&());
            self.0.events.notify(&StreamEvent::RemoveTrack(track));
        }
    }

    /// A handle that does not keep the stream, nor its tracks, alive.
    pub(crate) fn downgrade(&self) -> WeakStream {
        WeakStream(Arc::downgrade(&self.0))
    }

    /// Told of every change of the set of tracks.
    pub(crate) fn changes(&self) -> Events<()> {
        self.0.changes.subscribe()
    }

    fn of(&self, kind: TrackKind) -> Vec<MediaStreamTrack> {
        let mut tracks = self.tracks();
        tracks.retain(|track| track.kind() == kind);
        tracks
    }

    fn lock(&self) -> MutexGuard<'_, Vec<MediaStreamTrack>> {
        self.0.tracks.lock()
    }
}

fn is_live(track: &MediaStreamTrack) -> bool {
    track.ready_state() == ReadyState::Live
}
