//! Merges the packets of all tracks into one sequence, in container order and container time.
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::recorder::watermark::Watermark;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Media of other tracks that waits for live video when nothing of it is being encoded.
const VIDEO_TIMEOUT: Duration = Duration::from_secs(1);

/// The same for live audio, and of live tracks for a track that is not live and has stalled. Less than the four seconds of
/// live video after which frames are dropped.
const LONG_TIMEOUT: Duration = Duration::from_secs(3);

/// One container tick: blocks of a track differ by at least this much.
const TICK: Duration = Duration::from_millis(1);

pub(crate) struct Interleaver {
    tracks: Vec<Track>,
    origin: Option<Timestamp>,
    /// Container time of the last packet.
    last: Timestamp,
    /// Media time after which packets of tracks that are not live are discarded.
    cut: Option<Timestamp>,
    watermark: Arc<Watermark>,
    /// Nothing more is captured: live tracks are waited for until they end.
    stopped: bool,
}

/// The properties of a track that the order depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrackOrder {
    /// Audio comes before video of the same time, and its packets have no gaps between them.
    pub(crate) audio: bool,
    /// Its source is a device, which may fall silent.
    pub(crate) live: bool,
    /// Its packets are copied from a file and keep their times.
    pub(crate) copied: bool,
}

struct Track {
    order: TrackOrder,
    queue: VecDeque<Packet>,
    /// The next packet is not earlier than this; `None` before the first.
    floor: Option<Timestamp>,
    /// Container time of the last packet.
    last: Option<Timestamp>,
    late: Late,
    ended: bool,
}

/// Packets of tracks that are not live which arrived late and were shifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) packets: u64,
    /// Maximum shift.
    pub(crate) most: Duration,
}

impl Interleaver {
    pub(crate) fn new(tracks: impl IntoIterator<Item = TrackOrder>, watermark: Arc<Watermark>) -> Self {
        let tracks = tracks.into_iter().map(|order| Track {
            order,
            queue: VecDeque::new(),
            floor: None,
            last: None,
            late: Late::default(),
            ended: false,
        });
        Self {
            tracks: tracks.collect(),
            origin: None,
            last: Timestamp::ZERO,
            cut: None,
            watermark,
            stopped: false,
        }
    }

    /// Adds a packet. One of a live track that has ended, or whose time has passed, comes back and has to be dropped: it
    /// would be in the wrong place. Video is not encoded then, and audio comes too late only if none was captured for long.
    #[must_use]
    pub(crate) fn push(&mut self, packet: Packet) -> Option<Packet> {
        let order = self.tracks[packet.track].order;
        if order.live && !order.audio {
            self.watermark.arrive(packet.track, packet.time);
        }
        if order.live && (self.tracks[packet.track].ended || self.watermark.has_passed(packet.time)) {
            return Some(packet);
        }
        let track = &mut self.tracks[packet.track];
        track.floor = Some(if track.order.audio && !track.order.copied {
            packet.time + packet.duration
        } else {
            packet.time
        });
        track.queue.push_back(packet);
        None
    }

    /// Nothing more is captured by live tracks; from now on they are waited for until they end.
    pub(crate) fn stop(&mut self) {
        self.stopped = true;
    }

    /// Ends this track; returns `true` if all tracks have ended.
    pub(crate) fn end(&mut self, track: usize) -> bool {
        self.tracks[track].ended = true;
        self.tracks.iter().all(|t| t.ended)
    }

    pub(crate) fn has_ended(&self, track: usize) -> bool {
        self.tracks[track].ended
    }

    /// Discards what is after the end of this track, which was stopped while others had run ahead of it. Live tracks are
    /// not cut.
    pub(crate) fn cut_behind(&mut self, track: usize) {
        let end = self.tracks[track].floor.unwrap_or_default();
        self.cut = Some(self.cut.map_or(end, |cut| cut.min(end)));
    }

    /// The next packet in order, stamped with container time, once no track can still bring an earlier one.
    pub(crate) fn pop(&mut self) -> Option<Packet> {
        loop {
            let index = self.first_in_order()?;
            let next = self.tracks[index].queue.front()?;
            if self.must_wait(next) {
                return None;
            }
            let packet = self.tracks[index].queue.pop_front()?;
            // A device is never ahead; others were behind it.
            if self.tracks[index].order.live || self.cut.is_none_or(|cut| packet.time <= cut) {
                return Some(self.stamped(packet));
            }
        }
    }

    fn first_in_order(&self) -> Option<usize> {
        let fronts = self.tracks.iter().filter_map(|t| t.queue.front());
        fronts.min_by_key(|p| self.rank(p.time, p.track)).map(|p| p.track)
    }

    /// The order of packets: by tick, audio before video.
    fn rank(&self, time: Timestamp, track: usize) -> (u64, bool, usize) {
        let tick = (Timestamp::ZERO + (time - self.origin.unwrap_or_default())).round_millis();
        (tick, !self.tracks[track].order.audio, track)
    }

    fn must_wait(&self, next: &Packet) -> bool {
        let of_all = self.waiting_behind(next, |_| true);
        let of_live = self.waiting_behind(next, |order| order.live);
        let is_waited_for = |index: usize| match self.tracks[index].order {
            TrackOrder { live: false, .. } => of_live < LONG_TIMEOUT,
            TrackOrder { audio: true, .. } => of_all < LONG_TIMEOUT || self.stopped,
            TrackOrder { audio: false, .. } => of_all < VIDEO_TIMEOUT || self.stopped,
        };
        self.missing_before(next).any(is_waited_for)
            || !self.watermark.pass(next.time, self.missing_before(next))
    }

    /// The tracks without a packet that may still bring one before this one.
    fn missing_before(&self, next: &Packet) -> impl Iterator<Item = usize> + '_ {
        let rank = self.rank(next.time, next.track);
        let tracks = self.tracks.iter().enumerate();
        tracks.filter_map(move |(index, track)| {
            let behind = track.floor.is_some_and(|floor| self.rank(floor, index) > rank);
            (track.queue.is_empty() && !track.ended && !behind).then_some(index)
        })
    }

    /// Duration of the media that waits after this packet, in tracks that match.
    fn waiting_behind(&self, next: &Packet, of: impl Fn(TrackOrder) -> bool) -> Duration {
        let tracks = self.tracks.iter().filter(|t| of(t.order));
        let newest = tracks.filter_map(|t| t.queue.back()).map(|p| p.time).max();
        newest.map_or(Duration::ZERO, |newest| newest - next.time)
    }

    /// Late packets of this track.
    pub(crate) fn late(&self, track: usize) -> Late {
        self.tracks[track].late
    }

    /// Converts media time to container time: counted from the first packet, never decreasing, and at least a tick apart
    /// on each track that is encoded. Shifts of more than a tick are counted.
    fn stamped(&mut self, mut packet: Packet) -> Packet {
        let origin = *self.origin.get_or_insert(packet.time);
        let track = &mut self.tracks[packet.track];
        let apart = if track.order.copied { Duration::ZERO } else { TICK };
        let earliest = track.last.map_or(Timestamp::ZERO, |last| last + apart);
        let own = Timestamp::ZERO + (packet.time - origin);
        let mut time = own.max(self.last);
        if time.round_millis() < earliest.round_millis() {
            time = earliest;
        }
        let late = (time - own) + (origin - packet.time);
        if late > TICK {
            track.late.packets += 1;
            track.late.most = track.late.most.max(late);
        }
        (packet.time, track.last, self.last) = (time, Some(time), time);
        packet
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::ms;
    use bytes::Bytes;

    const VIDEO: TrackOrder = TrackOrder {
        audio: false,
        live: true,
        copied: false,
    };
    const AUDIO: TrackOrder = TrackOrder {
        audio: true,
        live: true,
        copied: false,
    };

    fn packet(track: usize, ms: u64) -> Packet {
        Packet {
            track,
            time: Timestamp::from_millis(ms),
            duration: Duration::from_millis(20),
            key: true,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: Bytes::new(),
            side_data: None,
        }
    }

    fn interleaver<const N: usize>(tracks: [TrackOrder; N]) -> Interleaver {
        Interleaver::new(tracks, Arc::new(Watermark::new(N)))
    }

    fn push(i: &mut Interleaver, packets: &[(usize, u64)]) {
        for &(track, ms) in packets {
            assert_eq!(i.push(packet(track, ms)), None);
        }
    }

    fn drain(i: &mut Interleaver) -> Vec<(usize, u64)> {
        std::iter::from_fn(|| i.pop())
            .map(|p| (p.track, p.time.round_millis()))
            .collect()
    }

    #[test]
    fn the_first_packet_of_all_is_time_zero() {
        let mut i = interleaver([VIDEO, VIDEO]);
        push(&mut i, &[(0, 130)]);
        assert_eq!(drain(&mut i), []);
        push(&mut i, &[(1, 110), (1, 150)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 20)]);
    }

    #[test]
    fn sound_stands_before_a_picture_of_the_same_tick() {
        let mut i = interleaver([VIDEO, AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (0, 20), (1, 20)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 20)]);
    }

    #[test]
    fn a_picture_waits_only_until_the_sound_before_it_is_there() {
        let mut i = interleaver([VIDEO, AUDIO]);
        push(&mut i, &[(1, 0), (0, 0), (0, 33)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        push(&mut i, &[(1, 20)]);
        // The next sound begins at 40 ms, so nothing can come between.
        assert_eq!(drain(&mut i), [(1, 20), (0, 33)]);
    }

    #[test]
    fn silent_live_video_holds_the_others_for_a_second() {
        let mut i = interleaver([VIDEO, VIDEO]);
        push(&mut i, &[(0, 0), (0, 500), (0, 1000), (0, 1500), (0, 2000)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
        push(&mut i, &[(1, 1100)]);
        assert_eq!(drain(&mut i), [(1, 1100)]);
    }

    #[test]
    fn what_comes_too_late_from_a_file_is_counted_with_how_far_it_moved_at_most() {
        let file = TrackOrder { live: false, ..VIDEO };
        let mut i = interleaver([VIDEO, file]);
        push(&mut i, &[(0, 100), (0, 600), (0, 1100), (0, 3600), (0, 4100)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
        // It is before the first of all, too.
        push(&mut i, &[(1, 50), (1, 700), (1, 1200)]);
        i.end(1);
        assert_eq!(
            drain(&mut i),
            [(1, 1000), (1, 1001), (1, 1100), (0, 3500), (0, 4000)]
        );
        let most = Duration::from_millis(1050);
        assert_eq!(i.late(1), Late { packets: 2, most });
        assert_eq!(i.late(0), Late::default());
    }

    #[test]
    fn what_comes_too_late_from_a_device_is_dropped_and_never_moved() {
        let mut i = interleaver([VIDEO, AUDIO]);
        push(&mut i, &[(0, 0), (0, 1000), (0, 2999)]);
        assert_eq!(drain(&mut i), []);
        push(&mut i, &[(0, 4100)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 1000)]);
        // A microphone that gave nothing for three seconds, though it had something.
        assert_eq!(i.push(packet(1, 980)), Some(packet(1, 980)));
        push(&mut i, &[(1, 1000), (1, 2980)]);
        assert_eq!(drain(&mut i), [(1, 1000), (1, 2980), (0, 2999)]);
        assert_eq!((i.late(0), i.late(1)), (Late::default(), Late::default()));
    }

    #[test]
    fn what_an_encoder_of_a_device_has_in_hand_is_waited_for_however_long_it_takes() {
        let watermark = Arc::new(Watermark::new(2));
        let mut i = Interleaver::new([VIDEO, AUDIO], watermark.clone());
        assert!(watermark.claim(0, ms(0)) && watermark.claim(0, ms(33)));
        push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 40), (1, 5000)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20)]);
        push(&mut i, &[(0, 33)]);
        assert_eq!(drain(&mut i), [(0, 33), (1, 40)]);
        assert!(!watermark.claim(0, ms(38)));
        assert!(watermark.claim(0, ms(4990)));
        // Sound that is captured and not encoded holds up pictures in the same way.
        watermark.hold(1, ms(5020));
        push(&mut i, &[(0, 4990), (0, 5010), (0, 5033), (0, 10_000)]);
        assert_eq!(drain(&mut i), [(0, 4990), (1, 5000), (0, 5010)]);
        watermark.release(1);
        assert_eq!(drain(&mut i), [(0, 5033)]);
    }

    #[test]
    fn after_a_stop_a_device_is_waited_for_until_its_end() {
        let mut i = interleaver([VIDEO, AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (1, 20)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        i.stop();
        push(&mut i, &[(1, 40), (1, 9000)]);
        assert_eq!(drain(&mut i), []);
        push(&mut i, &[(0, 33)]);
        assert_eq!(drain(&mut i), [(1, 20), (0, 33)]);
        i.end(0);
        assert_eq!(drain(&mut i), [(1, 40), (1, 9000)]);
    }

    #[test]
    fn live_media_is_held_back_for_a_file_that_stands_still_for_three_seconds_only() {
        let file = TrackOrder { live: false, ..VIDEO };
        let mut i = interleaver([file, AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 1020), (1, 3019)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        push(&mut i, &[(1, 3020), (1, 3040)]);
        assert_eq!(drain(&mut i), [(1, 20)]);
        push(&mut i, &[(0, 33), (0, 66), (0, 5000)]);
        // It catches up; nothing of it is late as long as live media of that time waits.
        assert_eq!(
            drain(&mut i),
            [(0, 33), (0, 66), (1, 1020), (1, 3019), (1, 3020), (1, 3040)]
        );
        assert_eq!(i.late(0), Late::default());
        // Files wait for each other as long as it takes, and for a device that is behind them.
        let mut i = interleaver([file, file, AUDIO]);
        i.end(2);
        push(&mut i, &[(0, 0), (0, 9000)]);
        assert_eq!(drain(&mut i), []);
    }

    #[test]
    fn a_file_is_waited_for() {
        let mut i = interleaver([VIDEO, TrackOrder { live: false, ..VIDEO }]);
        push(&mut i, &[(0, 0), (0, 2900)]);
        assert_eq!(drain(&mut i), []);
        i.end(1);
        assert_eq!(drain(&mut i), [(0, 0), (0, 2900)]);
    }

    #[test]
    fn blocks_of_a_track_are_a_tick_apart_and_never_go_back() {
        let mut i = interleaver([VIDEO]);
        push(&mut i, &[(0, 10), (0, 10), (0, 10), (0, 11), (0, 50)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 40)]);
    }

    #[test]
    fn blocks_of_a_copy_stay_where_they_were_even_at_one_time() {
        let copied = |audio| TrackOrder {
            audio,
            live: false,
            copied: true,
        };
        let mut i = interleaver([copied(false), copied(true)]);
        push(
            &mut i,
            &[
                (0, 0),
                (0, 40),
                (0, 40),
                (0, 41),
                (1, 0),
                (1, 17),
                (1, 39),
                (1, 60),
            ],
        );
        i.end(0);
        let expected = [
            (1, 0),
            (0, 0),
            (1, 17),
            (1, 39),
            (0, 40),
            (0, 40),
            (0, 41),
            (1, 60),
        ];
        assert_eq!(drain(&mut i), expected);
    }

    #[test]
    fn what_ran_ahead_of_a_stopped_track_is_cut_unless_it_is_live() {
        let of_file = |order| TrackOrder { live: false, ..order };
        let mut i = interleaver([of_file(VIDEO), of_file(AUDIO)]);
        push(&mut i, &[(0, 0), (0, 33), (1, 0), (1, 20), (1, 40), (1, 60)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 33)]);
        i.end(0);
        i.cut_behind(0);
        i.end(1);
        i.cut_behind(1);
        assert_eq!(drain(&mut i), []);
        // A file that gave no more held back what a microphone captured meanwhile.
        let mut i = interleaver([of_file(VIDEO), AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 3000)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        i.end(0);
        i.cut_behind(0);
        i.end(1);
        assert_eq!(drain(&mut i), [(1, 20), (1, 3000)]);
    }
}
