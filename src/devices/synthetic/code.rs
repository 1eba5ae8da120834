//! The frame number as a row of light and dark cells, which survives encoding, scaling and cropping.
use crate::media::Picture;

/// Number of cells: a light and a dark reference, the bits of the number, and a checksum.
const CELLS: usize = 2 + NUMBER_BITS + CHECK_BITS;
const NUMBER_BITS: usize = 24;
const CHECK_BITS: usize = 6;

/// Minimum difference in luma of light and dark cells.
const MIN_CONTRAST: u32 = 8;

/// Luma of the light and of the dark cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contrast {
    pub(super) light: u8,
    pub(super) dark: u8,
}

/// Writes the lower 24 bits of the number into the picture's luma.
pub(super) fn write(picture: &mut Picture, number: u64, contrast: Contrast) {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let bits = bits(u32::try_from(number & 0xff_ffff).unwrap_or(0));
    let strip = Strip::of(width, height);
    let [luma, ..] = picture.planes_mut();
    for row in luma.chunks_exact_mut(width).take(strip.bottom).skip(strip.top) {
        for (cell, &bit) in bits.iter().enumerate() {
            row[strip.cell(cell)].fill(if bit { contrast.light } else { contrast.dark });
        }
    }
}

/// Reads the frame number of a fake camera from the luma plane of a picture; `width` and `height` are in pixels, and rows
/// have no padding.
///
/// Returns the number modulo 2²⁴, or `None` if the picture has no readable code.
#[must_use]
pub fn read_frame_number(luma: &[u8], width: u32, height: u32) -> Option<u32> {
    let (width, height) = (width as usize, height as usize);
    let strip = Strip::of(width, height);
    if luma.len() < width * height || strip.width < CELLS {
        return None;
    }
    let mean = |cell| {
        // Only the inner half: edges may be blended by scaling.
        let (columns, rows) = (strip.cell(cell), strip.bottom - strip.top);
        let (inset, margin) = (columns.len() / 4, rows / 4);
        let inner = columns.start + inset..columns.end - inset;
        let area = (strip.top + margin..strip.bottom - margin)
            .flat_map(|row| &luma[row * width..][inner.clone()])
            .fold((0u32, 0u32), |(sum, count), &value| {
                (sum + u32::from(value), count + 1)
            });
        (area.1 > 0).then(|| area.0 / area.1)
    };
    let (light, dark) = (mean(0)?, mean(1)?);
    if light < dark + MIN_CONTRAST {
        return None;
    }
    let mut read = [false; CELLS];
    for (cell, bit) in read.iter_mut().enumerate() {
        *bit = mean(cell)? * 2 > light + dark;
    }
    let number = read[2..2 + NUMBER_BITS]
        .iter()
        .fold(0, |number, &bit| number << 1 | u32::from(bit));
    (read == bits(number)).then_some(number)
}

fn bits(number: u32) -> [bool; CELLS] {
    let check = number % 61;
    let mut bits = [true; CELLS];
    bits[1] = false;
    for (i, bit) in bits[2..2 + NUMBER_BITS].iter_mut().enumerate() {
        *bit = number >> (NUMBER_BITS - 1 - i) & 1 == 1;
    }
    for (i, bit) in bits[2 + NUMBER_BITS..].iter_mut().enumerate() {
        *bit = check >> (CHECK_BITS - 1 - i) & 1 == 1;
    }
    bits
}

/// The position of the cells, in pixels: the middle half of a picture of 16:9 or wider. In narrower ones the width follows
/// from the height, so that the code is readable after the sides were cropped, down to 8:9.
struct Strip {
    top: usize,
    bottom: usize,
    left: usize,
    width: usize,
}

impl Strip {
    fn of(width: usize, height: usize) -> Self {
        let strip_width = (height * 8 / 9).max(width / 2).min(width);
        Self {
            top: height * 84 / 100,
            bottom: height * 94 / 100,
            left: (width - strip_width) / 2,
            width: strip_width,
        }
    }

    fn cell(&self, index: usize) -> std::ops::Range<usize> {
        self.left + self.width * index / CELLS..self.left + self.width * (index + 1) / CELLS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRONG: Contrast = Contrast { light: 235, dark: 16 };

    fn read(picture: &Picture) -> Option<u32> {
        read_frame_number(picture.planes()[0], picture.width(), picture.height())
    }

    #[test]
    fn a_written_number_is_read_at_any_usual_size() {
        for (width, height) in [(160, 90), (640, 480), (1280, 720), (1921, 1081), (480, 640)] {
            for number in [0, 1, 61, 0x00aa_55aa, 0x00ff_ffff] {
                let mut picture = Picture::new(width, height);
                write(&mut picture, number, STRONG);
                assert_eq!(read(&picture).map(u64::from), Some(number), "{width}×{height}");
            }
        }
    }

    #[test]
    fn a_picture_without_a_code_or_with_a_damaged_one_gives_none() {
        let mut picture = Picture::new(640, 360);
        assert_eq!(read(&picture), None);
        write(&mut picture, 77, STRONG);
        let strip = Strip::of(640, 360);
        let damaged = strip.cell(20);
        for row in picture.planes_mut()[0].chunks_exact_mut(640) {
            row[damaged.clone()]
                .iter_mut()
                .for_each(|value| *value = 255 - *value);
        }
        assert_eq!(read(&picture), None);
        assert_eq!(read_frame_number(&[0; 10], 640, 360), None);
    }
}
