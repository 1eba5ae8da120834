//! One track of a stream: what a source captures, as recorders see it (Media Capture and Streams, 4.3).
use crate::clock::Clock;
use crate::devices::constraints::{MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
use crate::devices::source::{Pace, Source};
use crate::error::Error;
use crate::media::{AudioBlock, AudioFormat, MediaFormat, VideoFormat, VideoFrame};
use std::sync::Arc;
use uuid::Uuid;

/// A handle to a track; clones of the handle are the same track.
///
/// The source is released when the last handle is gone, or by [`stop`](Self::stop).
#[derive(Clone)]
pub struct MediaStreamTrack(Arc<Inner>);

struct Inner {
    id: String,
    label: String,
    clock: Clock,
    feed: Feed,
    terms: Terms,
}

/// What a track can be, what was asked of it and what it is (Media Capture and Streams, 11.1.1).
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub(crate) capabilities: MediaTrackCapabilities,
    pub(crate) constraints: MediaTrackConstraints,
    pub(crate) settings: MediaTrackSettings,
}

/// A device that was opened.
pub(crate) struct Opened {
    pub(crate) label: String,
    pub(crate) feed: Feed,
}

/// The source of a track and the shape of what it gives.
pub(crate) enum Feed {
    Video(VideoFormat, Source<VideoFrame>),
    Audio(AudioFormat, Source<AudioBlock>),
}

/// Whether a track carries sound or pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

impl TrackKind {
    /// The specification's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// Whether more can come from a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// Frames come or may come.
    Live,
    /// Nothing will come any more.
    Ended,
}

impl MediaStreamTrack {
    /// `clock` is the one that the feed's frames are stamped on.
    pub(crate) fn new(opened: Opened, clock: Clock, terms: Terms) -> Self {
        Self(Arc::new(Inner {
            id: Uuid::new_v4().to_string(),
            label: opened.label,
            clock,
            feed: opened.feed,
            terms,
        }))
    }

    /// A UUID of its own.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The label of the device, or the name of the file.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// Sound or pictures.
    #[must_use]
    pub fn kind(&self) -> TrackKind {
        match self.0.feed {
            Feed::Video(..) => TrackKind::Video,
            Feed::Audio(..) => TrackKind::Audio,
        }
    }

    /// The shape of its frames.
    #[must_use]
    pub fn format(&self) -> MediaFormat {
        match self.0.feed {
            Feed::Video(format, _) => MediaFormat::Video(format),
            Feed::Audio(format, _) => MediaFormat::Audio(format),
        }
    }

    /// What its device can do, property by property (4.3.8).
    #[must_use]
    pub fn get_capabilities(&self) -> &MediaTrackCapabilities {
        &self.0.terms.capabilities
    }

    /// What was asked of it.
    #[must_use]
    pub fn get_constraints(&self) -> &MediaTrackConstraints {
        &self.0.terms.constraints
    }

    /// What it is to be: targets, not measurements.
    #[must_use]
    pub fn get_settings(&self) -> &MediaTrackSettings {
        &self.0.terms.settings
    }

    /// `Ended` once it was stopped or its source ended; never `Live` again after that.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        let ended = match &self.0.feed {
            Feed::Video(_, source) => source.has_ended(),
            Feed::Audio(_, source) => source.has_ended(),
        };
        if ended {
            ReadyState::Ended
        } else {
            ReadyState::Live
        }
    }

    /// Ends the track; what recorders have already been given stays theirs. Does nothing on an ended track.
    pub fn stop(&self) {
        match &self.0.feed {
            Feed::Video(_, source) => source.stop(),
            Feed::Audio(_, source) => source.stop(),
        }
    }

    /// Why the source ended before its time: a lost device, a broken file. None when it did not.
    #[must_use]
    pub fn failure(&self) -> Option<Arc<Error>> {
        match &self.0.feed {
            Feed::Video(_, source) => source.failure(),
            Feed::Audio(_, source) => source.failure(),
        }
    }

    /// Whether the world does not wait for whoever reads: a full queue then costs a frame.
    pub(crate) fn is_live(&self) -> bool {
        let pace = match &self.0.feed {
            Feed::Video(_, source) => source.pace(),
            Feed::Audio(_, source) => source.pace(),
        };
        pace == Pace::Live
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }
}
