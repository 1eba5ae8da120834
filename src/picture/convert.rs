//! Converts frames of cameras to I420 pictures of limited range in pooled buffers, one conversion per frame.
use crate::media::{Picture, PicturePool};
use crate::picture::capture_format::CapturePixelFormat;
use crate::picture::jpeg;
use crate::picture::planes::NEUTRAL_CHROMA;
use std::borrow::Cow;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, bgr_to_yuv420,
    rgb_to_yuv420,
};

/// Layout of the bytes of a captured frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameLayout {
    pub(crate) pixels: CapturePixelFormat,
    /// Width in pixels.
    pub(crate) width: u32,
    /// Height in pixels.
    pub(crate) height: u32,
    /// Bytes from one row of the first plane to the next; those of chroma planes follow from it. Values below the row
    /// length mean no padding.
    pub(crate) stride: u32,
    /// Whether Y, U and V use the full range 0–255. JPEG always does; ignored for RGB.
    pub(crate) full_range: bool,
}

/// Converts frames of one layout to pictures.
#[derive(Debug)]
pub(crate) struct Converter {
    layout: FrameLayout,
    pool: PicturePool,
}

impl Converter {
    pub(crate) fn new(layout: FrameLayout) -> Self {
        let pool = PicturePool::new(layout.width, layout.height);
        Self { layout, pool }
    }

    /// Returns the picture of a frame, or `None` if the frame is incomplete.
    pub(crate) fn convert(&self, frame: &[u8]) -> Option<Picture> {
        let mut picture = self.pool.take();
        let FrameLayout { pixels, width, .. } = self.layout;
        let stride = (self.layout.stride as usize).max(pixels.row_bytes(width as usize));
        match pixels {
            CapturePixelFormat::I420 => planar(frame, stride, &mut picture, [1, 2])?,
            CapturePixelFormat::Yv12 => planar(frame, stride, &mut picture, [2, 1])?,
            CapturePixelFormat::Nv12 => semi_planar(frame, stride, &mut picture)?,
            CapturePixelFormat::Yuyv => packed::<0, 8>(frame, stride, &mut picture)?,
            CapturePixelFormat::Uyvy => packed::<8, 0>(frame, stride, &mut picture)?,
            CapturePixelFormat::Rgb24 | CapturePixelFormat::Bgr24 => {
                rgb(pixels, frame, stride, &mut picture)?;
            }
            CapturePixelFormat::Grey => grey(frame, stride, &mut picture)?,
            CapturePixelFormat::Mjpeg | CapturePixelFormat::Jpeg => jpeg::decode(frame, &mut picture)?,
        }
        let rgb = matches!(pixels, CapturePixelFormat::Rgb24 | CapturePixelFormat::Bgr24);
        if pixels.is_compressed() || (self.layout.full_range && !rgb) {
            limit_range(&mut picture);
        }
        Some(picture)
    }
}

/// Converts three planes; `order` is the place of the second and third plane in the picture.
fn planar(frame: &[u8], stride: usize, picture: &mut Picture, order: [usize; 2]) -> Option<()> {
    let (width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    let (height, chroma_height) = (picture.height() as usize, picture.chroma_height() as usize);
    let chroma_stride = stride.div_ceil(2);
    let (luma, chroma) = frame.split_at_checked(stride * height)?;
    let (second, third) = chroma.split_at_checked(chroma_stride * chroma_height)?;
    let planes = picture.planes_mut();
    copy_rows(luma, stride, planes[0], width)?;
    for (source, place) in [second, third].into_iter().zip(order) {
        copy_rows(source, chroma_stride, planes[place], chroma_width)?;
    }
    Some(())
}

fn semi_planar(frame: &[u8], stride: usize, picture: &mut Picture) -> Option<()> {
    let (width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    let chroma_stride = stride.max(2 * chroma_width);
    let (luma, chroma) = frame.split_at_checked(stride * picture.height() as usize)?;
    let [y, u, v] = picture.planes_mut();
    copy_rows(luma, stride, y, width)?;
    let rows = u
        .chunks_exact_mut(chroma_width)
        .zip(v.chunks_exact_mut(chroma_width));
    for (index, (u, v)) in rows.enumerate() {
        let row = chroma.get(index * chroma_stride..)?.get(..2 * chroma_width)?;
        for ((u, v), pair) in u.iter_mut().zip(v).zip(row.as_chunks::<2>().0) {
            // As a word: then this becomes vector instructions, which are ten times as fast.
            let word = u16::from_le_bytes(*pair);
            (*u, *v) = (word as u8, (word >> 8) as u8);
        }
    }
    Some(())
}

fn grey(frame: &[u8], stride: usize, picture: &mut Picture) -> Option<()> {
    let width = picture.width() as usize;
    let [y, u, v] = picture.planes_mut();
    u.fill(NEUTRAL_CHROMA);
    v.fill(NEUTRAL_CHROMA);
    copy_rows(frame, stride, y, width)
}

/// Converts packed 4:2:2. `LUMA` and `CHROMA` are the offsets, in bits, of luma and chroma in the 16-bit word of a pixel.
/// The chroma of two rows is averaged; that of a last single row is copied.
fn packed<const LUMA: u32, const CHROMA: u32>(
    frame: &[u8],
    stride: usize,
    picture: &mut Picture,
) -> Option<()> {
    let (width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    // A row of odd width ends with a whole pair if the stride has room for it, else with half a pair.
    let row = |index: usize| {
        let rest = frame.get(index * stride..)?;
        let bytes = rest.len().min(stride).min(4 * chroma_width);
        (bytes >= 2 * width).then(|| &rest[..bytes])
    };
    let [y, u, v] = picture.planes_mut();
    for (index, luma) in y.chunks_exact_mut(width).enumerate() {
        for (luma, pixel) in luma.iter_mut().zip(row(index)?.as_chunks().0) {
            *luma = (u16::from_le_bytes(*pixel) >> LUMA) as u8;
        }
    }
    let rows = u
        .chunks_exact_mut(chroma_width)
        .zip(v.chunks_exact_mut(chroma_width));
    for (index, (u, v)) in rows.enumerate() {
        let upper = row(2 * index)?;
        let lower = row(2 * index + 1).unwrap_or(upper);
        let pairs = upper.as_chunks().0.iter().zip(lower.as_chunks().0);
        for ((u, v), (&upper, &lower)) in u.iter_mut().zip(&mut *v).zip(pairs) {
            let (upper, lower) = (u32::from_le_bytes(upper), u32::from_le_bytes(lower));
            *u = mean(upper >> CHROMA, lower >> CHROMA);
            *v = mean(upper >> (16 + CHROMA), lower >> (16 + CHROMA));
        }
        if let (&[half], &[below]) = (
            upper.as_chunks::<4>().1.as_chunks().0,
            lower.as_chunks::<4>().1.as_chunks().0,
        ) {
            let (half, below) = (u16::from_le_bytes(half), u16::from_le_bytes(below));
            u[chroma_width - 1] = mean(u32::from(half >> CHROMA), u32::from(below >> CHROMA));
            // The last pair has no V: use that of the pair before it.
            v[chroma_width - 1] = v[..chroma_width - 1].last().copied().unwrap_or(NEUTRAL_CHROMA);
        }
    }
    Some(())
}

/// Rounded mean of the lowest bytes.
fn mean(a: u32, b: u32) -> u8 {
    ((a & 0xff) + (b & 0xff)).div_ceil(2) as u8
}

fn rgb(pixels: CapturePixelFormat, frame: &[u8], stride: usize, picture: &mut Picture) -> Option<()> {
    let convert = if pixels == CapturePixelFormat::Bgr24 {
        bgr_to_yuv420
    } else {
        rgb_to_yuv420
    };
    // The crate requires whole rows, but the last row may lack its padding.
    let row = pixels.row_bytes(picture.width() as usize);
    let bytes = stride * (picture.height() as usize).checked_sub(1)? + row;
    let mut rows = Cow::Borrowed(frame.get(..bytes)?);
    match frame.get(..stride * picture.height() as usize) {
        Some(whole) => rows = Cow::Borrowed(whole),
        None => rows.to_mut().resize(stride * picture.height() as usize, 0),
    }
    let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt601);
    let mut target = planes_of(picture);
    convert(
        &mut target,
        &rows,
        stride as u32,
        range,
        matrix,
        YuvConversionMode::Balanced,
    )
    .ok()
}

fn planes_of(picture: &mut Picture) -> YuvPlanarImageMut<'_, u8> {
    let (width, height, chroma) = (picture.width(), picture.height(), picture.chroma_width());
    let [y, u, v] = picture.planes_mut().map(BufferStoreMut::Borrowed);
    YuvPlanarImageMut {
        y_plane: y,
        y_stride: width,
        u_plane: u,
        u_stride: chroma,
        v_plane: v,
        v_stride: chroma,
        width,
        height,
    }
}

/// Copies a plane with rows `stride` bytes apart into a plane without padding.
pub(crate) fn copy_rows(plane: &[u8], stride: usize, into: &mut [u8], width: usize) -> Option<()> {
    for (index, row) in into.chunks_exact_mut(width).enumerate() {
        row.copy_from_slice(plane.get(index * stride..)?.get(..width)?);
    }
    Some(())
}

/// Converts full range to limited range, as VP8 decoders expect it: 16–235 for Y, 16–240 for U and V; rounded.
fn limit_range(picture: &mut Picture) {
    let [y, u, v] = picture.planes_mut();
    // All products fit into 16 bits, of which a vector has twice as many as of 32.
    for value in y {
        *value = (16 + (u16::from(*value) * 219 + 127) / 255) as u8;
    }
    for value in u.iter_mut().chain(v) {
        *value = ((u16::from(*value) * 224 + 128 * (255 - 224) + 127) / 255) as u8;
    }
}

#[cfg(test)]
mod tests;
