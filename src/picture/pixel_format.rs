//! Pixel formats of programs, converted to and from I420.
use crate::error::{Error, Result};
use crate::media::{Color, Picture};
use crate::picture::planes::NEUTRAL_CHROMA;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvError, YuvPlanarImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix,
};

/// The pixel format of a raw frame; rows have no padding (`WebCodecs`, `VideoPixelFormat`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelFormat {
    /// Planar 4:2:0: Y, U and V planes, chroma sides rounded up; ITU-R BT.601, limited range.
    I420,
    /// Semi-planar 4:2:0: a Y plane and a plane of interleaved U and V, sides rounded up; ITU-R BT.601, limited range.
    Nv12,
    /// Red, green, blue, alpha, 8 bits each; alpha is ignored.
    Rgba,
    /// Blue, green, red, alpha, 8 bits each; alpha is ignored.
    Bgra,
}

impl PixelFormat {
    /// Size of a frame of `width` × `height` pixels, in bytes.
    #[must_use]
    pub const fn size(self, width: u32, height: u32) -> usize {
        let luma = width as usize * height as usize;
        match self {
            Self::I420 | Self::Nv12 => luma + 2 * (width.div_ceil(2) as usize * height.div_ceil(2) as usize),
            Self::Rgba | Self::Bgra => 4 * luma,
        }
    }

    /// Converts a frame to a picture of the same size.
    ///
    /// # Errors
    /// `Type` if the number of bytes does not match the size.
    pub(crate) fn read(self, bytes: &[u8], picture: &mut Picture) -> Result<()> {
        let (width, height) = (picture.width(), picture.height());
        let expected = self.size(width, height);
        if bytes.len() != expected {
            return Err(Error::type_error(format!(
                "a {width}×{height} frame in {self:?} has {expected} bytes, not {}",
                bytes.len()
            )));
        }
        match self {
            Self::I420 => picture.data_mut().copy_from_slice(bytes),
            Self::Nv12 => {
                let [y, u, v] = picture.planes_mut();
                let (luma, chroma) = bytes.split_at(y.len());
                y.copy_from_slice(luma);
                for ((pair, u), v) in chroma.as_chunks().0.iter().zip(u).zip(v) {
                    [*u, *v] = *pair;
                }
            }
            Self::Rgba => from_rgb(bytes, picture, yuv::rgba_to_yuv420),
            Self::Bgra => from_rgb(bytes, picture, yuv::bgra_to_yuv420),
        }
        Ok(())
    }
}

type FromRgb = fn(
    &mut YuvPlanarImageMut<'_, u8>,
    &[u8],
    u32,
    YuvRange,
    YuvStandardMatrix,
    YuvConversionMode,
) -> std::result::Result<(), YuvError>;

fn from_rgb(bytes: &[u8], picture: &mut Picture, convert: FromRgb) {
    let (width, height, chroma) = (picture.width(), picture.height(), picture.chroma_width());
    let [y, u, v] = picture.planes_mut();
    let mut planes = YuvPlanarImageMut {
        y_plane: BufferStoreMut::Borrowed(y),
        y_stride: width,
        u_plane: BufferStoreMut::Borrowed(u),
        u_stride: chroma,
        v_plane: BufferStoreMut::Borrowed(v),
        v_stride: chroma,
        width,
        height,
    };
    let (range, matrix) = range_and_matrix(Color::BT601);
    convert(
        &mut planes,
        bytes,
        4 * width,
        range,
        matrix,
        YuvConversionMode::Balanced,
    )
    .expect("the planes and the bytes were made for this size");
}

/// Converts a picture in this color space to 24-bit RGB.
pub(crate) fn to_rgb(picture: &Picture, color: Color) -> Vec<u8> {
    let mut bytes = vec![0; 3 * picture.planes()[0].len()];
    let (range, matrix) = range_and_matrix(color);
    yuv::yuv420_to_rgb(&planar(picture), &mut bytes, 3 * picture.width(), range, matrix)
        .expect("the planes and the bytes were made for this size");
    bytes
}

/// Converts a picture in this color space to 32-bit RGBA, opaque.
pub(crate) fn to_rgba(picture: &Picture, color: Color) -> Vec<u8> {
    let mut bytes = vec![0; 4 * picture.planes()[0].len()];
    let (range, matrix) = range_and_matrix(color);
    yuv::yuv420_to_rgba(&planar(picture), &mut bytes, 4 * picture.width(), range, matrix)
        .expect("the planes and the bytes were made for this size");
    bytes
}

fn planar(picture: &Picture) -> YuvPlanarImage<'_, u8> {
    let [y_plane, u_plane, v_plane] = picture.planes();
    YuvPlanarImage {
        y_plane,
        y_stride: picture.width(),
        u_plane,
        u_stride: picture.chroma_width(),
        v_plane,
        v_stride: picture.chroma_width(),
        width: picture.width(),
        height: picture.height(),
    }
}

/// Range and matrix of a color space; if the matrix is unspecified, ITU-R BT.601, as VP8 decoders assume.
fn range_and_matrix(color: Color) -> (YuvRange, YuvStandardMatrix) {
    let range = if color.full_range {
        YuvRange::Full
    } else {
        YuvRange::Limited
    };
    let matrix = match color.matrix {
        1 => YuvStandardMatrix::Bt709,
        9 | 10 => YuvStandardMatrix::Bt2020,
        _ => YuvStandardMatrix::Bt601,
    };
    (range, matrix)
}

/// Converts a picture to the color space of JPEG: ITU-R BT.601, full range. Returns `None` for other matrices.
pub(crate) fn to_full_range(picture: &Picture, color: Color) -> Option<Picture> {
    if range_and_matrix(color).1 != YuvStandardMatrix::Bt601 {
        return None;
    }
    let mut full = Picture::new(picture.width(), picture.height());
    full.data_mut().copy_from_slice(picture.data());
    if !color.full_range {
        let neutral = f32::from(NEUTRAL_CHROMA);
        let luma = table(|value| (value - 16.0) * 255.0 / 219.0);
        let chroma = table(|value| (value - neutral) * 255.0 / 224.0 + neutral);
        for (plane, table) in full.planes_mut().into_iter().zip([luma, chroma, chroma]) {
            for value in plane {
                *value = table[usize::from(*value)];
            }
        }
    }
    Some(full)
}

/// A lookup table, rounded and clamped to bytes.
fn table(map: impl Fn(f32) -> f32) -> [u8; 256] {
    std::array::from_fn(|value| map(value as f32).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: [u8; 4] = [255, 0, 0, 255];

    #[test]
    fn colours_survive_the_way_to_i420_and_back_within_5_at_any_size() {
        for (width, height) in [(1, 1), (2, 2), (3, 5), (10, 10), (641, 37)] {
            for colour in [
                RED,
                [0, 255, 0, 255],
                [0, 0, 255, 255],
                [9, 120, 200, 255],
                [255; 4],
            ] {
                let pixels = (width * height) as usize;
                let bytes = colour.repeat(pixels);
                let mut picture = Picture::new(width, height);
                PixelFormat::Rgba.read(&bytes, &mut picture).unwrap();
                let back = to_rgba(&picture, Color::BT601);
                assert!(
                    back.iter().zip(&bytes).all(|(a, b)| a.abs_diff(*b) <= 5),
                    "{width}×{height} {colour:?} {:?}",
                    &back[..4]
                );
                let [r, g, b, _] = colour;
                let bgra = [b, g, r, 0].repeat(pixels);
                let mut other = Picture::new(width, height);
                PixelFormat::Bgra.read(&bgra, &mut other).unwrap();
                assert_eq!(other, picture);
            }
        }
    }

    #[test]
    fn nv12_has_its_chroma_by_turns() {
        let mut picture = Picture::new(3, 1);
        PixelFormat::Nv12
            .read(&[1, 2, 3, 10, 20, 11, 21], &mut picture)
            .unwrap();
        assert_eq!(picture.planes(), [&[1, 2, 3][..], &[10, 11], &[20, 21]]);
    }

    #[test]
    fn another_number_of_bytes_is_a_type_error_that_says_how_many_there_should_be() {
        let sizes = [
            (PixelFormat::I420, 27),
            (PixelFormat::Nv12, 27),
            (PixelFormat::Rgba, 60),
            (PixelFormat::Bgra, 60),
        ];
        for (format, size) in sizes {
            assert_eq!(format.size(5, 3), size);
            let error = format
                .read(&vec![0; size - 1], &mut Picture::new(5, 3))
                .unwrap_err();
            assert_eq!(error.name(), "TypeError");
            assert!(error.to_string().contains(&size.to_string()), "{error}");
        }
    }

    #[test]
    fn limited_black_and_white_become_0_and_255() {
        let mut picture = Picture::new(2, 1);
        picture.data_mut().copy_from_slice(&[16, 235, 128, 128]);
        let full = to_full_range(&picture, Color::BT601).unwrap();
        assert_eq!(full.data(), [0, 255, 128, 128]);
        let is_full = Color {
            full_range: true,
            ..Color::BT601
        };
        assert_eq!(to_full_range(&picture, is_full), Some(picture));
    }
}
