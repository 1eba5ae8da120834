//! The beginning of a file: first bytes that are lost, which are known or told by what follows, and what was put in front of them.
use crate::error::{Error, Result};
use crate::webm::beginning::{CLUSTER, EBML, begins_with_block};
use crate::webm::header::Header;
use crate::webm::reader::Reader;
use crate::webm::repair::repairs::Repair;
use crate::webm::repair::survey::Survey;
use crate::webm::repair::track_recovery::Recovered;
use crate::webm::repair::transfer::{Transfer, Undone};
use crate::webm::repair::{track_header, track_recovery};
use crate::webm::track::Track;
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
const WINDOW: u64 = 65_536;
/// How far key frames and packets are looked for that tell what the header does not, in bytes.
const LARGE_WINDOW: u64 = 8 << 20;

/// A stream with its first bytes put back.
pub(super) type Whole<R> = io::Chain<Cursor<Vec<u8>>, Undone<io::Chain<Cursor<Vec<u8>>, R>>>;

/// What was wrong with the beginning of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Beginning {
    /// Number of bytes that were missing.
    pub(super) put_back: usize,
    /// Number of bytes in front that are of something else.
    pub(super) skipped: usize,
    /// What was done to all of it.
    pub(super) transfer: Option<Transfer>,
}

impl Beginning {
    /// What is to be repaired, other than bytes that belong to no packet.
    pub(super) fn repairs(self) -> impl Iterator<Item = Repair> {
        let bytes = self.put_back;
        let transfer = self.transfer.map(|transfer| match transfer {
            Transfer::LineEnds => Repair::LineEnds,
            Transfer::HttpChunks => Repair::HttpChunks,
        });
        (bytes > 0)
            .then_some(Repair::Beginning { bytes })
            .into_iter()
            .chain(transfer)
    }
}

/// A stream that can be read from its beginning.
pub(super) struct Restored<R> {
    pub(super) stream: Whole<R>,
    pub(super) beginning: Beginning,
    /// The tracks, if the header lacks them or says something else than their packets.
    pub(super) tracks: Option<Recovered>,
}

/// Puts lost first bytes back, skips what is before a file, and finds out which tracks it has. Other streams stay as they are.
///
/// # Errors
/// `NotReadable` if the stream cannot be read.
pub(super) fn restore<R: Read>(stream: R) -> Result<Restored<R>> {
    restore_stream(stream).map_err(unreadable)
}

/// The error for a stream that cannot be read.
pub(super) fn unreadable(error: io::Error) -> Error {
    Error::NotReadable {
        message: "reading the file failed".to_owned(),
        source: Some(error.into()),
    }
}

fn restore_stream<R: Read>(mut stream: R) -> io::Result<Restored<R>> {
    let mut window = Vec::new();
    stream.by_ref().take(WINDOW).read_to_end(&mut window)?;
    let transfer = Transfer::of(&window);
    let mut stream = Undone::new(Cursor::new(window).chain(stream), transfer);
    let mut window = Vec::new();
    stream.by_ref().take(WINDOW).read_to_end(&mut window)?;
    let mut start = Start::of(&window);
    if start.is_doubtful {
        stream.by_ref().take(LARGE_WINDOW).read_to_end(&mut window)?;
        start = Start::of(&window);
    }
    Ok(Restored {
        stream: Cursor::new(start.bytes).chain(stream),
        beginning: Beginning {
            transfer,
            ..start.beginning
        },
        tracks: start.tracks,
    })
}

/// The first bytes of a stream, as they should be.
struct Start {
    bytes: Vec<u8>,
    beginning: Beginning,
    tracks: Option<Recovered>,
    /// Whether more bytes may tell more.
    is_doubtful: bool,
}

impl Start {
    fn of(window: &[u8]) -> Self {
        let Lost {
            mut bytes,
            skipped,
            is_junk,
        } = lost(window);
        let mut beginning = Beginning {
            put_back: bytes.len(),
            skipped: if is_junk { skipped } else { 0 },
            transfer: None,
        };
        bytes.extend_from_slice(&window[skipped..]);
        beginning.put_back += put_cluster(&mut bytes);
        let header = Reader::for_remuxing(&*bytes);
        let header = header.map_or_else(|_| Header::default(), |reader| reader.header().clone());
        let tracks = track_recovery::recover(&header, &Survey::of(&bytes));
        let is_useless = |track: &Track| track.number == 0 || track_header::flaw(track).is_some();
        Self {
            is_doubtful: tracks.is_some() || header.tracks.is_empty() || header.tracks.iter().any(is_useless),
            bytes,
            beginning,
            tracks,
        }
    }
}

/// What is lost of the beginning of a stream.
struct Lost {
    /// The bytes that are missing.
    bytes: Vec<u8>,
    /// How many of its own are to be skipped.
    skipped: usize,
    /// Whether those are of something else, or of a block that is cut off. Fragments of a header are not: it is put back.
    is_junk: bool,
}

fn lost(window: &[u8]) -> Lost {
    let put_back = |bytes: Vec<u8>, skipped: usize| Lost {
        bytes,
        skipped,
        is_junk: false,
    };
    if window.starts_with(&EBML) {
        return put_back(Vec::new(), 0);
    }
    // The ID of a block is the last byte of that of the header.
    for length in 1..if begins_with_block(window) { 3 } else { 4 } {
        if window.starts_with(&HEADER[length..4]) {
            return put_back(HEADER[..length].to_vec(), 0);
        }
    }
    let find = |id: &[u8; 4]| window.windows(4).position(|bytes| bytes == id);
    let child = FIRST_CHILDREN.iter().filter_map(find).min();
    let segment = find(&SEGMENT_ID).filter(|&at| child.is_none_or(|child| at < child));
    let first = segment.or(child);
    let header = find(&EBML).filter(|&at| first.is_none_or(|first| at < first));
    let piece = start_of_piece(window).filter(|&at| header.or(first).is_none_or(|first| at < first));
    let before_child = || [&HEADER[..], &SEGMENT[..]].concat();
    match (piece, header, segment, child) {
        (Some(at), ..) => Lost {
            bytes: before_child(),
            skipped: at,
            is_junk: true,
        },
        (_, Some(at), ..) => Lost {
            bytes: Vec::new(),
            skipped: at,
            is_junk: true,
        },
        (_, _, Some(at), _) => put_back(HEADER.to_vec(), at),
        (_, _, _, Some(at)) => put_back(before_child(), at),
        _ => put_back(Vec::new(), 0),
    }
}

/// Where the blocks or Clusters begin of a later piece of a stream, which may begin within one.
fn start_of_piece(window: &[u8]) -> Option<usize> {
    let survey = Survey::of(window);
    let at = survey.leading_block.or(survey.first_cluster);
    at.filter(|_| !survey.tracks.is_empty())
}

/// Puts the beginning of a Cluster before blocks that lack it; returns how many bytes that are.
fn put_cluster(bytes: &mut Vec<u8>) -> usize {
    let survey = Survey::of(bytes);
    let Some(at) = survey.leading_block else {
        return 0;
    };
    let time = survey.time_before_clusters().to_be_bytes();
    let cluster = [&CLUSTER[..], &SEGMENT[4..], &[0xE7, 0x88], &time].concat();
    bytes.splice(at..at, cluster.iter().copied());
    cluster.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::test_media;

    #[test]
    fn the_first_bytes_are_put_back_however_many_are_lost() {
        let (live, _) = test_media::live(1);
        let all = Reader::new(&*live).unwrap();
        let expected = all.header().tracks.clone();
        for lost in 0..70 {
            let Restored {
                stream, beginning, ..
            } = restore(&live[lost..]).unwrap();
            let reader = Reader::new(stream).unwrap();
            assert_eq!(reader.header().tracks, expected, "{lost}");
            assert_eq!(beginning.put_back == 0, lost == 0, "{lost}");
            assert_eq!(beginning.skipped, 0);
        }
    }

    #[test]
    fn other_streams_stay_as_they_are() {
        for stream in [&b""[..], b"RIFF", b"\x1A\x45\xDF\xA3\x80"] {
            let Restored {
                stream: mut whole,
                beginning,
                ..
            } = restore(stream).unwrap();
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
            let Restored {
                stream: mut whole,
                beginning,
                ..
            } = restore(&*file).unwrap();
            let mut bytes = Vec::new();
            whole.read_to_end(&mut bytes).unwrap();
            assert!(bytes == live);
            assert_eq!((beginning.put_back, beginning.skipped), (0, front.len()));
        }
    }
}
