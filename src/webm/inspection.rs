//! The report about a file: what it says and what was measured.
use crate::webm::bit_rate_history::BitRateHistory;
use crate::webm::block::Block;
use crate::webm::metadata::SimpleTag;
use crate::webm::size_changes::SizeChange;
use crate::webm::track::TrackType;
use crate::webm::track_stats::{Gap, padding_seconds, seconds};
use serde::Serialize;

/// Whether a file is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It has a duration.
    Finished,
    /// It has no duration, but its last element is complete: a stream, or a recording in progress.
    Live,
    /// It ends within an element. `cut off` in JSON.
    #[serde(rename = "cut off")]
    CutOff,
}

/// Why a file can be sought in, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SeekableReason {
    /// It has Cues.
    Cues,
    /// It has a duration, but no Cues. `no cues` in JSON.
    #[serde(rename = "no cues")]
    NoCues,
    /// It has neither: a stream, a recording in progress, or one that a browser made.
    Live,
    /// It ends within an element, and no Cues precede that. `cut off` in JSON.
    #[serde(rename = "cut off")]
    CutOff,
}

/// Report about a file. Times and durations are in seconds, sizes in bytes, bit rates in bits per second.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// Duration that the file says; `None` if it has none.
    pub duration: Option<f64>,
    /// End of the presentation of the longest track.
    pub measured_duration: f64,
    /// Whether it has Cues.
    pub seekable: bool,
    /// Why it is seekable, or is not.
    pub seekable_reason: SeekableReason,
    /// Whether it is complete.
    pub state: FileState,
    /// Document type: `webm` or `matroska`.
    pub container: String,
    /// Name of the library that wrote it; may be empty.
    pub muxing_app: String,
    /// Name of the program that wrote it; may be empty.
    pub writing_app: String,
    /// Title; may be empty.
    pub title: String,
    /// When the recording began, as in `2026-03-01T12:00:00Z` (RFC 3339); `None` if the file has no `DateUTC`.
    pub date: Option<String>,
    /// Tags of the whole file; those of tracks, chapters and attachments are left out.
    pub tags: Vec<SimpleTag>,
    /// Size of the file.
    pub size: u64,
    /// Bit rate of the whole file; `None` if it has no duration.
    pub bit_rate: Option<u64>,
    /// Number of Clusters.
    pub clusters: u64,
    /// Number of cue points.
    pub cues: u64,
    /// Bytes that could not be parsed.
    pub damaged_bytes: u64,
    /// Start of the first audio track less the start of the first video track; `None` without one of the two.
    pub av_offset: Option<f64>,
    /// The tracks in the order of the file.
    pub tracks: Vec<TrackInspection>,
}

/// One track of an [`Inspection`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackInspection {
    /// Track number.
    pub number: u64,
    /// Type of its media.
    pub kind: TrackType,
    /// Codec as in the `codecs` parameter of a MIME type, such as `vp8`; see [`Track::codec`](super::Track::codec).
    pub codec: String,
    /// Matroska codec ID, such as `V_VP8`.
    pub codec_id: String,
    /// Name of the track; may be empty.
    pub label: String,
    /// Width in pixels as the file says; video only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels as the file says; video only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Number of changes of the frame size, as key frames of VP8, VP9 and AV1 say it.
    pub size_change_count: u64,
    /// The first 100 changes of the frame size.
    pub size_changes: Vec<SizeChange>,
    /// Measured frame rate in frames per second; video only, `None` if all packets have one time stamp.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Sample rate in Hz as the file says; audio only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<f64>,
    /// Number of channels as the file says; audio only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<u16>,
    /// Number of packets.
    pub packets: u64,
    /// Size of all packets without the container.
    pub bytes: u64,
    /// Bit rate without the container; `None` if all packets have one time stamp.
    pub bit_rate: Option<u64>,
    /// How packets and key frames are spread over time; not in JSON. Empty for tracks that the file does not describe
    /// and for those after the first 64.
    #[serde(skip)]
    pub bit_rate_history: BitRateHistory,
    /// Number of packets at which decoding can start.
    pub key_frames: u64,
    /// Time stamp of the first packet; `None` without packets.
    pub first_time: Option<f64>,
    /// Time stamp of the last packet; `None` without packets.
    pub last_time: Option<f64>,
    /// Codec delay: time stamps are later than the presentation by this.
    pub codec_delay: f64,
    /// `DiscardPadding` of all packets together.
    pub discard_padding: f64,
    /// Median of the steps from one packet to the next; `None` for fewer than two packets.
    pub median_step: Option<f64>,
    /// Number of gaps: steps much longer than the median.
    pub gap_count: u64,
    /// The first 100 gaps.
    pub gaps: Vec<Gap>,
    /// The longest gap.
    pub largest_gap: Option<Gap>,
    /// Number of packets of median duration that would fill the gaps.
    pub missing_packets: u64,
    /// Number of packets whose time stamp is not later than the one before.
    pub backward_steps: u64,
}

/// Report about one packet. Times and durations are in seconds, sizes in bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PacketInspection {
    /// Track number.
    pub track: u64,
    /// Time stamp in the file.
    pub time: f64,
    /// Size without the container.
    pub size: usize,
    /// Whether decoding can start at this packet.
    pub key: bool,
    /// Index of its Cluster, from 0.
    pub cluster: u64,
    /// Offset of its element in the file.
    pub position: u64,
    /// `BlockDuration`; `None` if the file has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// `DiscardPadding`; `None` for 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discard_padding: Option<f64>,
}

impl From<&Block> for PacketInspection {
    fn from(block: &Block) -> Self {
        let padding = Some(block.discard_padding).filter(|&padding| padding != 0);
        Self {
            track: block.track,
            time: seconds(block),
            size: block.data.len(),
            key: block.key,
            cluster: block.cluster,
            position: block.position,
            duration: block.duration.map(|duration| duration.as_secs_f64()),
            discard_padding: padding.map(padding_seconds),
        }
    }
}
