//! Converts blocks to packets without decoding them.
use super::error_counts::ErrorCounts;
use crate::error::{Error, Result};
use crate::media::EncodedFrame;
use crate::webm::annex_b;
use crate::webm::{Block, Track, TrackRemuxer, Unusable};
use std::time::Duration;

/// Converts the blocks of one track.
pub(super) struct PacketCopier {
    remuxer: TrackRemuxer,
    delay: Duration,
    /// Whether there were frames, and a key frame among them.
    has_frames: bool,
    has_key: bool,
    format: Format,
    errors: ErrorCounts,
}

/// How the frames of a file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    AsIs,
    /// As H.264 with lengths in place of start codes.
    ByteStream,
}

impl PacketCopier {
    pub(super) fn new(track: &Track, format: Format) -> Self {
        let remuxer = TrackRemuxer::new(track);
        Self {
            delay: track.codec_delay,
            has_frames: false,
            has_key: false,
            format,
            errors: ErrorCounts::new(if remuxer.is_audio() {
                "audio packets"
            } else {
                "video frames"
            }),
            remuxer,
        }
    }

    /// Returns the packet of a block; `None` if it is damaged or out of order, which is counted.
    pub(super) fn copy(&mut self, block: &Block) -> Result<Option<EncodedFrame>> {
        let mut packet = match self.remuxer.packet(block) {
            Ok(packet) => packet,
            Err(Unusable::OutOfOrder) => {
                self.errors.add_late();
                return Ok(None);
            }
            Err(Unusable::Damaged) => {
                let error = Error::not_readable("a packet is damaged");
                return self.errors.add(error, true).map(|()| None);
            }
        };
        self.has_frames = true;
        self.has_key |= packet.key;
        if self.format == Format::ByteStream {
            packet.data = annex_b::length_prefixed(&packet.data);
        }
        Ok(Some(EncodedFrame {
            packet,
            delay: self.delay,
            is_sound: self.remuxer.is_audio(),
        }))
    }

    /// Reports damaged and dropped packets, and video without a key frame.
    ///
    /// # Errors
    /// `NotReadable` if there were any, or there is none.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.errors.report()?;
        if self.has_frames && !self.has_key {
            return Err(Error::not_readable(
                "nothing of its video can be recorded: it has no key frame",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::webm::TrackType;

    fn block(ms: u64, data: &[u8]) -> Block {
        Block {
            track: 1,
            time: Timestamp::from_millis(ms),
            duration: None,
            discard_padding: 0,
            key: ms.is_multiple_of(100),
            invisible: false,
            lace: 0,
            cluster: 0,
            position: 0,
            data: data.to_vec().into(),
            side_data: None,
        }
    }

    fn copier(kind: TrackType, codec_id: &str) -> PacketCopier {
        PacketCopier::new(
            &Track {
                kind,
                codec_id: codec_id.into(),
                ..Track::default()
            },
            Format::AsIs,
        )
    }

    /// Time and duration in milliseconds.
    fn copied(copier: &mut PacketCopier, block: &Block) -> Option<(u64, u128)> {
        let frame = copier.copy(block).unwrap()?;
        let key = block.key || frame.is_sound;
        assert_eq!((&frame.packet.data, frame.packet.key), (&block.data, key));
        Some((
            frame.packet.time.round_millis(),
            frame.packet.duration.as_millis(),
        ))
    }

    #[test]
    fn pictures_last_as_long_as_the_step_before_them_and_hidden_ones_not_at_all() {
        let mut copier = copier(TrackType::Video, "V_VP8");
        let (shown, hidden) = ([0x11], [0x01]);
        let all = [(0, shown), (40, shown), (80, hidden), (80, shown), (200, shown)];
        let all = all.map(|(ms, data)| copied(&mut copier, &block(ms, &data)));
        let expected = [(0, 33), (40, 40), (80, 0), (80, 40), (200, 120)];
        assert_eq!(all, expected.map(Some));
    }

    #[test]
    fn opus_says_how_long_it_lasts_and_laces_follow_one_another() {
        let mut copier = copier(TrackType::Audio, "A_OPUS");
        // One frame of 20 ms of CELT, RFC 6716, 3.1.
        let packet = [0xF8, 0xFF, 0xFE];
        let laced = Block {
            lace: 1,
            ..block(0, &packet)
        };
        assert_eq!(copied(&mut copier, &block(0, &packet)), Some((0, 20)));
        assert_eq!(copied(&mut copier, &laced), Some((20, 20)));
        assert_eq!(copied(&mut copier, &block(40, &[])), None);
        assert!(
            copier
                .finish()
                .unwrap_err()
                .to_string()
                .contains("1 of its audio packets")
        );
    }

    #[test]
    fn what_leaps_back_is_left_out_with_what_builds_upon_it() {
        let mut copier = copier(TrackType::Video, "V_VP9");
        let all = [500, 490, 0, 510, 600, 640].map(|ms| copied(&mut copier, &block(ms, &[0])));
        let times = all.map(|copied| copied.map(|(ms, _)| ms));
        assert_eq!(times, [Some(500), Some(500), None, None, Some(600), Some(640)]);
        assert!(
            copier
                .finish()
                .unwrap_err()
                .to_string()
                .contains("2 of its video frames are dropped")
        );
    }
}
