//! Measures a file block by block, instead of trusting its header.
use crate::webm::block::Block;
use crate::webm::date;
use crate::webm::header::Header;
use crate::webm::inspection::{FileState, Inspection, SeekableReason, TrackInspection};
use crate::webm::reader::Reader;
use crate::webm::track::{Track, TrackType};
use crate::webm::track_remuxer::TrackRemuxer;
use crate::webm::track_stats::{TrackStats, missing_packets, round};
use std::collections::BTreeMap;
use std::io::Read;

/// Maximum number of gaps that are listed; all are counted.
const GAPS_LISTED: usize = 100;
/// Maximum number of tracks listed that are not in the header: a damaged file can seem to have many.
const UNDESCRIBED_LISTED: usize = 16;
/// Maximum number of tracks of which the bit rate over time is kept.
const HISTORIES: usize = 64;

/// Measures the blocks of a file for an [`Inspection`]. Memory grows by 8 bytes per packet.
///
/// ```no_run
/// use mediarec::webm::{Inspector, Reader};
///
/// let mut reader = Reader::new(std::fs::File::open("recording.webm")?)?;
/// let mut inspector = Inspector::new(reader.header());
/// while let Some(block) = reader.next_block()? {
///     inspector.add(&block);
/// }
/// let inspection = inspector.finish(&reader);
/// println!("{} s, {} tracks", inspection.measured_duration, inspection.tracks.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Inspector {
    tracks: BTreeMap<u64, TrackStats>,
}

impl Inspector {
    /// Creates an inspector for a file with this header.
    #[must_use]
    pub fn new(header: &Header) -> Self {
        let tracks = header.tracks.iter().enumerate().map(|(index, track)| {
            let mut stats = TrackStats::of(track);
            stats.history = stats.history.filter(|_| index < HISTORIES);
            (track.number, stats)
        });
        Self {
            tracks: tracks.collect(),
        }
    }

    /// Adds the next block.
    pub fn add(&mut self, block: &Block) {
        self.tracks.entry(block.track).or_default().add(block);
    }

    /// Returns the report, after `reader` has returned its last block.
    pub fn finish<R: Read>(mut self, reader: &Reader<R>) -> Inspection {
        let header = reader.header();
        let tracks = self.described(&header.tracks);
        let ends = tracks.iter().map(|(track, stats)| stats.end(track.codec_delay));
        let state = match header.duration() {
            _ if reader.is_cut_off() => FileState::CutOff,
            Some(_) => FileState::Finished,
            None => FileState::Live,
        };
        let measured_duration = ends.fold(0.0, f64::max);
        let tracks: Vec<_> = tracks
            .iter()
            .map(|(track, stats)| inspect(track, stats))
            .collect();
        Inspection {
            duration: header.duration(),
            measured_duration: round(measured_duration),
            seekable: reader.cues() > 0,
            seekable_reason: seekable_reason(state, reader.cues()),
            state,
            container: header.doc_type.clone(),
            muxing_app: header.muxing_app.clone(),
            writing_app: header.writing_app.clone(),
            title: header.title.clone(),
            date: header.date.map(date::rfc3339),
            tags: header.tags.clone(),
            size: reader.position(),
            bit_rate: rate(reader.position(), measured_duration),
            clusters: reader.clusters(),
            cues: reader.cues(),
            damaged_bytes: reader.damaged(),
            av_offset: av_offset(&tracks),
            tracks,
        }
    }

    /// The tracks of the header, then those that only blocks refer to, each with its statistics.
    fn described(&mut self, tracks: &[Track]) -> Vec<(Track, TrackStats)> {
        let described = tracks.iter().cloned().map(|track| {
            let mut stats = self.tracks.remove(&track.number).unwrap_or_default();
            if track.kind == TrackType::Video && !TrackRemuxer::new(&track).is_ordered() {
                stats.put_in_order();
            }
            (track, stats)
        });
        let mut all: Vec<_> = described.collect();
        let others = std::mem::take(&mut self.tracks).into_iter();
        all.extend(others.take(UNDESCRIBED_LISTED).map(|(number, stats)| {
            let track = Track {
                number,
                ..Track::default()
            };
            (track, stats)
        }));
        all
    }
}

fn seekable_reason(state: FileState, cues: u64) -> SeekableReason {
    match state {
        _ if cues > 0 => SeekableReason::Cues,
        FileState::Finished => SeekableReason::NoCues,
        FileState::Live => SeekableReason::Live,
        FileState::CutOff => SeekableReason::CutOff,
    }
}

/// The decoder discards as much of the beginning as the codec delays, so a track starts at the time stamp of its
/// first packet.
fn av_offset(tracks: &[TrackInspection]) -> Option<f64> {
    let first = |kind| {
        let track = tracks.iter().find(|track| track.kind == kind)?;
        track.first_time
    };
    Some(round(first(TrackType::Audio)? - first(TrackType::Video)?))
}

fn inspect(track: &Track, stats: &TrackStats) -> TrackInspection {
    let is_video = track.kind == TrackType::Video;
    let is_audio = track.kind == TrackType::Audio;
    let median = stats.median_step().unwrap_or_default();
    let gaps = stats.gaps(median);
    TrackInspection {
        number: track.number,
        kind: track.kind,
        codec: track.codec().to_owned(),
        codec_id: track.codec_id.clone(),
        label: track.name.clone(),
        width: is_video.then_some(track.width),
        height: is_video.then_some(track.height),
        size_change_count: stats.size_changes.count,
        size_changes: stats.size_changes.listed.clone(),
        frame_rate: stats.rate().filter(|_| is_video),
        sample_rate: is_audio.then_some(track.sample_rate),
        channel_count: is_audio.then_some(track.channels),
        packets: stats.packets,
        bytes: stats.bytes,
        bit_rate: rate(stats.bytes, stats.span() + median),
        bit_rate_history: stats.history.clone().unwrap_or_default(),
        key_frames: stats.key_frames,
        first_time: stats.first(),
        last_time: stats.last(),
        codec_delay: track.codec_delay.as_secs_f64(),
        discard_padding: round(stats.discard_padding),
        median_step: stats.median_step().map(round),
        gap_count: gaps.len() as u64,
        largest_gap: gaps.iter().copied().max_by(|a, b| a.length.total_cmp(&b.length)),
        missing_packets: missing_packets(&gaps, median),
        gaps: gaps.into_iter().take(GAPS_LISTED).collect(),
        backward_steps: stats.backward_steps() as u64,
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
    use crate::media::{Packet, TrackInfo};
    use crate::webm::doc_type::DocType;
    use crate::webm::test_media;
    use crate::webm::track_stats::Gap;
    use crate::webm::writer::WebmWriter;

    fn inspect_file(file: &[u8]) -> Inspection {
        let mut reader = Reader::new(file).unwrap();
        let mut inspector = Inspector::new(reader.header());
        while let Some(block) = reader.next_block().unwrap() {
            inspector.add(&block);
        }
        inspector.finish(&reader)
    }

    #[test]
    fn a_finished_file_is_described_as_it_was_made() {
        let file = test_media::finalized(3);
        let found = inspect_file(&file);
        assert_eq!((found.duration, found.measured_duration), (Some(3.0), 3.0));
        assert_eq!((found.state, found.seekable), (FileState::Finished, true));
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
    fn bytes_and_key_frames_are_counted_over_time() {
        let found = inspect_file(&test_media::finalized(3));
        let [video, audio] = &found.tracks[..] else {
            panic!("two tracks were written");
        };
        for track in [video, audio] {
            let history = &track.bit_rate_history;
            assert_eq!(history.bytes().iter().sum::<u64>(), track.bytes);
            assert_eq!(history.key_frames().iter().sum::<u64>(), track.key_frames);
        }
        let history = &video.bit_rate_history;
        assert_eq!((history.start(), history.step()), (Some(0.0), 0.01));
        let keys = history.key_frames().iter();
        let keys: Vec<_> = keys.enumerate().filter(|(_, count)| **count > 0).collect();
        assert_eq!(keys, [(0, &1), (100, &1), (200, &1)]);
    }

    #[test]
    fn only_a_limited_number_of_described_tracks_has_a_history() {
        let tracks = (1..=100).map(|number| Track {
            number,
            ..Track::default()
        });
        let header = Header {
            tracks: tracks.collect(),
            ..Header::default()
        };
        let mut inspector = Inspector::new(&header);
        let (file, _) = test_media::live(1);
        let mut reader = Reader::new(&file[..]).unwrap();
        let block = reader.next_block().unwrap().unwrap();
        for track in 1..=200 {
            inspector.add(&Block {
                track,
                ..block.clone()
            });
        }
        let kept = inspector.tracks.values().filter(|stats| stats.history.is_some());
        assert_eq!(kept.count(), HISTORIES);
    }

    #[test]
    fn cues_decide_whether_a_file_is_seekable() {
        let reasons = [
            (FileState::Finished, 0),
            (FileState::CutOff, 1),
            (FileState::Live, 1),
        ]
        .map(|(state, cues)| seekable_reason(state, cues));
        assert_eq!(
            reasons,
            [SeekableReason::NoCues, SeekableReason::Cues, SeekableReason::Cues]
        );
    }

    #[test]
    fn a_live_file_has_no_duration_and_a_cut_off_one_says_so() {
        let (live, _) = test_media::live(2);
        let found = inspect_file(&live);
        assert_eq!((found.duration, found.measured_duration), (None, 2.0));
        assert_eq!((found.state, found.seekable), (FileState::Live, false));
        assert_eq!(found.seekable_reason, SeekableReason::Live);
        let found = inspect_file(&live[..live.len() - 1]);
        assert_eq!(found.state, FileState::CutOff);
        assert_eq!(found.seekable_reason, SeekableReason::CutOff);
    }

    #[test]
    fn gaps_are_found_with_what_is_missing_in_them() {
        let mut packets = test_media::packets(2);
        packets.retain(|packet| packet.track == 1 || !(10..16).contains(&frame_number(packet)));
        let (file, _) = test_media::write(&[test_media::video_track(), test_media::audio_track()], &packets);
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

    #[test]
    fn changes_of_the_frame_size_are_listed_with_their_times() {
        let key = |number: u64, width: u8| Packet {
            data: vec![0x10, 0, 0, 0x9D, 0x01, 0x2A, width, 0, 48, 0].into(),
            ..test_media::frame(0, number, true)
        };
        let between = test_media::frame(0, 31, false);
        let packets = [key(0, 64), key(30, 32), between, key(60, 32), key(90, 64)];
        let (file, _) = test_media::write(&[test_media::video_track()], &packets);
        let video = &inspect_file(&file).tracks[0];
        let changes = video.size_changes.iter();
        let changes: Vec<_> = changes.map(|change| (change.time, change.width)).collect();
        assert_eq!(changes, [(1.0, 32), (3.0, 64)]);
        assert_eq!(video.size_change_count, 2);
    }

    #[test]
    fn frames_that_are_decoded_in_another_order_leave_no_gaps() {
        let track = TrackInfo {
            codec_id: "V_MPEG4/ISO/AVC".into(),
            ..test_media::video_track()
        };
        // A frame, and then the two that are presented before it.
        let groups = (1..=10).flat_map(|group| [3 * group, 3 * group - 2, 3 * group - 1]);
        let mut decoded = Timestamp::ZERO;
        let packets = std::iter::once(0).chain(groups).map(|number| {
            let packet = test_media::frame(0, number, number == 0);
            decoded = decoded.max(packet.time);
            Packet {
                early: decoded - packet.time,
                time: decoded,
                ..packet
            }
        });
        let mut writer = WebmWriter::new(DocType::Matroska, &[track]).unwrap();
        packets.for_each(|packet| assert!(writer.write(&packet).is_ok()));
        let video = &inspect_file(&writer.take()).tracks[0];
        assert_eq!(
            (video.packets, video.gap_count, video.missing_packets),
            (31, 0, 0)
        );
        assert_eq!((video.last_time, video.backward_steps), (Some(1.0), 0));
    }

    fn frame_number(packet: &Packet) -> u64 {
        packet.time.round_millis() * 30 / 990
    }

    #[test]
    fn sound_that_begins_late_is_measured_against_the_picture() {
        let mut packets = vec![test_media::frame(0, 0, true)];
        packets.push(Packet {
            time: Timestamp::from_millis(25),
            ..test_media::audio(1, 0)
        });
        let (file, _) = test_media::write(&[test_media::video_track(), test_media::audio_track()], &packets);
        assert_eq!(inspect_file(&file).av_offset, Some(0.025));
    }

    #[test]
    fn a_file_without_packets_has_nothing_to_measure() {
        let (file, _) = test_media::write(&[test_media::video_track()], &[]);
        let found = inspect_file(&file);
        assert_eq!((found.measured_duration, found.av_offset), (0.0, None));
        assert_eq!(found.tracks[0].frame_rate, None);
    }

    #[test]
    fn json_has_the_names_that_scripts_use() {
        let json = serde_json::to_value(inspect_file(&test_media::finalized(1))).unwrap();
        assert_eq!(json["duration"], 1.0);
        assert_eq!(json["seekable"], true);
        assert_eq!(json["seekableReason"], "cues");
        assert_eq!(json["state"], "finished");
        assert!(json["tracks"][0].get("bitRateHistory").is_none());
        assert_eq!(json["tracks"][0]["kind"], "video");
        assert_eq!(json["tracks"][1]["sampleRate"], 48_000.0);
        assert!(json["tracks"][1].get("width").is_none());
    }
}
