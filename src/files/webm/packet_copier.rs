//! Converts blocks to packets without decoding them.
use super::annex_b;
use super::error_counts::ErrorCounts;
use super::video_decoder::nominal_step;
use crate::clock::Timestamp;
use crate::decode::{OPUS_RATE, opus_frames};
use crate::error::{Error, Result};
use crate::media::{EncodedFrame, Packet, SideData, frames_to_duration};
use crate::webm::{Block, Track, TrackType};
use std::time::Duration;

/// Times may go back by this much, as jitter.
const TOLERANCE: Duration = Duration::from_millis(40);
/// Times may go back by this much where frames are encoded in another order than they are presented in.
const MAX_REORDERING: Duration = Duration::from_secs(2);
/// Duration of a frame if it is unknown.
const DEFAULT_FRAME_DURATION: Duration = Duration::from_nanos(33_333_333);

/// Converts the blocks of one track.
pub(super) struct PacketCopier {
    codec: Codec,
    delay: Duration,
    nominal: Option<Duration>,
    /// Start and end of the previous frame.
    last: Option<(Timestamp, Timestamp)>,
    /// Time of the last visible frame.
    shown: Option<Timestamp>,
    /// Times went back: frames are dropped until the next key frame.
    skipping: bool,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    Opus,
    OtherAudio,
    Vp8,
    /// One visible frame per packet, in the order of presentation.
    OrderedVideo,
    /// One visible frame per packet, in the order of decoding.
    ReorderedVideo,
}

impl Codec {
    fn of(track: &Track) -> Self {
        match (track.kind, track.codec_id.as_str()) {
            (TrackType::Audio, "A_OPUS") => Self::Opus,
            (TrackType::Audio, _) => Self::OtherAudio,
            (_, "V_VP8") => Self::Vp8,
            (_, "V_VP9" | "V_AV1" | "V_MJPEG") => Self::OrderedVideo,
            _ => Self::ReorderedVideo,
        }
    }

    const fn is_audio(self) -> bool {
        matches!(self, Self::Opus | Self::OtherAudio)
    }
}

impl PacketCopier {
    pub(super) fn new(track: &Track, format: Format) -> Self {
        let codec = Codec::of(track);
        Self {
            codec,
            delay: track.codec_delay,
            nominal: track.default_duration.or_else(|| frame_duration(track)),
            last: None,
            shown: None,
            skipping: false,
            has_frames: false,
            has_key: false,
            format,
            errors: ErrorCounts::new(if codec.is_audio() {
                "audio packets"
            } else {
                "video frames"
            }),
        }
    }

    /// Returns the packet of a block; `None` if it is damaged or out of order, which is counted.
    pub(super) fn copy(&mut self, block: &Block) -> Result<Option<EncodedFrame>> {
        let Some(time) = self.time_of(block) else {
            self.errors.add_late();
            return Ok(None);
        };
        let duration = match self.duration_of(block, time) {
            Ok(length) => length,
            Err(error) => return self.errors.add(error, true).map(|()| None),
        };
        self.last = Some((time, time + duration));
        let is_sound = self.codec.is_audio();
        self.has_frames = true;
        self.has_key |= block.key || is_sound;
        let padding = u64::try_from(block.discard_padding).unwrap_or(0);
        let packet = Packet {
            track: 0,
            time,
            duration,
            key: block.key || is_sound,
            padding: Duration::from_nanos(if is_sound { padding } else { 0 }),
            early: self.early(block, time),
            data: match self.format {
                Format::AsIs => block.data.clone(),
                Format::ByteStream => annex_b::length_prefixed(&block.data),
            },
            side_data: block.side_data.clone().filter(|_| self.has_side_data(block)),
        };
        Ok(Some(EncodedFrame {
            packet,
            delay: self.delay,
            is_sound,
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

    /// The time of a block, not before the last one; `None` if the block is dropped.
    fn time_of(&mut self, block: &Block) -> Option<Timestamp> {
        let Some((last, end)) = self.last else {
            return Some(block.time);
        };
        if block.lace > 0 && block.time <= last {
            // Laced frames share one time.
            return Some(end);
        }
        let tolerance = match self.codec {
            Codec::ReorderedVideo => MAX_REORDERING,
            _ => TOLERANCE,
        };
        self.skipping = block.time + tolerance < last || (self.skipping && !block.key);
        (!self.skipping).then(|| block.time.max(last))
    }

    /// How much earlier than `time` the frame is presented.
    fn early(&self, block: &Block, time: Timestamp) -> Duration {
        match self.codec {
            Codec::ReorderedVideo => time - block.time,
            _ => Duration::ZERO,
        }
    }

    /// A duration alone is left out for Opus, whose packets say it.
    fn has_side_data(&self, block: &Block) -> bool {
        let more = |side_data: &SideData| {
            !side_data.elements.is_empty() || side_data.discard_padding < 0 || side_data.invisible
        };
        self.codec != Codec::Opus || block.side_data.as_deref().is_some_and(more)
    }

    fn duration_of(&mut self, block: &Block, time: Timestamp) -> Result<Duration> {
        if self.codec == Codec::Opus {
            return opus_frames(&block.data).map(|frames| frames_to_duration(frames, OPUS_RATE));
        }
        if self.is_hidden(block) {
            return Ok(Duration::ZERO);
        }
        let step = self.shown.replace(time).map(|shown| time - shown);
        let nominal = nominal_step(self.nominal, step);
        let nominal = match self.codec {
            // The step is one in the order of decoding.
            Codec::ReorderedVideo => self.nominal,
            _ => nominal,
        };
        Ok(block
            .duration
            .or(nominal)
            .or(step)
            .unwrap_or(DEFAULT_FRAME_DURATION))
    }

    /// Returns `true` for an invisible frame, which later frames refer to (RFC 6386, 9.1, `show_frame`).
    fn is_hidden(&self, block: &Block) -> bool {
        const SHOW_FRAME: u8 = 0x10;
        let not_shown = |first: &u8| self.codec == Codec::Vp8 && first & SHOW_FRAME == 0;
        block.invisible || block.data.first().is_some_and(not_shown)
    }
}

/// The duration of a packet of audio by its codec, if all of them last as long.
fn frame_duration(track: &Track) -> Option<Duration> {
    const LOW_RATE: f64 = 32_000.0;
    let frames = match track.codec_id.as_str() {
        "A_AAC" => 1_024.0,
        "A_MPEG/L3" if track.sample_rate < LOW_RATE => 576.0,
        "A_MPEG/L2" | "A_MPEG/L3" => 1_152.0,
        "A_AC3" => 1_536.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(frames / track.sample_rate).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
