//! Open bitstream units, of which a packet of AV1 is made (AV1 specification, 5.3; AV1 in Matroska).

/// An open bitstream unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obu<'a> {
    pub(crate) kind: u8,
    pub(crate) payload: &'a [u8],
    /// What comes behind it.
    pub(crate) behind: &'a [u8],
}

impl<'a> Obu<'a> {
    pub(crate) const SEQUENCE_HEADER: u8 = 1;
    pub(crate) const TEMPORAL_DELIMITER: u8 = 2;
    /// Of its first byte.
    pub(crate) const HAS_SIZE: u8 = 2;

    /// The one at the beginning; `None` if it is incomplete. Without a size, it is all there is.
    pub(crate) fn first(unit: &'a [u8]) -> Option<Self> {
        const HAS_EXTENSION: u8 = 4;
        let (&head, rest) = unit.split_first()?;
        let rest = rest.get(usize::from(head & HAS_EXTENSION != 0)..)?;
        let (payload, behind) = if head & Self::HAS_SIZE == 0 {
            (rest, &[][..])
        } else {
            split_sized(rest)?
        };
        Some(Self {
            kind: head >> 3 & 15,
            payload,
            behind,
        })
    }

    fn is_delimiter(self) -> bool {
        self.kind == Self::TEMPORAL_DELIMITER && self.payload.is_empty()
    }
}

/// A temporal unit as a block stores it: without temporal delimiters at its beginning.
pub(crate) fn without_delimiters(mut unit: &[u8]) -> &[u8] {
    while let Some(delimiter) = Obu::first(unit).filter(|obu| obu.is_delimiter()) {
        unit = delimiter.behind;
    }
    unit
}

/// Splits off as many bytes as the number before them says: leb128, seven bits per byte, the lowest first.
fn split_sized(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut size = 0;
    for shift in (0..28).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        bytes = rest;
        size |= usize::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return bytes.split_at_checked(size);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_delimiters_at_the_beginning_go() {
        // Delimiter, delimiter with an extension, frame of 130 bytes.
        let mut unit = vec![0x12, 0, 0x16, 0xaa, 0, 0x32, 0x82, 0x01];
        unit.extend([0x12; 130]);
        assert_eq!(without_delimiters(&unit), &unit[5..]);
        assert_eq!(without_delimiters(&[0x12, 0]), &[] as &[u8]);
        for broken in [&[][..], &[0x12], &[0x12, 9], &[0x10, 0], &[0x12, 0x80, 0x80]] {
            assert_eq!(without_delimiters(broken), broken);
        }
    }

    #[test]
    fn one_without_a_size_is_all_there_is() {
        let obu = Obu::first(&[0x30, 7, 8]).unwrap();
        assert_eq!((obu.kind, obu.payload, obu.behind), (6, &[7, 8][..], &[][..]));
        let obu = Obu::first(&[0x32, 1, 7, 8]).unwrap();
        assert_eq!((obu.kind, obu.payload, obu.behind), (6, &[7][..], &[8][..]));
    }
}
