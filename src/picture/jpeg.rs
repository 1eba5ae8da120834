//! Decodes JPEG to I420 without conversion to RGB. The only user of the JPEG decoder.
use crate::media::Picture;
use crate::picture::convert::copy_rows;
use crate::picture::planes::{NEUTRAL_CHROMA, halve_both, halve_height};
use libjpeg_turbo_rs::Subsampling;

/// Decodes a frame of a camera into a picture of the camera's frame size, in full range.
///
/// Returns `None` if the file is damaged, smaller than the picture, or of a kind that cameras do not send; the content of
/// the picture is then undefined. A larger image is cropped at the right and bottom: some cameras pad the last blocks.
pub(crate) fn decode(file: &[u8], picture: &mut Picture) -> Option<()> {
    let (file, size) = whole(file)?;
    // The decoder divides by zero if the height is 0, and allocates whatever size a damaged header says.
    let is_plausible =
        |actual: usize, expected: u32| (expected as usize..=2 * expected as usize).contains(&actual);
    if !is_plausible(size.0, picture.width()) || !is_plausible(size.1, picture.height()) {
        return None;
    }
    let (planes, width, height, subsampling) = libjpeg_turbo_rs::yuv::decompress_to_yuv_planes(file).ok()?;
    let (target_width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    if width < target_width || height < picture.height() as usize {
        return None;
    }
    let [y, u, v] = picture.planes_mut();
    match (planes.as_slice(), subsampling) {
        ([luma], _) => {
            copy_rows(luma, width, y, target_width)?;
            u.fill(NEUTRAL_CHROMA);
            v.fill(NEUTRAL_CHROMA);
        }
        ([luma, first, second], Subsampling::S420 | Subsampling::S422 | Subsampling::S444) => {
            // The decoder pads odd widths.
            let luma_width = luma.len() / padded_height(height, subsampling);
            copy_rows(luma, luma_width, y, target_width)?;
            for (source, target) in [(first, u), (second, v)] {
                chroma(source, width, subsampling, target, chroma_width)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// Height of the decoder's luma plane.
fn padded_height(height: usize, subsampling: Subsampling) -> usize {
    match subsampling {
        Subsampling::S420 => height.next_multiple_of(2),
        _ => height,
    }
}

/// Converts a chroma plane to 4:2:0.
fn chroma(
    source: &[u8],
    width: usize,
    subsampling: Subsampling,
    target: &mut [u8],
    target_width: usize,
) -> Option<()> {
    let half = width.div_ceil(2);
    let rows = target.len() / target_width;
    let mut halved = Vec::new();
    let source = match subsampling {
        Subsampling::S420 => source,
        // Directly into the target if nothing is cropped.
        Subsampling::S422 if half == target_width => {
            halve_height(source, half, target);
            return Some(());
        }
        Subsampling::S444 if half == target_width => {
            halve_both(source, width, target);
            return Some(());
        }
        Subsampling::S422 => {
            halved.resize(half * rows, 0);
            halve_height(source, half, &mut halved);
            &halved
        }
        _ => {
            halved.resize(half * rows, 0);
            halve_both(source, width, &mut halved);
            &halved
        }
    };
    copy_rows(source, half, target, target_width)
}

/// The file up to its end-of-image marker, with width and height; `None` if it has no such marker: the frame is truncated.
///
/// Some drivers leave zeros or the end of an older frame after it.
fn whole(file: &[u8]) -> Option<(&[u8], (usize, usize))> {
    if !file.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let (scan, size) = first_scan(file)?;
    let end = file[scan..].windows(2).position(|pair| pair == [0xff, 0xd9])?;
    Some((&file[..scan + end + 2], size))
}

/// The offset of the first scan's coefficients, with width and height from the frame header. Anything that looks like an
/// end-of-image marker before it is part of a table or thumbnail.
fn first_scan(file: &[u8]) -> Option<(usize, (usize, usize))> {
    let mut at = 2;
    let mut size = None;
    loop {
        let marker = file.get(at..at + 4)?;
        if marker[0] != 0xff {
            return None;
        }
        if marker[1] == 0xff {
            // Fill bytes: any number may precede a marker.
            at += 1;
            continue;
        }
        // The other markers from C0 to CF are tables.
        if (0xc0..=0xcf).contains(&marker[1]) && ![0xc4, 0xc8, 0xcc].contains(&marker[1]) {
            size = Some((word(file, at + 7)?, word(file, at + 5)?));
        }
        at += 2 + word(file, at + 2)?;
        if marker[1] == 0xda {
            return (at <= file.len()).then_some(at).zip(size);
        }
    }
}

fn word(file: &[u8], at: usize) -> Option<usize> {
    let bytes = file.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*bytes).into())
}

#[cfg(test)]
mod tests;
