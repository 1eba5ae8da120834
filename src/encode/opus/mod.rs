//! Opus: stamped audio blocks in, packets of 20 ms out (libopus by the crate `opus`).
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
use std::time::Duration;

/// Sample frames a packet: 20 ms.
const PACKET_FRAMES: usize = 960;
/// Bytes that a packet's share of one stream never exceeds: 1275 of sound (RFC 6716, 3.2.1) and its framing.
const MOST_BYTES: usize = 1500;
/// How hard the encoder tries, 0 to 10: its best, as it costs less than 1 % of a core.
const COMPLEXITY: i32 = 10;
/// The lowest rate that libopus takes, in bit/s, a stream.
const MIN_RATE: u32 = 500;
/// The highest rate that makes any difference, in bit/s, a channel.
const MAX_RATE: u32 = 256_000;
/// RFC 7845, 4.6: a decoder has converged after 80 ms.
const SEEK_PRE_ROLL: Duration = Duration::from_millis(80);

/// Frames of 20 ms into packets, timed from zero.
pub(super) struct OpusCoder {
    inner: Inner,
    layout: Layout,
    /// Sample frames by which decoded sound is late: the encoder's look-ahead.
    pre_skip: u16,
    /// Less than a packet's worth of samples.
    pending: Vec<f32>,
    scratch: Vec<u8>,
    /// Sample frames that came in.
    frames: u64,
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
    /// `NotSupported` for anything but 1 to 8 channels, `Unknown` when libopus fails.
    pub(super) fn new(channels: u16, options: AudioOptions) -> Result<Self> {
        let layout = Layout::of(channels)
            .ok_or_else(|| Error::not_supported(format!("Opus has 1 to 8 channels, not {channels}")))?;
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
            scratch: vec![0; MOST_BYTES * usize::from(layout.streams)],
            layout,
            frames: 0,
            packets: 0,
        })
    }

    /// The `OpusHead` of RFC 7845, 5.1.
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

    /// A packet of what is pending, which is one packet's worth.
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
            data: Bytes::copy_from_slice(&self.scratch[..length]),
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
            codec_id: "A_OPUS",
            codec_private: self.head(input_rate),
            codec_delay: frames_to_duration(self.pre_skip.into(), OUTPUT_RATE),
            seek_pre_roll: SEEK_PRE_ROLL,
            name: String::new(),
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
    /// The encoder and its look-ahead.
    fn new(layout: &Layout, rate: Bitrate, variable: bool) -> libopus::Result<(Self, u16)> {
        // The two types share their settings in name only: the crate has no trait for them.
        macro_rules! set_up {
            ($kind:path, $encoder:expr) => {{
                let mut encoder = $encoder?;
                encoder.set_bitrate(rate)?;
                encoder.set_vbr(variable)?;
                encoder.set_complexity(COMPLEXITY)?;
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
