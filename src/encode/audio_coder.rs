//! What an audio codec must offer to an [`AudioEncoder`](super::AudioEncoder), and its settings.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};

/// The codecs of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AudioCodec {
    Opus,
    /// Samples as they are, 32-bit floats.
    Pcm,
}

/// How an audio track is to be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AudioOptions {
    pub(crate) codec: AudioCodec,
    /// Bits a second; what the codec cannot do is cut to the nearest it can. PCM has the rate that it has.
    pub(crate) bits_per_second: u32,
    /// Every packet equally long, instead of as long as its sound needs.
    pub(crate) constant: bool,
}

/// One codec behind an [`AudioEncoder`]: interleaved frames of 48 kHz in, packets timed from zero out.
pub(super) trait AudioCoder: Send {
    /// What the container must say; `input_rate` is what the sound was taken at.
    fn info(&self, input_rate: u32) -> TrackInfo;

    fn push(&mut self, samples: &[f32], packets: &mut Vec<Packet>) -> Result<()>;

    /// The rest.
    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()>;
}
