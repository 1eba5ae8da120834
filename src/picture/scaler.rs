//! Crops a picture around its center to another aspect ratio and scales it down.
use crate::error::{Error, Result};
use crate::media::{Picture, PicturePool};
use crate::picture::resampler::{Crop, Resampler};

/// Crops and scales pictures of any size to a size that is not larger.
pub(crate) struct Scaler {
    width: u32,
    height: u32,
    pool: PicturePool,
    /// One for each plane size, so that buffers are never reallocated.
    luma: Resampler,
    chroma: Resampler,
}

impl Scaler {
    /// Scales to `width` × `height` pixels, from pictures that are usually `source` (width, height) pixels.
    ///
    /// # Errors
    /// `Type` if a side is 0 or larger than the source's.
    pub(crate) fn new(source: (u32, u32), width: u32, height: u32) -> Result<Self> {
        if width == 0 || height == 0 {
            return Err(Error::type_error(format!(
                "{width}×{height} is not a frame size; width and height must be at least 1"
            )));
        }
        if width > source.0 || height > source.1 {
            return Err(Error::type_error(format!(
                "frames of {}×{} pixels are never enlarged to {width}×{height}; request a smaller size",
                source.0, source.1
            )));
        }
        Ok(Self {
            width,
            height,
            pool: PicturePool::new(width, height),
            luma: Resampler::default(),
            chroma: Resampler::default(),
        })
    }

    /// Returns `true` if the picture has the target size.
    pub(crate) fn matches(&self, picture: &Picture) -> bool {
        (picture.width(), picture.height()) == (self.width, self.height)
    }

    /// Returns the center of `source` in the target size, in a pooled buffer.
    ///
    /// # Errors
    /// `NotReadable` if `source` is smaller than the target size.
    pub(crate) fn scale(&mut self, source: &Picture) -> Result<Picture> {
        let (width, height) = (source.width(), source.height());
        if width < self.width || height < self.height {
            return Err(Error::not_readable(format!(
                "the source's frames changed to {width}×{height} pixels, smaller than the {}×{} of the track; \
                 frames are never enlarged",
                self.width, self.height
            )));
        }
        let luma = Crop::centered((width, height), (self.width, self.height));
        let mut scaled = self.pool.take();
        let chroma = luma.of_chroma(source, &scaled);
        let (to, chroma_to) = ((self.width, self.height), chroma_size(&scaled));
        let ([y, u, v], [to_y, to_u, to_v]) = (source.planes(), scaled.planes_mut());
        self.luma.resample([y], (width, height), luma, [to_y], to)?;
        self.chroma
            .resample([u, v], chroma_size(source), chroma, [to_u, to_v], chroma_to)?;
        Ok(scaled)
    }
}

fn chroma_size(picture: &Picture) -> (u32, u32) {
    (picture.chroma_width(), picture.chroma_height())
}

impl Crop {
    /// The largest centered part of a picture with the aspect ratio of the target.
    fn centered((width, height): (u32, u32), target: (u32, u32)) -> Self {
        let [width, height] = [width, height].map(f64::from);
        let [target_width, target_height] = [target.0, target.1].map(f64::from);
        // Multiply before dividing: exact if the result is a whole number.
        let (crop_width, crop_height) = if width * target_height > height * target_width {
            (height * target_width / target_height, height)
        } else {
            (width, width * target_height / target_width)
        };
        Self {
            left: nearest_even((width - crop_width) / 2.0),
            top: nearest_even((height - crop_height) / 2.0),
            width: crop_width,
            height: crop_height,
        }
    }

    /// The part of the chroma planes that corresponds to this part of the luma plane.
    ///
    /// A chroma sample covers 2×2 pixels before and after scaling. If the target's last column or row has only one pixel,
    /// the part extends beyond the luma part by as much, or to the end of the plane.
    fn of_chroma(self, source: &Picture, target: &Picture) -> Self {
        let side = |start: f64, length: f64, from: u32, to: u32, luma_to: u32| {
            let scaled = f64::from(to) * length / f64::from(luma_to);
            (start / 2.0, scaled.min(f64::from(from) - start / 2.0))
        };
        let (left, width) = side(
            self.left,
            self.width,
            source.chroma_width(),
            target.chroma_width(),
            target.width(),
        );
        let (top, height) = side(
            self.top,
            self.height,
            source.chroma_height(),
            target.chroma_height(),
            target.height(),
        );
        Self {
            left,
            top,
            width,
            height,
        }
    }
}

/// Rounds an offset so that it is aligned with a chroma sample.
fn nearest_even(offset: f64) -> f64 {
    (offset / 2.0).round() * 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(width: u32, height: u32, color: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let mut picture = Picture::new(width, height);
        let columns = [width, picture.chroma_width(), picture.chroma_width()];
        for (index, (plane, columns)) in picture.planes_mut().into_iter().zip(columns).enumerate() {
            let step = if index == 0 { 1 } else { 2 };
            for (row, y) in plane.chunks_exact_mut(columns as usize).zip(0..) {
                for (value, x) in row.iter_mut().zip(0..) {
                    *value = color(x * step, y * step)[index];
                }
            }
        }
        picture
    }

    fn scaled(source: &Picture, width: u32, height: u32) -> Picture {
        Scaler::new((source.width(), source.height()), width, height)
            .unwrap()
            .scale(source)
            .unwrap()
    }

    #[test]
    fn a_wider_picture_loses_as_much_on_the_left_as_on_the_right() {
        // 900 of 1280 columns have the aspect ratio of 500×400: 190 go on each side, each with its colour.
        let source = painted(1280, 720, |x, _| match x {
            0..190 => [20, 30, 40],
            190..1090 => [100 + (x / 300) as u8, 128, 90],
            _ => [220, 230, 240],
        });
        let result = scaled(&source, 500, 400);
        let [luma, u, v] = result.planes();
        for row in luma.chunks_exact(500) {
            // The filter looks two pixels over the edge.
            assert!(row[2..498].iter().all(|value| (100..105).contains(value)));
            assert!(
                row[0] < 100 && row[499] > 105,
                "{} … {}: the edges must touch what was cropped",
                row[0],
                row[499]
            );
        }
        for row in u.chunks_exact(250) {
            assert!(row[2..248].iter().all(|&value| value == 128));
        }
        for row in v.chunks_exact(250) {
            assert!(row[2..248].iter().all(|&value| value == 90));
        }
    }

    #[test]
    fn a_part_lies_in_the_middle_and_begins_at_an_even_pixel() {
        let crop = Crop::centered;
        let part = |[left, top, width, height]: [f64; 4]| Crop {
            left,
            top,
            width,
            height,
        };
        assert_eq!(crop((1280, 720), (500, 400)), part([190.0, 0.0, 900.0, 720.0]));
        assert_eq!(crop((1280, 720), (640, 360)), part([0.0, 0.0, 1280.0, 720.0]));
        assert_eq!(crop((720, 1280), (400, 500)), part([0.0, 190.0, 720.0, 900.0]));
        assert_eq!(crop((1280, 720), (1, 1)), part([280.0, 0.0, 720.0, 720.0]));
        assert_eq!(crop((641, 481), (500, 481)), part([70.0, 0.0, 500.0, 481.0]));
        assert_eq!(crop((642, 481), (641, 481)), part([0.0, 0.0, 641.0, 481.0]));
    }

    #[test]
    fn a_uniform_picture_stays_uniform_at_every_size() {
        for (width, height) in [(1280, 720), (641, 361), (3, 2), (1, 1)] {
            for value in [0, 1, 16, 127, 128, 200, 235, 254, 255] {
                let source = painted(width, height, |_, _| [value, 255 - value, value / 2]);
                for (w, h) in [
                    (500, 400),
                    (320, 180),
                    (333, 111),
                    (7, 300),
                    (640, 1),
                    (3, 1),
                    (1, 1),
                ] {
                    if w > width || h > height {
                        continue;
                    }
                    let expected = painted(w, h, |_, _| [value, 255 - value, value / 2]);
                    assert!(scaled(&source, w, h) == expected, "{width}×{height} to {w}×{h}");
                }
            }
        }
    }

    #[test]
    fn every_size_down_to_one_pixel_comes_out_of_every_small_size() {
        for (width, height) in (1..=9).flat_map(|w| (1..=9).map(move |h| (w, h))) {
            let source = painted(width, height, |x, y| [(x * 20) as u8, (y * 20) as u8, 77]);
            for (w, h) in (1..=width).flat_map(|w| (1..=height).map(move |h| (w, h))) {
                let result = scaled(&source, w, h);
                assert_eq!((result.width(), result.height()), (w, h));
                let [_, _, v] = result.planes();
                assert!(v.iter().all(|&value| value == 77), "{width}×{height} to {w}×{h}");
            }
        }
    }

    #[test]
    fn cropping_alone_leaves_every_value_as_it_was() {
        for (width, height, w, h, left, top) in [
            (644, 482, 500, 482, 72, 0),
            (641, 481, 501, 481, 70, 0),
            (641, 481, 641, 300, 0, 90),
        ] {
            let color = |x, y| [(x * 7 + y) as u8, (x + y * 3) as u8, (x ^ y) as u8];
            let source = painted(width, height, color);
            let expected = painted(w, h, |x, y| color(x + left, y + top));
            assert!(scaled(&source, w, h) == expected, "{width}×{height} to {w}×{h}");
        }
    }

    #[test]
    fn colour_stays_with_the_brightness_it_belongs_to() {
        // A ramp from left to right and one from top to bottom, the same in luma and chroma: after scaling
        // the planes must still agree, to less than what half a pixel makes.
        for (w, h) in [(640, 360), (501, 401), (333, 333), (127, 71)] {
            let source = painted(1280, 720, |x, y| [(x / 10 + y / 10) as u8; 3]);
            let result = scaled(&source, w, h);
            let [luma, u, v] = result.planes();
            let (luma_width, chroma_width) = (w as usize, result.chroma_width() as usize);
            for y in 1..h as usize / 2 - 1 {
                for x in 1..w as usize / 2 - 1 {
                    let square = [(0, 0), (1, 0), (0, 1), (1, 1)]
                        .map(|(dx, dy)| i32::from(luma[(2 * y + dy) * luma_width + 2 * x + dx]));
                    let mean = square.iter().sum::<i32>() / 4;
                    let at = y * chroma_width + x;
                    let off = (i32::from(u[at]) - mean)
                        .abs()
                        .max((i32::from(v[at]) - mean).abs());
                    assert!(off <= 1, "{w}×{h}: {off} at {x},{y}");
                }
            }
        }
    }
}
