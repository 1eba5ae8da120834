//! Brings the packets of several tracks into the order of their times.
use crate::media::Packet;
use std::collections::VecDeque;
use std::time::Duration;

/// Packets of a track that has no others wait no longer than this for those of other tracks.
const MAX_SPAN: Duration = Duration::from_secs(5);
/// Maximum size of the packets that wait, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Holds packets until none can come that is before them, or too many wait.
#[derive(Debug)]
pub(super) struct Merge {
    queues: Vec<Queue>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Queue {
    packets: VecDeque<Packet>,
    /// Audio is before other packets of the same time.
    is_audio: bool,
    /// Whether packets may come only now and then, as those of subtitles: they are not waited for.
    is_sparse: bool,
}

/// What a track is, for the order of its packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TrackOrder {
    pub(super) is_audio: bool,
    pub(super) is_sparse: bool,
}

impl Merge {
    pub(super) fn new(tracks: impl IntoIterator<Item = TrackOrder>) -> Self {
        let queue = |order: TrackOrder| Queue {
            packets: VecDeque::new(),
            is_audio: order.is_audio,
            is_sparse: order.is_sparse,
        };
        Self {
            queues: tracks.into_iter().map(queue).collect(),
            bytes: 0,
        }
    }

    /// Adds the next packet of its track.
    pub(super) fn push(&mut self, packet: Packet) {
        self.bytes += packet.size();
        if let Some(queue) = self.queues.get_mut(packet.track) {
            queue.packets.push_back(packet);
        }
    }

    /// The next packet in order, if none can come before it.
    pub(super) fn pop(&mut self) -> Option<Packet> {
        let is_complete = |queue: &Queue| queue.is_sparse || !queue.packets.is_empty();
        if self.queues.iter().all(is_complete) || self.bytes > MAX_BYTES || self.span() > MAX_SPAN {
            self.pop_any()
        } else {
            None
        }
    }

    /// The next packet in order, if no more will come.
    pub(super) fn pop_any(&mut self) -> Option<Packet> {
        let fronts = self.queues.iter().filter_map(|queue| {
            let first = queue.packets.front()?;
            Some((first.time.round_millis(), !queue.is_audio, first.track))
        });
        let (_, _, track) = fronts.min()?;
        let packet = self.queues[track].packets.pop_front()?;
        self.bytes -= packet.size();
        Some(packet)
    }

    /// How much media waits.
    fn span(&self) -> Duration {
        let fronts = self.queues.iter().filter_map(|queue| queue.packets.front());
        let backs = self.queues.iter().filter_map(|queue| queue.packets.back());
        let first = fronts.map(|packet| packet.time).min().unwrap_or_default();
        let last = backs.map(|packet| packet.time).max().unwrap_or_default();
        last - first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::webm::test_media;

    const VIDEO: TrackOrder = TrackOrder {
        is_audio: false,
        is_sparse: false,
    };
    const AUDIO: TrackOrder = TrackOrder {
        is_audio: true,
        is_sparse: false,
    };

    fn packet(track: usize, ms: u64) -> Packet {
        Packet {
            time: Timestamp::from_millis(ms),
            ..test_media::audio(track, 0)
        }
    }

    fn merged(merge: &mut Merge, packets: &[(usize, u64)]) -> Vec<(usize, u64)> {
        let mut merged = Vec::new();
        for &(track, ms) in packets {
            merge.push(packet(track, ms));
            merged.extend(std::iter::from_fn(|| merge.pop()));
        }
        merged.extend(std::iter::from_fn(|| merge.pop_any()));
        merged
            .iter()
            .map(|packet| (packet.track, packet.time.round_millis()))
            .collect()
    }

    #[test]
    fn packets_come_in_the_order_of_their_times_and_audio_first() {
        let mut merge = Merge::new([VIDEO, AUDIO]);
        let packets = [(0, 0), (0, 40), (0, 80), (1, 0), (1, 40), (1, 60)];
        let expected = [(1, 0), (0, 0), (1, 40), (0, 40), (1, 60), (0, 80)];
        assert_eq!(merged(&mut merge, &packets), expected);
    }

    #[test]
    fn a_track_without_packets_is_not_waited_for_without_end() {
        let mut merge = Merge::new([VIDEO, AUDIO]);
        for ms in (0..=6_000).step_by(1_000) {
            merge.push(packet(0, ms));
        }
        let ready: Vec<_> = std::iter::from_fn(|| merge.pop()).collect();
        assert_eq!(ready.len(), 1);
    }
}
