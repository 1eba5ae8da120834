//! Reads bits from the headers of codecs, the highest bit of a byte first.

/// A position in bytes; reading past their end returns `None`.
pub(crate) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Number of the next bit.
    next: usize,
}

impl<'a> BitReader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        let byte = *self.bytes.get(self.next / 8)?;
        let bit = byte >> (7 - self.next % 8) & 1;
        self.next += 1;
        Some(bit == 1)
    }

    /// Reads a number of up to 32 bits.
    pub(crate) fn number(&mut self, bits: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..bits {
            number = number << 1 | u32::from(self.flag()?);
        }
        Some(number)
    }

    /// Reads an unsigned Exp-Golomb code (ITU-T H.264, 9.1) of up to 32 bits.
    pub(crate) fn exp_golomb(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        let tail = self.number(zeros).filter(|_| zeros < 32)?;
        Some((1 << zeros) - 1 + tail)
    }

    pub(crate) fn skip(&mut self, bits: u32) {
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

    #[test]
    fn exp_golomb_codes_are_read() {
        let mut bits = BitReader::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let codes: Vec<_> = std::iter::from_fn(|| bits.exp_golomb()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4]);
        assert_eq!(BitReader::new(&[0; 9]).exp_golomb(), None);
    }
}
