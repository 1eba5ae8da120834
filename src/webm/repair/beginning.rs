//! The lost first bytes of a file, which are known.
use std::io::{self, Cursor, Read};

/// The EBML header that is put before a file which has none.
const HEADER: [u8; 40] = [
    0x1A, 0x45, 0xDF, 0xA3, 0xA3, 0x42, 0x86, 0x81, 1, 0x42, 0xF7, 0x81, 1, 0x42, 0xF2, 0x81, 4, 0x42, 0xF3,
    0x81, 8, 0x42, 0x82, 0x88, b'm', b'a', b't', b'r', b'o', b's', b'k', b'a', 0x42, 0x87, 0x81, 4, 0x42,
    0x85, 0x81, 2,
];
/// A Segment of unknown size.
const SEGMENT: [u8; 12] = [
    0x18, 0x53, 0x80, 0x67, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
];
/// IDs of what a Segment begins with: `SeekHead`, Info, Tracks.
const FIRST_CHILDREN: [[u8; 4]; 3] = [
    [0x11, 0x4D, 0x9B, 0x74],
    [0x15, 0x49, 0xA9, 0x66],
    [0x16, 0x54, 0xAE, 0x6B],
];
/// How far the beginning of what is left is looked for, in bytes.
const WINDOW: usize = 4_096;

/// A stream with its first bytes put back.
pub(super) type Whole<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// Puts lost first bytes back, and returns how many were put there. Other streams stay as they are.
///
/// # Errors
/// Those of the stream.
pub(super) fn restore<R: Read>(mut stream: R) -> io::Result<(Whole<R>, usize)> {
    let mut window = Vec::with_capacity(WINDOW);
    stream.by_ref().take(WINDOW as u64).read_to_end(&mut window)?;
    let (lost, skipped) = lost(&window);
    let put_back = lost.len();
    let mut beginning = lost;
    beginning.extend_from_slice(&window[skipped..]);
    Ok((Cursor::new(beginning).chain(stream), put_back))
}

/// The bytes that are missing before `window`, and how many of its own are fragments to be skipped.
fn lost(window: &[u8]) -> (Vec<u8>, usize) {
    for length in 1..4 {
        if window.starts_with(&HEADER[length..4]) {
            return (HEADER[..length].to_vec(), 0);
        }
    }
    if window.starts_with(&HEADER[..4]) {
        return (Vec::new(), 0);
    }
    let find = |id: &[u8; 4]| window.windows(4).position(|bytes| bytes == id);
    if let Some(at) = find(&[0x18, 0x53, 0x80, 0x67]) {
        return (HEADER.to_vec(), at);
    }
    match FIRST_CHILDREN.iter().filter_map(find).min() {
        Some(at) => ([&HEADER[..], &SEGMENT[..]].concat(), at),
        None => (Vec::new(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::reader::Reader;
    use crate::webm::test_media;

    #[test]
    fn the_first_bytes_are_put_back_however_many_are_lost() {
        let (live, _) = test_media::live(1);
        let all = Reader::new(&*live).unwrap();
        let expected = all.header().tracks.clone();
        for lost in 0..70 {
            let (whole, put_back) = restore(&live[lost..]).unwrap();
            let reader = Reader::new(whole).unwrap();
            assert_eq!(reader.header().tracks, expected, "{lost}");
            assert_eq!(put_back == 0, lost == 0, "{lost}");
        }
    }

    #[test]
    fn other_streams_stay_as_they_are() {
        for stream in [&b""[..], b"RIFF", b"\x1A\x45\xDF\xA3\x80"] {
            let (mut whole, put_back) = restore(stream).unwrap();
            let mut bytes = Vec::new();
            whole.read_to_end(&mut bytes).unwrap();
            assert_eq!((bytes.as_slice(), put_back), (stream, 0));
        }
    }
}
