//! A bitmap font for the frame counter and the clock of the test picture.

/// A glyph, five dots wide and seven high: one byte per row, the leftmost dot in bit 4.
type Glyph = [u8; 7];

/// Distance of two glyphs, in dots.
pub(super) const ADVANCE: usize = 6;
/// Height of a glyph, in dots.
pub(super) const HEIGHT: usize = 7;

const DIGITS: [Glyph; 10] = [
    [0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e],
    [0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e],
    [0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f],
    [0x1f, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0e],
    [0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02],
    [0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e],
    [0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e],
    [0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
    [0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e],
    [0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c],
];
const COLON: Glyph = [0x00, 0x0c, 0x0c, 0x00, 0x0c, 0x0c, 0x00];
const POINT: Glyph = [0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c];
const SPACE: Glyph = [0x00; 7];

fn glyph(character: u8) -> Glyph {
    match character {
        b'0'..=b'9' => DIGITS[usize::from(character - b'0')],
        b':' => COLON,
        b'.' => POINT,
        _ => SPACE,
    }
}

/// Draws `text` with its upper left corner at (`left`, `top`), each dot `scale` pixels wide and high. Dots outside the
/// plane are omitted.
pub(super) fn write(plane: &mut [u8], width: usize, left: usize, top: usize, scale: usize, text: &str) {
    for (position, character) in text.bytes().enumerate() {
        for (line, row) in glyph(character).into_iter().enumerate() {
            for column in (0..5).filter(|column| row >> (4 - column) & 1 == 1) {
                let x = left + (position * ADVANCE + column) * scale;
                fill(plane, width, x, top + line * scale, scale);
            }
        }
    }
}

fn fill(plane: &mut [u8], width: usize, x: usize, y: usize, scale: usize) {
    for row in plane.chunks_exact_mut(width).skip(y).take(scale) {
        if let Some(dots) = row.get_mut(x..x + scale) {
            dots.fill(235);
        }
    }
}
