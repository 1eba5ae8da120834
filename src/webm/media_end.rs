//! Where the media of a file ends, which is its Duration.
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::webm::track_end::TrackEnd;
use std::time::Duration;

/// Minimum time between the cues of a file without video, in ticks.
const AUDIO_CUE_TICKS: u64 = 500;

/// The end of the longest track, as far as its packets were read or written, but not before the last cue.
#[derive(Debug)]
pub(super) struct MediaEnd {
    tracks: Vec<TrackEnd>,
    /// Time of the last packet, in ticks.
    last: u64,
    /// Time of the last cue, in ticks.
    cue: Option<u64>,
    has_video_cues: bool,
}

impl MediaEnd {
    pub(super) fn new(tracks: usize) -> Self {
        Self {
            tracks: vec![TrackEnd::default(); tracks],
            last: 0,
            cue: None,
            has_video_cues: false,
        }
    }

    /// Adds the next packet.
    pub(super) fn add(&mut self, packet: &Packet, codec_delay: Duration) {
        let ticks = packet.time.round_millis();
        self.last = self.last.max(ticks);
        // One that is late has the time of the one before it in the file.
        let is_late = ticks < self.last;
        let time = if is_late {
            Timestamp::from_millis(self.last)
        } else {
            packet.time
        };
        self.tracks[packet.track].add(packet, time, codec_delay);
    }

    /// Takes note of a key frame at this time, in ticks; returns whether it is a cue. The first of a video track takes the place
    /// of all cues before.
    pub(super) fn add_key(&mut self, time: u64, is_video: bool) -> bool {
        let is_far = self.cue.is_none_or(|last| time - last >= AUDIO_CUE_TICKS);
        let is_cue = is_video || (!self.has_video_cues && is_far);
        self.has_video_cues |= is_video;
        self.cue = if is_cue { Some(time) } else { self.cue };
        is_cue
    }

    pub(super) const fn has_video_cues(&self) -> bool {
        self.has_video_cues
    }

    pub(super) const fn has_cue(&self) -> bool {
        self.cue.is_some()
    }

    pub(super) fn time(&self) -> Timestamp {
        // What is a cue can be sought to, even if all of it is discarded.
        let cue = self.cue.map(Timestamp::from_millis);
        let ends = self.tracks.iter().map(TrackEnd::time).chain(cue);
        ends.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::test_media;

    #[test]
    fn the_last_cue_is_within_the_duration_even_if_nothing_is_heard_from_there() {
        let mut end = MediaEnd::new(1);
        for number in 0..100 {
            let packet = test_media::audio(0, number);
            end.add_key(packet.time.round_millis(), false);
            end.add(&packet, Duration::from_secs(30));
        }
        assert_eq!(end.time().round_millis(), 1_500);
    }

    #[test]
    fn a_packet_that_is_late_ends_as_much_later() {
        let mut end = MediaEnd::new(2);
        end.add(&test_media::frame(1, 300, true), Duration::ZERO);
        end.add(&test_media::audio(0, 3), Duration::ZERO);
        assert_eq!(end.time().round_millis(), 10_033);
        end.add(&test_media::audio(0, 4), Duration::from_millis(6));
        let long = Packet {
            duration: Duration::from_secs(1),
            ..test_media::audio(0, 5)
        };
        end.add(&long, Duration::ZERO);
        assert_eq!(end.time().round_millis(), 11_000);
    }

    #[test]
    fn only_key_frames_of_video_are_cues_once_there_is_one() {
        let mut end = MediaEnd::new(2);
        assert!(end.add_key(0, false) && !end.add_key(100, false));
        assert!(end.add_key(200, true) && end.add_key(210, true));
        assert!(!end.add_key(5_000, false));
        assert_eq!(end.time().round_millis(), 210);
    }
}
