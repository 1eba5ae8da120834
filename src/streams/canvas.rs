//! `Canvas`: images that a program draws, captured as a track (Media Capture from DOM Elements, 4).
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{Color, Picture, PicturePool, PixelAspect, VideoFormat, VideoFrame};
use crate::picture::pixel_format::PixelFormat;
use crate::streams::MediaStream;
use crate::streams::source::{Backpressure, Feeder, LatestFrame, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::sync::{Mutex, MutexGuard};
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// The largest width and height in pixels: the limit of VP8.
const MAX_SIZE: u32 = 16_383;

/// The least difference between the timestamps of two drawings; encoders count time in microseconds.
const MIN_TIME_STEP: Duration = Duration::from_micros(1);

/// An image of fixed size that a program draws repeatedly; its clones refer to the same canvas.
///
/// Each drawing replaces the whole image and becomes a frame of the canvas's tracks, stamped with the time of the drawing.
/// Drawing never blocks: if an encoder is too slow, frames are dropped and counted. The tracks end when the canvas and
/// every [`CanvasTrack`] have been dropped.
///
/// ```
/// use mediarec::clock::Clock;
/// use mediarec::streams::Canvas;
/// use mediarec::picture::PixelFormat;
///
/// let canvas = Canvas::new(64, 36, &Clock::monotonic())?;
/// let stream = canvas.capture_stream(Some(25.0))?;
/// canvas.draw(PixelFormat::Rgba, &[0xff; 64 * 36 * 4])?;
/// assert_eq!(stream.video_tracks().len(), 1);
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Clone)]
pub struct Canvas(Arc<Inner>);

struct Inner {
    clock: Clock,
    pool: PicturePool,
    width: u32,
    height: u32,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// The last drawing.
    picture: Option<Arc<Picture>>,
    last: Timestamp,
    captures: Vec<Arc<CanvasCapture>>,
}

/// The source of one track.
struct CanvasCapture {
    feeder: Feeder<VideoFrame>,
    rate: Rate,
    captured: Arc<Mutex<CaptureState>>,
}

/// Which drawings become frames of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rate {
    EveryChange,
    /// Only the one after a request.
    OnRequest,
    /// At most one per interval.
    Every(Duration),
}

/// Whether the next drawing becomes a frame, and the last one that did.
#[derive(Debug)]
struct CaptureState {
    requested: bool,
    /// The earliest time of the next frame; `None` before the first one, or without a rate.
    due: Option<Timestamp>,
    shown: Option<Arc<Picture>>,
}

impl Canvas {
    /// Creates a canvas of `width`×`height` pixels. Frames are stamped on `clock`. Its tracks deliver nothing before the
    /// first drawing.
    ///
    /// # Errors
    /// `Type` if width or height is not from 1 to 16383.
    pub fn new(width: u32, height: u32, clock: &Clock) -> Result<Self> {
        check_size(width, height)?;
        Ok(Self(Arc::new(Inner {
            clock: clock.clone(),
            pool: PicturePool::new(width, height),
            width,
            height,
            state: Arc::default(),
        })))
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// Draws an image, given as the bytes of all its pixels in this format.
    ///
    /// # Errors
    /// `Type` if the number of bytes does not match the canvas's size.
    pub fn draw(&self, format: PixelFormat, bytes: &[u8]) -> Result<()> {
        let mut picture = self.0.pool.take();
        format.read(bytes, &mut picture)?;
        self.present(Arc::new(picture));
        Ok(())
    }

    /// Draws an image that is already I420, in ITU-R BT.601 with limited range (luma 16–235), without copying it.
    ///
    /// # Errors
    /// `Type` if its size is not that of the canvas.
    pub fn draw_picture(&self, picture: Arc<Picture>) -> Result<()> {
        let (width, height) = (self.width(), self.height());
        if (picture.width(), picture.height()) != (width, height) {
            return Err(Error::type_error(format!(
                "the canvas is {width}×{height} pixels, but the image is {}×{}",
                picture.width(),
                picture.height()
            )));
        }
        self.present(picture);
        Ok(())
    }

    /// Creates a stream with one new track of the canvas; see [`capture_track`](Self::capture_track) for `rate`
    /// (`captureStream`).
    ///
    /// # Errors
    /// Those of [`capture_track`](Self::capture_track).
    pub fn capture_stream(&self, rate: Option<f64>) -> Result<MediaStream> {
        Ok(MediaStream::new([self.capture_track(rate)?.track]))
    }

    /// Creates a new track of the canvas. `rate` is in frames per second:
    ///
    /// * `None`: every drawing becomes a frame.
    /// * 0: only the first drawing after each [`request_frame`](CanvasTrack::request_frame) becomes a frame.
    /// * any other: at most `rate` drawings per second become frames. A drawing that comes too soon is skipped, even if no
    ///   other follows it.
    ///
    /// The first frame needs no request. If the canvas has been drawn already, that drawing becomes the first frame at once.
    /// A new recording starts with the track's last frame, so that a canvas that does not change is recorded as well.
    ///
    /// # Errors
    /// `NotSupported` if the rate is negative; `Type` if it is not finite.
    pub fn capture_track(&self, rate: Option<f64>) -> Result<CanvasTrack> {
        let rate = Rate::new(rate)?;
        let (width, height) = (self.width(), self.height());
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let captured = Arc::new(Mutex::new(CaptureState {
            requested: true,
            due: None,
            shown: None,
        }));
        let latest = LatestCapture {
            state: Arc::downgrade(&self.0.state),
            clock: self.0.clock.clone(),
            captured: captured.clone(),
        };
        let (source, feeder) = Source::fed(Backpressure::DropNewest, format, Some(Box::new(latest)));
        let settings = MediaTrackSettings::video(width, height, None);
        let feed = Feed::Video(TrackFeed::of_source(source, &settings)?);
        let capture = Arc::new(CanvasCapture {
            feeder,
            rate,
            captured,
        });
        let mut state = self.0.lock();
        if let Some(picture) = state.picture.clone() {
            let time = state.stamp(&self.0.clock);
            capture.on_draw(&picture, time);
        }
        state.captures.push(capture.clone());
        drop(state);
        Ok(CanvasTrack {
            track: MediaStreamTrack::new("canvas", self.0.clock.clone(), feed),
            canvas: self.clone(),
            capture,
        })
    }

    fn present(&self, picture: Arc<Picture>) {
        let mut state = self.0.lock();
        let time = state.stamp(&self.0.clock);
        state.captures.retain(|capture| capture.feeder.is_wanted());
        for capture in &state.captures {
            capture.on_draw(&picture, time);
        }
        state.picture = Some(picture);
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// Returns the current time, or the first one after that of the last drawing.
    fn stamp(&mut self, clock: &Clock) -> Timestamp {
        let earliest = if self.picture.is_some() {
            self.last + MIN_TIME_STEP
        } else {
            self.last
        };
        self.last = clock.now().max(earliest);
        self.last
    }
}

impl Rate {
    fn new(rate: Option<f64>) -> Result<Self> {
        match rate {
            None => Ok(Self::EveryChange),
            Some(rate) if !rate.is_finite() => Err(Error::type_error(format!(
                "the frame rate must be a finite number, not {rate}"
            ))),
            Some(rate) if rate < 0.0 => Err(Error::not_supported(format!(
                "the frame rate cannot be negative: {rate}; 0 captures a frame only on request"
            ))),
            Some(0.0) => Ok(Self::OnRequest),
            // An interval too long to represent is never over.
            Some(rate) => Ok(Self::Every(
                Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX),
            )),
        }
    }
}

impl CanvasCapture {
    /// Delivers the new drawing as a frame, if the rate or a request calls for one.
    fn on_draw(&self, picture: &Arc<Picture>, time: Timestamp) {
        {
            let mut captured = self.captured.lock();
            match self.rate {
                Rate::EveryChange => {}
                Rate::OnRequest if captured.requested => captured.requested = false,
                Rate::Every(interval)
                    if captured.requested || captured.due.is_some_and(|due| time >= due) =>
                {
                    captured.requested = false;
                    captured.due = Some(next_due(captured.due.unwrap_or(time), interval, time));
                }
                Rate::OnRequest | Rate::Every(_) => return,
            }
            captured.shown = Some(picture.clone());
        }
        self.feeder.send(&frame(picture.clone(), time));
    }
}

/// Returns the time of the next frame: an interval after this one was due, so that jitter does not lower the rate, or an
/// interval from now if that is over already.
fn next_due(due: Timestamp, interval: Duration, now: Timestamp) -> Timestamp {
    let next = due + interval;
    if next > now { next } else { now + interval }
}

fn frame(picture: Arc<Picture>, time: Timestamp) -> VideoFrame {
    VideoFrame {
        time,
        duration: None,
        picture,
    }
}

/// Provides a track's last frame to new listeners.
struct LatestCapture {
    state: Weak<Mutex<State>>,
    clock: Clock,
    captured: Arc<Mutex<CaptureState>>,
}

impl LatestFrame<VideoFrame> for LatestCapture {
    fn with_latest(&self, attach: &mut dyn FnMut(Option<VideoFrame>)) {
        // Without the canvas the track has ended.
        let Some(state) = self.state.upgrade() else {
            return attach(None);
        };
        let mut state = state.lock();
        let shown = self.captured.lock().shown.clone();
        attach(shown.map(|picture| frame(picture, state.stamp(&self.clock))));
    }
}

impl std::fmt::Debug for Canvas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canvas")
            .field("width", &self.width())
            .field("height", &self.height())
            .finish_non_exhaustive()
    }
}

/// Handles are equal if they refer to the same canvas.
impl PartialEq for Canvas {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Canvas {}

/// A track of a canvas (`CanvasCaptureMediaStreamTrack`). Dereferences to its [`MediaStreamTrack`].
#[derive(Clone)]
pub struct CanvasTrack {
    track: MediaStreamTrack,
    canvas: Canvas,
    capture: Arc<CanvasCapture>,
}

impl CanvasTrack {
    /// Returns the canvas that the track captures.
    #[must_use]
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// Makes the next drawing a frame of this track, whatever the rate. Does not deliver a frame by itself.
    pub fn request_frame(&self) {
        // Wait for a drawing in progress: the request is for the next one.
        let _state = self.canvas.0.lock();
        self.capture.captured.lock().requested = true;
    }
}

impl Deref for CanvasTrack {
    type Target = MediaStreamTrack;

    fn deref(&self) -> &MediaStreamTrack {
        &self.track
    }
}

impl std::fmt::Debug for CanvasTrack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CanvasTrack")
            .field("track", &self.track)
            .field("canvas", &self.canvas)
            .finish_non_exhaustive()
    }
}

/// Checks a frame size.
///
/// # Errors
/// `Type` if width or height is not from 1 to 16383.
pub(crate) fn check_size(width: u32, height: u32) -> Result<()> {
    let supported = 1..=MAX_SIZE;
    if supported.contains(&width) && supported.contains(&height) {
        return Ok(());
    }
    Err(Error::type_error(format!(
        "{width}×{height} pixels: width and height must be from 1 to {MAX_SIZE}"
    )))
}

#[cfg(test)]
mod tests;
