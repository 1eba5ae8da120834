//! PCM: uncompressed samples in any encoding of WAV and Matroska.
use crate::decode::audio_decoder::{AudioDecoder, EncodedAudio};
use crate::error::{Error, Result};
use crate::media::AudioFormat;

/// Encoding of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SampleEncoding {
    /// 8 bits, 128 is silence.
    Unsigned8,
    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,
}

impl SampleEncoding {
    /// Bytes per sample.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 => 1,
            Self::Signed16 => 2,
            Self::Signed24 => 3,
            Self::Signed32 | Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// Appends complete little-endian samples as numbers from −1 to 1.
    pub(crate) fn convert(self, bytes: &[u8], samples: &mut Vec<f32>) {
        const I8: f32 = 1.0 / 128.0;
        const I16: f32 = 1.0 / 32_768.0;
        // 24-bit samples are read as the upper bits of 32.
        const I32: f32 = 1.0 / 2_147_483_648.0;
        match self {
            Self::Unsigned8 => append(bytes, samples, |[b]| (f32::from(b) - 128.0) * I8),
            Self::Signed16 => append(bytes, samples, |b| f32::from(i16::from_le_bytes(b)) * I16),
            Self::Signed24 => append(bytes, samples, |[a, b, c]| {
                i32::from_le_bytes([0, a, b, c]) as f32 * I32
            }),
            Self::Signed32 => append(bytes, samples, |b| i32::from_le_bytes(b) as f32 * I32),
            Self::Float32 => append(bytes, samples, f32::from_le_bytes),
            Self::Float64 => append(bytes, samples, |b| f64::from_le_bytes(b) as f32),
        }
    }
}

fn append<const N: usize>(bytes: &[u8], samples: &mut Vec<f32>, sample: impl Fn([u8; N]) -> f32) {
    let (whole, _) = bytes.as_chunks::<N>();
    samples.extend(whole.iter().map(|bytes| sample(*bytes)));
}

/// A decoder of one track.
pub(super) struct PcmDecoder {
    format: AudioFormat,
    encoding: SampleEncoding,
    big_endian: bool,
    swapped: Vec<u8>,
    samples: Vec<f32>,
}

impl PcmDecoder {
    /// # Errors
    /// `NotSupported` for other encodings than those of [`SampleEncoding`].
    pub(super) fn new(track: &EncodedAudio) -> Result<Self> {
        let (id, bits) = (track.codec_id, track.bit_depth);
        let encoding = match (id, bits) {
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", Some(8)) => SampleEncoding::Unsigned8,
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", Some(16)) => SampleEncoding::Signed16,
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", Some(24)) => SampleEncoding::Signed24,
            ("A_PCM/INT/LIT" | "A_PCM/INT/BIG", Some(32)) => SampleEncoding::Signed32,
            ("A_PCM/FLOAT/IEEE", Some(32) | None) => SampleEncoding::Float32,
            ("A_PCM/FLOAT/IEEE", Some(64)) => SampleEncoding::Float64,
            _ => {
                let bits = bits.map_or("an unknown number of".to_owned(), |bits| bits.to_string());
                return Err(Error::not_supported(format!(
                    "decoding {id} with {bits} bits per sample is not supported; \
                     ffmpeg -i IN -c:v copy -c:a libopus OUT.mkv converts it to Opus"
                )));
            }
        };
        Ok(Self {
            format: track.format,
            encoding,
            big_endian: id == "A_PCM/INT/BIG",
            swapped: Vec::new(),
            samples: Vec::new(),
        })
    }
}

impl AudioDecoder for PcmDecoder {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn decode(&mut self, packet: &[u8]) -> Result<&[f32]> {
        let sample = self.encoding.bytes();
        if packet.is_empty()
            || !packet
                .len()
                .is_multiple_of(sample * usize::from(self.format.channels))
        {
            return Err(Error::not_readable(
                "a PCM packet does not have whole samples of all channels",
            ));
        }
        self.samples.clear();
        if self.big_endian {
            self.swapped.clear();
            self.swapped
                .extend(packet.chunks_exact(sample).flat_map(|bytes| bytes.iter().rev()));
            self.encoding.convert(&self.swapped, &mut self.samples);
        } else {
            self.encoding.convert(packet, &mut self.samples);
        }
        Ok(&self.samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn decoder(codec_id: &str, bit_depth: Option<u64>) -> Result<PcmDecoder> {
        PcmDecoder::new(&EncodedAudio {
            codec_id,
            codec_private: &[],
            format: AudioFormat {
                sample_rate: 44_100,
                channels: 2,
            },
            bit_depth,
            delay: Duration::ZERO,
            first: &[],
        })
    }

    #[test]
    fn every_form_of_matroska_is_decoded() {
        let cases: [(&str, u64, &[u8]); 9] = [
            ("A_PCM/INT/LIT", 8, &[192, 64]),
            ("A_PCM/INT/LIT", 16, &[0, 0x40, 0, 0xC0]),
            ("A_PCM/INT/BIG", 16, &[0x40, 0, 0xC0, 0]),
            ("A_PCM/INT/LIT", 24, &[0, 0, 0x40, 0, 0, 0xC0]),
            ("A_PCM/INT/BIG", 24, &[0x40, 0, 0, 0xC0, 0, 0]),
            ("A_PCM/INT/LIT", 32, &[0, 0, 0, 0x40, 0, 0, 0, 0xC0]),
            ("A_PCM/INT/BIG", 32, &[0x40, 0, 0, 0, 0xC0, 0, 0, 0]),
            ("A_PCM/FLOAT/IEEE", 32, &[0, 0, 0, 0x3F, 0, 0, 0, 0xBF]),
            (
                "A_PCM/FLOAT/IEEE",
                64,
                &[0, 0, 0, 0, 0, 0, 0xE0, 0x3F, 0, 0, 0, 0, 0, 0, 0xE0, 0xBF],
            ),
        ];
        for (id, bits, packet) in cases {
            let mut decoder = decoder(id, Some(bits)).unwrap();
            assert_eq!(decoder.decode(packet).unwrap(), [0.5, -0.5], "{id} {bits}");
            assert_eq!(
                decoder.decode(&packet[1..]).unwrap_err().name(),
                "NotReadableError"
            );
            assert!(decoder.decode(&[]).is_err());
        }
    }

    #[test]
    fn other_depths_are_refused_by_name() {
        for (id, bits) in [
            ("A_PCM/INT/LIT", Some(20)),
            ("A_PCM/INT/BIG", None),
            ("A_PCM/FLOAT/IEEE", Some(16)),
            ("A_PCM/OTHER", Some(16)),
        ] {
            let error = decoder(id, bits).err().unwrap();
            assert_eq!(error.name(), "NotSupportedError");
            assert!(error.to_string().contains(id), "{error}");
        }
        assert!(decoder("A_PCM/FLOAT/IEEE", None).is_ok());
    }
}
