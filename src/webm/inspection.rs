//! What can be said about a file and its tracks.
use crate::webm::block::Block;
use crate::webm::track::TrackType;
use crate::webm::track_stats::{Gap, padding_seconds, seconds};
use serde::Serialize;

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FileState {
    /// It says its duration.
    Finished,
    /// It says no duration, but its last element is whole: a stream, or a recording in progress.
    Live,
    /// It ends within an element.
    #[serde(rename = "cut off")]
    CutOff,
}

/// All about a file; times in seconds, sizes in bytes, rates in a second.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inspection {
    /// What the file says its duration is.
    pub duration: Option<f64>,
    /// When the presentation of the longest track ends.
    pub measured_duration: f64,
    /// Whether it has Cues.
    pub seekable: bool,
    /// How it ends.
    pub state: FileState,
    /// `webm` or `matroska`.
    pub container: String,
    /// The library that wrote it.
    pub muxing_app: String,
    /// The program that wrote it.
    pub writing_app: String,
    /// Its size.
    pub size: u64,
    /// Bits a second, all in all.
    pub bit_rate: Option<u64>,
    /// Number of Clusters.
    pub clusters: u64,
    /// Number of places that its Cues name.
    pub cues: u64,
    /// Bytes that make no sense.
    pub damaged_bytes: u64,
    /// When the first audio track is first heard less when the first video track is first seen.
    pub av_offset: Option<f64>,
    /// The tracks, in the order of the file.
    pub tracks: Vec<TrackInspection>,
}

/// One track of an [`Inspection`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackInspection {
    /// The number by which blocks name it.
    pub number: u64,
    /// What it carries.
    pub kind: TrackType,
    /// Its codec as a `codecs` parameter names it.
    pub codec: String,
    /// Its Matroska codec ID.
    pub codec_id: String,
    /// Its name.
    pub label: String,
    /// Pixels a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Frames a second, measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f64>,
    /// Sample frames a second, as the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<f64>,
    /// Channels, as the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_count: Option<u16>,
    /// Number of packets.
    pub packets: u64,
    /// Their size without the container.
    pub bytes: u64,
    /// Bits a second without the container.
    pub bit_rate: Option<u64>,
    /// Packets at which decoding can start.
    pub key_frames: u64,
    /// Time of the first packet in the file.
    pub first_time: Option<f64>,
    /// Time of the last packet in the file.
    pub last_time: Option<f64>,
    /// How much later than they are presented its times are.
    pub codec_delay: f64,
    /// What is cut off the end of its packets.
    pub discard_padding: f64,
    /// The usual time from one packet to the next.
    pub median_step: Option<f64>,
    /// How often a packet came much later than usual.
    pub gap_count: u64,
    /// The first hundred of these.
    pub gaps: Vec<Gap>,
    /// The longest of these.
    pub largest_gap: Option<Gap>,
    /// How many packets of usual length the gaps had room for.
    pub missing_packets: u64,
    /// Packets with a time not later than the one before.
    pub backward_steps: u64,
}

/// One line of `--packets`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PacketInspection {
    /// Number of its track.
    pub track: u64,
    /// Its time in the file.
    pub time: f64,
    /// Its size without the container.
    pub size: usize,
    /// Whether decoding can start at it.
    pub key: bool,
    /// Number of its Cluster, from 0.
    pub cluster: u64,
    /// Where its element begins.
    pub position: u64,
    /// How long it says it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// How much of its end is not to be played.
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
