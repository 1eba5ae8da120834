//! One track of a stream: what a source captures, as recorders see it (Media Capture and Streams, 4.3).
use crate::clock::Clock;
use crate::constraints::{Control, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, EncodedFrame, MediaFormat, TrackKind, VideoFrame};
use crate::streams::encoded::Encoded;
use crate::streams::events::Events;
use crate::streams::listener::Listener;
use crate::streams::shared_device::SharedDevice;
use crate::streams::source::{Backpressure, Source};
use crate::streams::tap::{FrameCounts, Tap, TrackConfig};
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;
use tracing::debug;
use uuid::Uuid;

/// A handle to a track; clones of the handle are the same track ([`clone_track`](Self::clone_track) makes another).
///
/// It can be sent to other threads. The source is released when the last handle to the last of its tracks is gone,
/// or by [`stop`](Self::stop).
#[derive(Clone)]
pub struct MediaStreamTrack(Arc<Inner>);

struct Inner {
    id: String,
    label: String,
    clock: Clock,
    feed: Feed,
}

/// A track's end of its source.
pub(crate) enum Feed {
    Video(TrackFeed<VideoFrame>),
    Audio(TrackFeed<AudioBlock>),
}

/// The same of one kind; when it goes, the track lets go of the source.
pub(crate) struct TrackFeed<T: TrackFrame> {
    source: Source<T>,
    tap: Arc<Tap<T>>,
    /// The device behind the source, if it is one: it can be asked to be different.
    device: Option<Arc<dyn SharedDevice<T>>>,
    /// What the source has encoded already.
    encoded: Option<Arc<Encoded>>,
}

/// Whether more can come from a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// Frames come or may come.
    Live,
    /// Nothing will come any more.
    Ended,
}

/// What became of the frames that a track's source captured (Media Capture Extensions).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrackFrameStats {
    /// Frames that the track gave, or would have given if somebody had listened. Of sound: blocks.
    pub delivered_frames: u64,
    /// Frames left out on purpose, because the track's rate is lower than the source's.
    pub discarded_frames: u64,
    /// All of these, and those that the device or its driver lost.
    pub total_frames: u64,
}

impl<T: TrackFrame> TrackFeed<T> {
    /// Hangs a new track on a source.
    ///
    /// # Errors
    /// `Overconstrained` when the source's mode does not allow what is asked; `NotReadable` when the source has ended.
    pub(crate) fn new(
        source: Source<T>,
        mode: &MediaTrackSettings,
        constraints: MediaTrackConstraints,
        capabilities: MediaTrackCapabilities,
        controls: Vec<Control>,
    ) -> Result<Self> {
        let ended = || Error::not_readable("the source ended while it was being opened");
        let tap = source.with_format(|format| -> Result<_> {
            let format = format.ok_or_else(ended)?;
            let tap = Arc::new(Tap::new(format, mode, constraints, capabilities, controls)?);
            source.attach(&tap).then_some(tap).ok_or_else(ended)
        })?;
        Ok(Self {
            source,
            tap,
            device: None,
            encoded: None,
        })
    }

    /// Of a source that nothing is asked of.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn of_source(source: Source<T>, settings: &MediaTrackSettings) -> Result<Self> {
        let capabilities = MediaTrackCapabilities::of(&T::candidates("the source", 0, settings, &[]));
        Self::new(
            source,
            settings,
            MediaTrackConstraints::default(),
            capabilities,
            Vec::new(),
        )
    }

    /// The source is this device, which can be asked to be different; its controls are set as the track has them.
    ///
    /// # Errors
    /// `NotReadable` when a control cannot be set.
    pub(crate) fn with_device(mut self, device: Arc<dyn SharedDevice<T>>) -> Result<Self> {
        device.init_controls(&self.tap)?;
        self.device = Some(device);
        Ok(self)
    }

    /// The source has its frames encoded, too.
    pub(crate) fn with_encoded(mut self, encoded: Encoded) -> Self {
        self.encoded = Some(Arc::new(encoded));
        self
    }

    fn duplicate(&self) -> Result<Self> {
        let tap = self.source.with_format(|format| -> Result<_> {
            // What has ended stays as it was, whatever became of its source since.
            let format = format.filter(|_| !self.tap.has_ended());
            let tap = Arc::new(self.tap.duplicate(format.unwrap_or_else(|| self.tap.format()))?);
            if !tap.has_ended() && !self.source.attach(&tap) {
                tap.stop();
            }
            Ok(tap)
        })?;
        Ok(Self {
            source: self.source.clone(),
            tap,
            device: self.device.clone(),
            encoded: self.encoded.clone(),
        })
    }

    fn apply(&self, constraints: MediaTrackConstraints) -> Result<()> {
        if self.tap.has_ended() {
            return Ok(());
        }
        match &self.device {
            Some(device) => device.apply_constraints(&self.tap, constraints),
            // What is no device has but one mode.
            None => self.source.with_format(|format| match format {
                Some(format) => self.tap.reconfigure(constraints, &self.tap.config().mode, format),
                None => Ok(()),
            }),
        }
    }

    /// A queue of `capacity` frames that gets every frame of the track from now on.
    pub(crate) fn listen(&self, capacity: usize) -> Listener<T> {
        self.source.listen(&self.tap, capacity)
    }

    fn listen_encoded(&self, capacity: usize) -> Listener<EncodedFrame> {
        let listener = self.tap.listen_encoded(capacity);
        self.source.wake();
        listener
    }

    /// The shape of the track's frames.
    pub(crate) fn format(&self) -> T::Format {
        self.tap.format()
    }
}

impl<T: TrackFrame> Drop for TrackFeed<T> {
    fn drop(&mut self) {
        self.source.detach(&self.tap);
    }
}

/// The same of either kind.
macro_rules! either {
    ($feed:expr, $inner:ident => $value:expr) => {
        match $feed {
            Feed::Video($inner) => $value,
            Feed::Audio($inner) => $value,
        }
    };
}

impl MediaStreamTrack {
    /// `clock` is the one that the feed's frames are stamped on.
    pub(crate) fn new(label: impl Into<String>, clock: Clock, feed: Feed) -> Self {
        let track = Self(Arc::new(Inner {
            id: Uuid::new_v4().to_string(),
            label: label.into(),
            clock,
            feed,
        }));
        debug!(label = track.label(), settings = ?track.config().settings, "a track");
        track
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
            Feed::Video(_) => TrackKind::Video,
            Feed::Audio(_) => TrackKind::Audio,
        }
    }

    /// The shape of its frames.
    #[must_use]
    pub fn format(&self) -> MediaFormat {
        match &self.0.feed {
            Feed::Video(feed) => MediaFormat::Video(feed.format()),
            Feed::Audio(feed) => MediaFormat::Audio(feed.format()),
        }
    }

    /// What its device can do, property by property (4.3.8).
    #[must_use]
    pub fn get_capabilities(&self) -> MediaTrackCapabilities {
        self.config().capabilities
    }

    /// What was last asked of it, advanced sets that were skipped included.
    #[must_use]
    pub fn get_constraints(&self) -> MediaTrackConstraints {
        self.config().constraints
    }

    /// What it is to be: targets, not measurements. Of an ended track only what names its device is left.
    #[must_use]
    pub fn get_settings(&self) -> MediaTrackSettings {
        let mut settings = self.config().settings;
        // Other tracks of the device may have set them since.
        if let Some(controls) = either!(&self.0.feed, feed => feed.device.as_ref().map(|d| d.controls())) {
            settings.controls = controls;
        }
        if self.ready_state() == ReadyState::Live {
            return settings;
        }
        MediaTrackSettings {
            device_id: settings.device_id,
            group_id: settings.group_id,
            facing_mode: settings.facing_mode,
            ..MediaTrackSettings::default()
        }
    }

    /// Asks something else of it, while it runs; nothing at all takes back all that was asked (4.3.1, 11.3.3).
    ///
    /// What a recording gets keeps its size: other pictures are scaled into it. Names of the other kind of track ask
    /// for nothing. On an ended track it does nothing.
    ///
    /// # Errors
    /// `Overconstrained` when the device, or what its other tracks require, does not allow it; `Type` for numbers
    /// that are none; `NotReadable` when the device does not open in the mode that is needed. All stays as it was
    /// then.
    pub fn apply_constraints(&self, constraints: &MediaTrackConstraints) -> Result<()> {
        constraints.validate()?;
        let (constraints, _) = constraints.clone().for_kind(self.kind());
        either!(&self.0.feed, feed => feed.apply(constraints))
    }

    /// `Ended` once it was stopped or its source ended; never `Live` again after that.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        if either!(&self.0.feed, feed => feed.tap.has_ended()) {
            ReadyState::Ended
        } else {
            ReadyState::Live
        }
    }

    /// Whether what is captured is given; else it is black or silence.
    #[must_use]
    pub fn enabled(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_enabled())
    }

    /// Gives what is captured, or black and silence in its place, from the next frame on. A recording that takes a
    /// file's packets as they are has nothing in its place, up to the next key frame.
    pub fn set_enabled(&self, enabled: bool) {
        either!(&self.0.feed, feed => feed.tap.set_enabled(enabled));
    }

    /// Whether its source gives nothing real for the time being.
    #[must_use]
    pub fn muted(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_muted())
    }

    /// Ends the track; what recorders have already been given stays theirs. Does nothing on an ended track.
    pub fn stop(&self) {
        either!(&self.0.feed, feed => feed.source.detach(&feed.tap));
    }

    /// Another track of the same source, with what was asked of this one; ended if this one is (4.3.1, `clone`).
    ///
    /// # Errors
    /// `Type` when the source changed in between, so that the settings cannot be had any more.
    pub fn clone_track(&self) -> Result<Self> {
        let feed = match &self.0.feed {
            Feed::Video(feed) => Feed::Video(feed.duplicate()?),
            Feed::Audio(feed) => Feed::Audio(feed.duplicate()?),
        };
        Ok(Self::new(self.label(), self.0.clock.clone(), feed))
    }

    /// What happens to it from now on; after its end, which is the last of it, there is nothing to wait for.
    #[must_use]
    pub fn events(&self) -> Events<TrackEvent> {
        either!(&self.0.feed, feed => feed.tap.events())
    }

    /// What became of the frames so far.
    #[must_use]
    pub fn stats(&self) -> TrackFrameStats {
        let FrameCounts {
            delivered,
            discarded,
            lost,
        } = either!(&self.0.feed, feed => feed.tap.counts());
        TrackFrameStats {
            delivered_frames: delivered,
            discarded_frames: discarded,
            total_frames: delivered + discarded + lost,
        }
    }

    /// Why the source ended before its time: a lost device, a broken file. None when it did not.
    #[must_use]
    pub fn failure(&self) -> Option<Arc<Error>> {
        either!(&self.0.feed, feed => feed.tap.failure())
    }

    /// Whether the world does not wait for whoever reads: a full queue then costs a frame.
    pub(crate) fn is_live(&self) -> bool {
        either!(&self.0.feed, feed => feed.source.backpressure()) == Backpressure::DropNewest
    }

    /// Whether a camera or a microphone is behind it.
    pub(crate) fn has_device(&self) -> bool {
        either!(&self.0.feed, feed => feed.device.is_some())
    }

    /// Whether it ended because its source did.
    pub(crate) fn is_ended_by_source(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_ended_by_source())
    }

    /// What can be had of it without decoding: of files that carry what is recorded here.
    pub(crate) fn encoded(&self) -> Option<&Encoded> {
        either!(&self.0.feed, feed => feed.encoded.as_deref())
    }

    /// A queue of `capacity` encoded frames, from the next key frame on; empty when it has none.
    pub(crate) fn listen_encoded(&self, capacity: usize) -> Listener<EncodedFrame> {
        either!(&self.0.feed, feed => feed.listen_encoded(capacity))
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn feed(&self) -> &Feed {
        &self.0.feed
    }

    fn config(&self) -> TrackConfig {
        either!(&self.0.feed, feed => feed.tap.config())
    }
}

/// Handles are equal when they are the same track.
impl PartialEq for MediaStreamTrack {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for MediaStreamTrack {}

impl std::fmt::Debug for MediaStreamTrack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MediaStreamTrack")
            .field("kind", &self.kind())
            .field("label", &self.label())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
