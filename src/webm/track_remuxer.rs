//! Turns the blocks of one track into packets for the muxer: their times in order, their durations by the codec.
use crate::clock::Timestamp;
use crate::media::{DEFAULT_FRAME_DURATION, Packet, SideData, opus_packet_duration};
use crate::webm::block::Block;
use crate::webm::frame_duration;
use crate::webm::track::{Track, TrackType};
use std::time::Duration;

/// Times may go back by this much, as jitter.
const TOLERANCE: Duration = Duration::from_millis(40);
/// Times may go back by this much where frames are encoded in another order than they are presented in.
const MAX_REORDERING: Duration = Duration::from_secs(2);
/// Deviation of a step between frames from the nominal duration: times are whole milliseconds.
const ROUNDING: Duration = Duration::from_millis(1);

/// Converts the blocks of one track.
pub(crate) struct TrackRemuxer {
    codec: Codec,
    nominal: Option<Duration>,
    /// Start and end of the previous frame.
    last: Option<(Timestamp, Timestamp)>,
    /// Time of the last visible frame.
    shown: Option<Timestamp>,
    /// Times went back: frames are dropped until the next key frame.
    skipping: bool,
    /// Whether data that is none of the codec is kept: a file is repaired, not judged.
    keeps_damaged: bool,
}

/// Why there is no packet for a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// Its time, or that of a frame it depends on, goes back too far.
    OutOfOrder,
    /// Its data is none of the codec.
    Damaged,
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
    /// Subtitles and the like, whose packets may overlap.
    Other,
}

impl Codec {
    fn of(track: &Track) -> Self {
        match (track.kind, track.codec_id.as_str()) {
            (TrackType::Audio, "A_OPUS") => Self::Opus,
            (TrackType::Audio, _) => Self::OtherAudio,
            (TrackType::Other, _) => Self::Other,
            (_, "V_VP8") => Self::Vp8,
            (_, "V_VP9" | "V_AV1" | "V_MJPEG") => Self::OrderedVideo,
            _ => Self::ReorderedVideo,
        }
    }

    const fn is_audio(self) -> bool {
        matches!(self, Self::Opus | Self::OtherAudio)
    }
}

impl TrackRemuxer {
    pub(crate) fn new(track: &Track) -> Self {
        Self {
            codec: Codec::of(track),
            nominal: track
                .default_duration
                .or_else(|| frame_duration::of_codec(&track.codec_id, track.sample_rate)),
            last: None,
            shown: None,
            skipping: false,
            keeps_damaged: false,
        }
    }

    /// One that keeps the data of all packets, whatever it is.
    pub(super) fn for_repair(track: &Track) -> Self {
        Self {
            keeps_damaged: true,
            ..Self::new(track)
        }
    }

    /// Whether it is audio.
    pub(crate) const fn is_audio(&self) -> bool {
        self.codec.is_audio()
    }

    /// Whether its packets are in the order of presentation.
    pub(crate) const fn is_ordered(&self) -> bool {
        !matches!(self.codec, Codec::ReorderedVideo | Codec::Other)
    }

    /// The packet of a block, for track 0.
    ///
    /// # Errors
    /// If the block has none.
    pub(crate) fn packet(&mut self, block: &Block) -> Result<Packet, Unusable> {
        let time = self.time_of(block).ok_or(Unusable::OutOfOrder)?;
        let duration = self.duration_of(block, time).ok_or(Unusable::Damaged)?;
        self.last = Some((time, time + duration));
        let is_audio = self.is_audio();
        let padding = u64::try_from(block.discard_padding).unwrap_or(0);
        Ok(Packet {
            track: 0,
            time,
            duration,
            key: block.key || is_audio,
            padding: Duration::from_nanos(if is_audio { padding } else { 0 }),
            early: self.early(block, time),
            data: block.data.clone(),
            side_data: block.side_data.clone().filter(|_| self.has_side_data(block)),
        })
    }

    /// The time of a block, not before the last one; `None` if the block is dropped.
    fn time_of(&mut self, block: &Block) -> Option<Timestamp> {
        let Some((last, end)) = self.last else {
            return Some(block.time);
        };
        if block.lace > 0 && self.is_ordered() && block.time <= last {
            // Laced frames share one time.
            return Some(end);
        }
        let tolerance = match self.codec {
            Codec::ReorderedVideo | Codec::Other => MAX_REORDERING,
            _ => TOLERANCE,
        };
        self.skipping = block.time + tolerance < last || (self.skipping && !block.key);
        (!self.skipping).then(|| block.time.max(last))
    }

    /// How much earlier than `time` the frame is presented.
    fn early(&self, block: &Block, time: Timestamp) -> Duration {
        match self.codec {
            Codec::ReorderedVideo | Codec::Other => time - block.time,
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

    /// Whether the duration of the next packet will be the step to it, as nothing else tells.
    pub(super) fn takes_step(&self, block: &Block) -> bool {
        let is_known = block.duration.is_some() || self.nominal.is_some();
        self.shown.is_some() && !is_known && !matches!(self.codec, Codec::Opus | Codec::Other)
    }

    /// `None` for damaged data.
    fn duration_of(&mut self, block: &Block, time: Timestamp) -> Option<Duration> {
        if self.codec == Codec::Opus {
            let unknown = Some(Duration::ZERO).filter(|_| self.keeps_damaged);
            return opus_packet_duration(&block.data).or(unknown);
        }
        if self.codec == Codec::Other {
            return Some(block.duration.unwrap_or_default());
        }
        if self.is_hidden(block) {
            return Some(Duration::ZERO);
        }
        let step = self.shown.replace(time).map(|shown| time - shown);
        let nominal = match self.codec {
            // The step is one in the order of decoding.
            Codec::ReorderedVideo => self.nominal,
            // A long step is one over frames that are lost.
            _ if self.keeps_damaged => self.nominal,
            _ => nominal_step(self.nominal, step),
        };
        let known = block.duration.or(nominal).or(step);
        Some(known.unwrap_or(DEFAULT_FRAME_DURATION))
    }

    /// Returns `true` for an invisible frame, which later frames refer to (RFC 6386, 9.1, `show_frame`).
    fn is_hidden(&self, block: &Block) -> bool {
        const SHOW_FRAME: u8 = 0x10;
        let not_shown = |first: &u8| self.codec == Codec::Vp8 && first & SHOW_FRAME == 0;
        block.invisible || block.data.first().is_some_and(not_shown)
    }
}

/// The nominal frame duration, if the distance from the last frame agrees.
pub(crate) fn nominal_step(nominal: Option<Duration>, step: Option<Duration>) -> Option<Duration> {
    nominal.filter(|nominal| step.is_none_or(|step| step.abs_diff(*nominal) <= ROUNDING))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    /// Time in milliseconds of each frame of H.264, and how much earlier it is presented. What is given is when it is
    /// presented, and its place in its lace.
    fn h264(frames: &[(u64, usize)]) -> Vec<(u64, u64)> {
        let mut remuxer = TrackRemuxer::new(&Track {
            kind: TrackType::Video,
            codec_id: "V_MPEG4/ISO/AVC".into(),
            default_duration: Some(Duration::from_millis(40)),
            ..Track::default()
        });
        let frames = frames.iter().map(|&(ms, lace)| {
            let block = Block {
                track: 1,
                time: Timestamp::from_millis(ms),
                duration: None,
                discard_padding: 0,
                key: ms == 0,
                invisible: false,
                lace,
                cluster: 0,
                position: 0,
                data: Bytes::from_static(&[1]),
                side_data: None,
            };
            let packet = remuxer.packet(&block).unwrap();
            assert_eq!(packet.duration, Duration::from_millis(40));
            let early = Timestamp::ZERO + packet.early;
            (packet.time.round_millis(), early.round_millis())
        });
        frames.collect()
    }

    #[test]
    fn frames_in_the_order_of_decoding_keep_their_times() {
        let packets = h264(&[0, 120, 40, 80, 160].map(|ms| (ms, 0)));
        assert_eq!(packets, [(0, 0), (120, 0), (120, 80), (120, 40), (160, 0)]);
    }

    #[test]
    fn frames_in_the_order_of_decoding_have_the_same_times_with_a_lace_and_without() {
        let laced = [(0, 0), (40, 1), (80, 2), (0, 0), (40, 1), (80, 2)];
        assert_eq!(h264(&laced), h264(&laced.map(|(ms, _)| (ms, 0))));
    }
}
