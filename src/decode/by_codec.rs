//! Which decoder decodes a codec.
use crate::decode::audio_decoder::{AudioDecoder, EncodedAudio};
use crate::decode::opus::OpusDecoder;
use crate::decode::pcm::PcmDecoder;
use crate::decode::undecodable::undecodable;
use crate::decode::video_decoder::VideoDecoder;
use crate::decode::vpx::{VpxCodec, VpxDecoder};
use crate::error::{Error, Result};
use crate::media::{AudioFormat, TrackKind};

/// Maximum sample rate in hertz, as in Web Audio.
const MAX_RATE: u32 = 768_000;
/// Maximum number of channels, as in Opus channel mapping family 1.
const MAX_CHANNELS: u16 = 8;

/// A decoder for a Matroska codec ID with this `CodecPrivate`.
///
/// # Errors
/// `NotSupported` if there is none for this codec or format; `Unknown` if it fails.
pub(crate) fn video_decoder(codec_id: &str, codec_private: &[u8]) -> Result<Box<dyn VideoDecoder>> {
    match codec_id {
        "V_VP8" => Ok(Box::new(VpxDecoder::new(VpxCodec::Vp8)?)),
        "V_VP9" => Ok(Box::new(VpxDecoder::new(VpxCodec::Vp9)?)),
        #[cfg(feature = "av1")]
        "V_AV1" => Ok(Box::new(super::aom::AomDecoder::new(codec_private)?)),
        #[cfg(feature = "h264")]
        "V_MPEG4/ISO/AVC" => Ok(Box::new(super::openh264::OpenH264Decoder::new(codec_private)?)),
        _ => {
            // Only for decoders that are features.
            let _ = codec_private;
            Err(undecodable(codec_id, TrackKind::Video))
        }
    }
}

/// A decoder for such a track.
///
/// # Errors
/// `NotSupported` if there is none for this codec or format; `NotReadable` if `CodecPrivate` is invalid; `Unknown` if it
/// fails.
pub(crate) fn audio_decoder(track: &EncodedAudio) -> Result<Box<dyn AudioDecoder>> {
    let channels = track.format.channels;
    let decoder: Box<dyn AudioDecoder> = match track.codec_id {
        "A_OPUS" => Box::new(OpusDecoder::new(track.codec_private, channels, track.delay)?),
        id if id.starts_with("A_PCM/") => Box::new(PcmDecoder::new(track)?),
        #[cfg(feature = "audio-decoders")]
        "A_AAC" | "A_FLAC" | "A_MPEG/L3" | "A_VORBIS" => {
            Box::new(super::symphonia::SymphoniaDecoder::new(track)?)
        }
        id => return Err(undecodable(id, TrackKind::Audio)),
    };
    let AudioFormat {
        sample_rate,
        channels,
    } = decoder.format();
    if !(1..=MAX_RATE).contains(&sample_rate) || !(1..=MAX_CHANNELS).contains(&channels) {
        return Err(Error::not_supported(format!(
            "its audio has {channels} channels at {sample_rate} Hz; 1 to {MAX_CHANNELS} channels at up to {MAX_RATE} Hz \
             can be re-encoded"
        )));
    }
    Ok(decoder)
}
