//! What a camera delivers becomes an I420 picture of limited range, in a pooled buffer: one conversion a frame.
use crate::media::{Picture, PicturePool};
use crate::picture::capture_format::Pixels;
use crate::picture::jpeg;
use crate::picture::planes::NEUTRAL_CHROMA;
use std::borrow::Cow;
use yuv::{
    BufferStoreMut, YuvConversionMode, YuvPlanarImageMut, YuvRange, YuvStandardMatrix, bgr_to_yuv420,
    rgb_to_yuv420,
};

/// How the bytes of a frame are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) pixels: Pixels,
    /// Pixels a row.
    pub(crate) width: u32,
    /// Rows.
    pub(crate) height: u32,
    /// Bytes from one row of the first plane to the next; chroma planes follow suit. Less than a row means that
    /// there is nothing in between.
    pub(crate) stride: u32,
    /// Whether Y, U and V use all of 0–255. JPEG always does, RGB does not come into it.
    pub(crate) full_range: bool,
}

/// Turns frames of one layout into pictures.
#[derive(Debug)]
pub(crate) struct Converter {
    layout: Layout,
    pool: PicturePool,
}

impl Converter {
    pub(crate) fn new(layout: Layout) -> Self {
        let pool = PicturePool::new(layout.width, layout.height);
        Self { layout, pool }
    }

    /// The picture of a frame; None when the frame is not whole.
    pub(crate) fn convert(&self, frame: &[u8]) -> Option<Picture> {
        let mut picture = self.pool.take();
        let Layout { pixels, width, .. } = self.layout;
        let stride = (self.layout.stride as usize).max(pixels.row(width as usize));
        match pixels {
            Pixels::I420 => planar(frame, stride, &mut picture, [1, 2])?,
            Pixels::Yv12 => planar(frame, stride, &mut picture, [2, 1])?,
            Pixels::Nv12 => semi_planar(frame, stride, &mut picture)?,
            Pixels::Yuyv => packed::<0, 8>(frame, stride, &mut picture)?,
            Pixels::Uyvy => packed::<8, 0>(frame, stride, &mut picture)?,
            Pixels::Rgb24 | Pixels::Bgr24 => rgb(pixels, frame, stride, &mut picture)?,
            Pixels::Grey => grey(frame, stride, &mut picture)?,
            Pixels::Mjpeg | Pixels::Jpeg => jpeg::decode(frame, &mut picture)?,
        }
        let rgb = matches!(pixels, Pixels::Rgb24 | Pixels::Bgr24);
        if pixels.is_compressed() || (self.layout.full_range && !rgb) {
            limit_range(&mut picture);
        }
        Some(picture)
    }
}

/// Planes of their own; `order` says where in the picture the second and the third belong.
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
            [*u, *v] = *pair;
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

/// Pairs of pixels with one U and one V; `LUMA` and `CHROMA` are the bits from which they stand in the word of one
/// pixel. Chroma of two rows becomes its mean; a last row without a partner stays as it is.
fn packed<const LUMA: u32, const CHROMA: u32>(
    frame: &[u8],
    stride: usize,
    picture: &mut Picture,
) -> Option<()> {
    let (width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    // A row of odd width ends with a whole pair when there is room for it, else with half of one.
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
            // What the last pair lacks is taken from the pair before it.
            v[chroma_width - 1] = v[..chroma_width - 1].last().copied().unwrap_or(NEUTRAL_CHROMA);
        }
    }
    Some(())
}

/// Of the lowest bytes.
fn mean(a: u32, b: u32) -> u8 {
    ((a & 0xff) + (b & 0xff)).div_ceil(2) as u8
}

fn rgb(pixels: Pixels, frame: &[u8], stride: usize, picture: &mut Picture) -> Option<()> {
    let convert = if pixels == Pixels::Bgr24 {
        bgr_to_yuv420
    } else {
        rgb_to_yuv420
    };
    // The crate takes whole rows, but the last may lack the bytes that follow the others.
    let row = pixels.row(picture.width() as usize);
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

/// Copies a plane whose rows are `stride` bytes apart into one without anything between its rows.
pub(crate) fn copy_rows(plane: &[u8], stride: usize, into: &mut [u8], width: usize) -> Option<()> {
    for (index, row) in into.chunks_exact_mut(width).enumerate() {
        row.copy_from_slice(plane.get(index * stride..)?.get(..width)?);
    }
    Some(())
}

/// From 0–255 to what VP8 decoders expect: 16–235 for Y and 16–240 for U and V, to the nearest.
fn limit_range(picture: &mut Picture) {
    let [y, u, v] = picture.planes_mut();
    for value in y {
        *value = (16 + (u32::from(*value) * 219 + 127) / 255) as u8;
    }
    for value in u.iter_mut().chain(v) {
        *value = ((u32::from(*value) * 224 + 128 * (255 - 224) + 127) / 255) as u8;
    }
}

#[cfg(test)]
mod tests;
