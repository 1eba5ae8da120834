//! Where reading can resume after damage: at top-level elements, and within a Cluster at its next plausible block.
use crate::webm::lacing::BlockHeader;
use crate::webm::vint::Vint;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// IDs of the elements at which reading can resume after damage.
const LANDMARKS: [[u8; 4]; 9] = [
    [0x1A, 0x45, 0xDF, 0xA3], // EBML, of another recording
    [0x11, 0x4D, 0x9B, 0x74], // SeekHead
    [0x15, 0x49, 0xA9, 0x66], // Info
    [0x16, 0x54, 0xAE, 0x6B], // Tracks
    [0x1F, 0x43, 0xB6, 0x75], // Cluster
    [0x1C, 0x53, 0xBB, 0x6B], // Cues
    [0x12, 0x54, 0xC3, 0x67], // Tags
    [0x10, 0x43, 0xA7, 0x70], // Chapters
    [0x19, 0x41, 0xA4, 0x69], // Attachments
];
const SIMPLE_BLOCK: u8 = 0xA3;
const BLOCK_GROUP: u8 = 0xA0;
const BLOCK: u8 = 0xA1;
const VOID: u8 = 0xEC;
/// A block after damage may be earlier than the one before by this many ticks, as frames may be out of order.
const MAX_STEP_BACK: i32 = 1_000;
/// Maximum number of tracks; no real file has as many.
const MAX_TRACKS: usize = 1_000;
/// Maximum size of a block at which reading resumes, in bytes.
const MAX_BLOCK: usize = 4 << 20;

/// What bytes may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Candidate {
    /// No place to resume at.
    No,
    /// More bytes are needed to tell.
    Unknown,
    /// A top-level element.
    Landmark,
    /// A block of a known track, and behind it another block or a top-level element.
    Block,
    /// A block of a known track that is of a later Cluster, whose beginning is damaged.
    OtherCluster,
}

/// Where in the file the reader is.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// Track numbers of the file.
    pub(super) tracks: Vec<u64>,
    /// Time of the last block in the Cluster, in ticks relative to it; `None` outside of Clusters.
    pub(super) last: Option<i16>,
    /// Whether a Cluster has ended. Blocks behind it are of one that is larger than it says, or whose beginning is damaged.
    is_behind: bool,
}

impl Place {
    /// Whether reading can resume at the beginning of `input`, which is all there is if it `ended`.
    pub(super) fn judge(&self, input: &[u8], ended: bool) -> Candidate {
        if is_landmark(input) {
            return Candidate::Landmark;
        }
        let last = self.last.or(self.is_behind.then_some(i16::MIN));
        let (Some(last), Some(&id)) = (last, input.first()) else {
            return Candidate::No;
        };
        if id != SIMPLE_BLOCK && id != BLOCK_GROUP {
            return Candidate::No;
        }
        let unknown = if ended { Candidate::No } else { Candidate::Unknown };
        let Some((begin, end)) = content(input) else {
            return if input.len() < 9 { unknown } else { Candidate::No };
        };
        if end > MAX_BLOCK {
            return Candidate::No;
        }
        let block = match input.get(begin) {
            Some(&BLOCK) if id == BLOCK_GROUP => content(&input[begin..]).map(|(inner, _)| begin + inner),
            _ if id == SIMPLE_BLOCK => Some(begin),
            Some(_) => return Candidate::No,
            None => None,
        };
        let Some(header) = block.and_then(|at| BlockHeader::parse(input.get(at..)?)) else {
            return if input.len() < begin + 20 {
                unknown
            } else {
                Candidate::No
            };
        };
        if !self.is_plausible(header) {
            return Candidate::No;
        }
        match input.get(end..) {
            Some([]) if ended => {}
            Some([SIMPLE_BLOCK | BLOCK_GROUP | VOID, ..]) => {}
            Some(next) if is_landmark(next) => {}
            Some(next) if next.len() >= 4 || ended => return Candidate::No,
            _ => return unknown,
        }
        if i32::from(header.time) + MAX_STEP_BACK < i32::from(last) {
            return Candidate::OtherCluster;
        }
        Candidate::Block
    }

    /// Takes note of an element that was read.
    pub(super) fn enter(&mut self, element: &MatroskaSpec) {
        match element {
            MatroskaSpec::Ebml(Master::Start) => *self = Self::default(),
            MatroskaSpec::TrackNumber(number) if self.tracks.len() < MAX_TRACKS => self.tracks.push(*number),
            MatroskaSpec::Cluster(Master::Start) => self.last = Some(i16::MIN),
            MatroskaSpec::Cluster(_) => (self.last, self.is_behind) = (None, true),
            MatroskaSpec::SimpleBlock(block) | MatroskaSpec::Block(block) => {
                let header = BlockHeader::parse(block).filter(|header| self.is_plausible(*header));
                self.last = header.map(|header| header.time).or(self.last);
            }
            _ => {}
        }
    }

    /// Returns `false` for a block at the beginning of `input` that is of an unknown track, or too short for a header.
    pub(super) fn is_plausible_block(&self, input: &[u8]) -> bool {
        if !matches!(input.first(), Some(&(SIMPLE_BLOCK | BLOCK))) {
            return true;
        }
        let Some((begin, end)) = content(input) else {
            return true;
        };
        let Some(whole) = input.get(begin..end) else {
            let header = input.get(begin..).and_then(BlockHeader::parse);
            return header.is_none_or(|header| self.is_plausible(header));
        };
        BlockHeader::parse(whole).is_some_and(|header| self.is_plausible(header))
    }

    /// Whether a block is of a track of the file, without flags that do not exist.
    pub(super) fn is_plausible(&self, header: BlockHeader) -> bool {
        const RESERVED: u8 = 0x70;
        header.flags & RESERVED == 0 && self.tracks.contains(&header.track)
    }
}

pub(super) fn is_landmark(input: &[u8]) -> bool {
    // All of them begin with the hexadecimal digit 1, most other bytes do not.
    input.first().is_some_and(|first| first >> 4 == 1) && LANDMARKS.iter().any(|id| input.starts_with(id))
}

/// Begin and end of the content of the element with a 1-byte ID at the beginning of `input`.
fn content(input: &[u8]) -> Option<(usize, usize)> {
    const MAX_LENGTH: usize = 4;
    let size = Vint::parse(input.get(1..)?).filter(|size| size.length <= MAX_LENGTH)?;
    let begin = 1 + size.length;
    Some((begin, begin + usize::try_from(size.value()).ok()?))
}
