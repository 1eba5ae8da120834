//! AAC-LC, FLAC, MP3 and Vorbis by the decoders of Symphonia: one packet in, its samples out, interleaved.
use crate::decode::audio_decoder::{AudioDecoder, EncodedAudio};
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use std::panic::{self, AssertUnwindSafe};
use symphonia_bundle_flac::FlacDecoder;
use symphonia_bundle_mp3::MpaDecoder;
use symphonia_codec_aac::AacDecoder;
use symphonia_codec_vorbis::VorbisDecoder;
use symphonia_core::audio::GenericAudioBufferRef;
use symphonia_core::codecs::audio::well_known::{CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_VORBIS};
use symphonia_core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder as Symphonia, AudioDecoderOptions,
};
use symphonia_core::errors::Error as SymphoniaError;
use symphonia_core::packet::PacketRef;
use symphonia_core::units::{Duration, Timestamp};

/// The codecs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Aac,
    Flac,
    Mp3,
    Vorbis,
}

/// A decoder of one audio track.
pub(super) struct SymphoniaDecoder {
    codec: Codec,
    decoder: Box<dyn Symphonia>,
    format: AudioFormat,
    /// Whether the next packet only begins an overlap: what Symphonia returns for it is not to be heard (Vorbis I, 4.3.8).
    is_first_half: bool,
    samples: Vec<f32>,
}

impl SymphoniaDecoder {
    /// # Errors
    /// `NotSupported` for other codecs, and for AAC other than AAC-LC in mono or stereo; `NotReadable` if `CodecPrivate` is
    /// invalid.
    pub(super) fn new(track: &EncodedAudio) -> Result<Self> {
        let codec = Codec::of(track.codec_id)?;
        let mut parameters = AudioCodecParameters::new();
        parameters
            .for_codec(codec.id())
            .with_sample_rate(track.format.sample_rate);
        if let Some(header) = codec.header(track.codec_private) {
            parameters.with_extra_data(header.into());
        }
        let decoder = codec
            .decoder(&parameters)
            .map_err(|error| codec.invalid_header(error))?;
        let mut decoder = Self {
            codec,
            decoder,
            format: track.format,
            is_first_half: codec == Codec::Vorbis,
            samples: Vec::new(),
        };
        if codec == Codec::Mp3 {
            // Only its frames tell.
            let _ = decoder.decode_packet(track.first);
        }
        let samples = decoder.decoder.last_decoded();
        if !samples.is_unused() {
            decoder.format = format_of(&samples);
        }
        decoder.decoder.reset();
        Ok(decoder)
    }

    fn decode_packet(&mut self, packet: &[u8]) -> Result<GenericAudioBufferRef<'_>> {
        let (codec, decoder) = (self.codec, &mut self.decoder);
        if packet.is_empty() {
            // For AAC, Symphonia would return silence.
            return Err(Error::not_readable(format!(
                "a packet of {} is empty",
                codec.name()
            )));
        }
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, packet);
        // The decoders check what they read; a mistake in this must cost a packet, not the track.
        let result = panic::catch_unwind(AssertUnwindSafe(|| decoder.decode_ref(&packet).map(drop)));
        let reason: Box<dyn std::error::Error + Send + Sync> = match result {
            Ok(Ok(())) => return Ok(decoder.last_decoded()),
            Ok(Err(error)) => error.to_string().into(),
            Err(_) => "its decoder panicked".into(),
        };
        Err(Error::NotReadable {
            message: format!("a packet of {} is damaged", codec.name()),
            source: Some(reason),
        })
    }
}

impl AudioDecoder for SymphoniaDecoder {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn decode(&mut self, packet: &[u8]) -> Result<&[f32]> {
        let mut samples = std::mem::take(&mut self.samples);
        let (codec, format) = (self.codec, self.format);
        let decoded = self.decode_packet(packet)?;
        if format_of(&decoded) != format {
            return Err(Error::not_readable(format!(
                "a packet of {} has another sample rate or number of channels",
                codec.name()
            )));
        }
        decoded.copy_to_vec_interleaved(&mut samples);
        if std::mem::take(&mut self.is_first_half) {
            samples.clear();
        }
        self.samples = samples;
        Ok(&self.samples)
    }
}

impl Codec {
    fn of(codec_id: &str) -> Result<Self> {
        match codec_id {
            "A_AAC" => Ok(Self::Aac),
            "A_FLAC" => Ok(Self::Flac),
            "A_MPEG/L3" => Ok(Self::Mp3),
            "A_VORBIS" => Ok(Self::Vorbis),
            id => Err(Error::not_supported(format!(
                "decoding {id} audio is not supported"
            ))),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Aac => "AAC",
            Self::Flac => "FLAC",
            Self::Mp3 => "MP3",
            Self::Vorbis => "Vorbis",
        }
    }

    const fn id(self) -> AudioCodecId {
        match self {
            Self::Aac => CODEC_ID_AAC,
            Self::Flac => CODEC_ID_FLAC,
            Self::Mp3 => CODEC_ID_MP3,
            Self::Vorbis => CODEC_ID_VORBIS,
        }
    }

    /// What the decoder needs of `CodecPrivate`.
    fn header(self, private: &[u8]) -> Option<&[u8]> {
        /// Of FLAC: a marker, the header of a block and STREAMINFO (RFC 9639, 8.1 and 8.2).
        const STREAMINFO: std::ops::Range<usize> = 8..42;
        match self {
            Self::Flac => Some(private.get(STREAMINFO).unwrap_or(private)),
            Self::Mp3 => None,
            Self::Aac | Self::Vorbis => Some(private),
        }
    }

    fn decoder(
        self,
        parameters: &AudioCodecParameters,
    ) -> std::result::Result<Box<dyn Symphonia>, SymphoniaError> {
        // The container says what is not to be heard.
        let options = AudioDecoderOptions::default().gapless(false);
        Ok(match self {
            Self::Aac => Box::new(AacDecoder::try_new(parameters, &options)?),
            Self::Flac => Box::new(FlacDecoder::try_new(parameters, &options)?),
            Self::Mp3 => Box::new(MpaDecoder::try_new(parameters, &options)?),
            Self::Vorbis => Box::new(VorbisDecoder::try_new(parameters, &options)?),
        })
    }

    fn invalid_header(self, error: SymphoniaError) -> Error {
        match error {
            SymphoniaError::Unsupported(_) if self == Self::Aac => Error::not_supported(
                "decoding AAC audio other than AAC-LC in mono or stereo is not supported; \
                 ffmpeg -i IN -c:v copy -c:a libopus OUT.mkv converts it to Opus",
            ),
            error => Error::NotReadable {
                message: format!("the header of its {} track is invalid", self.name()),
                source: Some(error.to_string().into()),
            },
        }
    }
}

fn format_of(buffer: &GenericAudioBufferRef<'_>) -> AudioFormat {
    let spec = buffer.spec();
    AudioFormat {
        sample_rate: spec.rate(),
        channels: u16::try_from(spec.channels().count()).unwrap_or(u16::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track<'a>(codec_id: &'a str, codec_private: &'a [u8]) -> EncodedAudio<'a> {
        EncodedAudio {
            codec_id,
            codec_private,
            format: AudioFormat {
                sample_rate: 44_100,
                channels: 2,
            },
            bit_depth: None,
            delay: std::time::Duration::ZERO,
            first: &[],
        }
    }

    fn refusal(codec_id: &str, codec_private: &[u8]) -> Option<&'static str> {
        let decoder = SymphoniaDecoder::new(&track(codec_id, codec_private));
        decoder.err().map(|error| error.name())
    }

    #[test]
    fn aac_is_decoded_if_it_is_aac_lc_in_mono_or_stereo() {
        // AAC-LC, 44.1 kHz, stereo.
        let decoder = SymphoniaDecoder::new(&track("A_AAC", &[0x12, 0x10])).unwrap();
        assert_eq!(
            decoder.format(),
            AudioFormat {
                sample_rate: 44_100,
                channels: 2
            }
        );
        // HE-AAC, and 5.1 channels.
        for header in [&[0x2B, 0x92, 0x08, 0x00][..], &[0x12, 0x30]] {
            assert_eq!(refusal("A_AAC", header), Some("NotSupportedError"), "{header:x?}");
        }
    }

    #[test]
    fn headers_that_make_no_sense_are_refused() {
        for codec in ["A_AAC", "A_FLAC", "A_VORBIS"] {
            for header in [&[][..], &[0], &[0xFF; 60], b"fLaC\0\0\0\x22"] {
                assert!(refusal(codec, header).is_some(), "{codec} {header:x?}");
            }
        }
    }

    #[test]
    fn damaged_packets_are_errors_and_no_bytes_make_it_panic() {
        let streaminfo = [
            b"fLaC\x80\0\0\x22".as_slice(),
            &[0x10, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0x0A, 0xC4, 0x42, 0xF0],
            &[0; 20],
        ]
        .concat();
        let tracks = [
            track("A_AAC", &[0x12, 0x10]),
            track("A_FLAC", &streaminfo),
            track("A_MPEG/L3", &[]),
        ];
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for track in tracks {
            let mut decoder = SymphoniaDecoder::new(&track).unwrap();
            assert!(decoder.decode(&[]).is_err());
            for _ in 0..3_000 {
                let mut packet: Vec<u8> = (0..200)
                    .map(|_| {
                        state ^= state << 13;
                        state ^= state >> 7;
                        state ^= state << 17;
                        (state >> 33) as u8
                    })
                    .collect();
                // MP3: 128 kbit/s at 44.1 kHz; FLAC: a frame header.
                packet[..4].copy_from_slice(match track.codec_id {
                    "A_MPEG/L3" => &[0xFF, 0xFB, 0x90, 0x00],
                    "A_FLAC" => &[0xFF, 0xF8, 0xC9, 0x18],
                    _ => &[0x21, 0x00, 0x49, 0x90],
                });
                if track.codec_id == "A_MPEG/L3" {
                    packet.resize(417, 0x55);
                }
                if let Err(error) = decoder.decode(&packet) {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    assert!(!cause.is_some_and(|cause| cause.contains("panicked")), "{error}");
                }
            }
        }
    }
}
