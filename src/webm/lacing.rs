//! The data of a Block: its header, and the laced frames (RFC 9559, 10).
use crate::webm::vint::Vint;

/// Header of a Block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockHeader {
    /// Track number.
    pub(super) track: u64,
    /// Time in ticks, relative to the Cluster.
    pub(super) time: i16,
    pub(super) flags: u8,
    /// Size of this header in bytes.
    pub(super) length: usize,
}

impl BlockHeader {
    const KEY: u8 = 0x80;
    const INVISIBLE: u8 = 0x08;
    const LACING: u8 = 0x06;

    /// Returns `None` if the Block is too short.
    pub(super) fn parse(block: &[u8]) -> Option<Self> {
        let track = Vint::parse(block)?;
        let (track, length) = (track.value(), track.length);
        match *block.get(length..)? {
            [high, low, flags, ..] => Some(Self {
                track,
                time: i16::from_be_bytes([high, low]),
                flags,
                length: length + 3,
            }),
            _ => None,
        }
    }

    /// Whether a `SimpleBlock` has the key frame flag.
    pub(super) const fn is_key(self) -> bool {
        self.flags & Self::KEY != 0
    }

    pub(super) const fn is_invisible(self) -> bool {
        self.flags & Self::INVISIBLE != 0
    }

    pub(super) const fn is_laced(self) -> bool {
        self.flags & Self::LACING != 0
    }

    /// Splits the data after the header of a laced Block into frames. Returns `None` if the sizes are inconsistent.
    pub(super) fn frames(self, payload: &[u8]) -> Option<Vec<&[u8]>> {
        let (&count, rest) = payload.split_first()?;
        let others = usize::from(count);
        let (sizes, rest) = match self.flags & Self::LACING {
            0x02 => xiph_sizes(rest, others)?,
            0x04 if rest.len() % (others + 1) == 0 => (vec![rest.len() / (others + 1); others], rest),
            0x06 => ebml_sizes(rest, others)?,
            _ => return None,
        };
        split(rest, &sizes)
    }
}

/// Splits `data` into pieces of these sizes, and one more with the rest.
fn split<'a>(mut data: &'a [u8], sizes: &[usize]) -> Option<Vec<&'a [u8]>> {
    let mut pieces = Vec::with_capacity(sizes.len() + 1);
    for &size in sizes {
        let (piece, rest) = data.split_at_checked(size)?;
        pieces.push(piece);
        data = rest;
    }
    pieces.push(data);
    Some(pieces)
}

/// Xiph lacing: each size is a sum of bytes up to the first that is not 255.
fn xiph_sizes(mut data: &[u8], count: usize) -> Option<(Vec<usize>, &[u8])> {
    let mut sizes = Vec::with_capacity(count);
    for _ in 0..count {
        let full = data.iter().take_while(|&&byte| byte == 255).count();
        let last = *data.get(full)?;
        sizes.push(full * 255 + usize::from(last));
        data = &data[full + 1..];
    }
    Some((sizes, data))
}

/// EBML lacing: the first size, then differences, as variable-length integers less half of their range.
fn ebml_sizes(mut data: &[u8], count: usize) -> Option<(Vec<usize>, &[u8])> {
    let mut sizes = Vec::with_capacity(count);
    let mut size = 0_i64;
    for number in 0..count {
        let next = Vint::parse(data)?;
        let (value, length) = (next.value(), next.length);
        let value = i64::try_from(value).ok()?;
        let half = (1 << (7 * length - 1)) - 1;
        size = size.checked_add(if number == 0 { value } else { value - half })?;
        sizes.push(usize::try_from(size).ok()?);
        data = &data[length..];
    }
    Some((sizes, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(block: &[u8]) -> Option<Vec<&[u8]>> {
        let head = BlockHeader::parse(block)?;
        head.frames(&block[head.length..])
    }

    #[test]
    fn a_head_is_a_track_a_time_and_flags() {
        let head = BlockHeader::parse(&[0x81, 0xFF, 0xFE, 0x80, 9]).unwrap();
        assert_eq!((head.track, head.time, head.length), (1, -2, 4));
        assert!(head.is_key() && !head.is_laced() && !head.is_invisible());
        let head = BlockHeader::parse(&[0x41, 0x00, 0, 5, 0x08]).unwrap();
        assert_eq!((head.track, head.time, head.length), (256, 5, 5));
        assert!(head.is_invisible());
        for short in [&[][..], &[0x81], &[0x81, 0, 0], &[0x00, 1, 2, 3], &[0x01, 2]] {
            assert_eq!(BlockHeader::parse(short), None);
        }
    }

    #[test]
    fn the_three_lacings_are_undone() {
        let expected = [&[1][..], &[2, 2], &[3, 3, 3]];
        let xiph = [0x81, 0, 0, 0x02, 2, 1, 2, 1, 2, 2, 3, 3, 3];
        assert_eq!(frames(&xiph).unwrap(), expected);
        // The difference of +1 is stored as 1 + 63.
        let ebml = [0x81, 0, 0, 0x06, 2, 0x81, 0xC0, 1, 2, 2, 3, 3, 3];
        assert_eq!(frames(&ebml).unwrap(), expected);
        let fixed = [0x81, 0, 0, 0x04, 1, 7, 7, 8, 8];
        assert_eq!(frames(&fixed).unwrap(), [&[7, 7], &[8, 8]]);
    }

    #[test]
    fn laces_that_do_not_add_up_are_refused() {
        let too_large = [0x81, 0, 0, 0x02, 1, 9, 1];
        let negative = [0x81, 0, 0, 0x06, 2, 0x81, 0x80, 1, 1];
        let uneven = [0x81, 0, 0, 0x04, 1, 1, 2, 3];
        let empty = [0x81, 0, 0, 0x06];
        for block in [&too_large[..], &negative, &uneven, &empty] {
            assert_eq!(frames(block), None);
        }
    }
}
