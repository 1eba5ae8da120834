//! `MediaStreamTrack`: one track of a source, video or audio (Media Capture and Streams, 4.3).
use crate::clock::Clock;
use crate::constraints::{Control, MediaTrackCapabilities, MediaTrackConstraints, MediaTrackSettings};
use crate::error::{Error, Result};
use crate::media::{AudioBlock, EncodedFrame, MediaFormat, TrackKind, VideoFrame};
use crate::streams::encoded::Encoded;
use crate::streams::events::Events;
use crate::streams::frame_counts::FrameCounts;
use crate::streams::listener::Listener;
use crate::streams::shared_device::SharedDevice;
use crate::streams::source::{Backpressure, Source};
use crate::streams::tap::{Tap, TrackConfig};
use crate::streams::track_event::TrackEvent;
use crate::streams::track_frame::TrackFrame;
use std::sync::Arc;
use std::time::Duration;
use tracing::debug;
use uuid::Uuid;

/// A track: the frames of one source, with the track's own settings.
///
/// This is a handle that can be sent to other threads. Its clones refer to the same track;
/// [`clone_track`](Self::clone_track) creates another track of the same source. A source is closed once all of its tracks
/// have been [stopped](Self::stop) or dropped.
#[derive(Clone)]
pub struct MediaStreamTrack(Arc<Inner>);

struct Inner {
    id: String,
    label: String,
    clock: Clock,
    feed: Feed,
}

/// What connects a track to its source, by kind.
pub(crate) enum Feed {
    Video(TrackFeed<VideoFrame>),
    Audio(TrackFeed<AudioBlock>),
}

/// Connects a track to its source. Dropping it detaches the track.
pub(crate) struct TrackFeed<T: TrackFrame> {
    pub(super) source: Source<T>,
    tap: Arc<Tap<T>>,
    /// The device behind the source, if there is one. It can change its mode for new constraints.
    device: Option<Arc<dyn SharedDevice<T>>>,
    /// The encoded form of the track, if its source is encoded.
    encoded: Option<Arc<Encoded>>,
}

/// Whether a track can still deliver frames (`MediaStreamTrackState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadyState {
    /// The track delivers frames, or may deliver them later.
    Live,
    /// The track will never deliver frames again.
    Ended,
}

/// Counters of the frames that a track's source captured (Media Capture Extensions). For audio they count blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrackFrameStats {
    /// Frames that the track delivered. They are counted even if nothing recorded or read them.
    pub delivered_frames: u64,
    /// Frames discarded because the track's frame rate is lower than the source's.
    pub discarded_frames: u64,
    /// Delivered and discarded frames, plus those that the device or its driver lost.
    pub total_frames: u64,
    /// How often the device was lost, or delivered nothing. (An extension.)
    pub gaps: u64,
    /// Duration of these gaps. (An extension.)
    pub gap_time: Duration,
}

impl<T: TrackFrame> TrackFeed<T> {
    /// Connects a new track to a source.
    ///
    /// # Errors
    /// `Overconstrained` if the source's mode does not satisfy the required constraints; `NotReadable` if the source has
    /// ended.
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

    /// Connects a new track to a source, without constraints.
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

    /// Adds the device behind the source, and sets its controls to the track's settings.
    ///
    /// # Errors
    /// `NotReadable` if a control cannot be set.
    pub(crate) fn with_device(mut self, device: Arc<dyn SharedDevice<T>>) -> Result<Self> {
        device.init_controls(&self.tap)?;
        self.device = Some(device);
        Ok(self)
    }

    /// Adds the encoded form of the track.
    pub(crate) fn with_encoded(mut self, encoded: Encoded) -> Self {
        self.encoded = Some(Arc::new(encoded));
        self
    }

    fn duplicate(&self) -> Result<Self> {
        let tap = self.source.with_format(|format| -> Result<_> {
            // An ended track keeps its format, even if its source has changed since.
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
            // Without a device there is only one mode.
            None => self.source.with_format(|format| match format {
                Some(format) => self.tap.reconfigure(constraints, &self.tap.config().mode, format),
                None => Ok(()),
            }),
        }
    }

    /// Adds a listener with a queue of `capacity` frames. It receives every frame of the track from now on.
    pub(crate) fn listen(&self, capacity: usize) -> Listener<T> {
        self.source.listen(&self.tap, capacity)
    }

    fn listen_encoded(&self, capacity: usize) -> Listener<Vec<EncodedFrame>> {
        let listener = self.tap.listen_encoded(capacity);
        self.source.wake();
        listener
    }

    /// What connects the track to its source.
    pub(crate) fn tap(&self) -> &Tap<T> {
        &self.tap
    }

    /// The format of the track's frames.
    pub(crate) fn format(&self) -> T::Format {
        self.tap.format()
    }
}

impl<T: TrackFrame> Drop for TrackFeed<T> {
    fn drop(&mut self) {
        self.source.detach(&self.tap);
    }
}

/// Evaluates the same expression for a feed of either kind.
macro_rules! either {
    ($feed:expr, $inner:ident => $value:expr) => {
        match $feed {
            Feed::Video($inner) => $value,
            Feed::Audio($inner) => $value,
        }
    };
}

impl MediaStreamTrack {
    /// Creates a track. `clock` is the clock of the frames' timestamps.
    pub(crate) fn new(label: impl Into<String>, clock: Clock, feed: Feed) -> Self {
        let track = Self(Arc::new(Inner {
            id: Uuid::new_v4().to_string(),
            label: label.into(),
            clock,
            feed,
        }));
        debug!(label = track.label(), settings = ?track.config().settings, "new track");
        track
    }

    /// Returns the track's id, a random UUID.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Returns the name of the track's source: the label of the device or the name of the file.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// Returns whether this is an audio or a video track.
    #[must_use]
    pub fn kind(&self) -> TrackKind {
        match self.0.feed {
            Feed::Video(_) => TrackKind::Video,
            Feed::Audio(_) => TrackKind::Audio,
        }
    }

    /// Returns the format of the track's frames. (An extension.)
    #[must_use]
    pub fn format(&self) -> MediaFormat {
        match &self.0.feed {
            Feed::Video(feed) => MediaFormat::Video(feed.format()),
            Feed::Audio(feed) => MediaFormat::Audio(feed.format()),
        }
    }

    /// Returns the values that each property of the track's device can have (4.3.8).
    #[must_use]
    pub fn get_capabilities(&self) -> MediaTrackCapabilities {
        self.config().capabilities
    }

    /// Returns the constraints that were last applied, including advanced sets that could not be satisfied (4.3.1).
    #[must_use]
    pub fn get_constraints(&self) -> MediaTrackConstraints {
        self.config().constraints
    }

    /// Returns the track's current settings (4.3.1). They are the selected values, not measurements: the actual frame rate
    /// may be lower. An ended track has only those that identify its device: `deviceId`, `groupId` and `facingMode`.
    #[must_use]
    pub fn get_settings(&self) -> MediaTrackSettings {
        let mut settings = self.config().settings;
        // Other tracks of the device may have changed its controls since.
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

    /// Replaces the track's constraints while it is live (4.3.1, 11.3.3). Empty constraints remove them.
    ///
    /// A recording keeps the frame size that it started with: frames of another size are scaled to it. Constraints that
    /// apply only to the other kind of track are ignored. Does nothing on an ended track.
    ///
    /// # Errors
    /// `Overconstrained` if the device, or the required constraints of its other tracks, do not allow it; `Type` if a
    /// number is not finite; `NotReadable` if the device cannot be opened in the mode that is needed. The track
    /// is unchanged then.
    pub fn apply_constraints(&self, constraints: &MediaTrackConstraints) -> Result<()> {
        constraints.validate()?;
        let (constraints, _) = constraints.clone().for_kind(self.kind());
        either!(&self.0.feed, feed => feed.apply(constraints))
    }

    /// Returns whether the track is live or has ended. It ends when it is stopped or its source ends, and never becomes
    /// live again.
    #[must_use]
    pub fn ready_state(&self) -> ReadyState {
        if either!(&self.0.feed, feed => feed.tap.has_ended()) {
            ReadyState::Ended
        } else {
            ReadyState::Live
        }
    }

    /// Returns whether the track is enabled. A disabled track delivers black frames or silence. Default: `true`.
    #[must_use]
    pub fn enabled(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_enabled())
    }

    /// Enables or disables the track from the next frame on. While it is disabled, black frames or silence replace what is
    /// captured. A recording that copies a file's packets without re-encoding has a gap instead, up to the next key frame.
    pub fn set_enabled(&self, enabled: bool) {
        either!(&self.0.feed, feed => feed.tap.set_enabled(enabled));
    }

    /// Returns whether the source is muted: it delivers nothing at the moment, and black frames or silence replace it.
    #[must_use]
    pub fn muted(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_muted())
    }

    /// Ends the track. Frames that were already delivered are still recorded. Does nothing on an ended track.
    pub fn stop(&self) {
        either!(&self.0.feed, feed => feed.source.detach(&feed.tap));
    }

    /// Creates another track of the same source, with the same constraints and settings (4.3.1, `clone`). It has ended if
    /// this one has.
    ///
    /// # Errors
    /// `Type` if the source has changed since and can no longer deliver the settings.
    pub fn clone_track(&self) -> Result<Self> {
        let feed = match &self.0.feed {
            Feed::Video(feed) => Feed::Video(feed.duplicate()?),
            Feed::Audio(feed) => Feed::Audio(feed.duplicate()?),
        };
        Ok(Self::new(self.label(), self.0.clock.clone(), feed))
    }

    /// Subscribes to the track's events from now on. The subscription ends when the track ends.
    #[must_use]
    pub fn events(&self) -> Events<TrackEvent> {
        either!(&self.0.feed, feed => feed.tap.events())
    }

    /// Returns the counters of the track's frames since it was created.
    #[must_use]
    pub fn stats(&self) -> TrackFrameStats {
        let FrameCounts {
            delivered,
            discarded,
            lost,
            gaps,
        } = either!(&self.0.feed, feed => feed.tap.counts());
        TrackFrameStats {
            delivered_frames: delivered,
            discarded_frames: discarded,
            total_frames: delivered + discarded + lost,
            gaps: gaps.count,
            gap_time: gaps.duration,
        }
    }

    /// Returns the error that ended the source, for example an unplugged device or a damaged file; `None` if there was
    /// none. (An extension.)
    #[must_use]
    pub fn failure(&self) -> Option<Arc<Error>> {
        either!(&self.0.feed, feed => feed.tap.failure())
    }

    /// What its media file has that is not recorded: "2 chapters, 1 attachment", or the alpha channel of video that is
    /// re-encoded. `None` if that is nothing, for other sources, and until the file was read to its end. (An extension.)
    #[must_use]
    pub fn omitted(&self) -> Option<String> {
        self.encoded()?.omitted.text()
    }

    /// Whether the source is live: it drops frames when a queue is full.
    pub(crate) fn is_live(&self) -> bool {
        either!(&self.0.feed, feed => feed.source.backpressure()) == Backpressure::DropNewest
    }

    /// Whether frames are made as fast as they are taken, and not by the program: those of a file, or of an unpaced fake device.
    pub(crate) fn reads_ahead(&self) -> bool {
        either!(&self.0.feed, feed => feed.source.reads_ahead())
    }

    /// Whether the source is a camera or a microphone.
    pub(crate) fn has_device(&self) -> bool {
        either!(&self.0.feed, feed => feed.device.is_some())
    }

    /// Whether the track ended because its source ended.
    pub(crate) fn is_ended_by_source(&self) -> bool {
        either!(&self.0.feed, feed => feed.tap.is_ended_by_source())
    }

    /// The encoded form of the track, if its source is a file with a codec that can be recorded without re-encoding.
    pub(crate) fn encoded(&self) -> Option<&Encoded> {
        either!(&self.0.feed, feed => feed.encoded.as_deref())
    }

    /// Adds a listener with a queue of `capacity` batches of encoded frames, from the next key frame on. It receives
    /// nothing if the source is not encoded.
    pub(crate) fn listen_encoded(&self, capacity: usize) -> Listener<Vec<EncodedFrame>> {
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

/// Handles are equal if they refer to the same track.
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
