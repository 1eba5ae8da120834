//! The beginning of a file: first bytes that are lost, which are known, and what was put in front of them.
use crate::webm::beginning::EBML;
use crate::webm::repair::repairs::Repair;
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
const SEGMENT_ID: [u8; 4] = [0x18, 0x53, 0x80, 0x67];
/// How far the beginning of what is left is looked for, in bytes.
const WINDOW: usize = 65_536;

/// A stream with its first bytes put back.
pub(super) type Whole<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// What was wrong with the beginning of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beginning {
    /// Number of bytes that were missing.
    pub(super) put_back: usize,
    /// Number of bytes in front that are of something else.
    pub(super) skipped: usize,
}

impl Beginning {
    /// What is to be repaired, other than bytes that belong to no packet.
    pub(super) fn repair(self) -> Option<Repair> {
        let bytes = self.put_back;
        (bytes > 0).then_some(Repair::Beginning { bytes })
    }
}

/// Puts lost first bytes back, and skips what is before a file. Other streams stay as they are.
///
/// # Errors
/// Those of the stream.
pub(super) fn restore<R: Read>(mut stream: R) -> io::Result<(Whole<R>, Beginning)> {
    let mut window = Vec::with_capacity(WINDOW);
    stream.by_ref().take(WINDOW as u64).read_to_end(&mut window)?;
    let (mut first, skipped) = lost(&window);
    let beginning = Beginning {
        put_back: first.len(),
        // Fragments of the header are no bytes of something else.
        skipped: if first.is_empty() { skipped } else { 0 },
    };
    first.extend_from_slice(&window[skipped..]);
    Ok((Cursor::new(first).chain(stream), beginning))
}

/// The bytes that are missing before `window`, and how many of its own are to be skipped.
fn lost(window: &[u8]) -> (Vec<u8>, usize) {
    if window.starts_with(&EBML) {
        return (Vec::new(), 0);
    }
    for length in 1..4 {
        if window.starts_with(&HEADER[length..4]) {
            return (HEADER[..length].to_vec(), 0);
        }
    }
    let find = |id: &[u8; 4]| window.windows(4).position(|bytes| bytes == id);
    let child = FIRST_CHILDREN.iter().filter_map(find).min();
    let segment = find(&SEGMENT_ID).filter(|&at| child.is_none_or(|child| at < child));
    let first = segment.or(child);
    let header = find(&EBML).filter(|&at| first.is_none_or(|first| at < first));
    match (header, segment, child) {
        (Some(at), ..) => (Vec::new(), at),
        (_, Some(at), _) => (HEADER.to_vec(), at),
        (_, _, Some(at)) => ([&HEADER[..], &SEGMENT[..]].concat(), at),
        _ => (Vec::new(), 0),
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
            let (whole, beginning) = restore(&live[lost..]).unwrap();
            let reader = Reader::new(whole).unwrap();
            assert_eq!(reader.header().tracks, expected, "{lost}");
            assert_eq!(beginning.put_back == 0, lost == 0, "{lost}");
            assert_eq!(beginning.skipped, 0);
        }
    }

    #[test]
    fn other_streams_stay_as_they_are() {
        for stream in [&b""[..], b"RIFF", b"\x1A\x45\xDF\xA3\x80"] {
            let (mut whole, beginning) = restore(stream).unwrap();
            let mut bytes = Vec::new();
            whole.read_to_end(&mut bytes).unwrap();
            assert_eq!((bytes.as_slice(), beginning), (stream, Beginning::default()));
        }
    }

    #[test]
    fn what_is_in_front_of_a_file_is_skipped() {
        let (live, _) = test_media::live(1);
        for front in [&b"\xEF\xBB\xBF"[..], b"HTTP/1.1 200 OK\r\n\r\n", &[b'x'; 5_000]] {
            let file = [front, &live].concat();
            let (mut whole, beginning) = restore(&*file).unwrap();
            let mut bytes = Vec::new();
            whole.read_to_end(&mut bytes).unwrap();
            assert!(bytes == live);
            assert_eq!((beginning.put_back, beginning.skipped), (0, front.len()));
        }
    }
}
