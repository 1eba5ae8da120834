//! `MediaStream`: a set of tracks that are recorded together (Media Capture and Streams, 4.2).
use crate::error::Result;
use crate::media::TrackKind;
use crate::streams::events::{Events, Subscribers};
use crate::streams::track::{MediaStreamTrack, ReadyState};
use crate::sync::{Mutex, MutexGuard};
use std::sync::{Arc, Weak};
use uuid::Uuid;

/// A set of tracks that are recorded together.
///
/// This is a handle: its clones refer to the same stream. [`clone_stream`](Self::clone_stream) creates another stream.
#[derive(Clone)]
pub struct MediaStream(Arc<Inner>);

struct Inner {
    id: String,
    tracks: Mutex<Vec<MediaStreamTrack>>,
    events: Subscribers<StreamEvent>,
    /// Notified of every change of the set, also by the program itself.
    changes: Subscribers<()>,
}

/// A weak reference to a stream.
#[derive(Clone)]
pub(crate) struct WeakStream(Weak<Inner>);

impl WeakStream {
    pub(crate) fn upgrade(&self) -> Option<MediaStream> {
        self.0.upgrade().map(MediaStream)
    }
}

/// A change of the set of tracks by a source. Changes by the program itself are not reported (4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The track was removed because its source ended. (No source adds tracks: a file's tracks are known when it is
    /// opened.)
    RemoveTrack(MediaStreamTrack),
}

impl MediaStream {
    /// Creates a stream of these tracks, which may have ended. A track that occurs twice is added once.
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

    /// Returns the stream's id, a random UUID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the tracks, in the order in which they were added.
    #[must_use]
    pub fn tracks(&self) -> Vec<MediaStreamTrack> {
        self.lock().clone()
    }

    /// Returns the audio tracks, in the order in which they were added.
    #[must_use]
    pub fn audio_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of(TrackKind::Audio)
    }

    /// Returns the video tracks, in the order in which they were added.
    #[must_use]
    pub fn video_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of(TrackKind::Video)
    }

    /// Returns the track with this id, or `None` (`getTrackById`).
    #[must_use]
    pub fn track_by_id(&self, id: &str) -> Option<MediaStreamTrack> {
        self.lock().iter().find(|track| track.id() == id).cloned()
    }

    /// Adds a track. Does nothing if the stream has it already. A recording of the stream in progress ends with
    /// `InvalidModification`.
    pub fn add_track(&self, track: &MediaStreamTrack) {
        let mut tracks = self.lock();
        if !tracks.contains(track) {
            tracks.push(track.clone());
            self.0.changes.notify(&());
        }
    }

    /// Removes a track without stopping it. Does nothing if the stream does not have it. A recording of the stream in
    /// progress ends with `InvalidModification`.
    pub fn remove_track(&self, track: &MediaStreamTrack) {
        let mut tracks = self.lock();
        let before = tracks.len();
        tracks.retain(|other| other != track);
        if tracks.len() < before {
            self.0.changes.notify(&());
        }
    }

    /// Returns whether any track is live.
    #[must_use]
    pub fn active(&self) -> bool {
        self.lock().iter().any(is_live)
    }

    /// Returns whether any audio track is live.
    #[must_use]
    pub fn audible(&self) -> bool {
        self.audio_tracks().iter().any(is_live)
    }

    /// Creates another stream with clones of the tracks (4.2, `clone`).
    ///
    /// # Errors
    /// Those of [`MediaStreamTrack::clone_track`].
    pub fn clone_stream(&self) -> Result<Self> {
        let tracks: Result<Vec<_>> = self.tracks().iter().map(MediaStreamTrack::clone_track).collect();
        Ok(Self::new(tracks?))
    }

    /// Subscribes to changes of the set of tracks by sources.
    #[must_use]
    pub fn events(&self) -> Events<StreamEvent> {
        self.0.events.subscribe()
    }

    /// Removes the tracks whose source has ended, and reports each to the subscribers.
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

    /// Returns a handle that does not keep the stream and its tracks alive.
    pub(crate) fn downgrade(&self) -> WeakStream {
        WeakStream(Arc::downgrade(&self.0))
    }

    /// Subscribes to every change of the set of tracks, also by the program itself.
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
