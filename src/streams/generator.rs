//! Tracks that a program feeds with its own frames and timestamps (*`MediaStreamTrack` Insertable Media Processing*,
//! `VideoTrackGenerator`).
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

/// What the timestamps mean, and what happens when frames are written faster than they are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneratorMode {
    /// Like a device. Timestamps are on the generator's clock. Writing never blocks: when a queue is full, the frame is
    /// dropped and counted.
    Live,
    /// Like a file. Timestamps are media time, from 0. Writing blocks until somebody records or reads the track and its
    /// queue has room, so that no frame is lost.
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

/// A video track whose frames the program writes. The track ends when the generator is dropped.
///
/// ```
/// use mediarec::clock::{Clock, Timestamp};
/// use mediarec::streams::{GeneratorMode, VideoTrackGenerator};
/// use mediarec::media::{Color, Picture, PixelAspect, VideoFormat, VideoFrame};
/// use std::sync::Arc;
///
/// let format = VideoFormat {
///     width: 64,
///     height: 36,
///     frame_duration: None,
///     color: Color::BT601,
///     pixel_aspect: PixelAspect::SQUARE,
///     interlaced: false,
/// };
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

/// An audio track whose blocks the program writes. The track ends when the generator is dropped.
#[derive(Debug)]
pub struct AudioTrackGenerator {
    track: MediaStreamTrack,
    output: Mutex<Output<AudioBlock, AudioFormat>>,
}

/// Sends frames to the track and checks their order.
struct Output<T: TrackFrame, F> {
    feeder: Feeder<T>,
    format: F,
    /// The earliest timestamp of the next frame.
    earliest: Timestamp,
}

impl<T: TrackFrame, F: Copy> Output<T, F> {
    fn check_time(&self, time: Timestamp) -> Result<()> {
        if time >= self.earliest {
            return Ok(());
        }
        Err(Error::type_error(format!(
            "the timestamp {} ns is out of order: after the previous frame it must be at least {} ns",
            time.as_nanos(),
            self.earliest.as_nanos()
        )))
    }

    fn send(&self, frame: &T) -> Result<()> {
        if self.feeder.send(frame) {
            return Ok(());
        }
        Err(Error::invalid_state(
            "every track of the generator has ended, so it accepts no more frames",
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
    /// Creates a generator and its track, labelled `label`.
    ///
    /// `format` is the format of the first frame; later ones may differ in size. `clock` is the clock of the timestamps
    /// in [`Live`](GeneratorMode::Live) mode.
    ///
    /// # Errors
    /// `Type` if width or height is not from 1 to 16383.
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

    /// Returns the generator's track.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Writes a frame. It may differ in size from the previous one: a recording scales it to the size that it started
    /// with.
    ///
    /// # Errors
    /// `Type` if the frame's time is not at least 1 µs after that of the previous frame, or if width or height is not
    /// from 1 to 16383; `InvalidState` if the track and all its clones have ended.
    pub fn write(&self, frame: &VideoFrame) -> Result<()> {
        let mut output = self.output.lock();
        output.check_time(frame.time)?;
        let (width, height) = (frame.picture.width(), frame.picture.height());
        if (width, height) != (output.format.width, output.format.height) {
            check_size(width, height)?;
            (output.format.width, output.format.height) = (width, height);
            output.feeder.set_format(output.format);
        }
        // Encoders count time in microseconds.
        output.earliest = frame.time + Duration::from_micros(1);
        output.send(frame)
    }

    /// Mutes or unmutes the track. While it is muted, black frames replace those that are written. Default: not muted.
    pub fn set_muted(&self, muted: bool) {
        self.output.lock().feeder.set_muted(muted);
    }
}

impl AudioTrackGenerator {
    /// Creates a generator and its track, labelled `label`.
    ///
    /// `format` is the format of every block. `clock` is the clock of the timestamps in [`Live`](GeneratorMode::Live)
    /// mode.
    ///
    /// # Errors
    /// `Type` if the sample rate or the number of channels is 0.
    pub fn new(label: &str, format: AudioFormat, mode: GeneratorMode, clock: &Clock) -> Result<Self> {
        if format.sample_rate == 0 || format.channels == 0 {
            return Err(Error::type_error(format!(
                "an audio track of {} Hz with {} channels is not possible",
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

    /// Returns the generator's track.
    #[must_use]
    pub fn track(&self) -> &MediaStreamTrack {
        &self.track
    }

    /// Writes a block of audio. A gap after the previous block is recorded as silence; samples that overlap it are
    /// removed.
    ///
    /// # Errors
    /// `Type` if the block starts before the previous one started, has another format, or if its number of samples is
    /// not a multiple of the number of channels; `InvalidState` if the track and all its clones have ended.
    pub fn write(&self, block: &AudioBlock) -> Result<()> {
        let mut output = self.output.lock();
        output.check_time(block.time)?;
        let AudioFormat {
            sample_rate,
            channels,
        } = output.format;
        if (block.sample_rate, block.channels) != (sample_rate, channels) {
            return Err(Error::type_error(format!(
                "the block has {} Hz and {} channels, but the track has {sample_rate} Hz and {channels} channels",
                block.sample_rate, block.channels
            )));
        }
        if !block.samples.len().is_multiple_of(channels.into()) {
            return Err(Error::type_error(format!(
                "the number of samples, {}, is not a multiple of the {channels} channels",
                block.samples.len()
            )));
        }
        output.earliest = block.time;
        output.send(block)
    }

    /// Mutes or unmutes the track. While it is muted, silence replaces what is written. Default: not muted.
    pub fn set_muted(&self, muted: bool) {
        self.output.lock().feeder.set_muted(muted);
    }
}
