//! `--preview=terminal`: a small picture of the first video track, above the status line.
use crate::cli::color::Color;
use crate::cli::preview::blocks::Palette;
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::picture_layout::Drawing;
use crate::cli::preview::picture_screen::PictureScreen;
use crate::cli::preview::pixels::Pixels;
use crate::cli::preview::place::Window;
use crate::cli::preview::{kitty, sixel};
use mediarec::clock::Clock;
use mediarec::media::TrackKind;
use mediarec::streams::{ImageCapture, ImageFrame, MediaStreamTrack};
use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// At most so many pictures a second are drawn.
const INTERVAL: Duration = Duration::from_millis(200);
/// A terminal that takes long for a picture is left alone for so many times as long: a fifth of a slow line is taken.
const REST: u32 = 4;

/// The picture; dropping it ends its thread.
pub struct TerminalPicture {
    shared: Arc<Shared>,
    screen: Option<PictureScreen>,
}

#[derive(Default)]
struct Shared {
    text: Mutex<String>,
    ended: AtomicBool,
}

impl TerminalPicture {
    /// Draws the first video track from now on, as the lines of [`Self::text`]; `None` if there is none, or no thread for it.
    pub fn start(tracks: &[MediaStreamTrack], color: Color) -> Option<Self> {
        let palette = palette(color);
        let shared = Arc::<Shared>::default();
        let drawn = shared.clone();
        let draw = move |frame: Option<ImageFrame>| {
            // A track that is muted or ended has none.
            let text = frame.and_then(|frame| draw_blocks(&frame, palette));
            *drawn.text.lock().unwrap_or_else(PoisonError::into_inner) = text.unwrap_or_default();
        };
        run(tracks, &shared, draw)?;
        Some(Self { shared, screen: None })
    }

    /// The same with the graphics that were asked for, or those that the terminal has, on [`Self::screen`].
    pub fn start_with(graphics: Option<Graphics>, tracks: &[MediaStreamTrack], color: Color) -> Option<Self> {
        let graphics = graphics.unwrap_or_else(|| Graphics::detect(|name| env::var(name).ok()));
        if graphics == Graphics::Blocks {
            return Self::start(tracks, color);
        }
        let shared = Arc::<Shared>::default();
        let screen = PictureScreen::new(graphics);
        let shown = screen.clone();
        let draw = move |frame: Option<ImageFrame>| {
            if let Some(window) = Window::of_stderr() {
                let drawing = frame.and_then(|frame| draw_graphics(&frame, graphics, window));
                shown.draw(drawing.as_ref(), window.size);
            }
        };
        run(tracks, &shared, draw)?;
        Some(Self {
            shared,
            screen: Some(screen),
        })
    }

    /// Its lines, each with a line end; empty if there is no picture, or no room for it.
    pub fn text(&self) -> String {
        let text = self.shared.text.lock();
        text.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where it is drawn, unless it is text.
    pub fn screen(&self) -> Option<&PictureScreen> {
        self.screen.as_ref()
    }
}

impl Drop for TerminalPicture {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
    }
}

/// Draws what the first video track shows, again and again on a thread of its own; `None` if there is none.
fn run(
    tracks: &[MediaStreamTrack],
    shared: &Arc<Shared>,
    draw: impl Fn(Option<ImageFrame>) + Send + 'static,
) -> Option<()> {
    let track = tracks.iter().find(|track| track.kind() == TrackKind::Video)?;
    let capture = ImageCapture::new(track).ok()?;
    let shared = shared.clone();
    let clock = Clock::monotonic();
    let run = move || {
        while !shared.ended.load(Ordering::Relaxed) {
            let frame = capture.grab_frame().ok();
            let begin = clock.now();
            draw(frame);
            thread::sleep(INTERVAL.max((clock.now() - begin) * REST));
        }
    };
    let thread = thread::Builder::new().name("terminal-picture".into());
    thread.spawn(run).ok().map(drop)
}

fn palette(color: Color) -> Palette {
    let has_true_color = env::var("COLORTERM").is_ok_and(|name| matches!(&*name, "truecolor" | "24bit"));
    match (color.is_on(), has_true_color) {
        (false, _) => Palette::None,
        (true, true) => Palette::True,
        (true, false) => Palette::Indexed,
    }
}

fn draw_blocks(frame: &ImageFrame, palette: Palette) -> Option<String> {
    let place = Window::of_stderr()?.place(size(frame), Graphics::Blocks)?;
    let lines = Pixels::scaled(&frame.rgba(), size(frame), place.pixels).lines(palette);
    Some(lines.join("\n") + "\n")
}

fn draw_graphics(frame: &ImageFrame, graphics: Graphics, window: Window) -> Option<Drawing> {
    let place = window.place(size(frame), graphics)?;
    let pixels = Pixels::scaled(&frame.rgba(), size(frame), place.pixels);
    let sequence = if graphics == Graphics::Kitty {
        kitty::encode(&pixels, place.cells)?
    } else {
        sixel::encode(&pixels)
    };
    Some(Drawing {
        sequence,
        lines: place.cells.1,
    })
}

fn size(frame: &ImageFrame) -> (usize, usize) {
    (frame.picture.width() as usize, frame.picture.height() as usize)
}
