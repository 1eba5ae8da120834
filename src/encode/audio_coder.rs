//! Trait of the audio codecs of an [`AudioEncoder`](super::AudioEncoder), and their options.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use std::ops::RangeInclusive;

/// The audio codecs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AudioCodec {
    Opus,
    /// Uncompressed samples, 32-bit floats.
    Pcm,
}

/// How an audio track is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AudioOptions {
    pub(crate) codec: AudioCodec,
    /// Bit rate in bits per second, clamped to the codec's range. Ignored for PCM.
    pub(crate) bits_per_second: u32,
    /// Constant instead of variable bit rate: all packets have the same size.
    pub(crate) constant: bool,
}

/// An audio codec: interleaved samples at 48 kHz in, packets out, whose times are counted from zero.
pub(super) trait AudioCoder: Send {
    /// Description of the track for the container; `input_rate` is the sample rate of the source in Hz.
    fn info(&self, input_rate: u32) -> TrackInfo;

    /// Encodes samples and appends the packets that are complete.
    fn push(&mut self, samples: &[f32], packets: &mut Vec<Packet>) -> Result<()>;

    /// As of an [`Encoder`](super::Encoder).
    fn speeds(&self) -> RangeInclusive<u8> {
        0..=0
    }

    /// Sets the speed from the next packet on.
    fn set_speed(&mut self, _speed: u8) -> Result<()> {
        Ok(())
    }

    /// Appends the remaining packets, with padding.
    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()>;
}
