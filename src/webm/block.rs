//! A block of a file: one packet and its header.
use crate::clock::Timestamp;
use crate::media::SideData;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;

/// One packet as it is stored in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Track number, as in [`Track::number`](super::Track::number).
    pub track: u64,
    /// Time stamp of the block. It is presented earlier by the codec delay of its track.
    pub time: Timestamp,
    /// `BlockDuration`, if the file has one.
    pub duration: Option<Duration>,
    /// `DiscardPadding` in nanoseconds: how much of its end is not played; if negative, of its beginning.
    pub discard_padding: i64,
    /// Whether decoding can start at this block.
    pub key: bool,
    /// Whether it is decoded but not shown (the invisible flag).
    pub invisible: bool,
    /// Index of the frame in a laced block, from 0; 0 without lacing. All frames of a block have the same time if the
    /// track has no default duration.
    pub lace: usize,
    /// Index of its Cluster, from 0.
    pub cluster: u64,
    /// Offset of its element in the file, in bytes.
    pub position: u64,
    /// The encoded frame. Clones share it.
    pub data: Bytes,
    /// What its `BlockGroup` has beside it that is not in the other fields; `None` for most blocks.
    pub side_data: Option<Arc<SideData>>,
}

impl Block {
    /// Whether it has `BlockAdditions`, such as an alpha channel.
    pub(crate) fn has_additions(&self) -> bool {
        let side_data = self.side_data.as_ref();
        side_data.is_some_and(|side_data| !side_data.elements.is_empty())
    }
}
