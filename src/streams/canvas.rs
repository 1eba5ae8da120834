//! A canvas that the program draws into, captured as a track (Media Capture from DOM Elements, 4).
use crate::clock::{Clock, Timestamp};
use crate::constraints::MediaTrackSettings;
use crate::error::{Error, Result};
use crate::media::{Color, Picture, PicturePool, VideoFormat, VideoFrame};
use crate::picture::pixel_format::PixelFormat;
use crate::streams::MediaStream;
use crate::streams::source::{Backpressure, Feeder, LatestFrame, Source};
use crate::streams::track::{Feed, MediaStreamTrack, TrackFeed};
use crate::sync::{Mutex, MutexGuard};
use std::ops::Deref;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// No picture is wider or higher: VP8 counts to that.
const MAX_SIZE: u32 = 16_383;

/// Two pictures that are drawn in one instant are this far apart.
const MIN_TIME_STEP: Duration = Duration::from_micros(1);

/// A picture that a program draws, again and again; clones are the same canvas.
///
/// Each drawing replaces the whole picture and is stamped on the clock when it is made. Drawing never waits: who
/// records too slowly loses pictures, which are counted. When the canvas and the tracks that refer to it
/// ([`CanvasTrack`]) are gone, so that nobody can draw, the tracks end.
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
    /// What was drawn last.
    picture: Option<Arc<Picture>>,
    last: Timestamp,
    captures: Vec<Arc<CanvasCapture>>,
}

/// One track's source.
struct CanvasCapture {
    feeder: Feeder<VideoFrame>,
    rate: Rate,
    captured: Arc<Mutex<CaptureState>>,
}

/// How often a picture is taken of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rate {
    EveryChange,
    /// Only when one is asked for.
    OnRequest,
    /// At most one in this time.
    Every(Duration),
}

/// Whether the next drawing is wanted, and what was taken.
#[derive(Debug)]
struct CaptureState {
    requested: bool,
    /// When one is wanted again, of a capture with a rate that has taken one.
    due: Option<Timestamp>,
    shown: Option<Arc<Picture>>,
}

impl Canvas {
    /// An empty canvas: before the first drawing its tracks give nothing.
    ///
    /// # Errors
    /// `Type` for a size of nothing or beyond 16383.
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

    /// Pixels a row.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.0.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.0.height
    }

    /// Draws a whole picture.
    ///
    /// # Errors
    /// `Type` when the bytes are not those of a picture of the canvas's size.
    pub fn draw(&self, format: PixelFormat, bytes: &[u8]) -> Result<()> {
        let mut picture = self.0.pool.take();
        format.read(bytes, &mut picture)?;
        self.present(Arc::new(picture));
        Ok(())
    }

    /// Draws a whole picture that is I420 already: ITU-R BT.601, 16–235.
    ///
    /// # Errors
    /// `Type` when it has another size.
    pub fn draw_picture(&self, picture: Arc<Picture>) -> Result<()> {
        let (width, height) = (self.width(), self.height());
        if (picture.width(), picture.height()) != (width, height) {
            return Err(Error::type_error(format!(
                "the canvas has {width}×{height} pixels, the picture {}×{}",
                picture.width(),
                picture.height()
            )));
        }
        self.present(picture);
        Ok(())
    }

    /// A stream of one new track of the canvas; see [`capture_track`](Self::capture_track).
    ///
    /// # Errors
    /// As there.
    pub fn capture_stream(&self, rate: Option<f64>) -> Result<MediaStream> {
        Ok(MediaStream::new([self.capture_track(rate)?.track]))
    }

    /// A new track of the canvas. Without a rate it gives every drawing; with one at most so many a second; with 0
    /// the drawing that follows a [`request_frame`](CanvasTrack::request_frame).
    ///
    /// The first is requested already, and what the canvas shows by now counts as it. A drawing that comes sooner
    /// than the rate allows is left out, also when none follows it. Whoever begins to record or to grab gets what
    /// was taken last, so that a canvas that stands still is recorded, too.
    ///
    /// # Errors
    /// `NotSupported` for a negative rate; `Type` for one that is no number.
    pub fn capture_track(&self, rate: Option<f64>) -> Result<CanvasTrack> {
        let rate = Rate::new(rate)?;
        let (width, height) = (self.width(), self.height());
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::BT601,
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
    /// Later than all before it.
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
                "{rate} is no number of pictures a second"
            ))),
            Some(rate) if rate < 0.0 => Err(Error::not_supported(format!(
                "{rate} pictures a second cannot be taken; 0 is none but those asked for"
            ))),
            Some(0.0) => Ok(Self::OnRequest),
            // What takes longer than all time is as good as never.
            Some(rate) => Ok(Self::Every(
                Duration::try_from_secs_f64(rate.recip()).unwrap_or(Duration::MAX),
            )),
        }
    }
}

impl CanvasCapture {
    /// Takes the picture that was just drawn, if one is wanted.
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

/// An interval later, counted from when it was due, so that jitter does not lower the rate; from now after a rest.
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

/// What a capture shows while nobody draws.
struct LatestCapture {
    state: Weak<Mutex<State>>,
    clock: Clock,
    captured: Arc<Mutex<CaptureState>>,
}

impl LatestFrame<VideoFrame> for LatestCapture {
    fn with_latest(&self, attach: &mut dyn FnMut(Option<VideoFrame>)) {
        // Without a canvas the track has ended.
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

/// Handles are equal when they are the same canvas.
impl PartialEq for Canvas {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Canvas {}

/// A track of a canvas (`CanvasCaptureMediaStreamTrack`): all that a track is, and what it is of.
#[derive(Clone)]
pub struct CanvasTrack {
    track: MediaStreamTrack,
    canvas: Canvas,
    capture: Arc<CanvasCapture>,
}

impl CanvasTrack {
    /// What it shows.
    #[must_use]
    pub fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// The next drawing is given, whatever the rate. By itself this gives no picture.
    pub fn request_frame(&self) {
        // Not while something is being drawn.
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

/// Whether a picture can have this size.
///
/// # Errors
/// `Type` when not.
pub(crate) fn check_size(width: u32, height: u32) -> Result<()> {
    let supported = 1..=MAX_SIZE;
    if supported.contains(&width) && supported.contains(&height) {
        return Ok(());
    }
    Err(Error::type_error(format!(
        "no picture has {width}×{height} pixels; both may be 1 to {MAX_SIZE}"
    )))
}

#[cfg(test)]
mod tests;
