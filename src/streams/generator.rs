//! Tracks that a program feeds with frames and time stamps of its own (`MediaStreamTrack` Insertable Media
//! Processing, `VideoTrackGenerator`).
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat, VideoFormat, VideoFrame};
use crate::streams::canvas::check_size;
use crate::streams::source::{Backpressure, Feeder, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::streams::track_frame::TrackFrame;
use crate::sync::Mutex;
use std::time::Duration;

/// What the time stamps mean, and what happens when frames come faster than they are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorMode {
    /// As from a device: stamped on the clock; writing never waits, and what finds no room is dropped and counted.
    Live,
    /// As from a file: stamped with media time, from 0; writing waits for the first listener and for room, so that
    /// nothing is lost.
    Offline,
}

impl GeneratorMode {
    const fn backpressure(self) -> Backpressure {
        match self {
            Self::Live => Backpressure::DropNewest,
            Self::Offline => Backpressure::Block,
        }
    }
}

/// A track of pictures that come from the program. The track ends when this is dropped.
///
/// ```
/// use mediarec::clock::{Clock, Timestamp};
/// use mediarec::streams::{GeneratorMode, VideoTrackGenerator};
/// use mediarec::media::{Color, VideoFormat, VideoFrame, Picture};
/// use std::sync::Arc;
///
/// let format = VideoFormat { width: 64, height: 36, frame_duration: None, color: Color::BT601 };
/// let generator = VideoTrackGenerator::new("animation", format, GeneratorMode::Live, &Clock::monotonic())?;
/// let picture = Arc::new(Picture::new(64, 36));
/// generator.write(&VideoFrame { time: Timestamp::ZERO, duration: None, picture })?;
/// assert_eq!(generator.track().label(), "animation");
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Debug)]
pub struct VideoTrackGenerator {
    track: MediaStreamTrack,
    output: Mutex<Output<VideoFrame, VideoFormat>>,
}

/// A track of sound that comes from the program. The track ends when this is dropped.
#[derive(Debug)]
pub struct AudioTrackGenerator {
    track: MediaStreamTrack,
    output: Mutex<Output<AudioBlock, AudioFormat>>,
}

/// Where frames go, and what came before them.
struct Output<T: TrackFrame, F> {
    feeder: Feeder<T>,
    format: F,
    /// The next frame comes no sooner.
    earliest: Timestamp,
}

impl<T: TrackFrame, F: Copy> Output<T, F> {
    fn check_time(&self, time: Timestamp) -> Result<()> {
        if time >= self.earliest {
            return Ok(());
        }
        Err(Error::type_error(format!(
            "the frame at {} ns follows one that ends or stands at {} ns; give frames in order",
            time.as_nanos(),
            self.earliest.as_nanos()
        )))
    }

    fn send(&self, frame: &T) -> Result<()> {
        if self.feeder.send(frame) {
            return Ok(());
        }
        Err(Error::invalid_state(
            "every track of the generator has ended; nobody takes frames any more",
        ))
    }
}

impl<T: TrackFrame, F: std::fmt::Debug> std::fmt::Debug for Output<T, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Output")
            .field("format", &self.format)
            .field("earliest", &self.earliest)
            .finish_non_exhaustive()
    }
}

impl VideoTrackGenerator {
    /// `format` is what the pictures begin with; `clock` is the one that live frames are stamped on.
    ///
    /// # Errors
    /// `Type` for a size of nothing or beyond 16383.
    pub fn new(label: &str, format: VideoFormat, mode: GeneratorMode, clock: &Clock) -> Result<Self> {
        check_size(format.width, format.height)?;
        let (source, feeder) = Source::fed(mode.backpressure(), format, None);
        let rate = format.frame_duration.map(|length| length.as_secs_f64().recip());
        let settings = MediaTrackSettings::video(format.width, format.height, rate);
        let feed = Feed::Video(TrackFeed::of_source(source, &settings)?);
        Ok(Self {
            track: MediaStreamTrack::new(label, clock.clone(), feed),
            output: Mutex::new(Output {
                feeder,
                format,
                earliest: Timestamp::ZERO,
            }),
        })
    }

    /// The track that is fed.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Gives a picture to the track, later than the one before it. Pictures may change their size: a recording
    /// scales them into the one that it began with.
    ///
    /// # Errors
    /// `Type` for a time that is not later; `InvalidState` when the track and its clones have ended.
    pub fn write(&self, frame: &VideoFrame) -> Result<()> {
        let mut output = self.output.lock();
        output.check_time(frame.time)?;
        let (width, height) = (frame.picture.width(), frame.picture.height());
        if (width, height) != (output.format.width, output.format.height) {
            check_size(width, height)?;
            (output.format.width, output.format.height) = (width, height);
            output.feeder.set_format(output.format);
        }
        // Encoders count in microseconds.
        output.earliest = frame.time + Duration::from_micros(1);
        output.send(frame)
    }

    /// Whether what is written is nothing real for the time being: listeners get black instead.
    pub fn set_muted(&self, muted: bool) {
        self.output.lock().feeder.set_muted(muted);
    }
}

impl AudioTrackGenerator {
    /// `format` is that of every block; `clock` is the one that live blocks are stamped on.
    ///
    /// # Errors
    /// `Type` for a format without samples or channels.
    pub fn new(label: &str, format: AudioFormat, mode: GeneratorMode, clock: &Clock) -> Result<Self> {
        if format.sample_rate == 0 || format.channels == 0 {
            return Err(Error::type_error(format!(
                "{} Hz with {} channels is no sound",
                format.sample_rate, format.channels
            )));
        }
        let (source, feeder) = Source::fed(mode.backpressure(), format, None);
        let settings = MediaTrackSettings {
            sample_rate: Some(format.sample_rate),
            channel_count: Some(format.channels.into()),
            ..MediaTrackSettings::default()
        };
        let feed = Feed::Audio(TrackFeed::of_source(source, &settings)?);
        Ok(Self {
            track: MediaStreamTrack::new(label, clock.clone(), feed),
            output: Mutex::new(Output {
                feeder,
                format,
                earliest: Timestamp::ZERO,
            }),
        })
    }

    /// The track that is fed.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Gives a block to the track, which begins no sooner than the one before it began. Gaps are recorded as
    /// silence, overlaps are trimmed.
    ///
    /// # Errors
    /// `Type` for a time that is earlier, another format, or samples that are no whole sample frames;
    /// `InvalidState` when the track and its clones have ended.
    pub fn write(&self, block: &AudioBlock) -> Result<()> {
        let mut output = self.output.lock();
        output.check_time(block.time)?;
        let AudioFormat {
            sample_rate,
            channels,
        } = output.format;
        if (block.sample_rate, block.channels) != (sample_rate, channels) {
            return Err(Error::type_error(format!(
                "a block of {} Hz with {} channels on a track of {sample_rate} Hz with {channels}",
                block.sample_rate, block.channels
            )));
        }
        if !block.samples.len().is_multiple_of(channels.into()) {
            return Err(Error::type_error(format!(
                "{} samples do not make whole sample frames of {channels} channels",
                block.samples.len()
            )));
        }
        output.earliest = block.time;
        output.send(block)
    }

    /// Whether what is written is nothing real for the time being: listeners get silence instead.
    pub fn set_muted(&self, muted: bool) {
        self.output.lock().feeder.set_muted(muted);
    }
}
