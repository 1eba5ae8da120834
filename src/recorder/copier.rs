//! The encoder of copied tracks: every frame is a packet already.
use crate::clock::Timestamp;
use crate::encode::Encoder;
use crate::error::Result;
use crate::media::{EncodedFrame, Packet, TrackInfo};
use crate::recorder::cuts::{Cuts, MapTime};
use crate::recorder::mapped::Mapped;

/// Passes on the encoded frames of a file.
pub(super) struct Copier {
    info: TrackInfo,
}

impl Copier {
    /// For a track that the file describes like this.
    pub(super) fn new(info: TrackInfo) -> Self {
        Self { info }
    }
}

impl Encoder for Copier {
    type Input = EncodedFrame;

    fn info(&self) -> TrackInfo {
        self.info.clone()
    }

    fn encode(&mut self, frame: &EncodedFrame, packets: &mut Vec<Packet>) -> Result<()> {
        packets.push(frame.packet.clone());
        Ok(())
    }

    /// Files wait while a recording is paused, so no reference frame is missing.
    fn restart(&mut self) {}

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        Ok(())
    }
}

impl MapTime for EncodedFrame {
    fn map_time(mut self, cuts: &Cuts) -> Mapped<Self> {
        cuts.map_whole(self.time()).map(|time| {
            self.packet.time = time + self.delay;
            self
        })
    }

    fn time(&self) -> Timestamp {
        Self::time(self)
    }

    fn before(mut self, end: Timestamp) -> Option<Self> {
        let packet = &mut self.packet;
        let left = (end + self.delay) - packet.time;
        if left.is_zero() {
            return None;
        }
        if self.is_sound {
            packet.padding = packet.padding.max(packet.duration.saturating_sub(left));
        } else {
            packet.duration = packet.duration.min(left);
        }
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{AudioFormat, MediaFormat};
    use std::time::Duration;

    const DELAY: Duration = Duration::from_micros(6_500);

    fn frame(ms: u64, is_sound: bool) -> EncodedFrame {
        EncodedFrame {
            packet: Packet {
                track: 0,
                time: Timestamp::from_millis(ms),
                duration: Duration::from_millis(20),
                key: true,
                padding: Duration::ZERO,
                early: Duration::ZERO,
                data: vec![1, 2, 3].into(),
                side_data: None,
            },
            delay: if is_sound { DELAY } else { Duration::ZERO },
            is_sound,
        }
    }

    /// Duration and padding in microseconds of what is left of a frame before 100 ms.
    fn left(ms: u64, is_sound: bool) -> Option<(u128, u128)> {
        let left = frame(ms, is_sound).before(Timestamp::from_millis(100))?;
        assert_eq!(left.packet.data[..], [1, 2, 3]);
        Some((left.packet.duration.as_micros(), left.packet.padding.as_micros()))
    }

    #[test]
    fn a_limit_shortens_a_picture_and_pads_sound_and_leaves_whole_packets() {
        assert_eq!(left(80, false), Some((20_000, 0)));
        assert_eq!(left(90, false), Some((10_000, 0)));
        assert_eq!(left(100, false), None);
        // Sound is presented earlier than its packet stands by the delay of its codec.
        assert_eq!(left(80, true), Some((20_000, 0)));
        assert_eq!(left(100, true), Some((20_000, 13_500)));
        assert_eq!(left(106, true), Some((20_000, 19_500)));
        assert_eq!(left(107, true), None);
    }

    #[test]
    fn packets_come_out_as_frames_went_in() {
        let info = TrackInfo {
            format: MediaFormat::Audio(AudioFormat {
                sample_rate: 48_000,
                channels: 2,
            }),
            codec_id: "A_OPUS".into(),
            codec_private: b"OpusHead".to_vec(),
            codec_delay: DELAY,
            seek_pre_roll: Duration::from_millis(80),
            name: String::new(),
            elements: None,
        };
        let mut copier = Copier::new(info.clone());
        let mut packets = Vec::new();
        copier.encode(&frame(0, true), &mut packets).unwrap();
        copier.restart();
        copier.encode(&frame(20, true), &mut packets).unwrap();
        copier.finish(&mut packets).unwrap();
        assert_eq!(packets, [frame(0, true).packet, frame(20, true).packet]);
        assert_eq!(copier.info(), info);
    }
}
