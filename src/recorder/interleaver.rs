//! Merges the packets of all tracks into one sequence, in container order and container time.
use crate::clock::Timestamp;
use crate::media::Packet;
use std::collections::VecDeque;
use std::time::Duration;

/// Media of other tracks that waits for a silent live track.
const LIVE_TIMEOUT: Duration = Duration::from_secs(1);

/// Media of live tracks that waits for a track that is not live and has stalled. Less than the four seconds of live video
/// after which frames are dropped.
const FILE_TIMEOUT: Duration = Duration::from_secs(3);

/// One container tick: blocks of a track differ by at least this much.
const TICK: Duration = Duration::from_millis(1);

pub(crate) struct Interleaver {
    tracks: Vec<Track>,
    origin: Option<Timestamp>,
    /// Container time of the last packet.
    last: Timestamp,
    /// Media time after which packets of tracks that are not live are discarded.
    cut: Option<Timestamp>,
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

/// Packets that arrived late and were shifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) packets: u64,
    /// Maximum shift.
    pub(crate) most: Duration,
}

impl Interleaver {
    pub(crate) fn new(tracks: impl IntoIterator<Item = TrackOrder>) -> Self {
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
        }
    }

    pub(crate) fn push(&mut self, packet: Packet) {
        let track = &mut self.tracks[packet.track];
        track.floor = Some(if track.order.audio && !track.order.copied {
            packet.time + packet.duration
        } else {
            packet.time
        });
        track.queue.push_back(packet);
    }

    /// Ends this track; returns `true` if all tracks have ended.
    pub(crate) fn end(&mut self, track: usize) -> bool {
        self.tracks[track].ended = true;
        self.tracks.iter().all(|t| t.ended)
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
        let waits_for_live = self.waiting_behind(next, |_| true) < LIVE_TIMEOUT;
        let waits_for_files = self.waiting_behind(next, |order| order.live) < FILE_TIMEOUT;
        let rank = self.rank(next.time, next.track);
        self.tracks.iter().enumerate().any(|(index, track)| {
            let behind = track.floor.is_some_and(|floor| self.rank(floor, index) > rank);
            let is_waited_for = if track.order.live {
                waits_for_live
            } else {
                waits_for_files
            };
            track.queue.is_empty() && !track.ended && !behind && is_waited_for
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

    fn push(i: &mut Interleaver, packets: &[(usize, u64)]) {
        for &(track, ms) in packets {
            i.push(packet(track, ms));
        }
    }

    fn drain(i: &mut Interleaver) -> Vec<(usize, u64)> {
        std::iter::from_fn(|| i.pop())
            .map(|p| (p.track, p.time.round_millis()))
            .collect()
    }

    #[test]
    fn the_first_packet_of_all_is_time_zero() {
        let mut i = Interleaver::new([VIDEO, VIDEO]);
        push(&mut i, &[(0, 130)]);
        assert_eq!(drain(&mut i), []);
        push(&mut i, &[(1, 110), (1, 150)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 20)]);
    }

    #[test]
    fn sound_stands_before_a_picture_of_the_same_tick() {
        let mut i = Interleaver::new([VIDEO, AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (0, 20), (1, 20)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 20)]);
    }

    #[test]
    fn a_picture_waits_only_until_the_sound_before_it_is_there() {
        let mut i = Interleaver::new([VIDEO, AUDIO]);
        push(&mut i, &[(1, 0), (0, 0), (0, 33)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        push(&mut i, &[(1, 20)]);
        // The next sound begins at 40 ms, so nothing can come between.
        assert_eq!(drain(&mut i), [(1, 20), (0, 33)]);
    }

    #[test]
    fn a_silent_live_track_holds_the_others_for_a_second() {
        let mut i = Interleaver::new([VIDEO, VIDEO]);
        push(&mut i, &[(0, 0), (0, 500), (0, 1000), (0, 1500), (0, 2000)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
        push(&mut i, &[(1, 700)]);
        assert_eq!(drain(&mut i), [(1, 1000)]);
    }

    #[test]
    fn what_comes_too_late_is_counted_with_how_far_it_moved_at_most() {
        let mut i = Interleaver::new([VIDEO, VIDEO]);
        push(&mut i, &[(0, 100), (0, 600), (0, 1100), (0, 1600), (0, 2100)]);
        assert_eq!(drain(&mut i), [(0, 0), (0, 500), (0, 1000)]);
        // It is before the first of all, too.
        push(&mut i, &[(1, 50), (1, 700), (1, 1200)]);
        i.end(1);
        assert_eq!(
            drain(&mut i),
            [(1, 1000), (1, 1001), (1, 1100), (0, 1500), (0, 2000)]
        );
        let most = Duration::from_millis(1050);
        assert_eq!(i.late(1), Late { packets: 2, most });
        assert_eq!(i.late(0), Late::default());
    }

    #[test]
    fn live_media_is_held_back_for_a_file_that_stands_still_for_three_seconds_only() {
        let file = TrackOrder { live: false, ..VIDEO };
        let mut i = Interleaver::new([file, AUDIO]);
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
        let mut i = Interleaver::new([file, file, AUDIO]);
        i.end(2);
        push(&mut i, &[(0, 0), (0, 9000)]);
        assert_eq!(drain(&mut i), []);
    }

    #[test]
    fn a_file_is_waited_for() {
        let mut i = Interleaver::new([
            VIDEO,
            TrackOrder {
                audio: false,
                live: false,
                copied: false,
            },
        ]);
        push(&mut i, &[(0, 0), (0, 2900)]);
        assert_eq!(drain(&mut i), []);
        i.end(1);
        assert_eq!(drain(&mut i), [(0, 0), (0, 2900)]);
    }

    #[test]
    fn blocks_of_a_track_are_a_tick_apart_and_never_go_back() {
        let mut i = Interleaver::new([VIDEO]);
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
        let mut i = Interleaver::new([copied(false), copied(true)]);
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
        let mut i = Interleaver::new([of_file(VIDEO), of_file(AUDIO)]);
        push(&mut i, &[(0, 0), (0, 33), (1, 0), (1, 20), (1, 40), (1, 60)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0), (1, 20), (0, 33)]);
        i.end(0);
        i.cut_behind(0);
        i.end(1);
        i.cut_behind(1);
        assert_eq!(drain(&mut i), []);
        // A file that gave no more held back what a microphone captured meanwhile.
        let mut i = Interleaver::new([of_file(VIDEO), AUDIO]);
        push(&mut i, &[(0, 0), (1, 0), (1, 20), (1, 3000)]);
        assert_eq!(drain(&mut i), [(1, 0), (0, 0)]);
        i.end(0);
        i.cut_behind(0);
        i.end(1);
        assert_eq!(drain(&mut i), [(1, 20), (1, 3000)]);
    }
}
