//! Which segment the packets of a track belong to, whose encoder may return them after later frames.
use crate::clock::Timestamp;
use crate::media::Packet;
use std::collections::VecDeque;

/// The segments of the frames that an encoder has got, and of the packets that it has returned.
#[derive(Debug, Default)]
pub(crate) struct FrameSegments {
    /// That of the last frame.
    of_frames: u64,
    /// That of the last packet.
    of_packets: u64,
    /// The segments between the two, and when each begins.
    starts: VecDeque<(Timestamp, u64)>,
}

impl FrameSegments {
    /// Whether a frame of this segment begins one.
    pub(crate) const fn is_new(&self, segment: u64) -> bool {
        segment > self.of_frames
    }

    /// Begins a segment with the packets from this time on, or with the next one, whatever its time is.
    pub(crate) fn begin(&mut self, segment: u64, from: Option<Timestamp>) {
        self.of_frames = segment;
        self.starts.push_back((from.unwrap_or_default(), segment));
    }

    /// Divides packets, which are in order, by their segments.
    pub(crate) fn divide(&mut self, packets: Vec<Packet>) -> Vec<(Vec<Packet>, u64)> {
        let mut divided = Vec::with_capacity(1);
        let mut rest = packets;
        while let Some(&(from, segment)) = self.starts.front() {
            let earlier = rest.partition_point(|packet| packet.time < from);
            if earlier == rest.len() {
                break;
            }
            let later = rest.split_off(earlier);
            if !rest.is_empty() {
                divided.push((rest, self.of_packets));
            }
            rest = later;
            self.of_packets = segment;
            self.starts.pop_front();
        }
        if !rest.is_empty() {
            divided.push((rest, self.of_packets));
        }
        divided
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{ms, packet};

    fn divided(segments: &mut FrameSegments, times: &[u64]) -> Vec<(Vec<u64>, u64)> {
        let packets = times.iter().map(|&at| Packet {
            time: ms(at),
            ..packet(10)
        });
        let divided = segments.divide(packets.collect()).into_iter();
        let times = |packets: Vec<Packet>| packets.iter().map(|packet| packet.time.round_millis()).collect();
        divided
            .map(|(packets, segment)| (times(packets), segment))
            .collect()
    }

    #[test]
    fn packets_that_come_after_later_frames_stay_in_their_segments() {
        let mut segments = FrameSegments::default();
        assert_eq!(divided(&mut segments, &[0]), [(vec![0], 0)]);
        segments.begin(1, Some(ms(20)));
        segments.begin(4, Some(ms(30)));
        assert!(segments.is_new(5) && !segments.is_new(4));
        assert_eq!(divided(&mut segments, &[10]), [(vec![10], 0)]);
        let rest = divided(&mut segments, &[15, 20, 25, 30]);
        assert_eq!(rest, [(vec![15], 0), (vec![20, 25], 1), (vec![30], 4)]);
        assert_eq!(divided(&mut segments, &[40]), [(vec![40], 4)]);
    }

    #[test]
    fn a_segment_may_begin_with_the_next_packet_also_with_one_of_an_earlier_time() {
        let mut segments = FrameSegments::default();
        assert_eq!(divided(&mut segments, &[20]), [(vec![20], 0)]);
        segments.begin(1, None);
        assert_eq!(divided(&mut segments, &[19]), [(vec![19], 1)]);
    }
}
