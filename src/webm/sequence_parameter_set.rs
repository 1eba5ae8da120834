//! The sequence parameter set of H.264: what a decoder has to know of all its pictures (ITU-T H.264, 7.3.2.1.1).
use crate::media::bit_reader::BitReader;

/// Profiles whose sets say chroma format, bit depths and scaling lists.
const WITH_FORMATS: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// Side of a macroblock in pixels.
const MACROBLOCK: u32 = 16;

/// Frames in a cycle of picture order counts, at most.
const MAX_CYCLE: u32 = 255;

/// What is needed of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SequenceParameterSet {
    /// `chroma_format_idc`: 0 to 3 for 4:0:0, 4:2:0, 4:2:2 and 4:4:4.
    pub(crate) chroma: u8,
    /// `bit_depth_luma_minus8`.
    pub(crate) luma_depth: u8,
    /// `bit_depth_chroma_minus8`.
    pub(crate) chroma_depth: u8,
    /// Width and height of the pictures in pixels, without what is cropped.
    pub(crate) size: (u32, u32),
}

impl SequenceParameterSet {
    /// Reads a NAL unit; `None` if it is none of this kind, or not as it should be.
    pub(crate) fn parse(unit: &[u8]) -> Option<Self> {
        const KIND: u32 = 7;
        let payload = unescaped(unit);
        let mut bits = BitReader::new(&payload);
        bits.skip(3);
        if bits.number(5)? != KIND {
            return None;
        }
        let profile = bits.number(8)?;
        // Constraints and level.
        bits.skip(16);
        let _id = bits.exp_golomb()?;
        let formats = if WITH_FORMATS.contains(&profile) {
            Formats::read(&mut bits)?
        } else {
            Formats::DEFAULT
        };
        skip_order(&mut bits)?;
        let size = read_size(&mut bits, &formats)?;
        Some(Self {
            chroma: formats.chroma,
            luma_depth: formats.luma_depth,
            chroma_depth: formats.chroma_depth,
            size,
        })
    }
}

/// The unit without the bytes that keep start codes out of it (7.3.1).
fn unescaped(unit: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let is_plain = |byte: &&u8| {
        let is_inserted = zeros >= 2 && **byte == 3;
        zeros = if **byte == 0 { zeros + 1 } else { 0 };
        !is_inserted
    };
    unit.iter().filter(is_plain).copied().collect()
}

struct Formats {
    chroma: u8,
    has_separate_planes: bool,
    luma_depth: u8,
    chroma_depth: u8,
}

impl Formats {
    const DEFAULT: Self = Self {
        chroma: 1,
        has_separate_planes: false,
        luma_depth: 0,
        chroma_depth: 0,
    };

    fn read(bits: &mut BitReader) -> Option<Self> {
        const LARGEST_DEPTH: u8 = 6;
        let chroma = up_to(3, bits)?;
        let has_separate_planes = chroma == 3 && bits.flag()?;
        let (luma_depth, chroma_depth) = (up_to(LARGEST_DEPTH, bits)?, up_to(LARGEST_DEPTH, bits)?);
        let _is_lossless = bits.flag()?;
        if bits.flag()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.flag()? {
                    skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
        Some(Self {
            chroma,
            has_separate_planes,
            luma_depth,
            chroma_depth,
        })
    }

    /// Pixels that a step of cropping is, across and down, in a frame.
    const fn crop_unit(&self) -> (u32, u32) {
        match self.chroma {
            1 => (2, 2),
            2 => (2, 1),
            _ => (1, 1),
        }
    }
}

fn up_to(most: u8, bits: &mut BitReader) -> Option<u8> {
    let value = u8::try_from(bits.exp_golomb()?).ok()?;
    (value <= most).then_some(value)
}

/// 7.3.2.1.1.1
fn skip_scaling_list(bits: &mut BitReader, length: u32) -> Option<()> {
    let (mut last, mut next) = (8, 8);
    for _ in 0..length {
        if next != 0 {
            next = (last + signed(bits)?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// A signed Exp-Golomb code (9.1.1); of a scaling list, whose steps are small.
fn signed(bits: &mut BitReader) -> Option<i32> {
    let code = i32::try_from(bits.exp_golomb()?).ok()?;
    let size = code / 2 + code % 2;
    Some(if code % 2 == 1 { size } else { -size })
}

/// Frame numbers, picture order counts and reference frames.
fn skip_order(bits: &mut BitReader) -> Option<()> {
    let _frame_number_bits = bits.exp_golomb()?;
    match bits.exp_golomb()? {
        0 => drop(bits.exp_golomb()?),
        1 => {
            let _is_always_zero = bits.flag()?;
            let _offsets = (bits.exp_golomb()?, bits.exp_golomb()?);
            let cycle = bits.exp_golomb().filter(|cycle| *cycle <= MAX_CYCLE)?;
            for _ in 0..cycle {
                bits.exp_golomb()?;
            }
        }
        2 => {}
        _ => return None,
    }
    let _reference_frames = bits.exp_golomb()?;
    let _has_gaps = bits.flag()?;
    Some(())
}

fn read_size(bits: &mut BitReader, formats: &Formats) -> Option<(u32, u32)> {
    let (across, down) = (bits.exp_golomb()?, bits.exp_golomb()?);
    let has_frames_only = bits.flag()?;
    if !has_frames_only {
        let _is_adaptive = bits.flag()?;
    }
    let _infers_8x8 = bits.flag()?;
    // Without it a field is half as high.
    let fields = if has_frames_only { 1 } else { 2 };
    let pixels = |macroblocks: u32| macroblocks.checked_add(1)?.checked_mul(MACROBLOCK);
    let (width, height) = (pixels(across)?, pixels(down)?.checked_mul(fields)?);
    if !bits.flag()? {
        return Some((width, height));
    }
    let (unit_across, unit_down) = if formats.has_separate_planes {
        (1, 1)
    } else {
        formats.crop_unit()
    };
    let mut cropped = || bits.exp_golomb()?.checked_add(bits.exp_golomb()?);
    let across = cropped()?.checked_mul(unit_across)?;
    let down = cropped()?.checked_mul(unit_down)?.checked_mul(fields)?;
    let size = (width.checked_sub(across)?, height.checked_sub(down)?);
    (size.0 > 0 && size.1 > 0).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As x264 writes them.
    const BASELINE: [u8; 25] = [
        0x67, 0x42, 0xC0, 0x1F, 0xD9, 0x00, 0x50, 0x05, 0xBB, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00,
        0x00, 0x03, 0x03, 0xC0, 0xF1, 0x83, 0x24, 0x80,
    ];
    const HIGH: [u8; 27] = [
        0x67, 0x64, 0x00, 0x28, 0xAC, 0xD9, 0x40, 0x78, 0x02, 0x27, 0xE5, 0xC0, 0x44, 0x00, 0x00, 0x03, 0x00,
        0x04, 0x00, 0x00, 0x03, 0x00, 0xF0, 0x3C, 0x60, 0xC6, 0x58,
    ];
    const MAIN: [u8; 25] = [
        0x67, 0x4D, 0x40, 0x0D, 0xEC, 0xA0, 0xA8, 0xCF, 0x11, 0x36, 0x02, 0x20, 0x00, 0x00, 0x03, 0x00, 0x20,
        0x00, 0x00, 0x07, 0x81, 0xE2, 0x85, 0x32, 0xC0,
    ];
    const INTERLACED_4_2_2: [u8; 27] = [
        0x67, 0x7A, 0x00, 0x28, 0xBC, 0xD9, 0x40, 0x78, 0x04, 0x4F, 0xCB, 0x80, 0x88, 0x00, 0x00, 0x03, 0x00,
        0x08, 0x00, 0x00, 0x03, 0x01, 0x90, 0xF8, 0xB1, 0x6C, 0xB0,
    ];

    #[test]
    fn it_says_the_size_of_the_pictures_without_what_is_cropped() {
        let set = |unit: &[u8]| SequenceParameterSet::parse(unit).unwrap();
        assert_eq!(set(&BASELINE).size, (1280, 720));
        assert_eq!(set(&HIGH).size, (1920, 1080));
        assert_eq!(set(&MAIN).size, (322, 182));
        let interlaced = set(&INTERLACED_4_2_2);
        assert_eq!((interlaced.size, interlaced.chroma), ((1920, 1080), 2));
    }

    #[test]
    fn bytes_against_start_codes_are_removed_and_no_others() {
        assert_eq!(
            unescaped(&[0, 0, 3, 3, 0, 0, 3, 0, 0, 3, 1, 3]),
            [0, 0, 3, 0, 0, 0, 0, 1, 3]
        );
    }

    #[test]
    fn no_bytes_make_it_fail() {
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        for unit in [&BASELINE[..], &HIGH, &MAIN, &INTERLACED_4_2_2] {
            for length in 0..unit.len() {
                let _ = SequenceParameterSet::parse(&unit[..length]);
            }
            for _ in 0..20_000 {
                let mut unit = unit.to_vec();
                for _ in 0..3 {
                    random ^= random << 13;
                    random ^= random >> 7;
                    random ^= random << 17;
                    let [at, value, ..] = random.to_le_bytes();
                    let at = 1 + usize::from(at) % (unit.len() - 1);
                    unit[at] = value;
                }
                let _ = SequenceParameterSet::parse(&unit);
            }
        }
    }
}
