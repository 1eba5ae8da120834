//! Whether a picture is black.
use crate::media::Picture;

/// Pixels of this luma or less are black: a tenth of the range above the black of limited range, as in `blackdetect` of ffmpeg.
/// The noise of a camera in the dark is below it.
const BLACK_LUMA: u8 = 38;

/// A picture is black if at most one pixel in this many is not.
const LIGHT_SHARE: usize = 50;

/// Every row of this many is looked at.
const ROW_STEP: usize = 4;

/// Whether the picture is black. That it is not turns out after a few rows.
pub(super) fn is_black(picture: &Picture) -> bool {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    if width == 0 {
        return true;
    }
    let at_most = width * height.div_ceil(ROW_STEP) / LIGHT_SHARE;
    let rows = picture.planes()[0].chunks_exact(width).step_by(ROW_STEP);
    let mut light = 0;
    for row in rows {
        light += row.iter().filter(|luma| **luma > BLACK_LUMA).count();
        if light > at_most {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture whose luma is this at each place.
    fn picture(luma: impl Fn(usize, usize) -> u8) -> Picture {
        let mut picture = Picture::new(100, 80);
        for (index, value) in picture.planes_mut()[0].iter_mut().enumerate() {
            *value = luma(index % 100, index / 100);
        }
        picture
    }

    #[test]
    fn black_may_be_noisy_and_may_have_a_small_light_in_it_but_no_more() {
        assert!(is_black(&picture(|_, _| 0)));
        assert!(is_black(&picture(|x, y| 16 + ((x * 7 + y * 13) % 20) as u8)));
        // The clock of the camera in a corner: 1 % of the picture.
        assert!(is_black(&picture(|x, y| if x < 10 && y < 8 { 235 } else { 16 })));
        assert!(!is_black(&picture(|x, y| if x < 30 && y < 8 { 235 } else { 16 })));
        assert!(!is_black(&picture(|_, _| 39)));
    }

    #[test]
    fn a_picture_without_rows_to_look_at_does_no_harm() {
        assert!(is_black(&Picture::new(0, 0)));
        assert!(is_black(&Picture::new(1, 1)));
    }
}
