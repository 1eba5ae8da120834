//! What all audio decoders have in common.
use crate::error::Result;
use crate::media::AudioFormat;
use std::time::Duration;

/// A decoder of one audio track. Channels are in WAV order.
pub(crate) trait AudioDecoder: Send {
    /// Format of the decoded samples.
    fn format(&self) -> AudioFormat;

    /// Number of samples per channel to discard at the beginning, whatever the container says.
    fn pre_skip(&self) -> usize {
        0
    }

    /// Decodes all samples of a packet, including those to discard.
    ///
    /// # Errors
    /// `NotReadable` for a damaged packet; the next packets can be decoded.
    fn decode(&mut self, packet: &[u8]) -> Result<&[f32]>;
}

/// What a container says of an audio track.
#[derive(Clone, Debug)]
pub(crate) struct EncodedAudio<'a> {
    /// Matroska codec ID.
    pub(crate) codec_id: &'a str,
    /// `CodecPrivate`.
    pub(crate) codec_private: &'a [u8],
    /// Sample rate and channels.
    pub(crate) format: AudioFormat,
    /// Bits per sample; `None` if unknown.
    pub(crate) bit_depth: Option<u64>,
    /// `CodecDelay`.
    pub(crate) delay: Duration,
    /// The first packet; empty if there is none.
    #[cfg_attr(
        not(feature = "audio-decoders"),
        expect(dead_code, reason = "only MP3 needs it")
    )]
    pub(crate) first: &'a [u8],
}
