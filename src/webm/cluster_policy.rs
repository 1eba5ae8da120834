//! Where Clusters begin: decided here, once for each packet, and nowhere else.
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::webm::writer::BLOCK_OVERHEAD;
use std::time::Duration;

/// No block starts later in its Cluster, in ticks of a millisecond; far below what its 16-bit offset can hold.
const MAX_CLUSTER_TICKS: u64 = 5_000;
/// No Cluster grows beyond this, unless by a single block.
const MAX_CLUSTER_BYTES: u64 = 5_000_000;
/// At the end of an interval a Cluster begins with a video frame, unless none comes within this time.
const VIDEO_FRAME_TIMEOUT: Duration = Duration::from_millis(500);

/// Decides which packets begin a Cluster.
///
/// A key frame does when the open Cluster has a frame of its track already: so it comes first in its Cluster, except
/// for audio that is due before it and other cameras' key frames. So does whatever the open Cluster has no room for,
/// and the first suitable packet after an interval.
#[derive(Debug)]
pub(super) struct ClusterPolicy {
    /// Whether each track is video.
    is_video: Vec<bool>,
    interval: Option<Duration>,
    /// Time of the first packet of the interval.
    interval_start: Option<Timestamp>,
    /// Time of the open Cluster in ticks.
    cluster_start: Option<u64>,
    /// Whether each track has a block in the open Cluster.
    present: Vec<bool>,
}

/// What lies before a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// Nothing: it continues the open Cluster.
    None,
    /// The beginning of a Cluster.
    Cluster,
    /// The same, as an interval has passed.
    Interval,
}

impl Boundary {
    pub(crate) fn begins_cluster(self) -> bool {
        self != Self::None
    }
}

impl ClusterPolicy {
    /// For tracks of which each is video or not.
    pub(super) fn new(is_video: Vec<bool>) -> Self {
        Self {
            interval: None,
            interval_start: None,
            cluster_start: None,
            present: vec![false; is_video.len()],
            is_video,
        }
    }

    /// `None`: Clusters are as long as they can be.
    pub(super) fn set_interval(&mut self, interval: Option<Duration>) {
        self.interval = interval;
    }

    /// What lies before this packet, which is the next one in the file; `size` is that of the open Cluster in bytes.
    pub(super) fn boundary_before(&mut self, packet: &Packet, size: u64) -> Boundary {
        let ends_interval = self.ends_interval(packet);
        if ends_interval {
            self.end_cluster();
        }
        let continues = self.fits(packet, size);
        if !continues {
            self.cluster_start = Some(packet.time.round_millis());
            self.present.fill(false);
        }
        if let Some(present) = self.present.get_mut(packet.track) {
            *present = true;
        }
        self.interval_start.get_or_insert(packet.time);
        match (ends_interval, continues) {
            (true, _) => Boundary::Interval,
            (false, true) => Boundary::None,
            (false, false) => Boundary::Cluster,
        }
    }

    /// Ends the open Cluster and the interval: the next packet begins both.
    pub(super) fn end_cluster(&mut self) {
        (self.cluster_start, self.interval_start) = (None, None);
    }

    /// Only before a video frame, so that key frames as far apart as the intervals begin each of them.
    fn ends_interval(&self, packet: &Packet) -> bool {
        let (Some(interval), Some(start)) = (self.interval, self.interval_start) else {
            return false;
        };
        let is_suitable = self.is_video(packet.track) || !self.is_video.contains(&true);
        let elapsed = packet.time - start;
        elapsed >= interval && (is_suitable || elapsed >= interval + VIDEO_FRAME_TIMEOUT)
    }

    /// Whether the packet may be in the open Cluster.
    fn fits(&self, packet: &Packet, size: u64) -> bool {
        let Some(start) = self.cluster_start else {
            return false;
        };
        let is_present = self.present.get(packet.track).is_some_and(|present| *present);
        let is_next_key_frame = packet.key && is_present && self.is_video(packet.track);
        let ticks = packet.time.round_millis().saturating_sub(start);
        let size = size + BLOCK_OVERHEAD + packet.size() as u64;
        !is_next_key_frame && ticks < MAX_CLUSTER_TICKS && size <= MAX_CLUSTER_BYTES
    }

    fn is_video(&self, track: usize) -> bool {
        self.is_video.get(track).is_some_and(|is_video| *is_video)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::test_media;

    /// For each Cluster the tracks, milliseconds and key flags of its blocks.
    fn clusters(file: &[u8]) -> Vec<Vec<(u64, u64, bool)>> {
        let mut reader = crate::webm::reader::Reader::new(file).unwrap();
        let mut clusters = Vec::new();
        while let Some(block) = reader.next_block().unwrap() {
            let cluster = usize::try_from(block.cluster).unwrap();
            clusters.resize(cluster + 1, Vec::new());
            clusters[cluster].push((block.track, block.time.round_millis(), block.key));
        }
        clusters
    }

    /// The boundaries before packets of audio or video at these milliseconds, with this interval.
    fn boundaries(interval: u64, packets: &[(bool, u64, bool)]) -> Vec<Boundary> {
        let has_video = packets.iter().any(|&(is_video, ..)| is_video);
        let is_video = if has_video { vec![true, false] } else { vec![false] };
        let mut policy = ClusterPolicy::new(is_video);
        policy.set_interval(Some(Duration::from_millis(interval)));
        let packets = packets.iter().map(|&(is_video, ms, key)| Packet {
            time: Timestamp::from_millis(ms),
            key,
            ..test_media::audio(usize::from(has_video && !is_video), 0)
        });
        packets.map(|packet| policy.boundary_before(&packet, 0)).collect()
    }

    #[test]
    fn each_key_frame_begins_a_cluster_and_the_first_shares_its_with_the_sound_before_it() {
        let clusters = clusters(&test_media::live(3).0);
        assert_eq!(clusters[0][..2], [(2, 0, true), (1, 0, true)]);
        assert_eq!(clusters[1][0], (1, 1_000, true));
        assert_eq!(clusters[2][0], (1, 2_000, true));
        for cluster in &clusters {
            let keys = cluster.iter().filter(|&&(track, _, key)| track == 1 && key);
            assert_eq!(keys.count(), 1);
            assert!(cluster.iter().any(|&(track, ..)| track == 2));
        }
        let times = clusters.concat().into_iter().map(|(_, time, _)| time);
        assert!(times.is_sorted());
    }

    #[test]
    fn clusters_of_sound_alone_last_5_seconds_at_most() {
        let packets: Vec<_> = (0..600).map(|number| test_media::audio(0, number)).collect();
        let (file, _) = test_media::write(&[test_media::audio_track()], &packets);
        let starts: Vec<_> = clusters(&file).iter().map(|cluster| cluster[0].1).collect();
        assert_eq!(starts, [0, 5_000, 10_000]);
    }

    #[test]
    fn a_cluster_that_would_pass_5_megabytes_is_ended() {
        let packets = [0, 1, 2, 3, 4, 5].map(|number| Packet {
            data: vec![0; 2_000_000].into(),
            ..test_media::frame(0, number, number == 0)
        });
        let (file, _) = test_media::write(&[test_media::video_track()], &packets);
        let lengths: Vec<_> = clusters(&file).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 2, 2]);
    }

    #[test]
    fn after_a_pause_of_minutes_the_next_packet_begins_a_cluster() {
        let late = Packet {
            time: Timestamp::from_millis(600_000),
            ..test_media::audio(0, 0)
        };
        let (file, _) = test_media::write(&[test_media::audio_track()], &[test_media::audio(0, 0), late]);
        let expected = [[(1, 0, true)], [(1, 600_000, true)]];
        assert_eq!(clusters(&file), expected);
    }

    #[test]
    fn a_cluster_that_is_ended_is_followed_by_another_at_the_next_packet() {
        let mut policy = ClusterPolicy::new(vec![false]);
        let boundaries: Vec<Boundary> = (0..4)
            .map(|number| {
                if number == 2 {
                    policy.end_cluster();
                    policy.end_cluster();
                }
                policy.boundary_before(&test_media::audio(0, number), 0)
            })
            .collect();
        let (begins, none) = (Boundary::Cluster, Boundary::None);
        assert_eq!(boundaries, [begins, none, begins, none]);
    }

    #[test]
    fn an_interval_ends_before_the_first_frame_that_is_due_and_a_key_frame_does_not_end_it() {
        let packets = [
            (true, 0, true),
            (true, 200, true),
            (false, 255, true),
            (true, 260, false),
            (true, 280, true),
            (true, 509, false),
            (true, 510, true),
        ];
        let (begins, none, interval) = (Boundary::Cluster, Boundary::None, Boundary::Interval);
        let expected = [begins, begins, none, interval, begins, none, interval];
        assert_eq!(boundaries(250, &packets), expected);
    }

    #[test]
    fn sound_ends_an_interval_where_there_is_no_video_or_none_comes() {
        let sound = [(false, 0, true), (false, 249, true), (false, 250, true)];
        let (begins, none, interval) = (Boundary::Cluster, Boundary::None, Boundary::Interval);
        assert_eq!(boundaries(250, &sound), [begins, none, interval]);
        let silent_camera = [(true, 0, true), (false, 749, true), (false, 750, true)];
        assert_eq!(boundaries(250, &silent_camera), [begins, none, interval]);
    }

    #[test]
    fn key_frames_of_two_cameras_at_the_same_time_share_a_cluster() {
        let tracks = [test_media::video_track(), test_media::video_track()];
        let packets = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(track, second)| Packet {
            track,
            ..test_media::frame(0, second * 30, true)
        });
        let (file, _) = test_media::write(&tracks, &packets);
        let lengths: Vec<_> = clusters(&file).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 2]);
    }
}
