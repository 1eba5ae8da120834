//! PCM: uncompressed samples in packets of 20 ms.
//!
//! They are 32-bit floats, as in browsers (`pcm`): lossless for everything that devices and files deliver, without
//! clipping above full scale, and without rounding or dithering after resampling. Channels are in WAV order.
use crate::clock::Timestamp;
use crate::encode::audio_coder::AudioCoder;
use crate::error::Result;
use crate::media::{AudioFormat, MediaFormat, Packet, TrackInfo, frames_to_duration};
use crate::sound::OUTPUT_RATE;
use std::time::Duration;

/// Samples per channel in a packet: 20 ms, a whole number of the container's milliseconds.
const PACKET_FRAMES: usize = 960;

/// Splits samples at 48 kHz into packets.
pub(super) struct PcmCoder {
    channels: u16,
    /// Data of an incomplete packet.
    pending: Vec<u8>,
    /// Samples per channel in all packets before.
    frames: u64,
}

impl PcmCoder {
    pub(super) const fn new(channels: u16) -> Self {
        Self {
            channels,
            pending: Vec::new(),
            frames: 0,
        }
    }

    fn frame_bytes(&self) -> usize {
        size_of::<f32>() * usize::from(self.channels)
    }

    /// Returns a packet with all pending samples.
    fn flush(&mut self) -> Packet {
        let frames = (self.pending.len() / self.frame_bytes()) as u64;
        let capacity = PACKET_FRAMES * self.frame_bytes();
        let packet = Packet {
            track: 0,
            time: Timestamp::ZERO + frames_to_duration(self.frames, OUTPUT_RATE),
            duration: frames_to_duration(frames, OUTPUT_RATE),
            key: true,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: std::mem::replace(&mut self.pending, Vec::with_capacity(capacity)).into(),
            side_data: None,
        };
        self.frames += frames;
        packet
    }
}

impl AudioCoder for PcmCoder {
    fn info(&self, _: u32) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Audio(AudioFormat {
                sample_rate: OUTPUT_RATE,
                channels: self.channels,
            }),
            codec_id: "A_PCM/FLOAT/IEEE".into(),
            codec_private: Vec::new(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            elements: None,
        }
    }

    fn push(&mut self, samples: &[f32], packets: &mut Vec<Packet>) -> Result<()> {
        let full = PACKET_FRAMES * self.frame_bytes();
        for sample in samples {
            self.pending.extend(sample.to_le_bytes());
            if self.pending.len() == full {
                packets.push(self.flush());
            }
        }
        Ok(())
    }

    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        if !self.pending.is_empty() {
            packets.push(self.flush());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_samples_come_out_as_they_went_in_and_only_the_last_packet_is_short() {
        let samples: Vec<f32> = (0..2 * 2_000).map(|n| n as f32 * 1e-3 - 1.5).collect();
        let (mut coder, mut packets) = (PcmCoder::new(2), Vec::new());
        // Pieces that fit neither packets nor each other.
        for piece in samples.chunks(2 * 333) {
            coder.push(piece, &mut packets).unwrap();
        }
        coder.finish(&mut packets).unwrap();
        coder.finish(&mut packets).unwrap();
        let bytes: Vec<u8> = packets.iter().flat_map(|packet| packet.data.clone()).collect();
        let expected: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        assert!(bytes == expected);
        let places: Vec<_> = packets
            .iter()
            .map(|packet| (packet.time.round_millis(), packet.duration.as_micros()))
            .collect();
        assert_eq!(places, [(0, 20_000), (20, 20_000), (40, 1_666)]);
    }
}
