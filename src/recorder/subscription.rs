//! A consumer of a recording's packets, and its queue.
use crate::media::{MediaFormat, Packet, TrackInfo};
use crate::sync::{Condvar, Mutex};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// What a packet in the queue takes besides its data, in bytes.
const PACKET_OVERHEAD: usize = 128;

/// The packets of a recording, for one consumer: an iterator that ends with the recording.
///
/// Packets have the times of the recording; the first one is seldom at zero. Dropping it ends it.
pub struct Subscription {
    tracks: Arc<[TrackInfo]>,
    queue: Arc<Queue>,
}

/// Packets that wait for their consumer.
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    max_bytes: usize,
    notify: Box<dyn Fn() + Send + Sync>,
}

struct State {
    packets: VecDeque<Packet>,
    /// Packets at the front that were there at the beginning, and do not count as waiting.
    beginning: usize,
    /// Bytes of the others.
    bytes: usize,
    /// For each track, whether it waits for a key frame; `None` for audio.
    waits: Vec<Option<bool>>,
    dropped: u64,
    has_ended: bool,
}

impl Subscription {
    pub(crate) fn new(tracks: Arc<[TrackInfo]>, queue: Arc<Queue>) -> Self {
        Self { tracks, queue }
    }

    /// The tracks of the recording, in the order of [`Packet::track`].
    #[must_use]
    pub fn tracks(&self) -> &[TrackInfo] {
        &self.tracks
    }

    /// The next packet, if there is one.
    #[must_use]
    pub fn try_next(&self) -> Option<Packet> {
        self.queue.state.lock().pop()
    }

    /// Waits for the next packet, for this time at most.
    #[must_use]
    pub fn next_timeout(&self, wait: Duration) -> Option<Packet> {
        let state = self.queue.state.lock();
        let is_empty = |state: &mut State| state.packets.is_empty() && !state.has_ended;
        let _ = self.queue.changed.wait_while_for(state, wait, is_empty);
        self.try_next()
    }

    /// Whether the recording has ended and all packets were taken.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let state = self.queue.state.lock();
        state.has_ended && state.packets.is_empty()
    }

    /// Packets that were dropped so far, as too many waited.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.queue.state.lock().dropped
    }
}

impl Iterator for Subscription {
    type Item = Packet;

    fn next(&mut self) -> Option<Packet> {
        const FOREVER: Duration = Duration::from_secs(3600);
        while !self.is_over() {
            if let Some(packet) = self.next_timeout(FOREVER) {
                return Some(packet);
            }
        }
        None
    }
}

impl Queue {
    pub(crate) fn new(
        tracks: &[TrackInfo],
        beginning: VecDeque<Packet>,
        max_bytes: usize,
        has_ended: bool,
        notify: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        let waits = tracks.iter().enumerate().map(|(number, track)| {
            let is_video = matches!(track.format, MediaFormat::Video(_));
            is_video.then(|| beginning.iter().all(|packet| packet.track != number))
        });
        Self {
            state: Mutex::new(State {
                waits: waits.collect(),
                beginning: beginning.len(),
                packets: beginning,
                bytes: 0,
                dropped: 0,
                has_ended,
            }),
            changed: Condvar::new(),
            max_bytes,
            notify,
        }
    }

    /// Adds a packet, or drops it.
    pub(crate) fn push(&self, packet: &Packet) {
        if self.state.lock().push(packet, self.max_bytes) {
            self.changed.notify_all();
            (self.notify)();
        }
    }

    /// No packet follows.
    pub(crate) fn end(&self) {
        self.state.lock().has_ended = true;
        self.changed.notify_all();
        (self.notify)();
    }
}

impl State {
    fn pop(&mut self) -> Option<Packet> {
        let packet = self.packets.pop_front()?;
        if self.beginning > 0 {
            self.beginning -= 1;
        } else {
            self.bytes -= size(&packet);
        }
        Some(packet)
    }

    /// Returns whether it was added.
    fn push(&mut self, packet: &Packet, max_bytes: usize) -> bool {
        if self.bytes + size(packet) > max_bytes {
            // What follows cannot be decoded without it.
            self.waits.iter_mut().flatten().for_each(|waits| *waits = true);
        } else if self.can_follow(packet) {
            self.bytes += size(packet);
            self.packets.push_back(packet.clone());
            return true;
        }
        self.dropped += 1;
        false
    }

    /// Whether it can be decoded; audio waits for the first picture, as a player would otherwise wait for it.
    fn can_follow(&mut self, packet: &Packet) -> bool {
        if let Some(waits) = &mut self.waits[packet.track] {
            *waits &= !packet.key;
            !*waits
        } else {
            let mut video = self.waits.iter().flatten().peekable();
            video.peek().is_none() || video.any(|waits| !waits)
        }
    }
}

fn size(packet: &Packet) -> usize {
    packet.size() + PACKET_OVERHEAD
}
