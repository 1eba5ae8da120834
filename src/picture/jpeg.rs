//! JPEG straight to I420, never through RGB. The one place that knows the decoder.
use crate::media::Picture;
use crate::picture::convert::copy_rows;
use crate::picture::planes::{NEUTRAL_CHROMA, halve_both, halve_height};
use libjpeg_turbo_rs::Subsampling;

/// Decodes one frame of a camera into a picture of the size that the camera was set to, in full range.
///
/// None when the file is broken, smaller than the picture, or of a kind that no camera sends; what the picture
/// shows is then anything. A larger file is cut at the right and below: some cameras fill their last blocks up.
pub(crate) fn decode(file: &[u8], picture: &mut Picture) -> Option<()> {
    let (file, size) = whole(file)?;
    // The decoder divides by a height of nothing, and makes room for whatever size a damaged header says.
    let is_likely = |said: usize, wanted: u32| (wanted as usize..=2 * wanted as usize).contains(&said);
    if !is_likely(size.0, picture.width()) || !is_likely(size.1, picture.height()) {
        return None;
    }
    let (planes, width, height, subsampling) = libjpeg_turbo_rs::yuv::decompress_to_yuv_planes(file).ok()?;
    let (wanted_width, chroma_width) = (picture.width() as usize, picture.chroma_width() as usize);
    if width < wanted_width || height < picture.height() as usize {
        return None;
    }
    let [y, u, v] = picture.planes_mut();
    match (planes.as_slice(), subsampling) {
        ([luma], _) => {
            copy_rows(luma, width, y, wanted_width)?;
            u.fill(NEUTRAL_CHROMA);
            v.fill(NEUTRAL_CHROMA);
        }
        ([luma, first, second], Subsampling::S420 | Subsampling::S422 | Subsampling::S444) => {
            // The decoder fills the last pair of an odd width up.
            let luma_width = luma.len() / padded_height(height, subsampling);
            copy_rows(luma, luma_width, y, wanted_width)?;
            for (source, target) in [(first, u), (second, v)] {
                chroma(source, width, subsampling, target, chroma_width)?;
            }
        }
        _ => return None,
    }
    Some(())
}

/// Rows of the decoder's first plane.
fn padded_height(height: usize, subsampling: Subsampling) -> usize {
    match subsampling {
        Subsampling::S420 => height.next_multiple_of(2),
        _ => height,
    }
}

/// One chroma plane, halved to what I420 has.
fn chroma(
    source: &[u8],
    width: usize,
    subsampling: Subsampling,
    target: &mut [u8],
    wanted: usize,
) -> Option<()> {
    let half = width.div_ceil(2);
    let rows = target.len() / wanted;
    let mut halved = Vec::new();
    let source = match subsampling {
        Subsampling::S420 => source,
        // Straight into its place when nothing is to be cut off.
        Subsampling::S422 if half == wanted => {
            halve_height(source, half, target);
            return Some(());
        }
        Subsampling::S444 if half == wanted => {
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
    copy_rows(source, half, target, wanted)
}

/// The file from its start to its end-of-image marker, and its width and height; None when there is none: the frame
/// was cut off.
///
/// Drivers that fill buffers up leave zeros, or the end of an older frame, behind it.
fn whole(file: &[u8]) -> Option<(&[u8], (usize, usize))> {
    if !file.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let (scan, size) = first_scan(file)?;
    let end = file[scan..].windows(2).position(|pair| pair == [0xff, 0xd9])?;
    Some((&file[..scan + end + 2], size))
}

/// Where the first scan's coefficients begin: what looks like an end before that is part of a table or a thumbnail.
/// And width and height, as the frame header before it says.
fn first_scan(file: &[u8]) -> Option<(usize, (usize, usize))> {
    let mut at = 2;
    let mut size = None;
    loop {
        let marker = file.get(at..at + 4)?;
        if marker[0] != 0xff {
            return None;
        }
        if marker[1] == 0xff {
            // Filled up: any number of these may precede a marker.
            at += 1;
            continue;
        }
        // What else is from C0 to CF are tables.
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
