//! The elements of a file by their headers alone: independent of the library's readers, and where tests damage files.
use matroska_demuxer::{Frame, MatroskaFile};
use std::io::Cursor;
use std::ops::Range;

pub const EBML: u32 = 0x1A45_DFA3;
pub const SEGMENT: u32 = 0x1853_8067;
pub const SEEK_HEAD: u32 = 0x114D_9B74;
pub const INFO: u32 = 0x1549_A966;
pub const TRACKS: u32 = 0x1654_AE6B;
pub const CLUSTER: u32 = 0x1F43_B675;
pub const CUES: u32 = 0x1C53_BB6B;
pub const TAGS: u32 = 0x1254_C367;
pub const BLOCK_GROUP: u32 = 0xA0;
pub const BLOCK: u32 = 0xA1;
pub const SIMPLE_BLOCK: u32 = 0xA3;

/// Children of the Segment, at which a Cluster of unknown size ends.
const TOP_LEVEL: [u32; 8] = [
    SEEK_HEAD,
    INFO,
    TRACKS,
    CLUSTER,
    CUES,
    TAGS,
    0x1043_A770,
    0x1941_A469,
];
/// Elements that consist of others: besides those above, Seek, `TrackEntry`, Video, Audio, `CuePoint`, `CueTrackPositions`, Tag,
/// Targets and `SimpleTag`.
const MASTERS: [u32; 17] = [
    EBML,
    SEGMENT,
    SEEK_HEAD,
    INFO,
    TRACKS,
    CLUSTER,
    CUES,
    TAGS,
    BLOCK_GROUP,
    0x4DBB,
    0xAE,
    0xE0,
    0xE1,
    0xBB,
    0xB7,
    0x7373,
    0x63C0,
];

/// An element, by its offsets in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    pub id: u32,
    pub start: usize,
    /// Where its content begins.
    pub content: usize,
    pub end: usize,
}

impl Element {
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }

    pub const fn body(self) -> Range<usize> {
        self.content..self.end
    }
}

/// All elements of an intact file, each before its children.
pub fn elements(bytes: &[u8]) -> Vec<Element> {
    let mut all: Vec<Element> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let id_length = bytes[at].leading_zeros() as usize + 1;
        let id = bytes[at..at + id_length].iter();
        let id = id.fold(0, |id, &byte| id << 8 | u32::from(byte));
        let (size, length) = vint(&bytes[at + id_length..]);
        let content = at + id_length + length;
        let end = size.map_or(usize::MAX, |size| content + size);
        all.push(Element {
            id,
            start: at,
            content,
            end,
        });
        at = if MASTERS.contains(&id) { content } else { end };
    }
    for index in 0..all.len() {
        if all[index].end == usize::MAX {
            let is_end = |next: &&Element| {
                next.id == EBML || (all[index].id != SEGMENT && TOP_LEVEL.contains(&next.id))
            };
            let next = all[index + 1..].iter().find(is_end);
            all[index].end = next.map_or(bytes.len(), |next| next.start);
        }
    }
    all
}

/// The elements with this ID.
pub fn all_of(bytes: &[u8], id: u32) -> Vec<Element> {
    elements(bytes)
        .into_iter()
        .filter(|element| element.id == id)
        .collect()
}

/// The first element with this ID.
pub fn first_of(bytes: &[u8], id: u32) -> Element {
    let found = all_of(bytes, id).first().copied();
    found.unwrap_or_else(|| panic!("the file has no element {id:X}"))
}

/// The value and the length of a variable-length integer; no value if all its bits are set.
pub fn vint(bytes: &[u8]) -> (Option<usize>, usize) {
    let length = bytes[0].leading_zeros() as usize + 1;
    let value = bytes[..length]
        .iter()
        .fold(0, |value, &byte| value << 8 | u64::from(byte));
    let mask = (1 << (7 * length)) - 1;
    let value = value & mask;
    (Some(value as usize).filter(|_| value != mask), length)
}

/// A packet of a file, and where the Block that holds it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPacket {
    pub track: u64,
    pub data: Vec<u8>,
    pub end: usize,
}

/// The packets of an intact file, by its headers and by matroska-demuxer.
pub fn stored_packets(bytes: &[u8]) -> Vec<StoredPacket> {
    let mut frames = frames(bytes).unwrap().into_iter();
    let mut packets = Vec::new();
    for element in elements(bytes) {
        if !matches!(element.id, SIMPLE_BLOCK | BLOCK) {
            continue;
        }
        let (track, length) = vint(&bytes[element.content..]);
        let is_laced = bytes[element.content + length + 2] & 6 != 0;
        let laced = usize::from(bytes[element.content + length + 3]) + 1;
        for _ in 0..if is_laced { laced } else { 1 } {
            let (number, data) = frames.next().expect("both see as many packets");
            assert_eq!(Some(number as usize), track);
            packets.push(StoredPacket {
                track: number,
                data,
                end: element.end,
            });
        }
    }
    assert_eq!(frames.next(), None);
    packets
}

/// Track number and data of each packet, as matroska-demuxer reads them.
///
/// # Errors
/// If it cannot.
pub fn frames(bytes: &[u8]) -> Result<Vec<(u64, Vec<u8>)>, String> {
    let fault = |error| format!("matroska-demuxer: {error}");
    let mut demuxer = MatroskaFile::open(Cursor::new(bytes)).map_err(fault)?;
    let mut frame = Frame::default();
    let mut frames = Vec::new();
    while demuxer.next_frame(&mut frame).map_err(fault)? {
        frames.push((frame.track, std::mem::take(&mut frame.data)));
    }
    Ok(frames)
}
