//! How a file is laid out, as the headers of its elements say.
use crate::webm::vint::Vint;

const SEGMENT: [u8; 4] = [0x18, 0x53, 0x80, 0x67];
const CLUSTER: [u8; 4] = [0x1F, 0x43, 0xB6, 0x75];
const SEEK_HEAD: [u8; 4] = [0x11, 0x4D, 0x9B, 0x74];

/// What is noted of the top-level elements as they are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Structure {
    /// Where the Segment ends, if it says so.
    pub(super) segment_end: Option<u64>,
    /// Whether the size of the Segment or of a Cluster is unknown.
    pub(super) has_unknown_sizes: bool,
    pub(super) has_seek_head: bool,
}

impl Structure {
    /// Takes note of the element that begins with these bytes at this offset.
    pub(super) fn observe(&mut self, bytes: &[u8], position: u64) {
        // All of these IDs begin with the hexadecimal digit 1, most other bytes do not.
        if bytes.first().is_none_or(|first| first >> 4 != 1) {
            return;
        }
        self.has_seek_head |= bytes.starts_with(&SEEK_HEAD);
        let is_segment = bytes.starts_with(&SEGMENT);
        if !is_segment && !bytes.starts_with(&CLUSTER) {
            return;
        }
        let Some(size) = Vint::parse(&bytes[4..]) else {
            return;
        };
        self.has_unknown_sizes |= size.size().is_none();
        if is_segment {
            self.segment_end = size.size().map(|content| {
                position
                    .saturating_add(4 + size.length as u64)
                    .saturating_add(content)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_segment_and_unknown_sizes_are_noted() {
        let mut structure = Structure::default();
        structure.observe(&[0x18, 0x53, 0x80, 0x67, 0x84], 40);
        assert_eq!(structure.segment_end, Some(49));
        structure.observe(&[0x1F, 0x43, 0xB6, 0x75, 0xFF], 49);
        assert!(structure.has_unknown_sizes && !structure.has_seek_head);
    }
}
