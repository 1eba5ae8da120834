//! The frame size that encoded video itself says, in the headers of its key frames.
use crate::media::av1_sequence::{self, Sequence};
use crate::media::bit_reader::BitReader;

/// Width and height in pixels.
type Size = (u32, u32);

/// The size in a key frame of a codec with this Matroska ID. Returns `None` for other frames, damaged ones, and codecs
/// other than VP8, VP9 and AV1.
pub(super) fn of_key_frame(codec_id: &str, frame: &[u8]) -> Option<Size> {
    match codec_id {
        "V_VP8" => vp8(frame),
        "V_VP9" => vp9(frame),
        "V_AV1" => av1(frame),
        _ => None,
    }
}

/// RFC 6386, 9.1: a tag of 3 bytes, a start code, two sides with their scale in the upper 2 bits.
fn vp8(frame: &[u8]) -> Option<Size> {
    const INTER_FRAME: u8 = 1;
    let &[first, _, _, 0x9D, 0x01, 0x2A, a, b, c, d] = frame.first_chunk()? else {
        return None;
    };
    let side = |bytes| u32::from(u16::from_le_bytes(bytes) & 0x3FFF);
    (first & INTER_FRAME == 0).then(|| (side([a, b]), side([c, d])))
}

/// VP9 bitstream specification, 6.2, `uncompressed_header`.
fn vp9(frame: &[u8]) -> Option<Size> {
    const FRAME_MARKER: u32 = 0b10;
    const SYNC_CODE: u32 = 0x49_83_42;
    const RGB: u32 = 7;
    let mut bits = BitReader::new(frame);
    if bits.number(2)? != FRAME_MARKER {
        return None;
    }
    let profile = bits.number(1)? | bits.number(1)? << 1;
    if profile == 3 {
        bits.skip(1);
    }
    let (shows_existing_frame, is_inter_frame) = (bits.flag()?, bits.flag()?);
    // Whether it is shown, and whether errors are concealed.
    bits.skip(2);
    if shows_existing_frame || is_inter_frame || bits.number(24)? != SYNC_CODE {
        return None;
    }
    if profile >= 2 {
        bits.skip(1);
    }
    let is_rgb = bits.number(3)? == RGB;
    // Range, subsampling, and a reserved bit.
    bits.skip(match (is_rgb, profile) {
        (false, 1 | 3) => 4,
        (false, _) | (true, 1 | 3) => 1,
        (true, _) => 0,
    });
    Some((bits.number(16)? + 1, bits.number(16)? + 1))
}

fn av1(unit: &[u8]) -> Option<Size> {
    let sequence = Sequence::parse(av1_sequence::header(unit)?)?;
    Some((sequence.width, sequence.height))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VP8_KEY: [u8; 10] = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x40, 0x41, 0xF0, 0x80];

    #[test]
    fn vp8_says_its_size_in_key_frames_beside_a_scale() {
        assert_eq!(of_key_frame("V_VP8", &VP8_KEY), Some((320, 240)));
        let inter = [&[0x11], &VP8_KEY[1..]].concat();
        assert_eq!(of_key_frame("V_VP8", &inter), None);
        assert_eq!(of_key_frame("V_VP8", &VP8_KEY[..9]), None);
        assert_eq!(of_key_frame("V_MPEG4/ISO/AVC", &VP8_KEY), None);
    }

    #[test]
    fn vp9_says_its_size_in_key_frames_of_any_profile() {
        // Marker, profile 0, shown key frame; sync code; BT.601, limited; 319, 239.
        let profile_0 = [0x82, 0x49, 0x83, 0x42, 0x10, 0x13, 0xF0, 0x0E, 0xF0];
        assert_eq!(of_key_frame("V_VP9", &profile_0), Some((320, 240)));
        // Profile 1, 4:4:4: subsampling and a reserved bit as well.
        let profile_1 = [0xA2, 0x49, 0x83, 0x42, 0x10, 0x02, 0x7E, 0x01, 0xDE];
        assert_eq!(of_key_frame("V_VP9", &profile_1), Some((320, 240)));
        let inter = [&[0x86], &profile_0[1..]].concat();
        assert_eq!(of_key_frame("V_VP9", &inter), None);
        let without_code = [&[0x82, 0], &profile_0[2..]].concat();
        assert_eq!(of_key_frame("V_VP9", &without_code), None);
    }

    #[test]
    fn av1_says_its_size_in_the_sequence_header_behind_delimiters() {
        // Written by libaom.
        let header = [
            0x0A, 0x0B, 0x00, 0x00, 0x00, 0x04, 0x3C, 0xFF, 0xBC, 0xDA, 0xF9, 0x00, 0x40,
        ];
        let unit = [&[0x12, 0x00], &header[..]].concat();
        for unit in [&unit[..], &unit[2..]] {
            assert_eq!(of_key_frame("V_AV1", unit), Some((320, 240)));
        }
        assert_eq!(of_key_frame("V_AV1", &[0x12, 0x00, 0x32, 0x01, 0x00]), None);
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..20_000 {
            let bytes: [u8; 24] = std::array::from_fn(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 33) as u8
            });
            for start in [&[0x0A, 20][..], &[0x82, 0x49, 0x83, 0x42], &[0x0A, 3, 0x04]] {
                let frame = [start, &bytes].concat();
                for codec in ["V_VP8", "V_VP9", "V_AV1"] {
                    let _ = of_key_frame(codec, &frame);
                }
            }
        }
    }
}
