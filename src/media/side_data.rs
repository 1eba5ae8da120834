//! What a file stores with a frame beside its data.
use crate::media::copied_elements::CopiedElements;

/// What the `BlockGroup` of a copied packet has beside its Block, such as an alpha channel (`BlockAdditions`). The packet
/// is written into a `BlockGroup`, too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SideData {
    /// `BlockAdditions` and other elements, as they are in the file.
    pub(crate) elements: CopiedElements,
    /// `ReferenceBlock`: times of the frames it refers to, relative to its own, in nanoseconds.
    pub(crate) references: Vec<i64>,
    /// `DiscardPadding` in nanoseconds; negative for the beginning of the packet.
    pub(crate) discard_padding: i64,
    /// Whether there is a `BlockDuration`; it is the packet's duration.
    pub(crate) has_duration: bool,
    /// Whether the frame is decoded but not shown (the invisible flag).
    pub(crate) invisible: bool,
}

impl SideData {
    /// Upper bound for its size in a file, in bytes.
    pub(crate) fn size(&self) -> usize {
        /// Of an element with a number.
        const NUMBER: usize = 11;
        self.elements.size() + NUMBER * (self.references.len() + 2)
    }
}
