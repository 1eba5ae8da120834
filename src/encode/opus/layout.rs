//! Mapping of channels to Opus streams.

/// Distribution of channels to Opus streams (RFC 7845, 5.1.1).
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    pub(super) channels: u8,
    pub(super) streams: u8,
    /// Number of stereo streams, which are the first ones.
    pub(super) coupled: u8,
    /// For each channel in Vorbis order, the index of its decoded channel.
    pub(super) mapping: &'static [u8],
    /// For each channel in Vorbis order, its index in WAV order.
    pub(super) wav: &'static [u8],
}

impl Layout {
    /// The layout of 1 to 8 channels; `None` for any other number.
    pub(super) fn of(channels: u16) -> Option<Self> {
        let (streams, coupled, mapping, wav): (_, _, &[u8], &[u8]) = match channels {
            1 => (1, 0, &[0], &[0]),
            2 => (1, 1, &[0, 1], &[0, 1]),
            3 => (2, 1, &[0, 2, 1], &[0, 2, 1]),
            4 => (2, 2, &[0, 1, 2, 3], &[0, 1, 2, 3]),
            5 => (3, 2, &[0, 4, 1, 2, 3], &[0, 2, 1, 3, 4]),
            6 => (4, 2, &[0, 4, 1, 2, 3, 5], &[0, 2, 1, 4, 5, 3]),
            7 => (4, 3, &[0, 4, 1, 2, 3, 5, 6], &[0, 2, 1, 5, 6, 4, 3]),
            8 => (5, 3, &[0, 6, 1, 2, 3, 4, 5, 7], &[0, 2, 1, 6, 7, 4, 5, 3]),
            _ => return None,
        };
        Some(Self {
            channels: channels as u8,
            streams,
            coupled,
            mapping,
            wav,
        })
    }

    /// For each channel in WAV order, the index of its decoded channel. With it samples do not have to be reordered.
    pub(super) fn wav_mapping(&self) -> Vec<u8> {
        let mut mapping = vec![0; self.mapping.len()];
        for (decoded, wav) in self.mapping.iter().zip(self.wav) {
            mapping[usize::from(*wav)] = *decoded;
        }
        mapping
    }
}
