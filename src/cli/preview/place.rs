//! Where in a terminal a picture is, and how large.
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::sixel;

/// The largest picture, in characters: more is more than a glance needs, and a slow line takes.
const MAX_SIZE: (usize, usize) = (64, 20);
/// The smallest in which anything can be seen.
const MIN_SIZE: (usize, usize) = (16, 4);
/// Lines of the terminal that stay for messages and the status line.
const OTHER_LINES: usize = 4;
/// The largest picture in pixels, where it has more than two to a character.
const MAX_PIXELS: (usize, usize) = (480, 320);
/// The size of a character, where the terminal does not tell: small, as a picture must not be larger than its place.
const USUAL_CELL: (usize, usize) = (6, 12);

/// A terminal's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Columns and lines.
    pub size: (usize, usize),
    /// Width and height of a character in pixels.
    pub cell: (usize, usize),
}

/// The place of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Width and height of the picture.
    pub pixels: (usize, usize),
    /// Columns and lines that it takes.
    pub cells: (usize, usize),
}

impl Window {
    /// That of standard error, if it is a terminal.
    pub fn of_stderr() -> Option<Self> {
        system::window()
    }

    fn new(size: (usize, usize), pixels: (usize, usize)) -> Self {
        let cell = |pixels: usize, count: usize, usual| match pixels.checked_div(count) {
            Some(0) | None => usual,
            Some(cell) => cell,
        };
        let cell = (
            cell(pixels.0, size.0, USUAL_CELL.0),
            cell(pixels.1, size.1, USUAL_CELL.1),
        );
        Self { size, cell }
    }

    /// Where a picture of this size fits and keeps its shape.
    pub fn place(&self, picture: (usize, usize), graphics: Graphics) -> Option<Place> {
        // A full line would be wrapped by some terminals.
        let columns = self.size.0.saturating_sub(1).min(MAX_SIZE.0);
        let lines = self.size.1.saturating_sub(OTHER_LINES).min(MAX_SIZE.1);
        if picture.0 == 0 || picture.1 == 0 || columns < MIN_SIZE.0 || lines < MIN_SIZE.1 {
            return None;
        }
        let cell = match graphics {
            Graphics::Blocks => (1, 2),
            Graphics::Kitty | Graphics::Sixel => self.cell,
        };
        let room = (columns * cell.0, lines * cell.1);
        let (pixels, shown) = match graphics {
            Graphics::Blocks => {
                let shown = fit(picture, room);
                (shown, shown)
            }
            // The terminal makes it larger.
            Graphics::Kitty => {
                let shown = fit(picture, room);
                (fit(shown, MAX_PIXELS), shown)
            }
            Graphics::Sixel => {
                let (width, height) = fit(picture, (room.0.min(MAX_PIXELS.0), room.1.min(MAX_PIXELS.1)));
                // What is left of the last sixels could be below its place.
                let shown = (width, (height / sixel::HEIGHT).max(1) * sixel::HEIGHT);
                (shown, shown)
            }
        };
        let cells = (shown.0.div_ceil(cell.0), shown.1.div_ceil(cell.1));
        Some(Place { pixels, cells })
    }
}

/// The largest size of the same shape in this room, and no larger than it must be.
fn fit(shape: (usize, usize), room: (usize, usize)) -> (usize, usize) {
    let width = room.0.min(room.1 * shape.0 / shape.1).max(1);
    (width, (width * shape.1 / shape.0).clamp(1, room.1))
}

#[cfg(unix)]
mod system {
    use super::Window;

    pub fn window() -> Option<Window> {
        let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok()?;
        Some(Window::new(
            (size.ws_col.into(), size.ws_row.into()),
            (size.ws_xpixel.into(), size.ws_ypixel.into()),
        ))
    }
}

#[cfg(not(unix))]
mod system {
    use super::Window;
    use terminal_size::{Height, Width, terminal_size_of};

    pub fn window() -> Option<Window> {
        let (Width(columns), Height(lines)) = terminal_size_of(std::io::stderr())?;
        Some(Window::new((columns.into(), lines.into()), (0, 0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(size: (usize, usize)) -> Window {
        Window::new(size, (size.0 * 10, size.1 * 20))
    }

    #[test]
    fn a_picture_of_blocks_fits_the_terminal_and_keeps_its_shape() {
        let size = |picture, terminal| {
            let place = window(terminal).place(picture, Graphics::Blocks);
            place.map(|place| place.pixels)
        };
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

    #[test]
    fn sixels_are_whole_and_stay_in_their_cells() {
        for (picture, terminal) in [
            ((1280, 720), (80, 24)),
            ((720, 1280), (80, 24)),
            ((640, 480), (20, 9)),
        ] {
            let place = window(terminal).place(picture, Graphics::Sixel).unwrap();
            let ((width, height), (columns, lines)) = (place.pixels, place.cells);
            assert_eq!(height % sixel::HEIGHT, 0);
            assert!(width <= columns * 10 && height <= lines * 20 && lines <= terminal.1 - OTHER_LINES);
            assert!(width <= MAX_PIXELS.0 && height <= MAX_PIXELS.1);
        }
        assert_eq!(
            window((80, 24)).place((1280, 720), Graphics::Sixel),
            Some(Place {
                pixels: (480, 270),
                cells: (48, 14)
            })
        );
    }

    #[test]
    fn kitty_makes_a_picture_as_large_as_its_cells() {
        assert_eq!(
            window((80, 24)).place((1280, 720), Graphics::Kitty),
            Some(Place {
                pixels: (480, 270),
                cells: (64, 18)
            })
        );
    }

    #[test]
    fn where_the_terminal_does_not_tell_a_character_is_taken_to_be_small() {
        assert_eq!(Window::new((80, 24), (0, 0)).cell, USUAL_CELL);
        assert_eq!(Window::new((0, 0), (0, 0)).cell, USUAL_CELL);
        assert_eq!(Window::new((80, 24), (800, 480)).cell, (10, 20));
    }
}
