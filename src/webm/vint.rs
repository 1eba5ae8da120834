//! Variable-length integers of EBML (RFC 8794, 4), which are IDs, sizes, and numbers of tracks.

/// A variable-length integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Vint {
    /// Number of bytes, up to 8.
    pub(super) length: usize,
    /// The bytes as they are, with the marker of the length, as IDs are written.
    pub(super) raw: u64,
}

impl Vint {
    /// The integer at the beginning of `bytes`; `None` if it is incomplete or longer than 8 bytes.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let length = bytes.first()?.leading_zeros() as usize + 1;
        let bytes = bytes.get(..length).filter(|_| length <= 8)?;
        let raw = bytes.iter().fold(0, |raw, &byte| raw << 8 | u64::from(byte));
        Some(Self { length, raw })
    }

    /// The integer without the marker.
    pub(super) const fn value(self) -> u64 {
        self.raw & !(1 << (7 * self.length))
    }

    /// The integer as the size of an element; `None` for an unknown size, of which all bits are 1 (RFC 8794, 6.2).
    pub(super) fn size(self) -> Option<u64> {
        let unknown = (1 << (7 * self.length)) - 1;
        Some(self.value()).filter(|&size| size != unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_unknown_ones_told_by_their_pattern() {
        let size = |bytes: &[u8]| Vint::parse(bytes).map(|vint| (vint.length, vint.size()));
        assert_eq!(size(&[0x81]), Some((1, Some(1))));
        assert_eq!(size(&[0xFF]), Some((1, None)));
        assert_eq!(size(&[0x40, 0x7F]), Some((2, Some(127))));
        assert_eq!(
            size(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
            Some((8, None))
        );
        assert_eq!(size(&[0x40]), None);
        assert_eq!(size(&[0]), None);
        assert_eq!(Vint::parse(&[0x1F, 0x43, 0xB6, 0x75]).unwrap().raw, 0x1F43_B675);
    }
}
