//! H.264 in the byte stream format (ITU-T H.264, Annex B), as browsers write and send it, converted to that of Matroska:
//! `AVCDecoderConfigurationRecord` and NAL units with their lengths (ISO/IEC 14496-15, 5.3).
use crate::webm::sequence_parameter_set::SequenceParameterSet;
use bytes::{BufMut, Bytes, BytesMut};

const SEQUENCE_PARAMETER_SET: u8 = 7;
const PICTURE_PARAMETER_SET: u8 = 8;
/// Profiles whose record says chroma format and bit depths, too.
const HIGH_PROFILES: [u8; 4] = [100, 110, 122, 144];

/// Whether a packet is in the byte stream format.
pub(crate) fn is_byte_stream(packet: &[u8]) -> bool {
    packet.starts_with(&[0, 0, 1]) || packet.starts_with(&[0, 0, 0, 1])
}

/// The `CodecPrivate` of a stream that begins with this packet; `None` if the packet has no parameter sets.
pub(crate) fn codec_private(packet: &[u8]) -> Option<Vec<u8>> {
    let sets = |kind: u8, most: usize| {
        let units = nal_units(packet).filter(move |unit| unit[0] & 0x1F == kind);
        units.filter(|unit| u16::try_from(unit.len()).is_ok()).take(most)
    };
    let first = sets(SEQUENCE_PARAMETER_SET, 1).next()?;
    sets(PICTURE_PARAMETER_SET, 1).next()?;
    let [_, profile, compatibility, level, ..] = *first else {
        return None;
    };
    // Lengths have four bytes; the other bits are reserved, as 1.
    let mut record = vec![1, profile, compatibility, level, 0b1111_1100 | 3];
    append_sets(&mut record, 0b1110_0000, sets(SEQUENCE_PARAMETER_SET, 31));
    append_sets(&mut record, 0, sets(PICTURE_PARAMETER_SET, 255));
    if HIGH_PROFILES.contains(&profile) {
        let set = SequenceParameterSet::parse(first)?;
        record.extend([
            0b1111_1100 | set.chroma,
            0b1111_1000 | set.luma_depth,
            0b1111_1000 | set.chroma_depth,
            0,
        ]);
    }
    Some(record)
}

/// Width and height of the pictures of a stream that begins with this packet; `None` if the packet has no parameter sets.
#[cfg(feature = "network")]
pub(crate) fn picture_size(packet: &[u8]) -> Option<(u32, u32)> {
    let mut units = nal_units(packet);
    let set = units.find(|unit| unit[0] & 0x1F == SEQUENCE_PARAMETER_SET)?;
    Some(SequenceParameterSet::parse(set)?.size)
}

/// The packet with a length of four bytes before each NAL unit in place of a start code.
pub(crate) fn length_prefixed(packet: &[u8]) -> Bytes {
    let mut prefixed = BytesMut::with_capacity(packet.len() + 16);
    for unit in nal_units(packet) {
        prefixed.put_u32(u32::try_from(unit.len()).unwrap_or(u32::MAX));
        prefixed.extend_from_slice(unit);
    }
    prefixed.freeze()
}

/// Count in one byte, beside reserved bits, then each set with its length.
fn append_sets<'a>(record: &mut Vec<u8>, reserved: u8, sets: impl Iterator<Item = &'a [u8]>) {
    let count = record.len();
    record.push(reserved);
    for set in sets {
        record[count] += 1;
        record.put_u16(u16::try_from(set.len()).unwrap_or(u16::MAX));
        record.extend_from_slice(set);
    }
}

/// The NAL units of a byte stream; none is empty.
fn nal_units(packet: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = packet;
    std::iter::from_fn(move || {
        loop {
            let begin = find_start_code(rest)? + 3;
            let unit = &rest[begin..];
            let end = find_start_code(unit).unwrap_or(unit.len());
            rest = &unit[end..];
            // Zeros behind a unit are of the next start code, or padding.
            let length = unit[..end].iter().rposition(|&byte| byte != 0);
            if let Some(last) = length {
                return Some(&unit[..=last]);
            }
        }
    })
}

fn find_start_code(bytes: &[u8]) -> Option<usize> {
    bytes.windows(3).position(|code| code == [0, 0, 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of x264: High, level 4; chroma 4:2:0, 8 bits, 1920×1080.
    const SEQUENCE: [u8; 27] = [
        0x67, 0x64, 0x00, 0x28, 0xAC, 0xD9, 0x40, 0x78, 0x02, 0x27, 0xE5, 0xC0, 0x44, 0x00, 0x00, 0x03, 0x00,
        0x04, 0x00, 0x00, 0x03, 0x00, 0xF0, 0x3C, 0x60, 0xC6, 0x58,
    ];

    /// Access unit delimiter, both parameter sets and the beginning of a slice.
    fn packet() -> Vec<u8> {
        let pictures_and_slice = [0, 0, 0, 1, 0x68, 0xEB, 0xE3, 0, 0, 1, 0x65, 0x88, 0x84, 0x21];
        [
            &[0, 0, 0, 1, 9, 0x10, 0, 0, 0, 1][..],
            &SEQUENCE,
            &pictures_and_slice,
        ]
        .concat()
    }

    #[test]
    fn parameter_sets_become_the_codec_private_data() {
        let expected = [
            &[1, 0x64, 0, 0x28, 0xFF, 0xE1, 0, 27][..],
            &SEQUENCE,
            &[1, 0, 3, 0x68, 0xEB, 0xE3, 0xFD, 0xF8, 0xF8, 0],
        ];
        assert_eq!(codec_private(&packet()), Some(expected.concat()));
        assert_eq!(codec_private(&packet()[37..]), None);
    }

    #[cfg(feature = "network")]
    #[test]
    fn parameter_sets_say_the_size_of_the_pictures() {
        assert_eq!(picture_size(&packet()), Some((1920, 1080)));
        assert_eq!(picture_size(&packet()[37..]), None);
    }

    #[test]
    fn start_codes_become_lengths() {
        let expected = [
            &[0, 0, 0, 2, 9, 0x10, 0, 0, 0, 27][..],
            &SEQUENCE,
            &[0, 0, 0, 3, 0x68, 0xEB, 0xE3, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0x21],
        ];
        assert_eq!(length_prefixed(&packet()), expected.concat());
        assert!(is_byte_stream(&packet()) && !is_byte_stream(&expected.concat()));
    }

    #[test]
    fn no_bytes_make_it_fail() {
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        let length = packet().len();
        for _ in 0..20_000 {
            let mut packet = packet();
            for _ in 0..3 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let [at, value, ..] = random.to_le_bytes();
                packet[usize::from(at) % length] = value & 3 | value >> 6;
            }
            let _ = codec_private(&packet);
            let units: usize = nal_units(&packet).map(<[u8]>::len).sum();
            assert!(units <= packet.len());
        }
        assert_eq!(length_prefixed(&[0, 0, 1, 0, 0, 0, 1]), &[][..]);
    }
}
