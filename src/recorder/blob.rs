//! What a recording hands out, and where one blob ends and the next begins.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use std::sync::Arc;
use std::time::Duration;

/// Blobs of so much media or more end where Clusters do: each can be appended to a media source (MSE). Shorter ones are
/// for those who want every packet soon, and a Cluster for each would cost too much.
const LEAST_ALIGNED: Duration = Duration::from_millis(250);

/// A Cluster begins before a picture, unless none comes for so long.
const PATIENCE_WITH_PICTURES: Duration = Duration::from_millis(500);

/// A piece of the recorded file; all blobs of a recording, one behind the other, are the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The piece itself; may be empty.
    pub bytes: Vec<u8>,
    /// What the whole file is, such as `video/webm;codecs=vp8,opus`: the blob's `type`.
    pub mime_type: Arc<str>,
}

/// `dataavailable` (MediaStream Recording, 2.7).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BlobEvent {
    /// The recorded data.
    pub data: Blob,
    /// Milliseconds of media from the beginning of the first blob to the beginning of this one; of an empty one, to the
    /// last that was gathered before it.
    pub timecode: f64,
    /// Extension: whether its first block begins a Cluster, so that it can be appended to what was before.
    pub begins_cluster: bool,
    /// Extension: whether its first picture is a key frame; None when there is no picture in it.
    pub key_frame: Option<bool>,
}

impl BlobEvent {
    /// An event of this blob.
    #[must_use]
    pub const fn new(data: Blob, timecode: f64) -> Self {
        Self {
            data,
            timecode,
            begins_cluster: false,
            key_frame: None,
        }
    }
}

/// Decides by media time when a blob is full, and when a Cluster is to end.
#[derive(Debug)]
pub(crate) struct Slicer {
    timeslice: Option<Duration>,
    /// How far apart Clusters begin, if that is asked for.
    cluster: Option<Duration>,
    /// Whether a picture is worth waiting for.
    has_video: bool,
    /// Container time of the first packet in the blob.
    start: Option<Timestamp>,
    /// The same of the first since a Cluster was ended here.
    cluster_start: Option<Timestamp>,
    /// The same of the last packet of all.
    last: Timestamp,
    begins_cluster: bool,
    key_frame: Option<bool>,
}

impl Slicer {
    /// Without a timeslice no blob is ever full. Clusters begin `cluster` apart, or as far as the timeslice says;
    /// either counts only if it is long enough.
    pub(crate) fn new(timeslice: Option<Duration>, cluster: Option<Duration>, has_video: bool) -> Self {
        Self {
            timeslice,
            cluster: [cluster, timeslice]
                .into_iter()
                .flatten()
                .find(|length| *length >= LEAST_ALIGNED),
            has_video,
            start: None,
            cluster_start: None,
            last: Timestamp::ZERO,
            begins_cluster: false,
            key_frame: None,
        }
    }

    /// Whether blobs end where Clusters do.
    fn is_aligned(&self) -> bool {
        self.timeslice.is_none_or(|slice| slice >= LEAST_ALIGNED)
    }

    /// Whether a Cluster must end where a blob was asked for.
    pub(crate) fn ends_clusters(&self) -> bool {
        self.is_aligned() || self.cluster.is_some()
    }

    /// Whether the Cluster is to end before this packet.
    ///
    /// It is before a picture, so that key frames that are as far apart as Clusters begin each.
    pub(crate) fn ends_before(&self, packet: &Packet, track: &TrackInfo) -> bool {
        let (Some(length), Some(start)) = (self.cluster, self.cluster_start) else {
            return false;
        };
        let suits = !self.has_video || matches!(track.format, MediaFormat::Video(_));
        let gathered = packet.time - start;
        gathered >= length && (suits || gathered >= length + PATIENCE_WITH_PICTURES)
    }

    /// Whether the blob is to end before this packet, before which a Cluster ends.
    pub(crate) fn is_full_before(&self, packet: &Packet) -> bool {
        let gathered = self.start.map(|start| packet.time - start);
        self.is_aligned() && self.timeslice.is_some_and(|slice| gathered >= Some(slice))
    }

    /// Takes note of a packet that was muxed.
    pub(crate) fn add(&mut self, packet: &Packet, track: &TrackInfo, begins_cluster: bool) {
        if self.start.is_none() {
            self.start = Some(packet.time);
            self.begins_cluster = begins_cluster;
        }
        self.last = packet.time;
        self.cluster_start.get_or_insert(packet.time);
        if matches!(track.format, MediaFormat::Video(_)) {
            self.key_frame.get_or_insert(packet.key);
        }
    }

    /// A Cluster was ended: the next packet begins one.
    pub(crate) fn end_cluster(&mut self) {
        self.cluster_start = None;
    }

    /// Whether this packet, which was muxed, fills a blob that need not be aligned.
    ///
    /// A picture tells that media was gathered until it was taken, sound until its end: never more than was.
    pub(crate) fn is_filled_by(&self, packet: &Packet, track: &TrackInfo) -> bool {
        let start = self.start.unwrap_or(packet.time);
        let gathered_until = match track.format {
            MediaFormat::Video(_) => packet.time,
            MediaFormat::Audio(_) => packet.time + packet.duration.saturating_sub(packet.padding),
        };
        !self.is_aligned()
            && self
                .timeslice
                .is_some_and(|slice| gathered_until - start >= slice)
    }

    /// Begins the next blob; makes the event of the one that ends.
    pub(crate) fn cut(&mut self, data: Blob) -> BlobEvent {
        let start = self.start.take().unwrap_or(self.last);
        BlobEvent {
            data,
            // The first packet of all is at zero.
            timecode: (start - Timestamp::ZERO).as_secs_f64() * 1000.0,
            begins_cluster: std::mem::take(&mut self.begins_cluster),
            key_frame: self.key_frame.take(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{AudioFormat, Color, VideoFormat};
    use bytes::Bytes;

    fn track(format: MediaFormat) -> TrackInfo {
        TrackInfo {
            format,
            codec_id: "",
            codec_private: vec![],
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
        }
    }

    fn video() -> TrackInfo {
        track(MediaFormat::Video(VideoFormat {
            width: 1,
            height: 1,
            frame_duration: None,
            color: Color::UNSPECIFIED,
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
            data: Bytes::new(),
        }
    }

    fn fills(slicer: &mut Slicer, track: &TrackInfo, ms: u64) -> bool {
        slicer.add(&packet(ms, true), track, false);
        slicer.is_filled_by(&packet(ms, true), track)
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
        let mut slicer = Slicer::new(Some(Duration::from_millis(slice)), None, has_video);
        let mut blobs = Vec::new();
        let mut end = |slicer: &mut Slicer| {
            let blob = cut(slicer);
            blobs.push((blob.timecode as u64, blob.key_frame));
        };
        for &(is_video, ms, key) in packets {
            let track = if is_video { video() } else { audio() };
            if slicer.ends_before(&packet(ms, key), &track) {
                assert!(slicer.is_full_before(&packet(ms, key)));
                end(&mut slicer);
                slicer.end_cluster();
            }
            slicer.add(&packet(ms, key), &track, true);
        }
        end(&mut slicer);
        blobs
    }

    #[test]
    fn a_short_blob_is_full_once_the_timeslice_was_gathered_and_never_before() {
        let mut slicer = Slicer::new(Some(Duration::from_millis(100)), None, true);
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
    fn without_a_timeslice_nothing_fills_a_blob_and_with_zero_every_packet_does() {
        let late = packet(1_000_000, true);
        let mut endless = Slicer::new(None, None, false);
        assert!(!fills(&mut endless, &audio(), 0) && !fills(&mut endless, &audio(), 1_000_000));
        assert!(!endless.ends_before(&late, &audio()));
        let mut eager = Slicer::new(Some(Duration::ZERO), None, false);
        assert!(fills(&mut eager, &audio(), 0));
        assert!(!eager.ends_before(&late, &audio()));
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
        let mut slicer = Slicer::new(None, None, true);
        let mut timecode = |packets: &[u64]| {
            for &ms in packets {
                slicer.add(&packet(ms, true), &video(), false);
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
