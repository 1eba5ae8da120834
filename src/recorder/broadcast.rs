//! Hands the packets of a recording to further consumers, as many as there are.
use crate::media::{MediaFormat, Packet, TrackInfo};
use crate::recorder::history::HistoryBuffer;
use crate::recorder::subscription::{Queue, Subscription};
use crate::sync::Mutex;
use std::sync::{Arc, Weak};
use std::time::Duration;

/// How much of a video track since its last key frame is kept, in bytes. Beyond that, consumers that join wait for the next.
const MAX_KEPT: usize = 32 << 20;

/// Extension: hands the encoded packets of a recording to further consumers, such as viewers of a live page.
///
/// [`Recording::broadcast`](crate::recorder::Recording::broadcast) returns it. A handle: clones are of the same recording, and
/// [`subscribe`](Self::subscribe) can be called from any thread at any time.
///
/// A consumer begins with the last key frame: the packets since then are kept, shared with the recording, so that it has a
/// picture at once and no key frame has to be forced. The recording is the same with and without consumers, byte by byte, and
/// never waits for one.
#[derive(Clone)]
pub struct Broadcast(Arc<Shared>);

struct Shared {
    tracks: Arc<[TrackInfo]>,
    state: Mutex<State>,
}

struct State {
    kept: HistoryBuffer,
    /// Bytes since the last key frame, for each track.
    sizes: Vec<usize>,
    queues: Vec<Weak<Queue>>,
    has_ended: bool,
}

/// The end of the recording; dropping it ends the packets.
pub(crate) struct Broadcaster(Broadcast);

impl Broadcast {
    /// Subscribes to the packets, of which this many bytes may wait; what was kept at the beginning does not count.
    ///
    /// While more wait, packets are dropped and counted, up to the next key frame after there is room.
    #[must_use]
    pub fn subscribe(&self, max_bytes: usize) -> Subscription {
        self.subscribe_with(max_bytes, || ())
    }

    /// The same; `notify` is called after each packet, and at the end. It runs in the thread of the recording, which must not
    /// wait: it should do no more than wake another thread or task.
    #[must_use]
    pub fn subscribe_with(
        &self,
        max_bytes: usize,
        notify: impl Fn() + Send + Sync + 'static,
    ) -> Subscription {
        let tracks = &self.0.tracks;
        let mut state = self.0.state.lock();
        let excerpt = state.kept.since(state.kept.newest());
        let beginning = excerpt.map(|excerpt| excerpt.packets).unwrap_or_default();
        let queue = Queue::new(tracks, beginning, max_bytes, state.has_ended, Box::new(notify));
        let queue = Arc::new(queue);
        state.queues.retain(|queue| queue.strong_count() > 0);
        state.queues.push(Arc::downgrade(&queue));
        Subscription::new(tracks.clone(), queue)
    }

    /// The tracks of the recording, in the order of [`Packet::track`].
    #[must_use]
    pub fn tracks(&self) -> &[TrackInfo] {
        &self.0.tracks
    }

    /// Number of consumers.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        let state = self.0.state.lock();
        let is_used = |queue: &&Weak<Queue>| queue.strong_count() > 0;
        state.queues.iter().filter(is_used).count()
    }
}

impl Broadcaster {
    pub(crate) fn new(tracks: Vec<TrackInfo>) -> Self {
        let state = State {
            kept: HistoryBuffer::new(Duration::ZERO, &tracks),
            sizes: vec![0; tracks.len()],
            queues: Vec::new(),
            has_ended: false,
        };
        Self(Broadcast(Arc::new(Shared {
            tracks: tracks.into(),
            state: Mutex::new(state),
        })))
    }

    pub(crate) fn handle(&self) -> Broadcast {
        self.0.clone()
    }

    /// Hands on the next packet of the recording.
    pub(crate) fn send(&self, packet: &Packet) {
        let Shared { tracks, state } = &*self.0.0;
        let mut state = state.lock();
        state.keep(packet, tracks);
        state.queues.retain(|queue| {
            let queue = queue.upgrade();
            queue.inspect(|queue| queue.push(packet)).is_some()
        });
    }
}

impl Drop for Broadcaster {
    fn drop(&mut self) {
        let mut state = self.0.0.state.lock();
        state.has_ended = true;
        for queue in state.queues.drain(..) {
            queue.upgrade().iter().for_each(|queue| queue.end());
        }
    }
}

impl State {
    fn keep(&mut self, packet: &Packet, tracks: &[TrackInfo]) {
        let size = &mut self.sizes[packet.track];
        let is_video = matches!(tracks[packet.track].format, MediaFormat::Video(_));
        *size = if is_video && packet.key { 0 } else { *size } + packet.size();
        if is_video && *size > MAX_KEPT {
            *size = 0;
            self.kept = HistoryBuffer::new(Duration::ZERO, tracks);
        }
        self.kept.add(packet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::recorder::test_media::{opus, packet, vp8};

    /// More than a test sends.
    const ROOM: usize = 1 << 20;

    fn at(track: usize, millis: u64, key: bool) -> Packet {
        Packet {
            track,
            time: Timestamp::from_millis(millis),
            key,
            ..packet(20)
        }
    }

    /// Audio and video in this span of milliseconds, with a key frame each second and a frame each 100 ms.
    fn send(broadcaster: &Broadcaster, millis: std::ops::Range<u64>) {
        for millis in millis.step_by(20) {
            if millis % 100 == 0 {
                broadcaster.send(&at(0, millis, millis % 1000 == 0));
            }
            broadcaster.send(&at(1, millis, true));
        }
    }

    fn times(subscription: &Subscription, track: usize) -> Vec<u64> {
        let packets = std::iter::from_fn(|| subscription.try_next());
        let of_track = packets.filter(|packet| packet.track == track);
        of_track.map(|packet| packet.time.round_millis()).collect()
    }

    #[test]
    fn a_consumer_that_joins_begins_with_the_last_key_frame_and_misses_nothing_after_it() {
        let broadcaster = Broadcaster::new(vec![vp8(), opus()]);
        send(&broadcaster, 0..3_730);
        let subscription = broadcaster.handle().subscribe(ROOM);
        send(&broadcaster, 3_740..4_200);
        assert_eq!(
            times(&subscription, 0),
            (3_000..4_200).step_by(100).collect::<Vec<_>>()
        );
        assert_eq!(subscription.dropped(), 0);
    }

    #[test]
    fn a_slow_consumer_loses_packets_up_to_the_next_key_frame_and_the_others_lose_none() {
        let broadcaster = Broadcaster::new(vec![vp8(), opus()]);
        let [slow, fast] = [2_000, ROOM].map(|most| broadcaster.handle().subscribe(most));
        send(&broadcaster, 0..2_500);
        assert_eq!(times(&fast, 0).len(), 25);
        let before = times(&slow, 0);
        assert!(before.len() < 5 && slow.dropped() > 100, "{before:?}");
        // There is room again, but no key frame yet.
        send(&broadcaster, 2_500..3_200);
        assert_eq!(times(&slow, 0), [3_000, 3_100]);
        assert_eq!(fast.dropped(), 0);
    }

    #[test]
    fn of_sound_alone_a_slow_consumer_loses_only_what_finds_no_room() {
        let broadcaster = Broadcaster::new(vec![opus()]);
        let subscription = broadcaster.handle().subscribe(500);
        (0..10).for_each(|n| broadcaster.send(&at(0, n * 20, true)));
        let first = times(&subscription, 0).len() as u64;
        assert_eq!(first + subscription.dropped(), 10);
        broadcaster.send(&at(0, 200, true));
        assert_eq!(times(&subscription, 0), [200]);
    }

    #[test]
    fn too_many_bytes_since_a_key_frame_are_not_kept() {
        let broadcaster = Broadcaster::new(vec![vp8()]);
        for n in 0..5_u64 {
            broadcaster.send(&Packet {
                data: vec![0; MAX_KEPT / 3].into(),
                ..at(0, n * 100, n == 0)
            });
        }
        let subscription = broadcaster.handle().subscribe(ROOM);
        assert!(subscription.try_next().is_none());
        // It can begin with a key frame only.
        broadcaster.send(&at(0, 500, false));
        broadcaster.send(&at(0, 600, true));
        assert_eq!(times(&subscription, 0), [600]);
    }

    #[test]
    fn consumers_get_what_waits_and_then_the_end_and_are_forgotten_when_they_leave() {
        let broadcaster = Broadcaster::new(vec![vp8()]);
        let handle = broadcaster.handle();
        let (first, second) = (handle.subscribe(ROOM), handle.subscribe(ROOM));
        assert_eq!(handle.subscriptions(), 2);
        drop(second);
        assert_eq!(handle.subscriptions(), 1);
        broadcaster.send(&at(0, 0, true));
        drop(broadcaster);
        assert!(!first.is_over());
        assert_eq!(first.count(), 1);
        assert_eq!(handle.subscribe(ROOM).count(), 1);
    }
}
