//! The encoder of copied tracks: every frame is a packet already.
use crate::clock::Timestamp;
use crate::encode::Encoder;
use crate::error::Result;
use crate::media::{EncodedFrame, Packet, TrackInfo};
use crate::recorder::cuts::{Cuts, MapTime};
use crate::recorder::mapped::Mapped;
use crate::streams::encoded::KeyFrameSource;

/// Passes on the encoded frames of a file, or of a live source.
pub(super) struct Copier {
    info: TrackInfo,
    /// Of live video: who makes a key frame.
    key_frames: Option<KeyFrameSource>,
    /// Whether what comes cannot be decoded before the next key frame.
    awaits_key: bool,
}

impl Copier {
    /// For a track that its source describes like this.
    pub(super) fn new(info: TrackInfo, key_frames: Option<KeyFrameSource>) -> Self {
        Self {
            info,
            key_frames,
            awaits_key: false,
        }
    }
}

impl Encoder for Copier {
    type Input = EncodedFrame;

    fn info(&self) -> TrackInfo {
        self.info.clone()
    }

    fn encode(&mut self, frame: EncodedFrame, packets: &mut Vec<Packet>) -> Result<()> {
        self.awaits_key &= !frame.packet.key;
        match &self.key_frames {
            Some(source) if self.awaits_key => source.request(),
            _ => packets.push(frame.packet),
        }
        Ok(())
    }

    /// Packets stay as they are; a live source can be asked for a key frame, with which a segment begins.
    fn restart(&mut self) {
        self.key_frames.iter().for_each(KeyFrameSource::request);
    }

    /// Files wait while a recording is paused, so no reference frame is missing. Live sources go on.
    fn resume(&mut self) {
        self.awaits_key = self.key_frames.is_some();
    }

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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
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
    fn live_video_goes_on_with_a_key_frame_that_is_requested_and_nothing_before_it() {
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = requests.clone();
        let source = KeyFrameSource::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let info = crate::recorder::test_media::vp8();
        let mut copier = Copier::new(info, Some(source));
        let mut times = |frames: &[(u64, bool)]| {
            let mut packets = Vec::new();
            for (ms, key) in frames {
                let mut frame = frame(*ms, false);
                frame.packet.key = *key;
                copier.encode(frame, &mut packets).unwrap();
            }
            copier.resume();
            packets
                .iter()
                .map(|packet| packet.time.round_millis())
                .collect::<Vec<_>>()
        };
        assert_eq!(times(&[(0, true), (40, false)]), [0, 40]);
        assert_eq!(
            times(&[(80, false), (120, false), (160, true), (200, false)]),
            [160, 200]
        );
        assert_eq!(requests.load(Ordering::Relaxed), 2);
        copier.restart();
        assert_eq!(requests.load(Ordering::Relaxed), 3, "a segment is to begin");
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
        let mut copier = Copier::new(info.clone(), None);
        let mut packets = Vec::new();
        copier.encode(frame(0, true), &mut packets).unwrap();
        copier.resume();
        copier.encode(frame(20, true), &mut packets).unwrap();
        copier.finish(&mut packets).unwrap();
        assert_eq!(packets, [frame(0, true).packet, frame(20, true).packet]);
        assert_eq!(copier.info(), info);
    }
}
