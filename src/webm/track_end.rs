//! Where the packets of a track end.
use crate::clock::Timestamp;
use crate::media::Packet;
use std::time::Duration;

/// The end of a track, as far as its packets were read or written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TrackEnd {
    /// When the latest packet is presented.
    last: Option<Timestamp>,
    end: Timestamp,
    /// Whether the file says so.
    is_said: bool,
}

impl TrackEnd {
    /// Adds the next packet. One of unknown duration lasts as long as the step from the one before.
    ///
    /// `time` is that of the packet in the file, from which it is presented `early`: the time of its block, as nothing else is
    /// written. What follows a packet ends it, unless the file says its duration: behind a gap the step is no measure of it.
    pub(super) fn add(&mut self, packet: &Packet, time: Timestamp, codec_delay: Duration) {
        let presented = time - packet.early;
        let length = match self.last {
            Some(last) if packet.duration.is_zero() => presented - last,
            _ => packet.duration,
        };
        let played = length.saturating_sub(packet.padding);
        let end = presented + played - codec_delay;
        let is_later = self.last.is_none_or(|last| presented > last);
        if end >= self.end || (is_later && !self.is_said) {
            self.end = end;
            self.is_said = packet.side_data.as_ref().is_some_and(|data| data.has_duration);
        }
        self.last = self.last.max(Some(presented));
    }

    /// End of the presentation.
    pub(super) const fn time(&self) -> Timestamp {
        self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::SideData;
    use crate::webm::test_media;
    use std::sync::Arc;

    /// The end in milliseconds of packets with these times and durations.
    fn end(packets: &[(u64, u64)], side_data: Option<&SideData>) -> u64 {
        let mut end = TrackEnd::default();
        for &(time, duration) in packets {
            let packet = Packet {
                time: Timestamp::from_millis(time),
                duration: Duration::from_millis(duration),
                padding: Duration::ZERO,
                side_data: side_data.cloned().map(Arc::new),
                ..test_media::frame(0, 0, true)
            };
            end.add(&packet, packet.time, Duration::ZERO);
        }
        end.time().round_millis()
    }

    #[test]
    fn a_gap_before_a_frame_is_not_behind_it_once_there_is_another() {
        assert_eq!(end(&[(0, 100), (100, 100), (600, 500)], None), 1_100);
        assert_eq!(end(&[(0, 100), (100, 100), (600, 500), (700, 100)], None), 800);
        assert_eq!(end(&[(0, 100), (100, 0)], None), 200);
    }

    #[test]
    fn frames_in_the_order_of_decoding_end_with_the_last_that_is_presented() {
        let mut end = TrackEnd::default();
        for (time, early) in [(0, 0), (2_000, 0), (2_000, 1_900), (12_000, 1_900)] {
            let packet = Packet {
                time: Timestamp::from_millis(time),
                early: Duration::from_millis(early),
                duration: Duration::from_millis(40),
                ..test_media::frame(0, 0, true)
            };
            end.add(&packet, packet.time, Duration::ZERO);
        }
        assert_eq!(end.time().round_millis(), 10_140);
    }

    #[test]
    fn what_says_its_duration_has_it() {
        let said = SideData {
            has_duration: true,
            ..SideData::default()
        };
        assert_eq!(end(&[(0, 5_000), (1_000, 100)], Some(&said)), 5_000);
    }
}
