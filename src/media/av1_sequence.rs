//! The sequence header of AV1 (AV1 specification, 5.3 and 5.5), and the configuration that is made of it (AV1 in ISO files, 2.3).
use crate::webm::bit_reader::BitReader;

const HAS_SIZE: u8 = 2;

/// What a sequence header says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sequence {
    pub(super) width: u32,
    pub(super) height: u32,
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
pub(super) fn header(mut unit: &[u8]) -> Option<&[u8]> {
    const SEQUENCE_HEADER: u8 = 1;
    const TEMPORAL_DELIMITER: u8 = 2;
    loop {
        let obu = Obu::first(unit)?;
        match obu.kind {
            SEQUENCE_HEADER => return Some(obu.payload),
            TEMPORAL_DELIMITER => unit = obu.behind,
            _ => return None,
        }
    }
}

/// An open bitstream unit.
pub(super) struct Obu<'a> {
    pub(super) kind: u8,
    pub(super) payload: &'a [u8],
    /// What comes behind it.
    pub(super) behind: &'a [u8],
}

impl<'a> Obu<'a> {
    /// The one at the beginning; `None` if it is incomplete. Without a size, it is all there is.
    pub(super) fn first(unit: &'a [u8]) -> Option<Self> {
        const HAS_EXTENSION: u8 = 4;
        let (&head, rest) = unit.split_first()?;
        let rest = rest.get(usize::from(head & HAS_EXTENSION != 0)..)?;
        let (payload, behind) = if head & HAS_SIZE == 0 {
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
}

/// Splits off as many bytes as the number before them says: leb128, seven bits per byte, the lowest first.
pub(super) fn split_sized(mut bytes: &[u8]) -> Option<(&[u8], &[u8])> {
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

/// The `CodecPrivate` of a track whose key frame is this temporal unit: the configuration, and the sequence header.
pub(super) fn codec_private(unit: &[u8]) -> Option<Vec<u8>> {
    const MARKER_AND_VERSION: u8 = 0x81;
    const SEQUENCE_HEADER: u8 = 0x08 | HAS_SIZE;
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
    pub(super) fn parse(header: &[u8]) -> Option<Self> {
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

    #[test]
    fn what_is_cut_off_or_something_else_has_none() {
        for length in 0..LIBAOM.len() {
            assert_eq!(codec_private(&LIBAOM[..length]), None, "{length}");
        }
        assert_eq!(codec_private(&[0x32, 1, 0]), None);
    }
}
