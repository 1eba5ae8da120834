//! Draws a picture with sixels: characters that are six pixels on top of each other, one colour after the other.
//!
//! The colours are the same for each picture, with ordered dithering: a palette that is chosen for each picture would flicker.
use crate::cli::preview::pixels::Pixels;
use std::fmt::Write;

/// Pixels of a sixel.
pub const HEIGHT: usize = 6;

/// Levels of red, green and blue: 252 colours, of the 256 that terminals have. The eye sees green best.
const LEVELS: [usize; 3] = [6, 7, 6];
const COLORS: usize = LEVELS[0] * LEVELS[1] * LEVELS[2];

/// Thresholds of ordered dithering, by Bayer: neighbours are far apart.
const THRESHOLDS: [[usize; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// The sequence that draws the picture at the cursor.
pub fn encode(pixels: &Pixels) -> String {
    let height = pixels.rows.len() / pixels.width.max(1);
    // Pixels are square; the size comes first, so that a terminal makes room at once.
    let mut sixels = format!("\u{1b}P0;0;0q\"1;1;{};{height}", pixels.width);
    for color in 0..COLORS {
        let [red, green, blue] = percent(color);
        let _ = write!(sixels, "#{color};2;{red};{green};{blue}");
    }
    let rows: Vec<_> = pixels.rows.chunks(pixels.width.max(1)).collect();
    for (number, band) in rows.chunks(HEIGHT).enumerate() {
        if number > 0 {
            sixels.push('-');
        }
        encode_band(&mut sixels, band, number * HEIGHT);
    }
    sixels.push_str("\u{1b}\\");
    sixels
}

/// Six rows, of which the first has this number.
fn encode_band(sixels: &mut String, band: &[&[[u8; 3]]], first: usize) {
    let width = band.first().map_or(0, |row| row.len());
    let mut columns = vec![Vec::new(); COLORS];
    for (y, row) in band.iter().enumerate() {
        for (x, &pixel) in row.iter().enumerate() {
            let color: &mut Vec<u8> = &mut columns[dithered(pixel, x, first + y)];
            if color.is_empty() {
                color.resize(width, 0);
            }
            color[x] |= 1 << y;
        }
    }
    let mut is_first = true;
    for (color, column) in columns
        .iter()
        .enumerate()
        .filter(|(_, column)| !column.is_empty())
    {
        if !is_first {
            sixels.push('$');
        }
        is_first = false;
        let _ = write!(sixels, "#{color}");
        encode_runs(sixels, column);
    }
}

/// The sixels of one colour; what follows the last one is left out.
fn encode_runs(sixels: &mut String, column: &[u8]) {
    let end = column
        .iter()
        .rposition(|&sixel| sixel != 0)
        .map_or(0, |last| last + 1);
    for run in column[..end].chunk_by(|sixel, next| sixel == next) {
        let character = char::from(b'?' + run[0]);
        if run.len() > 3 {
            let _ = write!(sixels, "!{}{character}", run.len());
        } else {
            sixels.extend(run.iter().map(|_| character));
        }
    }
}

/// The number of the colour of a pixel at this place.
fn dithered(pixel: [u8; 3], x: usize, y: usize) -> usize {
    let threshold = THRESHOLDS[y % 4][x % 4] * 2 + 1;
    let level = |channel: usize| {
        // In steps of a 32nd of what is between two levels.
        (usize::from(pixel[channel]) * (LEVELS[channel] - 1) * 32 / 255 + threshold) / 32
    };
    (level(0) * LEVELS[1] + level(1)) * LEVELS[2] + level(2)
}

/// A colour of the palette.
fn percent(color: usize) -> [usize; 3] {
    let levels = [
        color / LEVELS[2] / LEVELS[1],
        color / LEVELS[2] % LEVELS[1],
        color % LEVELS[2],
    ];
    [0, 1, 2].map(|channel| (levels[channel] * 100 + (LEVELS[channel] - 1) / 2) / (LEVELS[channel] - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: [u8; 3] = [0; 3];
    const WHITE: [u8; 3] = [255; 3];
    const RED: [u8; 3] = [255, 0, 0];

    /// What comes behind the palette.
    fn body(pixels: &Pixels) -> String {
        let text = encode(pixels);
        let last = format!("#{};2;100;100;100", COLORS - 1);
        let body = text.split_once(&last).unwrap().1;
        body.strip_suffix("\u{1b}\\").unwrap().to_owned()
    }

    /// Reads the pixels back, as a terminal does.
    fn decode(text: &str, width: usize, height: usize) -> Vec<Option<usize>> {
        let mut pixels = vec![None; width * height];
        let (mut x, mut y, mut color, mut count) = (0, 0, 0, 1);
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            let mut number = || {
                let mut digits = String::new();
                while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                digits.parse().unwrap()
            };
            match character {
                '#' => color = number(),
                '!' => count = number(),
                '$' => x = 0,
                '-' => (x, y) = (0, y + HEIGHT),
                sixel => {
                    let bits = sixel as usize - '?' as usize;
                    let end = x + std::mem::replace(&mut count, 1);
                    for column in x..end {
                        for row in (0..HEIGHT).filter(|row| bits >> row & 1 == 1) {
                            pixels[(y + row) * width + column] = Some(color);
                        }
                    }
                    x = end;
                }
            }
        }
        pixels
    }

    #[test]
    fn the_size_and_all_colours_come_before_the_pixels() {
        let text = encode(&Pixels {
            width: 2,
            rows: vec![WHITE; 4],
        });
        assert!(
            text.starts_with("\u{1b}P0;0;0q\"1;1;2;2#0;2;0;0;0#1;2;0;0;20#2;2;0;0;40"),
            "{text}"
        );
        // One of them is drawn with.
        assert_eq!(text.matches('#').count(), COLORS + 1);
        assert!(text.ends_with("#251BB\u{1b}\\"), "{text}");
    }

    #[test]
    fn runs_are_counted_and_colours_of_a_band_begin_at_its_left_edge() {
        let rows = [vec![RED; 5], vec![BLACK; 5], vec![RED, RED, BLACK, RED, RED]].concat();
        assert_eq!(body(&Pixels { width: 5, rows }), "#0AAEAA$#210DD@DD");
        let rows = vec![WHITE; 4 * 7];
        assert_eq!(body(&Pixels { width: 4, rows }), "#251!4~-#251!4@");
    }

    #[test]
    fn every_pixel_is_drawn_once_in_a_colour_near_its_own() {
        let (width, height) = (37, 19);
        let pixel = |index: usize| {
            [
                (index % width * 6) as u8,
                (index / width * 13) as u8,
                (index % 256) as u8,
            ]
        };
        let pixels = Pixels {
            width,
            rows: (0..width * height).map(pixel).collect(),
        };
        let drawn = decode(&body(&pixels), width, height);
        for (index, color) in drawn.into_iter().enumerate() {
            let color = percent(color.unwrap());
            for channel in 0..3 {
                let step = 255.0 / (LEVELS[channel] - 1) as f32;
                let distance = color[channel] as f32 * 2.55 - f32::from(pixel(index)[channel]);
                assert!(distance.abs() < step + 2.0, "{index}: {color:?}");
            }
        }
    }

    #[test]
    fn a_grey_between_two_levels_is_a_mixture_of_them_as_bright_as_it() {
        let pixels = Pixels {
            width: 64,
            rows: vec![[100; 3]; 64 * 12],
        };
        let drawn = decode(&body(&pixels), 64, 12);
        let sum: usize = drawn.iter().map(|color| percent(color.unwrap())[0]).sum();
        let mean = sum as f32 / drawn.len() as f32 * 2.55;
        assert!((mean - 100.0).abs() < 2.0, "{mean}");
    }

    #[test]
    fn no_pixels_are_no_error() {
        assert_eq!(
            body(&Pixels {
                width: 0,
                rows: Vec::new()
            }),
            ""
        );
    }
}
