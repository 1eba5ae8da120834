//! Paints the test picture: a static background that is painted once, and what changes with each frame.
use super::code::{self, Contrast};
use super::{signal_is_on, text};
use crate::media::Picture;
use std::time::Duration;

/// Y, U and V of 75 % colour bars, ITU-R BT.601, limited range.
const BARS: [[u8; 3]; 7] = [
    [180, 128, 128],
    [162, 44, 142],
    [131, 156, 44],
    [112, 72, 58],
    [84, 184, 198],
    [65, 100, 212],
    [35, 212, 114],
];
const BLACK: u8 = 16;
const GREY: u8 = 48;
const WHITE: u8 = 235;
const NO_COLOR: u8 = 128;

/// The number of frames in which the box crosses the picture: four seconds at 30 frames per second.
const STEPS_PER_CROSSING: u64 = 120;

/// Number of characters in the line with counter and clock.
const TEXT_LENGTH: usize = 20;

/// Paints the frames of one size.
pub(super) struct Painter {
    /// Color bars above, grey below.
    background: Picture,
    /// One row of a sawtooth gradient, twice as wide as the picture; a moving window of it is shown.
    sawtooth: Vec<u8>,
    layout: Layout,
}

/// Positions and sizes, in pixels.
struct Layout {
    band_top: usize,
    band_bottom: usize,
    box_side: usize,
    text_scale: usize,
    text_top: usize,
}

impl Layout {
    fn of(width: usize, height: usize) -> Self {
        Self {
            band_top: height * 62 / 100,
            band_bottom: height * 78 / 100,
            box_side: height / 8,
            text_scale: (height / 90).min(width / (TEXT_LENGTH * text::ADVANCE + 8)),
            text_top: height * 12 / 100,
        }
    }
}

impl Painter {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (columns, rows) = (width as usize, height as usize);
        let layout = Layout::of(columns, rows);
        let mut background = Picture::new(width, height);
        let chroma_width = background.chroma_width() as usize;
        let [luma, u, v] = background.planes_mut();
        paint_bars(luma, columns, layout.band_top, 0, GREY);
        paint_bars(u, chroma_width, layout.band_top / 2, 1, NO_COLOR);
        paint_bars(v, chroma_width, layout.band_top / 2, 2, NO_COLOR);
        if layout.text_scale > 0 {
            paint_text_box(luma, columns, &layout);
        }
        let period = (columns / 4).max(1);
        let sawtooth = (0..columns * 2)
            .map(|x| byte(BLACK.into(), x % period * 200 / period))
            .collect();
        Self {
            background,
            sawtooth,
            layout,
        }
    }

    /// Paints frame `number`, whose time is `since_epoch`.
    pub(super) fn paint(&self, picture: &mut Picture, number: u64, since_epoch: Duration) {
        if signal_is_on(since_epoch) {
            let [luma, u, v] = picture.planes_mut();
            luma.fill(WHITE);
            u.fill(NO_COLOR);
            v.fill(NO_COLOR);
            // White to viewers and meters, but the code is still readable.
            return code::write(
                picture,
                number,
                Contrast {
                    light: WHITE,
                    dark: WHITE - 32,
                },
            );
        }
        self.paint_background(picture);
        self.paint_band(picture, number);
        self.paint_text(picture, number, since_epoch);
        code::write(
            picture,
            number,
            Contrast {
                light: WHITE,
                dark: BLACK,
            },
        );
    }

    /// Paints what does not change.
    pub(super) fn paint_background(&self, picture: &mut Picture) {
        picture.data_mut().copy_from_slice(self.background.data());
    }

    /// Paints a sawtooth gradient that moves left, and a box that moves right.
    fn paint_band(&self, picture: &mut Picture, number: u64) {
        let width = picture.width() as usize;
        let step = usize::try_from(number % STEPS_PER_CROSSING).unwrap_or(0);
        let shift = step * width / usize::try_from(STEPS_PER_CROSSING).unwrap_or(1);
        let Layout {
            band_top,
            band_bottom,
            box_side,
            ..
        } = self.layout;
        let box_left = shift.min(width.saturating_sub(box_side));
        let box_top = band_top + (band_bottom - band_top).saturating_sub(box_side) / 2;
        let [luma, ..] = picture.planes_mut();
        for (y, row) in luma
            .chunks_exact_mut(width)
            .enumerate()
            .take(band_bottom)
            .skip(band_top)
        {
            row.copy_from_slice(&self.sawtooth[shift..][..width]);
            if (box_top..box_top + box_side).contains(&y) {
                row[box_left..(box_left + box_side).min(width)].fill(WHITE);
            }
        }
    }

    fn paint_text(&self, picture: &mut Picture, number: u64, since_epoch: Duration) {
        let Layout {
            text_scale: scale,
            text_top: top,
            ..
        } = self.layout;
        if scale == 0 {
            return;
        }
        let seconds = since_epoch.as_secs();
        let (hours, minutes) = (seconds / 3600 % 100, seconds / 60 % 60);
        let (seconds, millis) = (seconds % 60, since_epoch.subsec_millis());
        let line = format!(
            "{:07} {hours:02}:{minutes:02}:{seconds:02}.{millis:03}",
            number % 10_000_000
        );
        let width = picture.width() as usize;
        let [luma, ..] = picture.planes_mut();
        text::write(luma, width, text_left(width, scale), top, scale, &line);
    }
}

fn text_left(width: usize, scale: usize) -> usize {
    width.saturating_sub(TEXT_LENGTH * text::ADVANCE * scale) / 2
}

/// Fills the rows above `height` with one component of the color bars, and the rows below with `rest`.
fn paint_bars(plane: &mut [u8], width: usize, height: usize, component: usize, rest: u8) {
    for (y, row) in plane.chunks_exact_mut(width).enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            *value = if y < height {
                BARS[x * BARS.len() / width][component]
            } else {
                rest
            };
        }
    }
}

fn paint_text_box(luma: &mut [u8], width: usize, layout: &Layout) {
    let margin = layout.text_scale * 2;
    let left = text_left(width, layout.text_scale).saturating_sub(margin);
    let rows =
        layout.text_top.saturating_sub(margin)..layout.text_top + text::HEIGHT * layout.text_scale + margin;
    for row in luma.chunks_exact_mut(width).take(rows.end).skip(rows.start) {
        row[left..width - left].fill(BLACK);
    }
}

fn byte(base: usize, add: usize) -> u8 {
    u8::try_from(base + add).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_down_to_one_pixel_can_be_painted() {
        for (width, height) in [(1, 1), (2, 2), (7, 5), (100, 3), (3, 100), (641, 361)] {
            let painter = Painter::new(width, height);
            for (number, millis) in [(0, 0), (1, 33), (5, 150), (119, 3966)] {
                painter.paint(
                    &mut Picture::new(width, height),
                    number,
                    Duration::from_millis(millis),
                );
            }
        }
    }

    #[test]
    fn the_picture_is_white_for_the_first_tenth_of_every_second_only() {
        let painter = Painter::new(320, 180);
        let mean = |millis| {
            let mut picture = Picture::new(320, 180);
            painter.paint(&mut picture, 9, Duration::from_millis(millis));
            let luma = picture.planes()[0];
            luma.iter().map(|&y| usize::from(y)).sum::<usize>() / luma.len()
        };
        let white: Vec<bool> = [0, 99, 100, 999, 1000, 1099, 1100]
            .into_iter()
            .map(|ms| mean(ms) > 230)
            .collect();
        assert_eq!(white, [true, true, false, false, true, true, false]);
    }
}
