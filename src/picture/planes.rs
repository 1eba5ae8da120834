//! Operations on planes of pixels. The color range, full or limited, is kept.
use crate::media::{Color, Picture};

/// Chroma value without color.
pub(crate) const NEUTRAL_CHROMA: u8 = 128;

/// Luma of black in limited range.
const BLACK: u8 = 16;

/// Fills a picture with black.
pub(crate) fn fill_black(picture: &mut Picture, color: Color) {
    let [y, u, v] = picture.planes_mut();
    y.fill(if color.full_range { 0 } else { BLACK });
    u.fill(NEUTRAL_CHROMA);
    v.fill(NEUTRAL_CHROMA);
}

/// Halves the height of a 4:2:2 chroma plane: two rows become their rounded mean.
///
/// `width` is the row length of both planes in bytes. A last single row is copied. Bytes beyond whole rows are ignored, and
/// rows of `halved` without a source are left unchanged.
pub(crate) fn halve_height(plane: &[u8], width: usize, halved: &mut [u8]) {
    if width == 0 {
        return;
    }
    let rows = plane.chunks(2 * width).zip(halved.chunks_exact_mut(width));
    for (pair, row) in rows {
        let (upper, lower) = upper_and_lower(pair, width);
        for ((mean, &a), &b) in row.iter_mut().zip(upper).zip(lower) {
            *mean = mean_of_2(a, b);
        }
    }
}

/// Halves a 4:4:4 chroma plane in both directions: a square of four values becomes its rounded mean.
///
/// `width` is the row length of `plane` in bytes; rows of `halved` have half of it, rounded up. A last single row or column
/// is used twice. The mean is located at the center of the square, as in JPEG and MPEG-1.
pub(crate) fn halve_both(plane: &[u8], width: usize, halved: &mut [u8]) {
    if width == 0 {
        return;
    }
    let rows = plane
        .chunks(2 * width)
        .zip(halved.chunks_exact_mut(width.div_ceil(2)));
    for (pair, row) in rows {
        let (upper, lower) = upper_and_lower(pair, width);
        let squares = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        for (mean, (&a, &b)) in row.iter_mut().zip(squares) {
            *mean = ((sum_of_2(a) + sum_of_2(b) + 2) / 4) as u8;
        }
        if width % 2 == 1
            && let (Some(mean), Some(&a), Some(&b)) = (row.last_mut(), upper.last(), lower.last())
        {
            *mean = mean_of_2(a, b);
        }
    }
}

/// The two rows of a pair; the upper row twice if it is the last.
fn upper_and_lower(pair: &[u8], width: usize) -> (&[u8], &[u8]) {
    match pair.split_at_checked(width) {
        Some((upper, lower)) if lower.len() == width => (upper, lower),
        Some((upper, _)) => (upper, upper),
        None => (pair, pair),
    }
}

/// The sum of two adjacent bytes, read as one word: LLVM vectorizes this, but not two bytes.
fn sum_of_2(pair: [u8; 2]) -> u16 {
    let word = u16::from_le_bytes(pair);
    (word & 0xff) + (word >> 8)
}

fn mean_of_2(a: u8, b: u8) -> u8 {
    (u16::from(a) + u16::from(b)).div_ceil(2) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halved_height(plane: &[u8], width: usize) -> Vec<u8> {
        let rows = plane.len() / width;
        let mut halved = vec![0; width * rows.div_ceil(2)];
        halve_height(plane, width, &mut halved);
        halved
    }

    fn halved_both(plane: &[u8], width: usize) -> Vec<u8> {
        let rows = plane.len() / width;
        let mut halved = vec![0; width.div_ceil(2) * rows.div_ceil(2)];
        halve_both(plane, width, &mut halved);
        halved
    }

    #[test]
    fn two_rows_become_their_mean_rounded_up_at_the_half() {
        assert_eq!(halved_height(&[0, 10, 255, 1, 11, 255], 3), [1, 11, 255]);
    }

    #[test]
    fn a_last_single_row_of_422_stays_as_it_is() {
        assert_eq!(halved_height(&[0, 0, 4, 4, 7, 9], 2), [2, 2, 7, 9]);
    }

    #[test]
    fn four_values_become_their_mean_rounded_to_the_nearest() {
        assert_eq!(halved_both(&[0, 1, 0, 0], 2), [0]);
        assert_eq!(halved_both(&[0, 1, 1, 0], 2), [1]);
        assert_eq!(halved_both(&[255; 4], 2), [255]);
    }

    #[test]
    fn odd_sizes_of_444_take_the_last_row_and_column_twice() {
        let plane = [
            10, 20, 30, //
            10, 20, 50, //
            70, 90, 99,
        ];
        assert_eq!(halved_both(&plane, 3), [15, 40, 80, 99]);
        assert_eq!(halved_both(&[42], 1), [42]);
    }

    #[test]
    fn flat_colours_of_any_size_stay_what_they_are() {
        for (width, height) in (1..9).flat_map(|w| (1..9).map(move |h| (w, h))) {
            let flat = vec![77; width * height];
            assert!(halved_both(&flat, width).iter().all(|&value| value == 77));
            assert!(halved_height(&flat, width).iter().all(|&value| value == 77));
        }
    }

    #[test]
    fn planes_of_the_wrong_length_do_no_harm() {
        for length in 0..12 {
            let mut halved = vec![0; length];
            halve_both(&[1; 7], 3, &mut halved);
            halve_height(&[1; 7], 3, &mut halved);
            halve_both(&[1; 7], 0, &mut halved);
            halve_height(&[1; 7], 0, &mut halved);
        }
    }
}
