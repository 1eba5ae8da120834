//! The OBUs of an AV1 stream that a container needs (AV1 specification, 5.3; AV1 in Matroska).

const SEQUENCE_HEADER: u8 = 1;
const TEMPORAL_DELIMITER: u8 = 2;

/// A temporal unit as a block stores it: without temporal delimiters at its beginning.
pub(super) fn without_delimiters(mut unit: &[u8]) -> &[u8] {
    while let Some((TEMPORAL_DELIMITER, _, rest)) = split_first(unit) {
        unit = rest;
    }
    unit
}

/// The `CodecPrivate` of a track with this sequence header OBU: `av1C`, then the OBU.
///
/// Returns `None` for anything but a sequence header of 8-bit 4:2:0 without timing information, as the encoder is set
/// up.
pub(super) fn codec_private(header: &[u8]) -> Option<Vec<u8>> {
    const MARKER_AND_VERSION: u8 = 0x81;
    const SUBSAMPLING: u8 = 0b1100;
    const NO_DELAY: u8 = 0;
    /// Sizes in bits: profile 3, still picture 1, reduced 1, timing 1, delay 1, count of points 5, first point 12.
    const HAS_TIMING_OR_IS_STILL: u8 = 0b0001_1100;
    let (SEQUENCE_HEADER, payload, []) = split_first(header)? else {
        return None;
    };
    let (&first, &levels) = (payload.first()?, payload.get(3)?);
    if first & HAS_TIMING_OR_IS_STILL != 0 {
        return None;
    }
    let (profile, level) = (first >> 5, levels >> 3);
    // Levels below 4.0 have no tier.
    let tier = if level > 7 { levels >> 2 & 1 } else { 0 };
    let mut private = vec![
        MARKER_AND_VERSION,
        profile << 5 | level,
        tier << 7 | SUBSAMPLING,
        NO_DELAY,
    ];
    private.extend(header);
    Some(private)
}

/// Type and payload of the first OBU, and the data after it. Returns `None` if it is incomplete or has no size field.
fn split_first(units: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    const HAS_EXTENSION: u8 = 4;
    const HAS_SIZE: u8 = 2;
    let (&head, mut rest) = units.split_first()?;
    if head & HAS_EXTENSION != 0 {
        rest = rest.get(1..)?;
    }
    if head & HAS_SIZE == 0 {
        return None;
    }
    // leb128: seven bits per byte, the lowest first.
    let mut size = 0usize;
    for shift in (0..28).step_by(7) {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        size |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            let (payload, rest) = rest.split_at_checked(size)?;
            return Some((head >> 3 & 15, payload, rest));
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
    fn codec_private_repeats_profile_level_and_tier_of_the_header() {
        // Level 4.0 (8), high tier, one operating point.
        let header = [0x0a, 5, 0, 0, 0, 8 << 3 | 4, 0];
        let expected = [&[0x81, 8, 0x8c, 0][..], &header].concat();
        assert_eq!(codec_private(&header), Some(expected));
        // Level 3.1 (5) has no tier: the bit is something else's.
        let header = [0x0a, 5, 0, 0, 0, 5 << 3 | 4, 0];
        assert_eq!(codec_private(&header).unwrap()[1..3], [5, 0x0c]);
        for wrong in [&[0x12, 0][..], &[0x0a, 9, 0], &[0x0a, 4, 4, 0, 0, 0]] {
            assert_eq!(codec_private(wrong), None, "{wrong:?}");
        }
    }
}
