//! A block as the rules see it.
use crate::webm::check::elements::Element;
use crate::webm::check::track::Group;
use crate::webm::lacing::BlockHeader;

/// A `SimpleBlock`, or a Block with its group.
#[derive(Debug)]
pub(super) struct Block {
    /// Offset of the `SimpleBlock` or `BlockGroup`.
    pub(super) offset: u64,
    /// Size of the Block with its header, in bytes.
    pub(super) size: u64,
    pub(super) header: BlockHeader,
    /// Time from the beginning of the Segment, in ticks.
    pub(super) time: i64,
    /// The beginning of the frame, or all of it.
    pub(super) frame: Vec<u8>,
    /// What a `BlockGroup` has beside its Block; `None` for a `SimpleBlock`.
    pub(super) group: Option<Group>,
    /// Index of its track among those of the file; `None` if it has none.
    pub(super) track: Option<usize>,
}

impl Block {
    /// Returns `None` if there is no room for a header.
    pub(super) fn parse(element: &Element, offset: u64, mut data: Vec<u8>) -> Option<Self> {
        let header = BlockHeader::parse(&data)?;
        data.drain(..header.length);
        Some(Self {
            offset,
            size: element.size.unwrap_or(0),
            header,
            time: 0,
            frame: data,
            group: None,
            track: None,
        })
    }

    /// Whether the file says that decoding can start here.
    pub(super) fn is_key(&self) -> bool {
        match &self.group {
            Some(group) => group.references == 0,
            None => self.header.is_key(),
        }
    }

    /// Its frames: one, or several if it is laced.
    pub(super) fn frames(&self) -> Vec<&[u8]> {
        if self.header.is_laced() {
            self.header.frames(&self.frame).unwrap_or_default()
        } else {
            vec![&self.frame]
        }
    }

    /// Whether all of the frame is kept.
    pub(super) fn is_whole(&self) -> bool {
        (self.header.length + self.frame.len()) as u64 == self.size
    }
}
