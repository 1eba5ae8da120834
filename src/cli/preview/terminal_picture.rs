//! `--preview=terminal`: a small picture of the first video track, above the status line.
use crate::cli::color::Color;
use crate::cli::preview::blocks::{Palette, Pixels};
use mediarec::media::TrackKind;
use mediarec::streams::{ImageCapture, ImageFrame, MediaStreamTrack};
use std::env;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use terminal_size::{Height, Width, terminal_size_of};

/// At most so many pictures a second are drawn.
const INTERVAL: Duration = Duration::from_millis(200);
/// The largest picture, in characters: more is more than a glance needs, and a slow line takes.
const MAX_SIZE: (usize, usize) = (64, 20);
/// The smallest in which anything can be seen.
const MIN_SIZE: (usize, usize) = (16, 4);
/// Lines of the terminal that stay for messages and the status line.
const OTHER_LINES: usize = 4;

/// The picture; dropping it ends its thread.
pub struct TerminalPicture(Arc<Shared>);

struct Shared {
    text: Mutex<String>,
    ended: AtomicBool,
}

impl TerminalPicture {
    /// Draws the first video track from now on; `None` if there is none, or no thread for it.
    pub fn start(tracks: &[MediaStreamTrack], color: Color) -> Option<Self> {
        let track = tracks.iter().find(|track| track.kind() == TrackKind::Video)?;
        let capture = ImageCapture::new(track).ok()?;
        let shared = Arc::new(Shared {
            text: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let (drawn, palette) = (shared.clone(), palette(color));
        let draw = move || {
            while !drawn.ended.load(Ordering::Relaxed) {
                // A track that is muted or ended has none.
                let text = capture.grab_frame().ok().and_then(|frame| draw(&frame, palette));
                *drawn.text.lock().unwrap_or_else(PoisonError::into_inner) = text.unwrap_or_default();
                thread::sleep(INTERVAL);
            }
        };
        thread::Builder::new()
            .name("terminal-picture".into())
            .spawn(draw)
            .ok()?;
        Some(Self(shared))
    }

    /// Its lines, each with a line end; empty if there is no picture, or no room for it.
    pub fn text(&self) -> String {
        self.0.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for TerminalPicture {
    fn drop(&mut self) {
        self.0.ended.store(true, Ordering::Relaxed);
    }
}

fn palette(color: Color) -> Palette {
    let has_true_color = env::var("COLORTERM").is_ok_and(|name| matches!(&*name, "truecolor" | "24bit"));
    match (color.is_on(), has_true_color) {
        (false, _) => Palette::None,
        (true, true) => Palette::True,
        (true, false) => Palette::Indexed,
    }
}

fn draw(frame: &ImageFrame, palette: Palette) -> Option<String> {
    let picture = (frame.picture.width() as usize, frame.picture.height() as usize);
    let (Width(columns), Height(lines)) = terminal_size_of(io::stderr())?;
    let (width, height) = size(picture, (columns.into(), lines.into()))?;
    let lines = Pixels::scaled(&frame.rgba(), picture, (width, height)).lines(palette);
    Some(lines.join("\n") + "\n")
}

/// The size in pixels, two to a character, of a picture of this size in a terminal of so many columns and lines.
fn size(picture: (usize, usize), terminal: (usize, usize)) -> Option<(usize, usize)> {
    // A full line would be wrapped by some terminals.
    let columns = terminal.0.saturating_sub(1).min(MAX_SIZE.0);
    let lines = terminal.1.saturating_sub(OTHER_LINES).min(MAX_SIZE.1);
    if picture.0 == 0 || picture.1 == 0 || columns < MIN_SIZE.0 || lines < MIN_SIZE.1 {
        return None;
    }
    let width = columns.min(lines * 2 * picture.0 / picture.1).max(1);
    let height = (width * picture.1 / picture.0).clamp(1, lines * 2);
    Some((width, height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_fits_the_terminal_and_keeps_its_shape() {
        assert_eq!(size((1280, 720), (80, 24)), Some((64, 36)));
        assert_eq!(size((1280, 720), (200, 60)), Some((64, 36)));
        assert_eq!(size((1280, 720), (40, 24)), Some((39, 21)));
        assert_eq!(size((720, 1280), (80, 24)), Some((22, 39)));
        assert_eq!(size((640, 480), (80, 12)), Some((21, 15)));
        for terminal in [(16, 24), (80, 7), (0, 0)] {
            assert_eq!(size((640, 480), terminal), None, "{terminal:?}");
        }
        assert_eq!(size((0, 480), (80, 24)), None);
    }
}
