//! The sequence header of AV1 (AV1 specification, 5.3 and 5.5), and the configuration that is made of it (AV1 in ISO files, 2.3).
use crate::media::bit_reader::BitReader;
use crate::media::obu::{Obu, without_delimiters};

/// What a sequence header says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sequence {
    pub(crate) width: u32,
    pub(crate) height: u32,
    profile: u32,
    level: u32,
    has_high_tier: bool,
    color: ColorConfig,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct ColorConfig {
    /// 10 or 12 bits.
    is_high_depth: bool,
    is_12_bit: bool,
    is_monochrome: bool,
    /// Horizontal and vertical.
    subsampling: (bool, bool),
    sample_position: u32,
}

/// The payload of the sequence header at the beginning of a temporal unit.
pub(crate) fn header(unit: &[u8]) -> Option<&[u8]> {
    let first = Obu::first(without_delimiters(unit))?;
    (first.kind == Obu::SEQUENCE_HEADER).then_some(first.payload)
}

/// The `CodecPrivate` of a track whose key frame is this temporal unit, or that has this sequence header: `av1C`, then the header.
pub(crate) fn codec_private(unit: &[u8]) -> Option<Vec<u8>> {
    const MARKER_AND_VERSION: u8 = 0x81;
    const SEQUENCE_HEADER: u8 = Obu::SEQUENCE_HEADER << 3 | Obu::HAS_SIZE;
    let header = header(unit)?;
    let sequence = Sequence::parse(header)?;
    let size = u8::try_from(header.len()).ok().filter(|&size| size < 0x80)?;
    let profile_and_level = u8::try_from(sequence.profile << 5 | sequence.level).ok()?;
    let mut private = vec![MARKER_AND_VERSION, profile_and_level, sequence.flags(), 0];
    private.extend([SEQUENCE_HEADER, size]);
    private.extend(header);
    Some(private)
}

impl Sequence {
    /// `sequence_header_obu`.
    pub(crate) fn parse(header: &[u8]) -> Option<Self> {
        let mut bits = BitReader::new(header);
        let mut sequence = Self {
            profile: bits.number(3)?,
            ..Self::default()
        };
        // Still picture.
        bits.skip(1);
        let is_reduced = bits.flag()?;
        if is_reduced {
            sequence.level = bits.number(5)?;
        } else {
            (sequence.level, sequence.has_high_tier) = operating_points(&mut bits)?;
        }
        let (width_bits, height_bits) = (bits.number(4)? + 1, bits.number(4)? + 1);
        sequence.width = bits.number(width_bits)? + 1;
        sequence.height = bits.number(height_bits)? + 1;
        skip_tools(&mut bits, is_reduced)?;
        sequence.color = ColorConfig::read(&mut bits, sequence.profile)?;
        Some(sequence)
    }

    /// The third byte of the configuration.
    fn flags(self) -> u8 {
        let color = self.color;
        let flags = [
            self.has_high_tier,
            color.is_high_depth,
            color.is_12_bit,
            color.is_monochrome,
            color.subsampling.0,
            color.subsampling.1,
        ];
        let flags = flags.iter().fold(0, |byte, &flag| byte << 1 | u8::from(flag));
        flags << 2 | u8::try_from(color.sample_position).unwrap_or(0)
    }
}

/// Level and tier of the first operating point.
fn operating_points(bits: &mut BitReader) -> Option<(u32, bool)> {
    let delay_bits = skip_timing_info(bits)?;
    let has_display_delay = bits.flag()?;
    let mut first = None;
    for _ in 0..=bits.number(5)? {
        bits.skip(12);
        let level = bits.number(5)?;
        let has_high_tier = level > 7 && bits.flag()?;
        first.get_or_insert((level, has_high_tier));
        if delay_bits > 0 && bits.flag()? {
            bits.skip(2 * delay_bits + 1);
        }
        if has_display_delay && bits.flag()? {
            bits.skip(4);
        }
    }
    first
}

/// Returns the size of a delay in bits; 0 if there is no model of the decoder.
fn skip_timing_info(bits: &mut BitReader) -> Option<u32> {
    if !bits.flag()? {
        return Some(0);
    }
    bits.skip(64);
    if bits.flag()? {
        skip_variable_length(bits)?;
    }
    if !bits.flag()? {
        return Some(0);
    }
    let delay_bits = bits.number(5)? + 1;
    bits.skip(32 + 5 + 5);
    Some(delay_bits)
}

/// `uvlc`: as many zeros as there are bits behind the one that follows them.
fn skip_variable_length(bits: &mut BitReader) -> Option<()> {
    let mut zeros = 0;
    while !bits.flag()? {
        zeros += 1;
    }
    if zeros < 32 {
        bits.skip(zeros);
    }
    Some(())
}

/// What may be used to encode frames, between their size and their colours.
fn skip_tools(bits: &mut BitReader, is_reduced: bool) -> Option<()> {
    if !is_reduced && bits.flag()? {
        // Sizes of frame numbers.
        bits.skip(7);
    }
    // Superblocks of 128 × 128, two intra filters.
    bits.skip(3);
    if !is_reduced {
        // Compound prediction, warped motion, dual filter.
        bits.skip(4);
        let has_order_hint = bits.flag()?;
        bits.skip(if has_order_hint { 2 } else { 0 });
        let may_have_screen_content = bits.flag()? || bits.flag()?;
        if may_have_screen_content && !bits.flag()? {
            bits.skip(1);
        }
        bits.skip(if has_order_hint { 3 } else { 0 });
    }
    // Super-resolution, CDEF, restoration.
    bits.skip(3);
    Some(())
}

impl ColorConfig {
    /// `color_config`.
    fn read(bits: &mut BitReader, profile: u32) -> Option<Self> {
        /// BT.709, sRGB, and no matrix: RGB.
        const RGB: (u32, u32, u32) = (1, 13, 0);
        const UNSPECIFIED: (u32, u32, u32) = (2, 2, 2);
        let is_high_depth = bits.flag()?;
        let mut config = Self {
            is_high_depth,
            is_12_bit: profile == 2 && is_high_depth && bits.flag()?,
            is_monochrome: profile != 1 && bits.flag()?,
            ..Self::default()
        };
        let description = if bits.flag()? {
            (bits.number(8)?, bits.number(8)?, bits.number(8)?)
        } else {
            UNSPECIFIED
        };
        if !config.is_monochrome && description == RGB {
            return Some(config);
        }
        // Range.
        bits.skip(1);
        config.subsampling = match profile {
            _ if config.is_monochrome => (true, true),
            0 => (true, true),
            1 => (false, false),
            _ if config.is_12_bit => {
                let horizontal = bits.flag()?;
                (horizontal, horizontal && bits.flag()?)
            }
            _ => (true, false),
        };
        if !config.is_monochrome && config.subsampling == (true, true) {
            config.sample_position = bits.number(2)?;
        }
        Some(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by libaom: 320 × 240, level 2.0, 8 bits, 4:2:0.
    const LIBAOM: [u8; 13] = [
        0x0A, 0x0B, 0x00, 0x00, 0x00, 0x04, 0x3C, 0xFF, 0xBC, 0xDA, 0xF9, 0x00, 0x40,
    ];

    #[test]
    fn the_configuration_of_a_key_frame_is_what_the_encoder_says() {
        let unit = [&[0x12, 0][..], &LIBAOM, &[0x32, 1, 0]].concat();
        let expected = [&[0x81, 0x00, 0x0C, 0x00][..], &LIBAOM].concat();
        assert_eq!(codec_private(&unit), Some(expected));
    }

    /// The same sequence header at another level; above 3.3 (7) it has a tier.
    fn at_level(level: u8, is_high_tier: bool) -> Vec<u8> {
        let (before, after) = (3 * 8, 3 * 8 + 5);
        let bit = |number: usize| LIBAOM[2 + number / 8] >> (7 - number % 8) & 1;
        let mut bits: Vec<u8> = (0..before).map(bit).collect();
        bits.extend((0..5).rev().map(|place| level >> place & 1));
        bits.extend((level > 7).then_some(u8::from(is_high_tier)));
        bits.extend((after..8 * (LIBAOM.len() - 2)).map(bit));
        let bytes = bits.chunks(8).map(|bits| {
            let byte = bits.iter().fold(0, |byte, bit| byte << 1 | bit);
            byte << (8 - bits.len())
        });
        let bytes: Vec<u8> = bytes.collect();
        [&[0x0A, u8::try_from(bytes.len()).unwrap()], &bytes[..]].concat()
    }

    #[test]
    fn the_configuration_repeats_profile_level_and_tier_of_the_header() {
        assert_eq!(at_level(0, false), LIBAOM);
        // Level 4.0 (8), high tier, one operating point.
        let header = at_level(8, true);
        let expected = [&[0x81, 8, 0x8c, 0][..], &header].concat();
        assert_eq!(codec_private(&header), Some(expected));
        // Level 3.1 (5) has no tier: the bit is something else's.
        assert_eq!(codec_private(&at_level(5, true)).unwrap()[1..3], [5, 0x0c]);
        for wrong in [&[0x12, 0][..], &[0x0a, 9, 0], &[0x0a, 4, 4, 0, 0, 0]] {
            assert_eq!(codec_private(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_something_else_has_none() {
        for length in 0..LIBAOM.len() {
            assert_eq!(codec_private(&LIBAOM[..length]), None, "{length}");
        }
        assert_eq!(codec_private(&[0x32, 1, 0]), None);
    }
}
