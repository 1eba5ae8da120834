//! The duration of Opus packets, which their first bytes tell.
use std::time::Duration;

/// Maximum duration of a packet (RFC 6716, 3.2.5).
const MAX_DURATION: Duration = Duration::from_millis(120);

/// Duration of a packet (RFC 6716, 3.1); `None` if it is damaged.
pub(crate) fn opus_packet_duration(packet: &[u8]) -> Option<Duration> {
    const COUNT: u8 = 0b0011_1111;
    let (&head, rest) = packet.split_first()?;
    let frames = match head & 0b11 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(rest.first()? & COUNT),
    };
    let config = head >> 3;
    let micros = match config {
        // SILK, hybrid, CELT.
        0..=11 => [10_000, 20_000, 40_000, 60_000][usize::from(config % 4)],
        12..=15 => [10_000, 20_000][usize::from(config % 2)],
        _ => [2_500, 5_000, 10_000, 20_000][usize::from(config % 4)],
    };
    let duration = Duration::from_micros(micros) * frames;
    (!duration.is_zero() && duration <= MAX_DURATION).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duration_is_that_of_all_frames_of_the_packet() {
        let micros = |packet: &[u8]| opus_packet_duration(packet).map(|duration| duration.as_micros());
        assert_eq!(micros(&[0xFC, 1]), Some(20_000));
        assert_eq!(micros(&[0x80]), Some(2_500));
        assert_eq!(micros(&[0x19, 1, 2]), Some(120_000));
        assert_eq!(micros(&[0x68]), Some(20_000));
        assert_eq!(micros(&[0xFB, 3, 1]), Some(60_000));
        for damaged in [&[][..], &[0xFB], &[0xFB, 0], &[0xFB, 7], &[0x1B, 3]] {
            assert_eq!(micros(damaged), None, "{damaged:?}");
        }
    }
}
