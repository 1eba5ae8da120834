//! Where a segment begins: which packets it repeats, and what becomes of times.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use std::collections::VecDeque;
use std::time::Duration;

/// Where the pre-skip is in the header of an Opus track, in samples at 48 kHz (RFC 7845, 5.1).
const PRE_SKIP: std::ops::Range<usize> = 10..12;

/// The last packets of the audio tracks that need a pre-roll, Opus.
///
/// A decoder that begins in the middle needs a while until its output is right. A segment therefore begins with the packets
/// before its first one, and says by its codec delay that players discard them.
pub(crate) struct PreRoll(Vec<VecDeque<Packet>>);

/// How the times of a segment come from those of the recording.
pub(crate) struct SegmentStart {
    /// What is zero in the file.
    origin: Timestamp,
    /// For each track, how much larger the codec delay is than in the recording.
    delays: Vec<Duration>,
}

/// The start of a segment, the tracks that it has, and the packets that it repeats, in the times of the file.
pub(crate) struct Beginning {
    pub(crate) start: SegmentStart,
    pub(crate) tracks: Vec<TrackInfo>,
    pub(crate) pre_roll: Vec<Packet>,
}

impl PreRoll {
    pub(crate) fn new(tracks: &[TrackInfo]) -> Self {
        Self(vec![VecDeque::new(); tracks.len()])
    }

    /// Keeps this packet, and as many before it as its track needs.
    pub(crate) fn add(&mut self, packet: &Packet, track: &TrackInfo) {
        if !needs_pre_roll(track) {
            return;
        }
        let kept = &mut self.0[packet.track];
        kept.push_back(packet.clone());
        let mut total: Duration = kept.iter().map(|packet| packet.duration).sum();
        while let Some(first) = kept.front() {
            total = total.saturating_sub(first.duration);
            if total < track.seek_pre_roll {
                return;
            }
            kept.pop_front();
        }
    }

    /// The beginning of a segment of these tracks; `first` is its first packet.
    pub(crate) fn beginning(&self, tracks: &[TrackInfo], first: &Packet) -> Beginning {
        let mut tracks = tracks.to_vec();
        let origin = self.origin(&tracks, first);
        let mut delays = vec![Duration::ZERO; tracks.len()];
        for (index, track) in tracks.iter_mut().enumerate() {
            let repeated: Duration = self.0[index].iter().map(|packet| packet.duration).sum();
            if repeated > track.codec_delay && set_pre_skip(&mut track.codec_private, repeated) {
                delays[index] = repeated.saturating_sub(track.codec_delay);
                track.codec_delay = repeated;
            }
        }
        let start = SegmentStart { origin, delays };
        let repeated = self.0.iter().flatten();
        let mut pre_roll: Vec<Packet> = repeated
            .filter(|packet| !start.delays[packet.track].is_zero())
            .map(|packet| start.placed(packet.clone()))
            .collect();
        pre_roll.sort_by_key(|packet| packet.time);
        Beginning {
            start,
            tracks,
            pre_roll,
        }
    }

    /// The earliest presentation in the segment: that of its first packet, or of audio that follows and is presented earlier.
    fn origin(&self, tracks: &[TrackInfo], first: &Packet) -> Timestamp {
        let own = first.time - tracks[first.track].codec_delay;
        let ends = self.0.iter().filter_map(VecDeque::back).map(|last| {
            let delay = tracks[last.track].codec_delay;
            // Packets that follow are not before the first one.
            (last.time + last.duration).max(first.time) - delay
        });
        ends.chain([own]).min().unwrap_or(own)
    }
}

impl SegmentStart {
    /// That of the first file.
    pub(crate) fn zero(tracks: usize) -> Self {
        Self {
            origin: Timestamp::ZERO,
            delays: vec![Duration::ZERO; tracks],
        }
    }

    /// Media in the recording before it.
    pub(crate) fn before(&self) -> Duration {
        self.origin - Timestamp::ZERO
    }

    /// The packet at its time in the file.
    pub(crate) fn placed(&self, mut packet: Packet) -> Packet {
        packet.time = Timestamp::ZERO + ((packet.time + self.delays[packet.track]) - self.origin);
        packet
    }

    /// The time in the file before which no packet comes after one of this time of the recording.
    pub(crate) fn earliest_after(&self, time: Timestamp) -> Timestamp {
        let least = self.delays.iter().min().copied().unwrap_or_default();
        Timestamp::ZERO + ((time + least) - self.origin)
    }
}

fn needs_pre_roll(track: &TrackInfo) -> bool {
    matches!(track.format, MediaFormat::Audio(_)) && track.codec_id == "A_OPUS"
}

/// Returns whether there is a header of Opus, and one that can say so much.
fn set_pre_skip(header: &mut [u8], delay: Duration) -> bool {
    let samples = u16::try_from(delay.as_nanos() * 48_000 / 1_000_000_000);
    match (header.get_mut(PRE_SKIP), samples) {
        (Some(field), Ok(samples)) => {
            field.copy_from_slice(&samples.to_le_bytes());
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{opus, packet, vp8};

    fn at(track: usize, millis: u64) -> Packet {
        Packet {
            track,
            time: Timestamp::from_millis(millis),
            duration: Duration::from_millis(20),
            ..packet(0)
        }
    }

    /// The beginning of a segment of sound, track 1, and pictures, track 0, whose first picture is at this millisecond.
    fn beginning(first: u64, audio: impl Iterator<Item = u64>) -> Beginning {
        let tracks = [vp8(), opus()];
        let mut pre_roll = PreRoll::new(&tracks);
        for millis in audio {
            pre_roll.add(&at(1, millis), &tracks[1]);
        }
        pre_roll.add(&at(0, 0), &tracks[0]);
        pre_roll.beginning(&tracks, &at(0, first))
    }

    #[test]
    fn the_last_80_ms_of_opus_are_repeated_and_skipped() {
        let Beginning {
            start,
            tracks,
            pre_roll,
        } = beginning(1010, (0..=1000).step_by(20));
        assert_eq!(tracks[1].codec_delay, Duration::from_millis(80));
        assert_eq!(tracks[1].codec_private[PRE_SKIP], 3840_u16.to_le_bytes());
        // The next packet, of 1020 ms, is presented at 1013.5 ms, so 1010 ms is zero.
        let times: Vec<f64> = pre_roll
            .iter()
            .map(|packet| (packet.time - Timestamp::ZERO).as_secs_f64() * 1e3)
            .collect();
        assert_eq!(times, [3.5, 23.5, 43.5, 63.5]);
        assert_eq!(start.placed(at(1, 1020)).time, Timestamp::from_nanos(83_500_000));
        assert_eq!(start.placed(at(0, 1010)).time, Timestamp::ZERO);
        assert_eq!(
            start.earliest_after(Timestamp::from_millis(1020)),
            Timestamp::from_millis(10)
        );
    }

    #[test]
    fn audio_that_is_presented_before_the_first_picture_is_what_begins_at_zero() {
        let Beginning { start, .. } = beginning(1018, (0..=1000).step_by(20));
        assert_eq!(start.placed(at(1, 1020)).time, Timestamp::from_millis(80));
        assert_eq!(start.placed(at(0, 1018)).time, Timestamp::from_nanos(4_500_000));
    }

    #[test]
    fn without_audio_before_nothing_is_repeated() {
        let Beginning {
            start,
            tracks,
            pre_roll,
        } = beginning(500, std::iter::empty());
        assert!(pre_roll.is_empty());
        assert_eq!(tracks, [vp8(), opus()]);
        assert_eq!(start.placed(at(0, 533)).time, Timestamp::from_millis(33));
    }

    #[test]
    fn after_a_gap_in_the_audio_its_next_packet_is_not_before_the_segment() {
        let Beginning { start, .. } = beginning(5000, (0..=1000).step_by(20));
        assert_eq!(start.placed(at(0, 5000)).time, Timestamp::from_nanos(6_500_000));
    }
}
