//! The tracks of a stream whose header has lost them, or says something else than their packets.
use crate::webm::header::Header;
use crate::webm::opus_head::OpusHead;
use crate::webm::repair::codec_of_packets;
use crate::webm::repair::survey::{Survey, TrackSample};
use crate::webm::repair::track_header;
use crate::webm::track::{Track, TrackType};
use std::time::Duration;

const OPUS: &str = "A_OPUS";
const AV1: &str = "V_AV1";
/// A single packet may be damaged, and of any track.
const MIN_PACKETS: usize = 2;

/// What is known of the tracks of a damaged header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Recovered {
    pub(super) tracks: Vec<Track>,
    /// Numbers of the tracks of which nothing is known but that they have packets.
    pub(super) unknown: Vec<u64>,
}

/// The tracks as the blocks have them, with what the header says of them; `None` if the header is right, or nothing tells
/// what is.
pub(super) fn recover(header: &Header, survey: &Survey) -> Option<Recovered> {
    let tick = Duration::from_nanos(header.timestamp_scale);
    // Only then may numbers be wrong.
    let is_incomplete = survey
        .tracks
        .iter()
        .any(|sample| is_track(sample) && header.track(sample.number).is_none());
    let mut left = header.tracks.clone();
    let mut tracks = Vec::new();
    let mut lost = Vec::new();
    for sample in &survey.tracks {
        let found = codec_of_packets::track(sample, tick);
        let own = left.iter().position(|track| {
            track.number == sample.number && (!is_incomplete || agrees(track, found.as_ref()))
        });
        match own {
            Some(index) => tracks.push(mended(left.remove(index), found.as_ref())),
            None => lost.push((sample, found)),
        }
    }
    let mut unknown = Vec::new();
    lost.retain(|(sample, _)| is_track(sample));
    for (sample, found) in lost {
        match adopted(&mut left, sample, found) {
            Some(track) => tracks.push(track),
            None => unknown.push(sample.number),
        }
    }
    // Those without packets stay, unless their number is that of another one.
    left.retain(|track| tracks.iter().all(|other| other.number != track.number));
    tracks.extend(left.into_iter().map(|track| mended(track, None)));
    tracks.sort_by_key(|track| position(header, track));
    (tracks != header.tracks).then_some(Recovered { tracks, unknown })
}

fn is_track(sample: &TrackSample) -> bool {
    sample.packets.len() >= MIN_PACKETS
}

/// The order of the header; behind its tracks, that of the numbers.
fn position(header: &Header, track: &Track) -> (usize, u64) {
    let mut tracks = header.tracks.iter();
    let index = tracks.position(|other| other.elements == track.elements && !track.elements.is_empty());
    (index.unwrap_or(usize::MAX), track.number)
}

/// Whether the packets of a track can be of the kind that its header says. Which codec they are of, the header knows better.
fn agrees(track: &Track, found: Option<&Track>) -> bool {
    let Some(found) = found else {
        return true;
    };
    // Video of these codecs tells itself by its key frames.
    let is_telling = matches!(&*track.codec_id, "V_VP8" | "V_VP9" | "V_AV1");
    match found.kind {
        _ if !is_codec_id(&track.codec_id) => true,
        TrackType::Video => track.codec_id.starts_with("V_"),
        _ => !is_telling,
    }
}

fn is_codec_id(id: &str) -> bool {
    id.starts_with("V_") || id.starts_with("A_")
}

/// A track for packets whose number no track of the header has: one of the header without packets, if only one
/// can be meant, or else what the packets tell.
fn adopted(left: &mut Vec<Track>, sample: &TrackSample, found: Option<Track>) -> Option<Track> {
    let fits = |track: &Track| match found.as_ref().map(|found| found.kind) {
        Some(TrackType::Audio) => track.codec_id.starts_with("A_"),
        Some(_) => found
            .as_ref()
            .is_some_and(|found| track.codec_id == found.codec_id),
        None => track_header::flaw(track).is_none(),
    };
    let mut fitting = (0..left.len()).filter(|&index| fits(&left[index]));
    let (Some(index), None) = (fitting.next(), fitting.next()) else {
        return found;
    };
    let track = mended(left.remove(index), found.as_ref());
    Some(Track {
        number: sample.number,
        ..track
    })
}

/// The track, with what its header lacks and its packets or its codec tell.
fn mended(mut track: Track, found: Option<&Track>) -> Track {
    let lacks_configuration = track.codec_id == AV1 && !is_configuration(&track.codec_private);
    if track_header::flaw(&track).is_none() && !lacks_configuration {
        return track;
    }
    if let Some(found) = found {
        if !is_codec_id(&track.codec_id) {
            track.codec_id.clone_from(&found.codec_id);
        }
        if track.codec_id == found.codec_id {
            fill(&mut track, found);
        }
    }
    track.kind = match track.codec_id.get(..2) {
        Some("V_") => TrackType::Video,
        Some("A_") => TrackType::Audio,
        _ => track.kind,
    };
    if track.codec_id == OPUS {
        let head = OpusHead::parse(&track.codec_private);
        if let Some(head) = head.filter(|_| track.channels == 0) {
            track.channels = head.channels.into();
        }
        if track.sample_rate.is_nan() || track.sample_rate <= 0.0 {
            track.sample_rate = 48_000.0;
        }
    }
    track
}

/// What a track lacks that its packets, which are of its codec, tell.
fn fill(track: &mut Track, found: &Track) {
    if track.width == 0 || track.height == 0 {
        (track.width, track.height) = (found.width, found.height);
    }
    if track.channels == 0 {
        track.channels = found.channels;
    }
    if track.codec_id == AV1 && !is_configuration(&track.codec_private) {
        track.codec_private.clone_from(&found.codec_private);
    }
}

/// Marker and version of the configuration of AV1, and three bytes more.
fn is_configuration(private: &[u8]) -> bool {
    matches!(private, [0x81, _, _, _, ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::reader::Reader;
    use crate::webm::test_media;

    /// What is found for a file whose header says this of its tracks: 1 is VP8, 2 is Opus.
    fn recovered(change: impl FnOnce(&mut Vec<Track>)) -> Option<Vec<Track>> {
        let (live, _) = test_media::live(1);
        let mut header = Reader::new(&*live).unwrap().header().clone();
        change(&mut header.tracks);
        recover(&header, &Survey::of(&live)).map(|recovered| recovered.tracks)
    }

    fn original() -> Vec<Track> {
        let (live, _) = test_media::live(1);
        Reader::new(&*live).unwrap().header().tracks.clone()
    }

    #[test]
    fn a_header_that_is_right_stays() {
        assert_eq!(recovered(|_| {}), None);
    }

    #[test]
    fn the_number_of_a_track_is_that_of_its_packets() {
        for number in [0, 1, 7] {
            assert_eq!(
                recovered(|tracks| tracks[1].number = number),
                Some(original()),
                "{number}"
            );
        }
    }

    #[test]
    fn what_a_track_of_opus_lacks_is_in_its_codec_private_and_its_packets() {
        type Change = fn(&mut Track);
        let changes: [Change; 4] = [
            |track| track.kind = TrackType::Other,
            |track| track.sample_rate = 0.0,
            |track| track.channels = 0,
            |track| track.codec_id = "Opus".to_owned(),
        ];
        for change in changes {
            assert_eq!(recovered(|tracks| change(&mut tracks[1])), Some(original()));
        }
    }

    #[test]
    fn a_track_that_is_lost_is_made_of_its_packets() {
        let tracks = recovered(|tracks| tracks.truncate(1)).unwrap();
        assert_eq!(tracks.len(), 2);
        let (made, original) = (&tracks[1], &original()[1]);
        assert_eq!((made.number, &*made.codec_id, made.channels), (2, "A_OPUS", 2));
        assert_eq!(made.codec_delay, original.codec_delay);
    }

    #[test]
    fn packets_that_tell_nothing_make_no_track() {
        // These frames have no size.
        assert_eq!(
            recovered(|tracks| tracks.truncate(0)).map(|tracks| tracks.len()),
            Some(1)
        );
    }
}
