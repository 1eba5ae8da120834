//! The identification header of Opus, which is its `CodecPrivate` (RFC 7845, 5.1).
use std::time::Duration;

/// What the identification header says that the file says as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OpusHead {
    pub(super) channels: u8,
    /// In samples of 48 kHz.
    pub(super) pre_skip: u16,
    pub(super) rate: u32,
}

impl OpusHead {
    /// Returns `None` if it is not one.
    pub(super) fn parse(private: &[u8]) -> Option<Self> {
        const SHORT: usize = 19;
        let rest = private.strip_prefix(b"OpusHead")?;
        let &[version, channels, s0, s1, r0, r1, r2, r3, _, _, family, ..] = rest else {
            return None;
        };
        let length = SHORT + if family == 0 { 0 } else { 2 + usize::from(channels) };
        let is_valid = version >> 4 == 0 && channels > 0 && (family > 0 || channels <= 2);
        (is_valid && private.len() >= length).then_some(Self {
            channels,
            pre_skip: u16::from_le_bytes([s0, s1]),
            rate: u32::from_le_bytes([r0, r1, r2, r3]),
        })
    }

    /// The header of one or two channels at 48 kHz with this delay; `None` for more channels, whose order it would have to say.
    pub(super) fn of(channels: u16, delay: Duration) -> Option<Vec<u8>> {
        let channels = u8::try_from(channels)
            .ok()
            .filter(|channels| (1..=2).contains(channels))?;
        let pre_skip = u16::try_from(delay.as_nanos() * 48_000 / 1_000_000_000).ok()?;
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(pre_skip.to_le_bytes());
        head.extend(48_000_u32.to_le_bytes());
        head.extend([0; 3]);
        Some(head)
    }

    /// The pre-skip in nanoseconds, rounded down.
    pub(super) fn delay(self) -> u64 {
        u64::from(self.pre_skip) * 1_000_000_000 / 48_000
    }
}
