//! What is written to a terminal so that a picture stands above a status line: pure.
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::kitty;
use std::fmt::Write;

/// A picture as a terminal takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The sequence that draws it.
    pub sequence: String,
    /// Lines of the terminal that it takes.
    pub lines: usize,
}

/// What stands in the terminal. The cursor is in the status line.
pub struct PictureLayout {
    graphics: Graphics,
    status: String,
    has_status: bool,
    /// Lines above the status line that are the picture's.
    lines: usize,
    /// Columns and lines of the window in which it was drawn.
    window: (usize, usize),
}

impl PictureLayout {
    pub fn new(graphics: Graphics) -> Self {
        Self {
            graphics,
            status: String::new(),
            has_status: false,
            lines: 0,
            window: (0, 0),
        }
    }

    /// Draws the status line.
    pub fn status(&mut self, text: &str) -> String {
        text.clone_into(&mut self.status);
        self.last_status()
    }

    /// Draws the status line once more.
    pub fn last_status(&mut self) -> String {
        self.has_status = true;
        // What is too long for the line is not wrapped.
        format!("\r\u{1b}[?7l{}\u{1b}[K\u{1b}[?7h", self.status)
    }

    /// Draws a picture in place of the last one, or none, in a window of so many columns and lines.
    pub fn picture(&mut self, drawing: Option<&Drawing>, window: (usize, usize)) -> String {
        let lines = drawing.map_or(0, |drawing| drawing.lines);
        let mut text = String::new();
        if lines != self.lines || (window != self.window && lines > 0) {
            text = self.erase();
            // At the end of the window this makes room.
            text.extend(std::iter::repeat_n('\n', lines));
            text.push_str(&self.last_status());
            (self.lines, self.window) = (lines, window);
        }
        if let Some(drawing) = drawing {
            let _ = write!(text, "\u{1b}7\u{1b}[{lines}A\r{}\u{1b}8", drawing.sequence);
        }
        text
    }

    /// Removes all of it; the cursor is where it began.
    pub fn erase(&mut self) -> String {
        let mut text = String::new();
        if self.lines > 0 && self.graphics == Graphics::Kitty {
            text.push_str(&kitty::delete());
        }
        if self.lines > 0 {
            let _ = write!(text, "\u{1b}[{}A", self.lines);
        }
        if self.lines > 0 || self.has_status {
            text.push_str("\r\u{1b}[J");
        }
        (self.lines, self.has_status) = (0, false);
        text
    }

    /// Ends a sequence of which only a part was written, with the cursor back in the status line.
    #[expect(clippy::unused_self, reason = "it is part of what stands in the terminal")]
    pub fn cut_short(&self) -> &'static str {
        "\u{1b}\\\u{1b}8\u{1b}[?7h"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: (usize, usize) = (80, 24);
    const STATUS: &str = "\r\u{1b}[?7lrec\u{1b}[K\u{1b}[?7h";

    fn drawing(lines: usize) -> Drawing {
        Drawing {
            sequence: "PICTURE".into(),
            lines,
        }
    }

    #[test]
    fn room_is_made_once_and_then_each_picture_replaces_the_last() {
        let mut layout = PictureLayout::new(Graphics::Sixel);
        assert_eq!(layout.status("rec"), STATUS);
        let first = layout.picture(Some(&drawing(3)), WINDOW);
        assert_eq!(
            first,
            format!("\r\u{1b}[J\n\n\n{STATUS}\u{1b}7\u{1b}[3A\rPICTURE\u{1b}8")
        );
        let second = layout.picture(Some(&drawing(3)), WINDOW);
        assert_eq!(second, "\u{1b}7\u{1b}[3A\rPICTURE\u{1b}8");
        assert_eq!(layout.status("rec"), STATUS);
    }

    #[test]
    fn another_size_of_picture_or_window_and_no_picture_begin_anew() {
        let mut layout = PictureLayout::new(Graphics::Sixel);
        layout.status("rec");
        layout.picture(Some(&drawing(3)), WINDOW);
        let larger = layout.picture(Some(&drawing(4)), WINDOW);
        assert!(larger.starts_with("\u{1b}[3A\r\u{1b}[J\n\n\n\n\r"), "{larger:?}");
        let wider = layout.picture(Some(&drawing(4)), (90, 24));
        assert!(wider.starts_with("\u{1b}[4A\r\u{1b}[J\n\n\n\n\r"), "{wider:?}");
        assert_eq!(
            layout.picture(None, (90, 24)),
            format!("\u{1b}[4A\r\u{1b}[J{STATUS}")
        );
        assert_eq!(layout.picture(None, (91, 24)), "");
    }

    #[test]
    fn nothing_of_it_is_left() {
        let mut layout = PictureLayout::new(Graphics::Kitty);
        assert_eq!(layout.erase(), "");
        layout.status("rec");
        layout.picture(Some(&drawing(3)), WINDOW);
        assert_eq!(layout.erase(), format!("{}\u{1b}[3A\r\u{1b}[J", kitty::delete()));
        assert_eq!(layout.erase(), "");
        layout.status("rec");
        assert_eq!(layout.erase(), "\r\u{1b}[J");
    }
}
