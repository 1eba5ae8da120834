//! The last packets of a recording.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use std::collections::VecDeque;
use std::time::Duration;

/// How long before its span a history begins at most, if the last key frame before it is older: that of a picture that stands
/// still, or where key frames are rare. Frames from before are then presented at the beginning.
const MAX_LEAD: Duration = Duration::from_secs(60);

/// How old the last key frame of live video that is copied becomes before another one is requested. Browsers send none unless they
/// are asked, and without another one nothing can be removed.
const KEY_INTERVAL: Duration = Duration::from_secs(10);

/// One container tick: frames of a track differ by at least this much.
const TICK: Duration = Duration::from_millis(1);

/// The packets of the last span of media, and those before it that are needed to decode them.
pub(crate) struct HistoryBuffer {
    span: Duration,
    tracks: Vec<TrackHistory>,
    /// Container time of the last packet.
    newest: Timestamp,
}

struct TrackHistory {
    is_video: bool,
    seek_pre_roll: Duration,
    /// Of video, the first is a key frame.
    packets: VecDeque<Packet>,
    /// Times of the key frames of video among them.
    keys: VecDeque<Timestamp>,
}

/// A part of the history, up to its end.
pub(crate) struct Excerpt {
    /// In container order.
    pub(crate) packets: VecDeque<Packet>,
    /// Audio before the first of them.
    pub(crate) pre_roll: Vec<Packet>,
}

impl HistoryBuffer {
    pub(crate) fn new(span: Duration, tracks: &[TrackInfo]) -> Self {
        let tracks = tracks.iter().map(|track| TrackHistory {
            is_video: matches!(track.format, MediaFormat::Video(_)),
            seek_pre_roll: track.seek_pre_roll,
            packets: VecDeque::new(),
            keys: VecDeque::new(),
        });
        Self {
            span,
            tracks: tracks.collect(),
            newest: Timestamp::ZERO,
        }
    }

    /// Adds the next packet of the recording, and removes what has become too old.
    pub(crate) fn add(&mut self, packet: &Packet) {
        self.newest = packet.time;
        self.tracks[packet.track].add(packet);
        let oldest = packet.time - self.span;
        for track in self.tracks.iter_mut().filter(|track| track.is_video) {
            track.remove_undisplayed(oldest);
        }
        let begin = self.begin(oldest);
        for track in self.tracks.iter_mut().filter(|track| !track.is_video) {
            track.remove_before(begin);
        }
    }

    /// Whether the last key frame of a track of video has become old.
    pub(crate) fn needs_key_frame(&self, track: usize) -> bool {
        let track = &self.tracks[track];
        let last = track.keys.back().copied().unwrap_or_default();
        track.is_video && self.newest - last >= KEY_INTERVAL
    }

    /// Container time of the last packet.
    pub(crate) fn newest(&self) -> Timestamp {
        self.newest
    }

    /// What is needed to present everything from this time on; `None` if there is nothing.
    pub(crate) fn since(&self, time: Timestamp) -> Option<Excerpt> {
        let begin = self.begin(time);
        let mut packets: Vec<Packet> = Vec::new();
        let mut pre_roll = Vec::new();
        for track in &self.tracks {
            if track.is_video {
                packets.extend(track.decodable_at(time, begin));
            } else {
                let before = track.packets.partition_point(|packet| packet.time < begin);
                pre_roll.extend(track.packets.range(..before).cloned());
                packets.extend(track.packets.range(before..).cloned());
            }
        }
        // The order of the interleaver.
        packets.sort_by_key(|packet| (packet.time, self.tracks[packet.track].is_video, packet.track));
        (!packets.is_empty()).then(|| Excerpt {
            packets: packets.into(),
            pre_roll,
        })
    }

    /// Where an excerpt since this time begins: at the first of the key frames that are needed.
    fn begin(&self, time: Timestamp) -> Timestamp {
        let keys = self.tracks.iter().filter_map(|track| track.key_at(time));
        keys.min().map_or(time, |key| key.max(time - MAX_LEAD))
    }
}

impl TrackHistory {
    fn add(&mut self, packet: &Packet) {
        if self.is_video {
            if packet.key {
                self.keys.push_back(packet.time);
            } else if self.packets.is_empty() {
                return;
            }
        }
        self.packets.push_back(packet.clone());
    }

    /// The key frame from which the frame is decoded that is displayed at this time; otherwise the first.
    fn key_at(&self, time: Timestamp) -> Option<Timestamp> {
        let after = self.keys.partition_point(|&key| key <= time);
        self.keys.get(after.saturating_sub(1)).copied()
    }

    /// Removes frames from which none is decoded that is displayed at this time or later.
    fn remove_undisplayed(&mut self, time: Timestamp) {
        while self.keys.get(1).is_some_and(|&next| next <= time) {
            self.keys.pop_front();
            self.packets.pop_front();
            while self.packets.front().is_some_and(|packet| !packet.key) {
                self.packets.pop_front();
            }
        }
    }

    /// Removes audio that is neither needed at this time nor to get a decoder ready for it.
    fn remove_before(&mut self, time: Timestamp) {
        let is_needed =
            |first: &Packet| first.time + first.duration + first.duration + self.seek_pre_roll > time;
        while self.packets.front().is_some_and(|first| !is_needed(first)) {
            self.packets.pop_front();
        }
    }

    /// The frames that are needed from this time on, none of which is before `begin`.
    fn decodable_at(&self, time: Timestamp, begin: Timestamp) -> impl Iterator<Item = Packet> + '_ {
        let key = self.key_at(time).unwrap_or_default();
        let before = self.packets.partition_point(|packet| packet.time < key);
        let frames = self.packets.range(before..).skip_while(|packet| !packet.key);
        let mut earliest = begin;
        frames.cloned().map(move |mut packet| {
            if packet.time < earliest {
                packet.time = earliest;
                earliest += TICK;
            }
            packet
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{opus, packet, vp8};

    /// A packet of video (track 0) or audio (track 1).
    fn at(track: usize, millis: u64, key: bool) -> Packet {
        Packet {
            track,
            time: Timestamp::from_millis(millis),
            key,
            ..packet(20)
        }
    }

    fn buffer(span: u64) -> HistoryBuffer {
        HistoryBuffer::new(Duration::from_secs(span), &[vp8(), opus()])
    }

    /// Audio and video until this second, with a key frame every second and a frame every 100 ms.
    fn filled(span: u64, seconds: u64) -> HistoryBuffer {
        let mut buffer = buffer(span);
        for millis in (0..=seconds * 1000).step_by(20) {
            buffer.add(&at(1, millis, true));
            if millis % 100 == 0 {
                buffer.add(&at(0, millis, millis % 1000 == 0));
            }
        }
        buffer
    }

    fn times(excerpt: &Excerpt, track: usize) -> Vec<u64> {
        let of_track = excerpt.packets.iter().filter(|packet| packet.track == track);
        of_track.map(|packet| packet.time.round_millis()).collect()
    }

    #[test]
    fn an_excerpt_begins_with_the_last_key_frame_before_and_has_the_order_of_the_recording() {
        let buffer = filled(5, 20);
        let excerpt = buffer.since(Timestamp::from_millis(15_730)).unwrap();
        assert_eq!(
            times(&excerpt, 0),
            (15_000..=20_000).step_by(100).collect::<Vec<_>>()
        );
        assert_eq!(
            times(&excerpt, 1),
            (15_000..=20_000).step_by(20).collect::<Vec<_>>()
        );
        let order = excerpt
            .packets
            .iter()
            .map(|packet| (packet.time, 1 - packet.track));
        assert!(order.is_sorted());
        let before: Vec<u64> = excerpt
            .pre_roll
            .iter()
            .map(|packet| packet.time.round_millis())
            .collect();
        assert!(before.ends_with(&[14_920, 14_940, 14_960, 14_980]), "{before:?}");
    }

    #[test]
    fn it_keeps_no_more_than_the_span_and_a_key_frame_interval() {
        for seconds in [20, 200] {
            let buffer = filled(5, seconds);
            let count = |track: usize| buffer.tracks[track].packets.len();
            // 5 s, up to 1 s before them, and the pre-roll of audio.
            assert!((50..=61).contains(&count(0)), "{}", count(0));
            assert!((250..=306).contains(&count(1)), "{}", count(1));
        }
    }

    #[test]
    fn a_key_frame_is_needed_when_the_last_one_is_ten_seconds_old() {
        let mut buffer = buffer(5);
        buffer.add(&at(0, 100, true));
        for millis in [10_000, 10_100] {
            buffer.add(&at(1, millis, true));
            buffer.add(&at(0, millis, false));
            assert_eq!(buffer.needs_key_frame(0), millis > 10_000);
        }
        assert!(!buffer.needs_key_frame(1));
        buffer.add(&at(0, 10_200, true));
        assert!(!buffer.needs_key_frame(0));
    }

    #[test]
    fn a_picture_that_stands_still_is_there_a_minute_before_the_span_and_audio_since_then() {
        let mut buffer = buffer(5);
        for millis in [0, 100, 200] {
            buffer.add(&at(0, millis, millis == 0));
        }
        for millis in (200..=600_000).step_by(20) {
            buffer.add(&at(1, millis, true));
        }
        assert!(buffer.tracks[1].packets.len() <= 65 * 50 + 7);
        let excerpt = buffer.since(Timestamp::from_millis(595_000)).unwrap();
        assert_eq!(times(&excerpt, 0), [535_000, 535_001, 535_002]);
        assert_eq!(times(&excerpt, 1)[0], 535_000);
    }

    #[test]
    fn of_several_cameras_each_begins_with_a_key_frame_and_the_earliest_is_first() {
        let mut buffer = HistoryBuffer::new(Duration::from_secs(2), &[vp8(), vp8()]);
        for millis in (0..=6_000).step_by(100) {
            buffer.add(&at(0, millis, millis % 1000 == 0));
            buffer.add(&at(1, millis, millis % 1500 == 0));
        }
        let excerpt = buffer.since(Timestamp::from_millis(4_400)).unwrap();
        assert_eq!((times(&excerpt, 0)[0], times(&excerpt, 1)[0]), (4_000, 3_000));
        assert!(excerpt.packets[0].key);
    }

    #[test]
    fn video_before_the_first_key_frame_is_left_out() {
        let mut buffer = buffer(5);
        assert!(buffer.since(Timestamp::ZERO).is_none());
        for millis in (0..=2_000).step_by(100) {
            buffer.add(&at(0, millis, millis == 700));
        }
        let excerpt = buffer.since(Timestamp::ZERO).unwrap();
        assert_eq!(times(&excerpt, 0)[0], 700);
    }
}
