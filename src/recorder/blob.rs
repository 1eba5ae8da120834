//! What a recording hands out, and where one blob ends and the next begins.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use std::sync::Arc;
use std::time::Duration;

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
    /// Milliseconds of media from the beginning of the first blob to the beginning of this one.
    pub timecode: f64,
}

impl BlobEvent {
    /// An event of this blob.
    #[must_use]
    pub const fn new(data: Blob, timecode: f64) -> Self {
        Self { data, timecode }
    }
}

/// Decides by media time when a blob is full.
#[derive(Debug)]
pub(crate) struct Slicer {
    timeslice: Option<Duration>,
    /// Container time of the first packet in the blob.
    start: Option<Timestamp>,
    /// The same of the first blob of all.
    origin: Timestamp,
}

impl Slicer {
    /// Without a timeslice no blob is ever full.
    pub(crate) fn new(timeslice: Option<Duration>) -> Self {
        Self {
            timeslice,
            start: None,
            origin: Timestamp::ZERO,
        }
    }

    /// Takes note of a packet that was muxed; true when it fills the blob.
    ///
    /// A picture tells that media was gathered until it was taken, sound until its end: never more than was.
    pub(crate) fn fills(&mut self, packet: &Packet, track: &TrackInfo) -> bool {
        let start = *self.start.get_or_insert(packet.time);
        let gathered_until = match track.format {
            MediaFormat::Video(_) => packet.time,
            MediaFormat::Audio(_) => packet.time + packet.duration.saturating_sub(packet.padding),
        };
        self.timeslice
            .is_some_and(|slice| gathered_until - start >= slice)
    }

    /// Begins the next blob; gives the timecode of the one that ends, in milliseconds.
    pub(crate) fn cut(&mut self) -> f64 {
        let start = self.start.take().unwrap_or(self.origin);
        (start - self.origin).as_secs_f64() * 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{AudioFormat, Color, VideoFormat};

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

    fn fills(slicer: &mut Slicer, track: &TrackInfo, ms: u64) -> bool {
        let packet = Packet {
            track: 0,
            time: Timestamp::from_millis(ms),
            duration: Duration::from_millis(20),
            key: true,
            padding: Duration::ZERO,
            data: vec![],
        };
        slicer.fills(&packet, track)
    }

    #[test]
    fn a_blob_is_full_once_the_timeslice_was_gathered_and_never_before() {
        let video = track(MediaFormat::Video(VideoFormat {
            width: 1,
            height: 1,
            frame_duration: None,
            color: Color::UNSPECIFIED,
        }));
        let audio = track(MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        }));
        let mut slicer = Slicer::new(Some(Duration::from_millis(100)));
        assert!(!fills(&mut slicer, &video, 0));
        assert!(!fills(&mut slicer, &video, 99));
        assert!(fills(&mut slicer, &video, 100));
        assert_eq!(slicer.cut().to_bits(), 0f64.to_bits());
        assert!(!fills(&mut slicer, &audio, 120));
        assert!(!fills(&mut slicer, &audio, 180));
        assert!(fills(&mut slicer, &audio, 200));
        assert_eq!(slicer.cut().to_bits(), 120f64.to_bits());
    }

    #[test]
    fn without_a_timeslice_nothing_fills_a_blob_and_with_zero_every_packet_does() {
        let audio = track(MediaFormat::Audio(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
        }));
        assert!(!fills(&mut Slicer::new(None), &audio, 1_000_000));
        assert!(fills(&mut Slicer::new(Some(Duration::ZERO)), &audio, 0));
    }
}
