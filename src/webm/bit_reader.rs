//! Reads bits from the headers of codecs, the highest bit of a byte first.

/// A position in bytes; reading past their end returns `None`.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Number of the next bit.
    next: usize,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.next / 8)?;
        let bit = byte >> (7 - self.next % 8) & 1;
        self.next += 1;
        Some(bit == 1)
    }

    /// Reads a number of up to 32 bits.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..bits {
            number = number << 1 | u32::from(self.flag()?);
        }
        Some(number)
    }

    pub(super) fn skip(&mut self, bits: u32) {
        self.next = self.next.saturating_add(bits as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_across_bytes_and_not_past_the_end() {
        let mut bits = BitReader::new(&[0b1010_0000, 0b1111_0001]);
        assert_eq!(bits.flag(), Some(true));
        assert_eq!(bits.number(2), Some(0b01));
        bits.skip(4);
        assert_eq!(bits.number(6), Some(0b01_1110));
        assert_eq!(bits.number(4), None);
        bits.skip(u32::MAX);
        assert_eq!(bits.flag(), None);
    }
}
