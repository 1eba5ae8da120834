//! Where one blob ends and the next begins.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use crate::recorder::blob::{Blob, BlobEvent};
use crate::recorder::recording_limits::RecordingLimits;
use crate::webm::Boundary;
use std::time::Duration;

/// Decides by media time when a blob is complete.
#[derive(Debug)]
pub(crate) struct Slicer {
    timeslice: Option<Duration>,
    /// Whether blobs end where Clusters do.
    is_aligned: bool,
    /// Maximum of media in a blob of packets that are ready together; `None` if blobs last a timeslice. Such a blob ends
    /// with its Cluster, too.
    max_joined: Option<Duration>,
    /// Where counting towards that maximum began. A blob that ends early, as no packet is ready, does not reset it.
    joined_since: Option<Timestamp>,
    /// Container time of the first packet in the blob.
    start: Option<Timestamp>,
    /// Container time of the latest packet.
    last: Timestamp,
    begins_cluster: bool,
    key_frame: Option<bool>,
}

impl Slicer {
    pub(crate) fn new(limits: &RecordingLimits) -> Self {
        Self {
            timeslice: limits.timeslice,
            is_aligned: limits.aligns_blobs(),
            max_joined: limits.max_joined(),
            joined_since: None,
            start: None,
            last: Timestamp::ZERO,
            begins_cluster: false,
            key_frame: None,
        }
    }

    /// Whether the blob is complete before this packet, before which this boundary lies.
    pub(crate) fn ends_before(&self, packet: &Packet, boundary: Boundary) -> bool {
        if self.max_joined.is_some() {
            return self.start.is_some() && (boundary.begins_cluster() || self.exceeds_joined(packet));
        }
        let elapsed = self.start.map(|start| packet.time - start);
        boundary == Boundary::Interval
            && self.is_aligned
            && self.timeslice.is_some_and(|slice| elapsed >= Some(slice))
    }

    /// Whether a blob of packets that are ready would become too long with this one.
    fn exceeds_joined(&self, packet: &Packet) -> bool {
        let from = self.joined_since.unwrap_or(packet.time);
        self.max_joined.is_some_and(|most| packet.time - from >= most)
    }

    /// Adds a packet that was written; returns whether it completes the blob.
    #[must_use]
    pub(crate) fn add(&mut self, packet: &Packet, track: &TrackInfo, boundary: Boundary) -> bool {
        if self.start.is_none() {
            self.start = Some(packet.time);
            self.begins_cluster = boundary.begins_cluster();
        }
        if self.joined_since.is_none() || self.exceeds_joined(packet) {
            self.joined_since = Some(packet.time);
        }
        self.last = packet.time;
        if matches!(track.format, MediaFormat::Video(_)) {
            self.key_frame.get_or_insert(packet.key);
        }
        self.is_complete(packet, track)
    }

    /// Whether this packet, the last of the blob, completes it.
    ///
    /// A video frame counts up to its beginning, audio up to its end: a blob has at least a timeslice of media.
    fn is_complete(&self, packet: &Packet, track: &TrackInfo) -> bool {
        let start = self.start.unwrap_or(packet.time);
        let end = match track.format {
            MediaFormat::Video(_) => packet.time,
            MediaFormat::Audio(_) => packet.time + packet.duration.saturating_sub(packet.padding),
        };
        !self.is_aligned
            && self.max_joined.is_none()
            && self.timeslice.is_some_and(|slice| end - start >= slice)
    }

    /// Whether the blob is complete when no packet is ready.
    pub(crate) fn ends_when_idle(&self) -> bool {
        self.max_joined.is_some() && self.start.is_some()
    }

    /// Ends the blob, which has this data; the next packet begins another.
    pub(crate) fn cut(&mut self, data: Blob) -> BlobEvent {
        if self.start.is_none() {
            // A request for data: the program counts from here.
            self.joined_since = None;
        }
        let start = self.start.take().unwrap_or(self.last);
        // The first packet of all is at zero.
        let timecode = (start - Timestamp::ZERO).as_secs_f64() * 1000.0;
        BlobEvent {
            begins_cluster: std::mem::take(&mut self.begins_cluster),
            key_frame: self.key_frame.take(),
            ..BlobEvent::new(data, timecode)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{AudioFormat, Color, PixelAspect, VideoFormat};
    use crate::webm::{DocType, WebmWriter};
    use bytes::Bytes;

    fn track(format: MediaFormat) -> TrackInfo {
        TrackInfo {
            format,
            codec_id: "".into(),
            codec_private: vec![],
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            elements: None,
        }
    }

    fn video() -> TrackInfo {
        track(MediaFormat::Video(VideoFormat {
            width: 1,
            height: 1,
            frame_duration: None,
            color: Color::UNSPECIFIED,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        }))
    }

    fn audio() -> TrackInfo {
        track(MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        }))
    }

    fn packet(ms: u64, key: bool) -> Packet {
        Packet {
            track: 0,
            time: Timestamp::from_millis(ms),
            duration: Duration::from_millis(20),
            key,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: Bytes::new(),
            side_data: None,
        }
    }

    fn fills(slicer: &mut Slicer, track: &TrackInfo, ms: u64) -> bool {
        slicer.add(&packet(ms, true), track, Boundary::None)
    }

    fn slicer(timeslice: Option<u64>) -> Slicer {
        Slicer::new(&limits(timeslice))
    }

    fn limits(timeslice: Option<u64>) -> RecordingLimits {
        RecordingLimits {
            timeslice: timeslice.map(Duration::from_millis),
            ..RecordingLimits::default()
        }
    }

    fn cut(slicer: &mut Slicer) -> BlobEvent {
        let data = Blob {
            bytes: vec![],
            mime_type: "".into(),
        };
        slicer.cut(data)
    }

    /// Milliseconds at which blobs of a timeslice begin, and whether with a key frame.
    fn aligned(slice: u64, packets: &[(bool, u64, bool)]) -> Vec<(u64, Option<bool>)> {
        let has_video = packets.iter().any(|&(is_video, ..)| is_video);
        let tracks = if has_video {
            vec![video(), audio()]
        } else {
            vec![audio()]
        };
        let limits = limits(Some(slice));
        let mut webm = WebmWriter::new(DocType::Matroska, &tracks).unwrap();
        webm.set_cluster_interval(limits.cluster_interval());
        let mut slicer = Slicer::new(&limits);
        let mut blobs = Vec::new();
        let mut end = |slicer: &mut Slicer| {
            let blob = cut(slicer);
            blobs.push((blob.timecode as u64, blob.key_frame));
        };
        for &(is_video, ms, key) in packets {
            let track = tracks.len() - 1 - usize::from(is_video);
            let packet = Packet {
                track,
                ..packet(ms, key)
            };
            let boundary = webm.boundary_before(&packet);
            if slicer.ends_before(&packet, boundary) {
                end(&mut slicer);
            }
            assert!(!slicer.add(&packet, &tracks[track], boundary));
        }
        end(&mut slicer);
        blobs
    }

    #[test]
    fn a_short_blob_is_full_once_the_timeslice_was_gathered_and_never_before() {
        let mut slicer = slicer(Some(100));
        assert!(!fills(&mut slicer, &video(), 0));
        assert!(!fills(&mut slicer, &video(), 99));
        assert!(fills(&mut slicer, &video(), 100));
        assert_eq!(cut(&mut slicer).timecode.to_bits(), 0f64.to_bits());
        assert!(!fills(&mut slicer, &audio(), 120));
        assert!(!fills(&mut slicer, &audio(), 180));
        assert!(fills(&mut slicer, &audio(), 200));
        assert_eq!(cut(&mut slicer).timecode.to_bits(), 120f64.to_bits());
    }

    #[test]
    fn without_a_timeslice_nothing_fills_a_blob_and_with_zero_what_is_ready_does() {
        let late = packet(1_000_000, true);
        let mut endless = slicer(None);
        assert!(!fills(&mut endless, &audio(), 0) && !fills(&mut endless, &audio(), 1_000_000));
        assert!(!endless.ends_before(&late, Boundary::Interval));
        let mut eager = slicer(Some(0));
        assert!(!eager.ends_when_idle() && !fills(&mut eager, &audio(), 0));
        assert!(eager.ends_when_idle() && !eager.ends_before(&late, Boundary::None));
        assert!(eager.ends_before(&late, Boundary::Interval));
        assert!(cut(&mut eager).data.bytes.is_empty() && !eager.ends_when_idle());
    }

    #[test]
    fn what_is_ready_makes_no_blob_that_is_longer_than_clusters_are_requested_to_be() {
        let mut slicer = Slicer::new(&RecordingLimits {
            cluster_duration: Some(Duration::from_millis(100)),
            ..limits(Some(0))
        });
        let mut begins = Vec::new();
        for ms in (0..400).step_by(40) {
            if slicer.ends_before(&packet(ms, true), Boundary::None) {
                begins.push(ms);
                cut(&mut slicer);
            }
            assert!(!fills(&mut slicer, &video(), ms));
            // Nothing is ready for a while, which changes nothing of what follows.
            if ms == 160 {
                cut(&mut slicer);
            }
        }
        assert_eq!(begins, [120, 240, 360]);
    }

    #[test]
    fn a_blob_of_250_ms_ends_before_the_first_picture_that_is_due_and_so_begins_with_its_key_frame() {
        let packets = [
            (true, 0, true),
            (true, 240, false),
            (false, 245, true),
            (false, 255, true),
            (true, 260, true),
            (true, 500, false),
            (true, 510, true),
        ];
        let expected = [(0, Some(true)), (260, Some(true)), (510, Some(true))];
        assert_eq!(aligned(250, &packets), expected);
    }

    #[test]
    fn sound_alone_is_cut_at_its_packets_and_pictures_are_not_waited_for_for_ever() {
        let sound = [
            (false, 0, true),
            (false, 249, true),
            (false, 251, true),
            (false, 499, true),
        ];
        assert_eq!(aligned(250, &sound), [(0, None), (251, None)]);
        let silent_camera = [
            (true, 0, true),
            (false, 250, true),
            (false, 749, true),
            (false, 750, true),
            (true, 760, false),
        ];
        assert_eq!(
            aligned(250, &silent_camera),
            [(0, Some(true)), (750, Some(false))]
        );
    }

    #[test]
    fn an_empty_blob_begins_no_earlier_than_what_came_before_it() {
        let mut slicer = slicer(None);
        let mut timecode = |packets: &[u64]| {
            for &ms in packets {
                let _ = slicer.add(&packet(ms, true), &video(), Boundary::None);
            }
            cut(&mut slicer).timecode as u64
        };
        let timecodes = [
            timecode(&[]),
            timecode(&[0, 33, 66]),
            timecode(&[]),
            timecode(&[100]),
            timecode(&[]),
        ];
        assert_eq!(timecodes, [0, 0, 66, 100, 100]);
    }
}
