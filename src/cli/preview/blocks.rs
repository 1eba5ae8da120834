//! Draws a picture with half blocks: the upper half of each character is one pixel, the lower half another.
use crate::cli::preview::pixels::Pixels;
use std::fmt::Write;

/// The colours of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// 24 bits.
    True,
    /// The 256 of xterm: a cube of 6 × 6 × 6, and greys.
    Indexed,
    /// None: shades.
    None,
}

impl Pixels {
    /// The lines of characters, each of which ends with the terminal's own colours.
    pub fn lines(&self, palette: Palette) -> Vec<String> {
        let pairs = self.rows.chunks(self.width.max(1) * 2);
        pairs.map(|pair| self.line(pair, palette)).collect()
    }

    fn line(&self, pair: &[[u8; 3]], palette: Palette) -> String {
        let (upper, lower) = pair.split_at(self.width.min(pair.len()));
        let mut line = String::new();
        let mut last = None;
        for (index, &top) in upper.iter().enumerate() {
            let bottom = lower.get(index).copied().unwrap_or_default();
            if palette == Palette::None {
                line.push(shade(top, bottom));
                continue;
            }
            // Neighbours often have the same colours: most of the line is codes otherwise.
            let colors = (palette.index(top), palette.index(bottom));
            if last != Some(colors) {
                let _ = write!(
                    line,
                    "\u{1b}[38;{};48;{}m",
                    palette.code(colors.0),
                    palette.code(colors.1)
                );
                last = Some(colors);
            }
            line.push('▀');
        }
        if palette != Palette::None {
            line.push_str("\u{1b}[0m");
        }
        line
    }
}

impl Palette {
    /// The number of a colour; those of 24 bits are their own.
    fn index(self, [red, green, blue]: [u8; 3]) -> u32 {
        if self == Self::Indexed {
            return indexed([red, green, blue]);
        }
        u32::from_be_bytes([0, red, green, blue])
    }

    fn code(self, index: u32) -> String {
        if self == Self::Indexed {
            return format!("5;{index}");
        }
        let [_, red, green, blue] = index.to_be_bytes();
        format!("2;{red};{green};{blue}")
    }
}

/// The nearest of the cube and the greys.
fn indexed(color: [u8; 3]) -> u32 {
    const LEVELS: [u32; 6] = [0, 95, 135, 175, 215, 255];
    let nearest = |value: u8| {
        let distance = |level: &u32| level.abs_diff(value.into());
        let nearest = (0..LEVELS.len()).min_by_key(|&index| distance(&LEVELS[index]));
        nearest.unwrap_or_default()
    };
    let distance = |candidate: [u32; 3]| -> u32 {
        let differences = candidate.iter().zip(color);
        differences
            .map(|(level, value)| level.abs_diff(value.into()).pow(2))
            .sum()
    };
    let cube = color.map(nearest);
    let mean = color.iter().copied().map(u32::from).sum::<u32>() / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23);
    if distance([8 + 10 * grey; 3]) < distance(cube.map(|index| LEVELS[index])) {
        232 + grey
    } else {
        16 + (36 * cube[0] + 6 * cube[1] + cube[2]) as u32
    }
}

/// A character as bright as both.
fn shade(top: [u8; 3], bottom: [u8; 3]) -> char {
    const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];
    let sum: usize = top.iter().chain(&bottom).map(|&value| usize::from(value)).sum();
    SHADES[sum * (SHADES.len() - 1) / (6 * 255)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose left half is red and whose right half is white.
    fn halves() -> Vec<u8> {
        let row = [[255, 0, 0, 255]; 8].into_iter().chain([[255; 4]; 8]);
        row.cycle().take(16 * 8).flatten().collect()
    }

    #[test]
    fn two_pixels_are_one_character_and_colours_are_set_where_they_change() {
        let pixels = Pixels::scaled(&halves(), (16, 8), (4, 2));
        assert_eq!(
            pixels.lines(Palette::True),
            ["\u{1b}[38;2;255;0;0;48;2;255;0;0m▀▀\u{1b}[38;2;255;255;255;48;2;255;255;255m▀▀\u{1b}[0m"]
        );
        assert_eq!(
            pixels.lines(Palette::Indexed),
            ["\u{1b}[38;5;196;48;5;196m▀▀\u{1b}[38;5;231;48;5;231m▀▀\u{1b}[0m"]
        );
        assert_eq!(pixels.lines(Palette::None), ["░░██"]);
    }

    #[test]
    fn an_odd_last_row_and_pictures_smaller_than_their_place_are_drawn_too() {
        assert_eq!(
            Pixels::scaled(&halves(), (16, 8), (4, 3))
                .lines(Palette::True)
                .len(),
            2
        );
        assert_eq!(
            Pixels::scaled(&[9, 9, 9, 255], (1, 1), (6, 4))
                .lines(Palette::None)
                .len(),
            2
        );
        assert_eq!(Pixels::scaled(&[], (0, 0), (2, 2)).lines(Palette::None), ["  "]);
    }

    #[test]
    fn of_256_colours_the_nearest_is_taken() {
        assert_eq!(
            [[0; 3], [255; 3], [130; 3], [95, 135, 175]].map(indexed),
            [16, 231, 244, 67]
        );
    }
}
