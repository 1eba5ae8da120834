//! Opus: packets of 20 ms (libopus by the crate `opus`).
mod layout;

use crate::clock::Timestamp;
use crate::encode::audio_coder::{AudioCoder, AudioOptions};
use crate::error::{Error, Result};
use crate::media::{AudioFormat, MediaFormat, Packet, TrackInfo, frames_to_duration};
use crate::sound::OUTPUT_RATE;
use ::opus as libopus;
use bytes::Bytes;
use layout::Layout;
use libopus::{Application, Bitrate, Channels};
use std::ops::RangeInclusive;
use std::time::Duration;

/// Samples per channel in a packet: 20 ms.
const PACKET_FRAMES: usize = 960;
/// Maximum size of a packet in bytes per stream: 1275 for the frame (RFC 6716, 3.2.1), and its framing.
const MAX_BYTES: usize = 1500;
/// Complexity of the encoder at each speed, from 0 to 10. Usually it is the maximum, as it costs less than 1 % of a core.
const COMPLEXITIES: [i32; 3] = [10, 5, 0];
/// Minimum bit rate of libopus, in bit/s per stream.
const MIN_RATE: u32 = 500;
/// Maximum useful bit rate, in bit/s per channel.
const MAX_RATE: u32 = 256_000;
/// A decoder has converged after 80 ms (RFC 7845, 4.6).
const SEEK_PRE_ROLL: Duration = Duration::from_millis(80);

/// The Opus encoder; times of its packets are counted from zero.
pub(super) struct OpusCoder {
    inner: Inner,
    layout: Layout,
    /// Delay of the decoded audio in samples at 48 kHz: the look-ahead of the encoder (RFC 7845, 4.2).
    pre_skip: u16,
    /// Interleaved samples of an incomplete packet.
    pending: Vec<f32>,
    scratch: Vec<u8>,
    /// Samples per channel of the input so far.
    frames: u64,
    /// Number of packets so far.
    packets: u64,
}

enum Inner {
    /// Mono and stereo: channel mapping family 0.
    Plain(libopus::Encoder),
    /// 3 to 8 channels: channel mapping family 1.
    Multi(libopus::MSEncoder),
}

impl OpusCoder {
    /// # Errors
    ///
    /// `NotSupported` unless there are 1 to 8 channels, `Unknown` if libopus fails.
    pub(super) fn new(channels: u16, options: AudioOptions) -> Result<Self> {
        let layout = Layout::of(channels)
            .ok_or_else(|| Error::not_supported(format!("Opus supports 1 to 8 channels, not {channels}")))?;
        let (least, most) = (
            MIN_RATE * u32::from(layout.streams),
            MAX_RATE * u32::from(layout.channels),
        );
        let rate = Bitrate::Bits(options.bits_per_second.clamp(least, most) as i32);
        let (inner, pre_skip) = Inner::new(&layout, rate, !options.constant)
            .map_err(|error| Error::unknown("the Opus encoder cannot be set up", error))?;
        Ok(Self {
            inner,
            pre_skip,
            pending: Vec::with_capacity(PACKET_FRAMES * usize::from(layout.channels)),
            scratch: vec![0; MAX_BYTES * usize::from(layout.streams)],
            layout,
            frames: 0,
            packets: 0,
        })
    }

    /// The `OpusHead` (RFC 7845, 5.1).
    fn head(&self, input_rate: u32) -> Vec<u8> {
        let Layout {
            channels,
            streams,
            coupled,
            mapping,
            ..
        } = self.layout;
        let mut head = b"OpusHead\x01".to_vec();
        head.push(channels);
        head.extend(self.pre_skip.to_le_bytes());
        head.extend(input_rate.to_le_bytes());
        head.extend(0i16.to_le_bytes());
        head.push(u8::from(channels > 2));
        if channels > 2 {
            head.extend([streams, coupled]);
            head.extend(mapping);
        }
        head
    }

    /// Appends a packet with the pending samples, which must be those of a whole packet.
    fn flush(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        let mut pending = std::mem::take(&mut self.pending);
        packets.push(self.code(&pending)?);
        pending.clear();
        self.pending = pending;
        Ok(())
    }

    fn code(&mut self, samples: &[f32]) -> Result<Packet> {
        let length = self
            .inner
            .encode(samples, &mut self.scratch)
            .map_err(|error| Error::unknown("the Opus encoder failed", error))?;
        let at = frames_to_duration(self.packets * PACKET_FRAMES as u64, OUTPUT_RATE);
        self.packets += 1;
        Ok(Packet {
            track: 0,
            time: Timestamp::ZERO + at,
            duration: frames_to_duration(PACKET_FRAMES as u64, OUTPUT_RATE),
            key: true,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: Bytes::copy_from_slice(&self.scratch[..length]),
            side_data: None,
        })
    }
}

impl AudioCoder for OpusCoder {
    fn info(&self, input_rate: u32) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Audio(AudioFormat {
                sample_rate: OUTPUT_RATE,
                channels: self.layout.channels.into(),
            }),
            codec_id: "A_OPUS".into(),
            codec_private: self.head(input_rate),
            codec_delay: frames_to_duration(self.pre_skip.into(), OUTPUT_RATE),
            seek_pre_roll: SEEK_PRE_ROLL,
            name: String::new(),
            elements: None,
        }
    }

    fn push(&mut self, mut samples: &[f32], packets: &mut Vec<Packet>) -> Result<()> {
        let size = PACKET_FRAMES * usize::from(self.layout.channels);
        self.frames += (samples.len() / usize::from(self.layout.channels)) as u64;
        if !self.pending.is_empty() {
            let missing = samples.len().min(size - self.pending.len());
            self.pending.extend_from_slice(&samples[..missing]);
            samples = &samples[missing..];
            if self.pending.len() < size {
                return Ok(());
            }
            self.flush(packets)?;
        }
        let mut whole = samples.chunks_exact(size);
        for samples in &mut whole {
            packets.push(self.code(samples)?);
        }
        self.pending.extend_from_slice(whole.remainder());
        Ok(())
    }

    fn speeds(&self) -> RangeInclusive<u8> {
        0..=COMPLEXITIES.len() as u8 - 1
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        let complexity = COMPLEXITIES[usize::from(speed).min(COMPLEXITIES.len() - 1)];
        let set = match &mut self.inner {
            Inner::Plain(encoder) => encoder.set_complexity(complexity),
            Inner::Multi(encoder) => encoder.set_complexity(complexity),
        };
        set.map_err(|error| Error::unknown("the Opus encoder's complexity cannot be changed", error))
    }

    /// Pads with silence until all of the input is in packets, the look-ahead included.
    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        if self.frames == 0 {
            return Ok(());
        }
        let audible = self.frames + u64::from(self.pre_skip);
        let first = packets.len();
        while self.packets * (PACKET_FRAMES as u64) < audible {
            let size = PACKET_FRAMES * usize::from(self.layout.channels);
            self.pending.resize(size, 0.0);
            self.flush(packets)?;
        }
        let padding = self.packets * PACKET_FRAMES as u64 - audible;
        if let Some(last) = packets[first..].last_mut() {
            last.padding = frames_to_duration(padding, OUTPUT_RATE);
        }
        Ok(())
    }
}

impl Inner {
    /// Returns the encoder and its look-ahead in samples.
    fn new(layout: &Layout, rate: Bitrate, variable: bool) -> libopus::Result<(Self, u16)> {
        // The two types have the same setters, but the crate has no trait for them.
        macro_rules! set_up {
            ($kind:path, $encoder:expr) => {{
                let mut encoder = $encoder?;
                encoder.set_bitrate(rate)?;
                encoder.set_vbr(variable)?;
                encoder.set_complexity(COMPLEXITIES[0])?;
                let look_ahead = encoder.get_lookahead()?;
                Ok(($kind(encoder), look_ahead as u16))
            }};
        }
        let application = Application::Audio;
        match layout.channels {
            1 => set_up!(
                Self::Plain,
                libopus::Encoder::new(OUTPUT_RATE, Channels::Mono, application)
            ),
            2 => set_up!(
                Self::Plain,
                libopus::Encoder::new(OUTPUT_RATE, Channels::Stereo, application)
            ),
            _ => set_up!(
                Self::Multi,
                libopus::MSEncoder::new(
                    OUTPUT_RATE,
                    layout.streams,
                    layout.coupled,
                    &layout.wav_mapping(),
                    application,
                )
            ),
        }
    }

    fn encode(&mut self, samples: &[f32], packet: &mut [u8]) -> libopus::Result<usize> {
        match self {
            Self::Plain(encoder) => encoder.encode_float(samples, packet),
            Self::Multi(encoder) => encoder.encode_float(samples, packet),
        }
    }
}

#[cfg(test)]
mod tests;
