//! Letterboxing: frames of any size in frames of one size, for a recording whose source changes its size.
use crate::error::Result;
use crate::media::{Picture, PicturePool, VideoFormat, VideoFrame};
use crate::picture::planes::fill_black;
use crate::picture::resampler::{Crop, Resampler};
use std::sync::Arc;

/// Scales whole frames to the largest size that fits and fills the rest with black.
pub(crate) struct Letterbox {
    format: VideoFormat,
    pool: PicturePool,
    /// One for each plane size, so that buffers are never reallocated.
    luma: Resampler,
    chroma: Resampler,
    /// The scaled picture before it is placed in the frame.
    inner: Option<Picture>,
}

impl Letterbox {
    pub(crate) fn new(format: VideoFormat) -> Self {
        Self {
            format,
            pool: PicturePool::new(format.width, format.height),
            luma: Resampler::default(),
            chroma: Resampler::default(),
            inner: None,
        }
    }

    /// Returns the frame in the format's size; a frame that has this size is not copied.
    ///
    /// # Errors
    /// `Unknown` if scaling fails.
    pub(crate) fn fit(&mut self, mut frame: VideoFrame) -> Result<VideoFrame> {
        let size = (frame.picture.width(), frame.picture.height());
        if size != (self.format.width, self.format.height) {
            frame.picture = Arc::new(self.boxed(&frame.picture)?);
        }
        Ok(frame)
    }

    fn boxed(&mut self, source: &Picture) -> Result<Picture> {
        let (width, height) = self.inner_size(source);
        let same = |inner: &Picture| (inner.width(), inner.height()) == (width, height);
        let mut inner = self
            .inner
            .take()
            .filter(same)
            .unwrap_or_else(|| Picture::new(width, height));
        self.scale(source, &mut inner)?;
        let mut boxed = self.pool.take();
        fill_black(&mut boxed, self.format.color);
        place(&inner, &mut boxed);
        self.inner = Some(inner);
        Ok(boxed)
    }

    /// The largest size that fits; even on a side with a margin, so that chroma is aligned.
    fn inner_size(&self, source: &Picture) -> (u32, u32) {
        let (outer_width, outer_height) = (u64::from(self.format.width), u64::from(self.format.height));
        let (width, height) = (u64::from(source.width()), u64::from(source.height()));
        let side = |length: u64, most: u64| {
            let even = length.next_multiple_of(2);
            u32::try_from(even.clamp(1, most)).unwrap_or(u32::MAX)
        };
        if width * outer_height > height * outer_width {
            (
                self.format.width,
                side(height * outer_width / width, outer_height),
            )
        } else {
            (
                side(width * outer_height / height, outer_width),
                self.format.height,
            )
        }
    }

    fn scale(&mut self, source: &Picture, inner: &mut Picture) -> Result<()> {
        let whole = |(width, height): (u32, u32)| Crop {
            left: 0.0,
            top: 0.0,
            width: width.into(),
            height: height.into(),
        };
        let (from, chroma_from) = sizes(source);
        let (to, chroma_to) = sizes(inner);
        let ([y, u, v], [to_y, to_u, to_v]) = (source.planes(), inner.planes_mut());
        self.luma.resample([y], from, whole(from), [to_y], to)?;
        self.chroma
            .resample([u, v], chroma_from, whole(chroma_from), [to_u, to_v], chroma_to)
    }
}

/// Sizes of the luma plane and of a chroma plane.
fn sizes(picture: &Picture) -> ((u32, u32), (u32, u32)) {
    let luma = (picture.width(), picture.height());
    (luma, (picture.chroma_width(), picture.chroma_height()))
}

/// Copies a picture into the center of a larger one.
fn place(inner: &Picture, outer: &mut Picture) {
    let ((width, height), (chroma_width, chroma_height)) = sizes(inner);
    let ((outer_width, outer_height), (outer_chroma_width, _)) = sizes(outer);
    // In chroma samples: two pixels each.
    let (left, top) = ((outer_width - width) / 4, (outer_height - height) / 4);
    let copy = |from: &[u8], to: &mut [u8], size: (u32, u32), to_width: u32, at: (u32, u32)| {
        for row in 0..size.1 {
            let target = ((row + at.1) * to_width + at.0) as usize;
            let source = (row * size.0) as usize;
            to[target..target + size.0 as usize].copy_from_slice(&from[source..source + size.0 as usize]);
        }
    };
    let ([y, u, v], [to_y, to_u, to_v]) = (inner.planes(), outer.planes_mut());
    copy(y, to_y, (width, height), outer_width, (2 * left, 2 * top));
    for (from, to) in [(u, to_u), (v, to_v)] {
        copy(
            from,
            to,
            (chroma_width, chroma_height),
            outer_chroma_width,
            (left, top),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::media::{Color, PixelAspect};

    fn grey(width: u32, height: u32) -> VideoFrame {
        let mut picture = Picture::new(width, height);
        picture.data_mut().fill(128);
        VideoFrame {
            time: Timestamp::from_millis(7),
            duration: None,
            picture: Arc::new(picture),
        }
    }

    /// Luma of a row and of a column through the middle: where it is grey.
    fn grey_span(width: u32, height: u32, source: VideoFrame) -> ((usize, usize), (usize, usize)) {
        let format = VideoFormat {
            width,
            height,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let boxed = Letterbox::new(format).fit(source).unwrap();
        assert_eq!((boxed.picture.width(), boxed.picture.height()), (width, height));
        let y = boxed.picture.planes()[0];
        let (columns, rows) = (width as usize, height as usize);
        let row: Vec<u8> = y[rows / 2 * columns..][..columns].to_vec();
        let column: Vec<u8> = (0..rows).map(|row| y[row * columns + columns / 2]).collect();
        let span = |line: &[u8]| {
            let grey: Vec<usize> = (0..line.len()).filter(|&at| line[at] == 128).collect();
            assert!(line.iter().all(|value| [16, 128].contains(value)));
            (grey[0], grey.len())
        };
        (span(&row), span(&column))
    }

    #[test]
    fn what_is_less_wide_stands_between_black_sides_and_what_is_wider_between_black_bars() {
        assert_eq!(grey_span(1280, 720, grey(640, 480)), ((160, 960), (0, 720)));
        assert_eq!(grey_span(640, 480, grey(1280, 720)), ((0, 640), (60, 360)));
        assert_eq!(grey_span(320, 180, grey(1280, 720)), ((0, 320), (0, 180)));
        // Of odd sizes nothing is lost: the margins are.
        let ((left, width), (top, height)) = grey_span(321, 181, grey(100, 100));
        assert_eq!((top, height), (0, 181));
        assert_eq!((left, width), (68, 182));
    }

    #[test]
    fn a_picture_of_the_right_size_passes_uncopied() {
        let source = grey(64, 48);
        let format = VideoFormat {
            width: 64,
            height: 48,
            frame_duration: None,
            color: Color::BT601,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        let fitted = Letterbox::new(format).fit(source.clone()).unwrap();
        assert!(Arc::ptr_eq(&fitted.picture, &source.picture));
    }
}
