//! H.264 by `OpenH264`: pictures come out in the order of presentation, later than their packets.
use crate::decode::picture_buffers::PictureBuffers;
use crate::decode::video_decoder::{VideoDecoder, check_size};
use crate::error::{Error, Result};
use crate::media::Picture;
use openh264::OpenH264API;
use openh264::decoder::{DecodedYUV, Decoder, DecoderConfig, Flush};
use openh264::formats::YUVSource;

const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// A decoder of one video track.
pub(super) struct OpenH264Decoder {
    decoder: Decoder,
    framing: Framing,
    /// Parameter sets that the decoder does not have yet.
    pending: Vec<u8>,
    buffers: PictureBuffers,
}

/// How packets are divided into NAL units.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Framing {
    /// Size of the lengths before them in bytes; `None` for start codes.
    length_size: Option<usize>,
    /// The parameter sets of `CodecPrivate`, with start codes.
    parameter_sets: Vec<u8>,
}

impl OpenH264Decoder {
    /// Creates a decoder for a track with this `avcC`; if it is empty, packets have start codes.
    ///
    /// # Errors
    /// `NotSupported` for an invalid `avcC` and profiles above High; `Unknown` if `OpenH264` fails.
    pub(super) fn new(avcc: &[u8]) -> Result<Self> {
        let framing = match avcc {
            [] => Framing {
                length_size: None,
                parameter_sets: Vec::new(),
            },
            avcc => Framing::parse(avcc).ok_or_else(unsupported)?,
        };
        Ok(Self {
            decoder: decoder()?,
            pending: framing.parameter_sets.clone(),
            framing,
            buffers: PictureBuffers::default(),
        })
    }
}

impl VideoDecoder for OpenH264Decoder {
    /// Decodes the packet by itself. `OpenH264` refuses what it does not support, such as interlaced video, with the parameter
    /// sets, which are in the packet if `CodecPrivate` has none; a frame that is damaged is counted later.
    fn start(&self, packet: &[u8]) -> Result<Option<(u32, u32)>> {
        let mut decoder = decoder()?;
        let sets = &self.framing.parameter_sets;
        if !sets.is_empty() {
            decoder.decode(sets).map_err(|_| unsupported())?;
        }
        let mut units = Vec::new();
        if self.framing.append(packet, &mut units).is_none() {
            return Ok(None);
        }
        match decoder.decode(&units) {
            Ok(picture) => picture.map(|picture| size(&picture)).transpose(),
            Err(_) if sets.is_empty() => Err(unsupported()),
            Err(_) => Ok(None),
        }
    }

    fn reorders(&self) -> bool {
        true
    }

    fn decode(&mut self, packet: &[u8]) -> Result<Option<Picture>> {
        let mut units = std::mem::take(&mut self.pending);
        self.framing
            .append(packet, &mut units)
            .ok_or_else(|| Error::not_readable("an H.264 packet does not consist of whole NAL units"))?;
        let decoded = self.decoder.decode(&units).map_err(damaged)?;
        let picture = decoded.map(|picture| copy(&picture, &mut self.buffers));
        units.clear();
        self.pending = units;
        picture.transpose()
    }

    fn flush(&mut self) -> Result<Vec<Picture>> {
        let rest = self.decoder.flush_remaining().map_err(damaged)?;
        rest.iter()
            .map(|picture| copy(picture, &mut self.buffers))
            .collect()
    }
}

impl Framing {
    /// ISO/IEC 14496-15, 5.3.3.1. Returns `None` if it is invalid, or for a profile above High.
    fn parse(avcc: &[u8]) -> Option<Self> {
        const SUPPORTED_PROFILES: [u8; 4] = [66, 77, 88, 100];
        let &[1, profile, _, _, length_size, set_count, ref rest @ ..] = avcc else {
            return None;
        };
        if !SUPPORTED_PROFILES.contains(&profile) {
            return None;
        }
        let mut parameter_sets = Vec::new();
        let rest = append_sets(rest, set_count & 31, &mut parameter_sets)?;
        let (&picture_sets, rest) = rest.split_first()?;
        append_sets(rest, picture_sets, &mut parameter_sets)?;
        Some(Self {
            length_size: Some(usize::from(length_size & 3) + 1),
            parameter_sets,
        })
    }

    /// Appends the NAL units of a packet with start codes. Returns `None` if one is not whole.
    fn append(&self, mut packet: &[u8], units: &mut Vec<u8>) -> Option<()> {
        let Some(length_size) = self.length_size else {
            units.extend(packet);
            return (!packet.is_empty()).then_some(());
        };
        while !packet.is_empty() {
            let (length, rest) = packet.split_at_checked(length_size)?;
            let length = length
                .iter()
                .fold(0, |length, &byte| length << 8 | usize::from(byte));
            let (unit, rest) = rest.split_at_checked(length)?;
            units.extend(START_CODE);
            units.extend(unit);
            packet = rest;
        }
        Some(())
    }
}

/// Appends so many parameter sets, each with a length of two bytes before it; returns what is behind them.
fn append_sets<'a>(mut bytes: &'a [u8], count: u8, sets: &mut Vec<u8>) -> Option<&'a [u8]> {
    for _ in 0..count {
        let (&length, rest) = bytes.split_first_chunk()?;
        let (set, rest) = rest.split_at_checked(u16::from_be_bytes(length).into())?;
        sets.extend(START_CODE);
        sets.extend(set);
        bytes = rest;
    }
    Some(bytes)
}

fn decoder() -> Result<Decoder> {
    // Flushing after each packet would end the reordering.
    let config = DecoderConfig::new().flush_after_decode(Flush::NoFlush);
    Decoder::with_api_config(OpenH264API::from_source(), config)
        .map_err(|error| Error::unknown("OpenH264 cannot decode H.264", error))
}

fn size(picture: &DecodedYUV<'_>) -> Result<(u32, u32)> {
    let (width, height) = picture.dimensions();
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (side(width), side(height));
    check_size(width, height)?;
    Ok((width, height))
}

fn copy(decoded: &DecodedYUV<'_>, buffers: &mut PictureBuffers) -> Result<Picture> {
    let (width, height) = size(decoded)?;
    let mut picture = buffers.take(width, height);
    let widths = [width, picture.chroma_width(), picture.chroma_width()];
    let strides = decoded.strides();
    let sources = [
        (decoded.y(), strides.0),
        (decoded.u(), strides.1),
        (decoded.v(), strides.2),
    ];
    for ((target, width), (source, stride)) in picture.planes_mut().into_iter().zip(widths).zip(sources) {
        let rows = source.chunks(stride).zip(target.chunks_exact_mut(width as usize));
        for (source, target) in rows {
            target.copy_from_slice(&source[..target.len()]);
        }
    }
    Ok(picture)
}

fn damaged(error: openh264::Error) -> Error {
    Error::NotReadable {
        message: "an H.264 frame is damaged".into(),
        source: Some(error.into()),
    }
}

fn unsupported() -> Error {
    Error::not_supported(
        "decoding H.264 video other than progressive 8-bit 4:2:0 is not supported; \
         ffmpeg -i IN -c:v libvpx -b:v 4M -c:a copy OUT.mkv converts it to VP8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const AVCC: [u8; 18] = [
        1, 100, 0, 30, 0xFF, 0xE1, 0, 4, 0x67, 1, 2, 3, 1, 0, 2, 0x68, 9, 0xFF,
    ];

    #[test]
    fn an_avcc_has_parameter_sets_and_the_size_of_lengths() {
        let framing = Framing::parse(&AVCC).unwrap();
        assert_eq!(framing.length_size, Some(4));
        assert_eq!(
            framing.parameter_sets,
            [0, 0, 0, 1, 0x67, 1, 2, 3, 0, 0, 0, 1, 0x68, 9]
        );
        for length in 1..AVCC.len() - 1 {
            assert_eq!(Framing::parse(&AVCC[..length]), None, "{length}");
        }
        let high_10 = [&[1, 110], &AVCC[2..]].concat();
        let error = OpenH264Decoder::new(&high_10).err().unwrap();
        assert_eq!(error.name(), "NotSupportedError");
    }

    #[test]
    fn lengths_become_start_codes_and_must_fit() {
        let framing = Framing {
            length_size: Some(2),
            parameter_sets: Vec::new(),
        };
        let mut units = Vec::new();
        assert!(framing.append(&[0, 1, 7, 0, 2, 8, 9], &mut units).is_some());
        assert_eq!(units, [0, 0, 0, 1, 7, 0, 0, 0, 1, 8, 9]);
        for cut in [1, 2, 4, 6] {
            assert!(
                framing
                    .append(&[0, 1, 7, 0, 2, 8, 9][..cut], &mut units)
                    .is_none()
            );
        }
    }

    #[test]
    fn rubbish_is_an_error_and_gives_no_picture() {
        let mut decoder = OpenH264Decoder::new(&[]).unwrap();
        assert!(decoder.decode(&[]).is_err());
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..300 {
            let mut packet: Vec<u8> = (0..60)
                .map(|_| {
                    state ^= state << 13;
                    state ^= state >> 7;
                    state ^= state << 17;
                    (state >> 33) as u8
                })
                .collect();
            packet[..5].copy_from_slice(&[0, 0, 0, 1, 0x65]);
            assert!(!matches!(decoder.decode(&packet), Ok(Some(_))));
        }
        assert!(decoder.flush().is_ok_and(|rest| rest.is_empty()));
    }
}
