//! How a file is laid out, as the headers of its elements say.

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
        let Some((length, size)) = size(&bytes[4..]) else {
            return;
        };
        self.has_unknown_sizes |= size.is_none();
        if is_segment {
            self.segment_end =
                size.map(|size| position.saturating_add(4 + length as u64).saturating_add(size));
        }
    }
}

/// Length of the size field, and the size; `None` for an unknown one.
fn size(bytes: &[u8]) -> Option<(usize, Option<u64>)> {
    let length = bytes.first()?.leading_zeros() as usize + 1;
    let field = bytes.get(..length).filter(|_| length <= 8)?;
    let value = field
        .iter()
        .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
    let most = (1_u64 << (7 * length)) - 1;
    Some((length, Some(value & most).filter(|&size| size != most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_unknown_ones_told_by_their_pattern() {
        assert_eq!(size(&[0x81]), Some((1, Some(1))));
        assert_eq!(size(&[0xFF]), Some((1, None)));
        assert_eq!(size(&[0x40, 0x7F]), Some((2, Some(127))));
        assert_eq!(
            size(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            Some((8, None))
        );
        assert_eq!(size(&[0x40]), None);
        assert_eq!(size(&[0]), None);
        let mut structure = Structure::default();
        structure.observe(&[0x18, 0x53, 0x80, 0x67, 0x84], 40);
        assert_eq!(structure.segment_end, Some(49));
        structure.observe(&[0x1F, 0x43, 0xB6, 0x75, 0xFF], 49);
        assert!(structure.has_unknown_sizes && !structure.has_seek_head);
    }
}
