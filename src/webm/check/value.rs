//! The data of elements as numbers and texts (RFC 8794, 7).

/// An unsigned integer; the last eight bytes if there are more.
pub(super) fn unsigned(data: &[u8]) -> u64 {
    data.iter().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// A signed integer.
pub(super) fn signed(data: &[u8]) -> i64 {
    let bits = 8 * data.len().min(8);
    if bits == 0 {
        return 0;
    }
    // Sign extension.
    unsigned(data).wrapping_shl(64 - bits as u32).cast_signed() >> (64 - bits)
}

/// A floating-point number; NaN if its size is impossible.
pub(super) fn float(data: &[u8]) -> f64 {
    match (<[u8; 4]>::try_from(data), <[u8; 8]>::try_from(data)) {
        _ if data.is_empty() => 0.0,
        (Ok(four), _) => f32::from_be_bytes(four).into(),
        (_, Ok(eight)) => f64::from_be_bytes(eight),
        _ => f64::NAN,
    }
}

/// A text without the zeros that it may be padded with; bytes that are not UTF-8 are replaced.
pub(super) fn text(data: &[u8]) -> String {
    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len());
    String::from_utf8_lossy(&data[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_any_length() {
        assert_eq!((unsigned(&[]), unsigned(&[1, 0])), (0, 256));
        assert_eq!((signed(&[]), signed(&[0xFF]), signed(&[0, 0xFF])), (0, -1, 255));
        assert_eq!((float(&[]), float(&[0x3F, 0x80, 0, 0])), (0.0, 1.0));
        assert!(float(&[1, 2, 3]).is_nan());
        assert_eq!(text(b"V_VP8\0\0"), "V_VP8");
    }
}
