//! What is in a file, measured block by block and not only read off its header.
pub use super::measured::Gap;
use super::measured::{Measured, missing_packets, padding_seconds, round, seconds};
use super::reader::{Block, Reader};
use super::track::{Track, TrackKind};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;

/// As many gaps are listed; all are counted.
const GAPS_LISTED: usize = 100;
/// As many tracks are listed that the header does not describe: what is damaged may look like many.
const UNDESCRIBED_LISTED: usize = 16;

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
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
    pub state: State,
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
    pub kind: TrackKind,
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

/// Gathers what an [`Inspection`] tells, one block after the other.
#[derive(Debug, Default)]
pub struct Inspector {
    tracks: BTreeMap<u64, Measured>,
}

impl Inspector {
    /// Takes in the next block.
    pub fn add(&mut self, block: &Block) {
        self.tracks.entry(block.track).or_default().add(block);
    }

    /// What it all amounts to, once `reader` has come to its end.
    pub fn finish<R: Read>(mut self, reader: &Reader<R>) -> Inspection {
        let header = reader.header();
        let tracks = self.described(&header.tracks);
        let ends = tracks
            .iter()
            .map(|(track, measured)| measured.end(track.codec_delay));
        let measured_duration = ends.fold(0.0, f64::max);
        let tracks: Vec<_> = tracks
            .iter()
            .map(|(track, measured)| inspect(track, measured))
            .collect();
        Inspection {
            duration: header.duration(),
            measured_duration: round(measured_duration),
            seekable: reader.cues() > 0,
            state: match header.duration() {
                _ if reader.is_cut_off() => State::CutOff,
                Some(_) => State::Finished,
                None => State::Live,
            },
            container: header.doc_type.clone(),
            muxing_app: header.muxing_app.clone(),
            writing_app: header.writing_app.clone(),
            size: reader.position(),
            bit_rate: rate(reader.position(), measured_duration),
            clusters: reader.clusters(),
            cues: reader.cues(),
            damaged_bytes: reader.damaged(),
            av_offset: av_offset(&tracks),
            tracks,
        }
    }

    /// The tracks of the header, and those that only their blocks tell of, with what was seen of them.
    fn described(&mut self, tracks: &[Track]) -> Vec<(Track, Measured)> {
        let described = tracks.iter().cloned().map(|track| {
            let measured = self.tracks.remove(&track.number);
            (track, measured.unwrap_or_default())
        });
        let mut all: Vec<_> = described.collect();
        let others = std::mem::take(&mut self.tracks).into_iter();
        all.extend(others.take(UNDESCRIBED_LISTED).map(|(number, measured)| {
            let track = Track {
                number,
                ..Track::default()
            };
            (track, measured)
        }));
        all
    }
}

/// A decoder drops as much of the beginning as times are delayed by, so a track is first heard at
/// the very time of its first packet.
fn av_offset(tracks: &[TrackInspection]) -> Option<f64> {
    let first = |kind| {
        let track = tracks.iter().find(|track| track.kind == kind)?;
        track.first_time
    };
    Some(round(first(TrackKind::Audio)? - first(TrackKind::Video)?))
}

fn inspect(track: &Track, measured: &Measured) -> TrackInspection {
    let is_video = track.kind == TrackKind::Video;
    let is_audio = track.kind == TrackKind::Audio;
    let median = measured.median_step().unwrap_or_default();
    let gaps = measured.gaps(median);
    TrackInspection {
        number: track.number,
        kind: track.kind,
        codec: track.codec().to_owned(),
        codec_id: track.codec_id.clone(),
        label: track.name.clone(),
        width: is_video.then_some(track.width),
        height: is_video.then_some(track.height),
        frame_rate: measured.rate().filter(|_| is_video),
        sample_rate: is_audio.then_some(track.sample_rate),
        channel_count: is_audio.then_some(track.channels),
        packets: measured.packets,
        bytes: measured.bytes,
        bit_rate: rate(measured.bytes, measured.span() + median),
        key_frames: measured.key_frames,
        first_time: measured.first(),
        last_time: measured.last(),
        codec_delay: track.codec_delay.as_secs_f64(),
        discard_padding: round(measured.discard_padding),
        median_step: measured.median_step().map(round),
        gap_count: gaps.len() as u64,
        largest_gap: gaps.iter().copied().max_by(|a, b| a.length.total_cmp(&b.length)),
        missing_packets: missing_packets(&gaps, median),
        gaps: gaps.into_iter().take(GAPS_LISTED).collect(),
        backward_steps: measured.backward_steps() as u64,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "saturates"
)]
fn rate(bytes: u64, length: f64) -> Option<u64> {
    (length > 0.0).then(|| (bytes as f64 * 8.0 / length).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::media::Packet;
    use crate::webm::canned;

    fn inspect_file(file: &[u8]) -> Inspection {
        let mut reader = Reader::new(file).unwrap();
        let mut inspector = Inspector::default();
        while let Some(block) = reader.next_block().unwrap() {
            inspector.add(&block);
        }
        inspector.finish(&reader)
    }

    #[test]
    fn a_finished_file_is_described_as_it_was_made() {
        let file = canned::finished(3);
        let found = inspect_file(&file);
        assert_eq!((found.duration, found.measured_duration), (Some(3.0), 3.0));
        assert_eq!((found.state, found.seekable), (State::Finished, true));
        assert_eq!((found.size, found.clusters), (file.len() as u64, 3));
        assert_eq!((found.av_offset, found.damaged_bytes), (Some(0.0), 0));
        let [video, audio] = &found.tracks[..] else {
            panic!("two tracks were written");
        };
        assert_eq!((video.codec.as_str(), audio.codec.as_str()), ("vp8", "opus"));
        assert_eq!((video.width, video.height), (Some(64), Some(48)));
        assert_eq!((video.packets, video.key_frames), (90, 3));
        assert_eq!((audio.packets, audio.key_frames), (151, 151));
        assert!((video.frame_rate.unwrap() - 30.0).abs() < 0.01);
        assert_eq!((video.gap_count, audio.gap_count), (0, 0));
        assert_eq!(audio.bit_rate, Some(12_000));
        assert_eq!((audio.codec_delay, audio.discard_padding), (0.0065, 0.0135));
    }

    #[test]
    fn a_live_file_has_no_duration_and_a_cut_off_one_says_so() {
        let (live, _) = canned::live(2);
        let found = inspect_file(&live);
        assert_eq!((found.duration, found.measured_duration), (None, 2.0));
        assert_eq!((found.state, found.seekable), (State::Live, false));
        let found = inspect_file(&live[..live.len() - 1]);
        assert_eq!(found.state, State::CutOff);
    }

    #[test]
    fn gaps_are_found_with_what_is_missing_in_them() {
        let mut packets = canned::packets(2);
        packets.retain(|packet| packet.track == 1 || !(10..16).contains(&frame_number(packet)));
        let (file, _) = canned::write(&[canned::video_track(), canned::audio_track()], &packets);
        let video = &inspect_file(&file).tracks[0];
        assert_eq!((video.gap_count, video.missing_packets), (1, 6));
        assert_eq!(
            video.largest_gap,
            Some(Gap {
                time: 0.3,
                length: 0.233
            })
        );
    }

    fn frame_number(packet: &Packet) -> u64 {
        packet.time.round_millis() * 30 / 990
    }

    #[test]
    fn sound_that_begins_late_is_measured_against_the_picture() {
        let mut packets = vec![canned::frame(0, 0, true)];
        packets.push(Packet {
            time: Timestamp::from_millis(25),
            ..canned::sound(1, 0)
        });
        let (file, _) = canned::write(&[canned::video_track(), canned::audio_track()], &packets);
        assert_eq!(inspect_file(&file).av_offset, Some(0.025));
    }

    #[test]
    fn a_file_without_packets_has_nothing_to_measure() {
        let (file, _) = canned::write(&[canned::video_track()], &[]);
        let found = inspect_file(&file);
        assert_eq!((found.measured_duration, found.av_offset), (0.0, None));
        assert_eq!(found.tracks[0].frame_rate, None);
    }

    #[test]
    fn json_has_the_names_that_scripts_use() {
        let json = serde_json::to_value(inspect_file(&canned::finished(1))).unwrap();
        assert_eq!(json["duration"], 1.0);
        assert_eq!(json["seekable"], true);
        assert_eq!(json["state"], "finished");
        assert_eq!(json["tracks"][0]["kind"], "video");
        assert_eq!(json["tracks"][1]["sampleRate"], 48_000.0);
        assert!(json["tracks"][1].get("width").is_none());
    }
}
