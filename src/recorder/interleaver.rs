//! Merges the packets of all tracks into one sequence, in container order and container time.
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::recorder::watermark::Watermark;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Media of other tracks that waits for live video when nothing of it is being encoded.
const VIDEO_TIMEOUT: Duration = Duration::from_secs(1);

/// The same for live audio, and of live tracks for a track that is not live and has stalled. Less than the twenty seconds of
/// live video after which frames are dropped.
const LONG_TIMEOUT: Duration = Duration::from_secs(3);

/// How much media one packet counts as, at most. When the process was stopped, a device has a gap, and nothing waited.
pub(crate) const LONGEST_STEP: Duration = Duration::from_millis(900);

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
    /// Its packets are copied and keep their times.
    pub(crate) copied: bool,
}

/// A packet, and the number of the segment that it was captured in.
type Numbered = (Packet, u64);

struct Track {
    order: TrackOrder,
    queue: VecDeque<Numbered>,
    /// The next packet is not earlier than this; `None` before the first.
    floor: Option<Timestamp>,
    /// Container time of the last packet.
    last: Option<Timestamp>,
    late: Late,
    ended: bool,
}

/// Packets of tracks that are not live, or copied, which arrived late and were shifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Late {
    pub(crate) packets: u64,
    /// Maximum shift.
    pub(crate) most: Duration,
}

impl Track {
    /// Duration of the media that waits after this time.
    fn waiting_behind(&self, mut time: Timestamp) -> Duration {
        let times = self.queue.iter().map(|(packet, _)| packet.time);
        let steps = times.map(|next| {
            let step = next - time;
            time = time.max(next);
            step.min(LONGEST_STEP)
        });
        steps.sum()
    }
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
    pub(crate) fn push(&mut self, packet: Packet, segment: u64) -> Option<Packet> {
        let order = self.tracks[packet.track].order;
        if order.live && !order.audio {
            self.watermark.arrive(packet.track, packet.time);
        }
        // A copied packet is needed by those that follow: it is shifted rather than dropped.
        let is_too_late = !order.copied && self.watermark.has_passed(packet.time);
        if order.live && (self.tracks[packet.track].ended || is_too_late) {
            return Some(packet);
        }
        let track = &mut self.tracks[packet.track];
        track.floor = Some(if track.order.audio && !track.order.copied {
            packet.time + packet.duration
        } else {
            packet.time
        });
        track.queue.push_back((packet, segment));
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

    /// Whether no packet of this track will come out any more.
    pub(crate) fn is_exhausted(&self, track: usize) -> bool {
        self.has_ended(track) && self.tracks[track].queue.is_empty()
    }

    /// Discards what is after the end of this track, which was stopped while others had run ahead of it. Live tracks are
    /// not cut.
    pub(crate) fn cut_behind(&mut self, track: usize) {
        let end = self.tracks[track].floor.unwrap_or_default();
        self.cut = Some(self.cut.map_or(end, |cut| cut.min(end)));
    }

    /// The next packet in order, stamped with container time, and its segment, once no track can still bring an earlier one.
    pub(crate) fn pop(&mut self) -> Option<(Packet, u64)> {
        loop {
            let index = self.first_in_order()?;
            let (next, _) = self.tracks[index].queue.front()?;
            if self.must_wait(next) {
                return None;
            }
            let (packet, segment) = self.tracks[index].queue.pop_front()?;
            // A device is never ahead; others were behind it.
            if self.tracks[index].order.live || self.cut.is_none_or(|cut| packet.time <= cut) {
                return Some((self.stamped(packet), segment));
            }
        }
    }

    fn first_in_order(&self) -> Option<usize> {
        let fronts = self.tracks.iter().filter_map(|t| t.queue.front());
        let first = fronts.min_by_key(|(p, _)| self.rank(p.time, p.track));
        first.map(|(p, _)| p.track)
    }

    /// The order of packets: by tick, audio before video.
    fn rank(&self, time: Timestamp, track: usize) -> (u64, bool, usize) {
        let tick = (Timestamp::ZERO + (time - self.origin.unwrap_or_default())).round_millis();
        (tick, !self.tracks[track].order.audio, track)
    }

    fn must_wait(&self, next: &Packet) -> bool {
        // Adding up what waits takes long, so it is done only if a track has no packet.
        let of_all = || self.waiting_behind(next, |_| true);
        let of_live = || self.waiting_behind(next, |order| order.live);
        let is_waited_for = |index: usize| match self.tracks[index].order {
            TrackOrder { live: false, .. } => of_live() < LONG_TIMEOUT,
            TrackOrder { audio: true, .. } => self.stopped || of_all() < LONG_TIMEOUT,
            TrackOrder { audio: false, .. } => self.stopped || of_all() < VIDEO_TIMEOUT,
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
        tracks
            .map(|t| t.waiting_behind(next.time))
            .max()
            .unwrap_or_default()
    }

    /// The media time of this container time.
    pub(crate) fn media_time(&self, time: Timestamp) -> Timestamp {
        self.origin.unwrap_or_default() + (time - Timestamp::ZERO)
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
mod tests;
