//! Resamples planes of bytes with SIMD: vertically first, then horizontally, four rows at once.
//!
//! Horizontally, the library is fast with four-component pixels and slow with one-component pixels, so four rows are
//! interleaved into one row of four-component pixels: the result is identical, in half the time.
use crate::error::{Error, Result};
use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x4};
use fast_image_resize::{Filter, FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};
use std::error::Error as StdError;
use std::ops::Range;

/// Rows that are interleaved.
const ROWS: u32 = 4;

/// A part of a plane, in pixels. The start is a whole number, the size need not be, so that the aspect ratio is exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Width and height of a plane.
pub(crate) type Size = (u32, u32);

/// A resampler; it reuses its buffers.
#[derive(Default)]
pub(crate) struct Resampler {
    resizer: Resizer,
    /// Vertically scaled planes, one below the other: as high as the targets, as wide as the cropped sources.
    rows: Vec<u8>,
    /// The same, with groups of four rows interleaved.
    quads: Vec<u8>,
    /// The targets, with groups of four rows interleaved.
    scaled: Vec<u8>,
}

impl Resampler {
    /// Scales the `crop` of each source, of size `from`, to its target, of size `to`.
    ///
    /// # Errors
    /// `Unknown` if the crop exceeds the sources.
    pub(crate) fn resample<const N: usize>(
        &mut self,
        sources: [&[u8]; N],
        from: Size,
        crop: Crop,
        targets: [&mut [u8]; N],
        to: Size,
    ) -> Result<()> {
        if (crop.width, crop.height) == (f64::from(to.0), f64::from(to.1)) {
            // Cropped, not scaled: the library copies.
            for (source, target) in sources.into_iter().zip(targets) {
                resize::<U8>(&mut self.resizer, (source, from), crop, (target, to))?;
            }
            return Ok(());
        }
        let columns = columns(crop, from.0, to.0);
        self.scale_vertically(sources, from, crop, &columns, to.1)?;
        let groups = to.1.div_ceil(ROWS) * N as u32;
        self.scale_horizontally(crop, &columns, to.0, groups)?;
        let (group, plane) = (to.0 as usize * ROWS as usize, self.scaled.len() / N);
        for (quads, target) in self.scaled.chunks_exact(plane).zip(targets) {
            for (quads, rows) in quads.chunks_exact(group).zip(target.chunks_mut(group)) {
                deinterleave(quads, rows, to.0 as usize);
            }
        }
        Ok(())
    }

    /// Scales the needed columns of the sources to `height`, into `rows`, padded to whole groups.
    fn scale_vertically<const N: usize>(
        &mut self,
        sources: [&[u8]; N],
        from: Size,
        crop: Crop,
        columns: &Range<u32>,
        height: u32,
    ) -> Result<()> {
        let width = columns.len() as u32;
        let plane = width as usize * height.next_multiple_of(ROWS) as usize;
        let crop = Crop {
            left: f64::from(columns.start),
            width: f64::from(width),
            ..crop
        };
        self.rows.resize(plane * N, 0);
        for (source, rows) in sources.into_iter().zip(self.rows.chunks_exact_mut(plane)) {
            resize::<U8>(&mut self.resizer, (source, from), crop, (rows, (width, height)))?;
        }
        Ok(())
    }

    /// Scales `rows` to `width`, into `scaled`: `groups` groups of four rows.
    fn scale_horizontally(
        &mut self,
        crop: Crop,
        columns: &Range<u32>,
        width: u32,
        groups: u32,
    ) -> Result<()> {
        self.quads.resize(self.rows.len(), 0);
        self.scaled.resize((width * ROWS) as usize * groups as usize, 0);
        let group = columns.len() * ROWS as usize;
        let quads = self.quads.chunks_exact_mut(group);
        for (rows, quads) in self.rows.chunks_exact(group).zip(quads) {
            interleave(rows, quads);
        }
        let crop = Crop {
            left: crop.left - f64::from(columns.start),
            top: 0.0,
            width: crop.width,
            height: f64::from(groups),
        };
        let from = (self.quads.as_slice(), (columns.len() as u32, groups));
        let to = (self.scaled.as_mut_slice(), (width, groups));
        resize::<U8x4>(&mut self.resizer, from, crop, to)
    }
}

/// The Hamming filter: as wide as the bilinear filter, almost as sharp as the bicubic filter, without ringing.
///
/// A polynomial approximation with an error below 0.001: the library computes the weights for every picture, and its own
/// sines take a fifth of the time.
fn hamming(distance: f64) -> f64 {
    let square = (distance * distance).min(1.0);
    let factor = (((0.5217 * square - 2.0146) * square + 3.4494) * square - 2.9115) * square + 1.0;
    ((1.0 - square) * factor).max(0.0)
}

/// Calls the library.
fn resize<P: PixelTrait>(
    resizer: &mut Resizer,
    (from, (from_width, from_height)): (&[u8], Size),
    crop: Crop,
    (to, (to_width, to_height)): (&mut [u8], Size),
) -> Result<()> {
    let from = TypedImageRef::<P>::from_buffer(from_width, from_height, from).map_err(failed)?;
    let mut to = TypedImage::<P>::from_buffer(to_width, to_height, to).map_err(failed)?;
    let filter = Filter::new("Hamming", hamming, 1.0).map_err(failed)?;
    // The fourth component is no transparency.
    let options = ResizeOptions::new()
        .use_alpha(false)
        .resize_alg(ResizeAlg::Convolution(FilterType::Custom(filter)))
        .crop(crop.left, crop.top, crop.width, crop.height);
    resizer.resize_typed(&from, &mut to, &options).map_err(failed)
}

fn failed(error: impl StdError + Send + Sync + 'static) -> Error {
    Error::unknown("scaling a frame failed", error)
}

/// The columns of a source that are needed: those of the crop, and the support of the filter on each side.
fn columns(crop: Crop, from: u32, to: u32) -> Range<u32> {
    let margin = (crop.width / f64::from(to)).ceil() + 1.0;
    let first = (crop.left - margin).max(0.0) as u32;
    let last = ((crop.left + crop.width + margin).ceil() as u32).min(from);
    first..last
}

/// Interleaves four rows into one row of four-byte pixels.
fn interleave(rows: &[u8], quads: &mut [u8]) {
    let (upper, lower) = rows.split_at(rows.len() / 2);
    let (a, b) = upper.split_at(upper.len() / 2);
    let (c, d) = lower.split_at(lower.len() / 2);
    let quads = quads.as_chunks_mut().0.iter_mut();
    for ((((quad, &a), &b), &c), &d) in quads.zip(a).zip(b).zip(c).zip(d) {
        // As one word: LLVM vectorizes this.
        *quad = (u32::from(a) | u32::from(b) << 8 | u32::from(c) << 16 | u32::from(d) << 24).to_le_bytes();
    }
}

/// Separates a row of four-byte pixels into four rows, or up to four at the end of a plane.
fn deinterleave(quads: &[u8], rows: &mut [u8], width: usize) {
    for (row, shift) in rows.chunks_exact_mut(width).zip([0, 8, 16, 24]) {
        for (value, &quad) in row.iter_mut().zip(quads.as_chunks().0) {
            *value = (u32::from_le_bytes(quad) >> shift) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_the_hamming_window_over_a_sinc() {
        for step in 1..150 {
            let x = f64::from(step) / 100.0;
            let angle = x * std::f64::consts::PI;
            let exact = if x < 1.0 {
                (0.54 + 0.46 * angle.cos()) * angle.sin() / angle
            } else {
                0.0
            };
            assert!(
                (hamming(x) - exact).abs() < 0.001,
                "{x}: {} for {exact}",
                hamming(x)
            );
            assert!(hamming(x) >= 0.0 && (hamming(-x) - hamming(x)).abs() < 1e-9);
        }
        assert!((hamming(0.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn four_rows_at_once_give_what_one_at_a_time_gives() {
        let from = (203, 101);
        let noise = |factor: u32| -> Vec<u8> {
            let values = 0..from.0 * from.1;
            values
                .map(|i: u32| (i.wrapping_mul(factor) >> 24) as u8)
                .collect()
        };
        let sources = [noise(2_654_435_761), noise(2_246_822_519)];
        let crop = Crop {
            left: 20.0,
            top: 10.0,
            width: 150.5,
            height: 80.25,
        };
        let mut resampler = Resampler::default();
        for to in [(100, 60), (61, 41), (150, 7), (3, 79), (1, 1)] {
            let mut targets = [(); 2].map(|()| vec![0; (to.0 * to.1) as usize]);
            let planes = sources.each_ref().map(Vec::as_slice);
            resampler
                .resample(planes, from, crop, targets.each_mut().map(Vec::as_mut_slice), to)
                .unwrap();
            for (source, target) in sources.iter().zip(&targets) {
                let mut expected = vec![0; target.len()];
                resize::<U8>(&mut Resizer::new(), (source, from), crop, (&mut expected, to)).unwrap();
                assert_eq!(target, &expected, "{to:?}");
            }
        }
    }
}
