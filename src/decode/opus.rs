//! Opus by libopus: one packet in, its samples out, interleaved in WAV order.
use crate::decode::audio_decoder::AudioDecoder;
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use ::opus as libopus;
use libopus::Channels;
use std::time::Duration;

/// Sample rate of the output in Hz, whatever rate was encoded.
pub(crate) const RATE: u32 = 48_000;

/// Maximum duration of a packet, 120 ms, in samples per channel (RFC 6716, 3.2.5).
const MAX_FRAMES: usize = 5_760;

/// Size in bytes of an `OpusHead` without channel mapping (RFC 7845, 5.1).
const HEAD_SIZE: usize = 19;

/// For each number of channels: the index in WAV order of each channel in Vorbis order (RFC 7845, 5.1.1.2).
const WAV_ORDER: [&[u8]; 9] = [
    &[],
    &[0],
    &[0, 1],
    &[0, 2, 1],
    &[0, 1, 2, 3],
    &[0, 2, 1, 3, 4],
    &[0, 2, 1, 4, 5, 3],
    &[0, 2, 1, 5, 6, 4, 3],
    &[0, 2, 1, 6, 7, 4, 5, 3],
];

/// A decoder of one audio track.
pub(crate) struct OpusDecoder {
    inner: Inner,
    head: Head,
    scratch: Vec<f32>,
}

enum Inner {
    /// Mono and stereo: channel mapping family 0.
    Plain(libopus::Decoder),
    /// 1 to 8 channels: channel mapping family 1.
    Multi(libopus::MSDecoder),
}

/// An `OpusHead` (RFC 7845, 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Head {
    channels: u8,
    /// Samples to discard at the beginning.
    pre_skip: u16,
    /// Output gain in 1/256 dB.
    gain: i16,
    /// Number of streams, number of stereo streams, and for each channel in WAV order the index of its decoded
    /// channel. `None` for mapping family 0.
    mapping: Option<(u8, u8, Vec<u8>)>,
}

impl OpusDecoder {
    /// Creates a decoder. `head` is the `OpusHead` of the track (`CodecPrivate`); if it is empty, `channels` and
    /// `delay` of the container are used, for 1 or 2 channels.
    ///
    /// # Errors
    /// `NotReadable` for an invalid `OpusHead`, and without one for more than 2 channels; `NotSupported` for other
    /// channel mapping families than 0 and 1.
    pub(crate) fn new(head: &[u8], channels: u16, delay: Duration) -> Result<Self> {
        let head = if head.is_empty() {
            Head::without_data(channels, delay)?
        } else {
            Head::parse(head)?
        };
        let inner = Inner::new(&head).map_err(|error| Error::NotReadable {
            message: "its OpusHead is invalid".into(),
            source: Some(error.into()),
        })?;
        Ok(Self {
            scratch: vec![0.0; MAX_FRAMES * usize::from(head.channels)],
            inner,
            head,
        })
    }
}

impl AudioDecoder for OpusDecoder {
    fn format(&self) -> AudioFormat {
        AudioFormat {
            sample_rate: RATE,
            channels: self.head.channels.into(),
        }
    }

    fn pre_skip(&self) -> usize {
        self.head.pre_skip.into()
    }

    fn decode(&mut self, packet: &[u8]) -> Result<&[f32]> {
        // For an empty packet libopus would conceal a lost one.
        if packet.is_empty() {
            return Err(Error::not_readable("an Opus packet is empty"));
        }
        let decoded = match &mut self.inner {
            Inner::Plain(decoder) => decoder.decode_float(packet, &mut self.scratch, false),
            Inner::Multi(decoder) => decoder.decode_float(packet, &mut self.scratch, false),
        };
        let frames = decoded.map_err(|error| Error::NotReadable {
            message: "an Opus packet is damaged".into(),
            source: Some(error.into()),
        })?;
        Ok(&self.scratch[..frames * usize::from(self.head.channels)])
    }
}

impl Inner {
    fn new(head: &Head) -> libopus::Result<Self> {
        let gain = head.gain.into();
        match &head.mapping {
            None => {
                let channels = if head.channels == 1 {
                    Channels::Mono
                } else {
                    Channels::Stereo
                };
                let mut decoder = libopus::Decoder::new(RATE, channels)?;
                decoder.set_gain(gain)?;
                Ok(Self::Plain(decoder))
            }
            Some((streams, coupled, mapping)) => {
                let mut decoder = libopus::MSDecoder::new(RATE, *streams, *coupled, mapping)?;
                decoder.set_gain(gain)?;
                Ok(Self::Multi(decoder))
            }
        }
    }
}

impl Head {
    fn without_data(channels: u16, delay: Duration) -> Result<Self> {
        let channels = u8::try_from(channels)
            .ok()
            .filter(|channels| (1..=2).contains(channels));
        let channels = channels.ok_or_else(|| Error::not_readable("its Opus track has no OpusHead"))?;
        let pre_skip = crate::media::duration_to_frames(delay, RATE);
        Ok(Self {
            channels,
            pre_skip: u16::try_from(pre_skip).unwrap_or(u16::MAX),
            gain: 0,
            mapping: None,
        })
    }

    fn parse(data: &[u8]) -> Result<Self> {
        let invalid = || Error::not_readable("its OpusHead is invalid");
        // Versions up to 15 are compatible with this one (RFC 7845, 5.1).
        if data.len() < HEAD_SIZE || !data.starts_with(b"OpusHead") || data[8] > 15 {
            return Err(invalid());
        }
        let channels = data[9];
        let mapping = match (data[18], channels) {
            (0, 1..=2) => None,
            (1, 1..=8) => {
                let [streams, coupled, mapping @ ..] = &data[HEAD_SIZE..] else {
                    return Err(invalid());
                };
                let mapping = mapping.get(..channels.into()).ok_or_else(invalid)?;
                Some((*streams, *coupled, in_wav_order(mapping)))
            }
            (0 | 1, _) => return Err(invalid()),
            (family, _) => {
                return Err(Error::not_supported(format!(
                    "its Opus channel mapping family {family} (such as ambisonics) is not supported; \
                     convert it to stereo: ffmpeg -i IN -c:v copy -c:a libopus -ac 2 OUT.mkv"
                )));
            }
        };
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([data[10], data[11]]),
            gain: i16::from_le_bytes([data[16], data[17]]),
            mapping,
        })
    }
}

/// Reorders a channel mapping from Vorbis to WAV order, so that samples do not have to be reordered.
fn in_wav_order(mapping: &[u8]) -> Vec<u8> {
    let mut ordered = vec![0; mapping.len()];
    for (decoded, wav) in mapping.iter().zip(WAV_ORDER[mapping.len()]) {
        ordered[usize::from(*wav)] = *decoded;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(channels: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend([0x38, 1, 0x80, 0xBB, 0, 0, 0, 0xFF, family]);
        head.extend(rest);
        head
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        let stereo = Head::parse(&head(2, 0, &[])).unwrap();
        assert_eq!((stereo.channels, stereo.pre_skip, stereo.gain), (2, 312, -256));
        let surround = Head::parse(&head(6, 1, &[4, 2, 0, 4, 1, 2, 3, 5])).unwrap();
        // Front left, front right, centre, low frequency, back left, back right.
        assert_eq!(surround.mapping, Some((4, 2, vec![0, 1, 4, 5, 2, 3])));
    }

    #[test]
    fn heads_that_make_no_sense_are_refused_and_others_say_what_helps() {
        let cases = [
            (head(0, 0, &[]), "NotReadableError"),
            (head(3, 0, &[]), "NotReadableError"),
            (head(9, 1, &[1, 0]), "NotReadableError"),
            (head(6, 1, &[4, 2, 0]), "NotReadableError"),
            (head(6, 1, &[1, 0, 9, 9, 9, 9, 9, 9]), "NotReadableError"),
            (head(4, 2, &[]), "NotSupportedError"),
            (b"OpusHead".to_vec(), "NotReadableError"),
            (b"something else that is long".to_vec(), "NotReadableError"),
        ];
        for (data, name) in cases {
            let error = OpusDecoder::new(&data, 2, Duration::ZERO).err();
            assert_eq!(error.map(|error| error.name()), Some(name), "{data:?}");
        }
    }

    #[test]
    fn without_a_head_the_container_tells_channels_and_delay() {
        let decoder = OpusDecoder::new(&[], 1, Duration::from_micros(6_500)).unwrap();
        assert_eq!((decoder.format().channels, decoder.pre_skip()), (1, 312));
        assert!(OpusDecoder::new(&[], 6, Duration::ZERO).is_err());
    }

    #[test]
    fn damaged_packets_are_errors_and_the_next_one_is_decoded() {
        let mut decoder = OpusDecoder::new(&head(2, 0, &[]), 2, Duration::ZERO).unwrap();
        for packet in [&[][..], &[0xFF], &[0xFF, 0xFF, 0, 0]] {
            assert_eq!(decoder.decode(packet).unwrap_err().name(), "NotReadableError");
        }
        // 20 ms of silence: a code of one byte.
        assert_eq!(decoder.decode(&[0xFC]).unwrap().len(), 960 * 2);
    }
}
