//! The muxer: packets in container order go in, the bytes of a live file come out.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::{Packet, TrackInfo};
use crate::webm::block_group::block_group;
use crate::webm::cluster_policy::{Boundary, ClusterPolicy};
use crate::webm::cue::{CUE_MAX, CUES_HEADER_MAX, Cue};
use crate::webm::doc_type::DocType;
use crate::webm::element::{self, UNKNOWN_MASTER_HEADER};
use crate::webm::header_writer::{self, HeaderOffsets};
use crate::webm::index_builder::IndexBuilder;
use crate::webm::metadata::Metadata;
use crate::webm::seek_index::SeekIndex;
use crate::webm::track::Track;
use crate::webm::written_track::WrittenTrack;
use std::io::{self, Write};
use std::time::Duration;
use webm_iterable::WebmWriter as Elements;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Maximum size of a Cluster's header and Timestamp, in bytes.
const CLUSTER_OVERHEAD: u64 = UNKNOWN_MASTER_HEADER as u64 + 10;
/// Maximum size in bytes of the headers of a `BlockGroup` and its Block, of track, time and flags, and of `DiscardPadding`.
pub(super) const BLOCK_OVERHEAD: u64 = 9 + 9 + 4 + 11;
/// The ID of a `SimpleBlock`.
const SIMPLE_BLOCK: u8 = 0xA3;
/// Maximum capacity of the buffer that a [`WebmWriter::take`] leaves, in bytes.
const BUFFER_MAX: usize = 1 << 20;

/// Muxes packets into WebM or Matroska in one pass, without seeking.
///
/// The bytes are a live file: the sizes of Segment and Clusters are unknown, and there are no Duration and no Cues.
/// They can be sent through a pipe as they are. Space is reserved for what is missing, so that a [`SeekIndex`] can
/// fill it in after the last packet, if the output is a file.
///
/// A Cluster begins before the first packet, before a key frame of a video track that has a frame in the current
/// Cluster, after five seconds or 5 MB, and after [`end_cluster`](Self::end_cluster). The writer does no I/O: the
/// program writes what [`take`](Self::take) returns.
///
/// # Examples
///
/// Write a second of Opus silence, finalize the file, and read it again:
///
/// ```
/// use mediarec::clock::Timestamp;
/// use mediarec::media::{AudioFormat, MediaFormat, Packet, TrackInfo};
/// use mediarec::webm::{DocType, Reader, WebmWriter};
/// use std::io::{Cursor, Write};
/// use std::time::Duration;
///
/// let track = TrackInfo {
///     format: MediaFormat::Audio(AudioFormat { sample_rate: 48_000, channels: 2 }),
///     codec_id: "A_OPUS".into(),
///     // Version 1, 2 channels, a pre-skip of 312 samples, 48 kHz, no gain, mapping family 0.
///     codec_private: b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0".to_vec(),
///     codec_delay: Duration::from_micros(6_500),
///     seek_pre_roll: Duration::from_millis(80),
///     name: String::new(),
///     elements: None,
/// };
/// let mut writer = WebmWriter::new(DocType::Webm, &[track])?;
/// let mut file = Cursor::new(Vec::new());
/// for number in 0..50 {
///     writer.write(&Packet {
///         track: 0,
///         time: Timestamp::from_millis(20 * number),
///         duration: Duration::from_millis(20),
///         key: true,
///         padding: Duration::ZERO,
///         early: Duration::ZERO,
///         data: vec![0xfc].into(),
///         side_data: None,
///     })?;
///     file.write_all(&writer.take())?;
/// }
/// writer.into_index().finalize(&mut file, 0, |_| Ok(()))?;
///
/// file.set_position(0);
/// let mut reader = Reader::new(file)?;
/// assert_eq!(reader.header().duration(), Some(0.9935));
/// let mut packets = 0;
/// while reader.next_block()?.is_some() {
///     packets += 1;
/// }
/// assert_eq!(packets, 50);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WebmWriter {
    elements: Elements<Vec<u8>>,
    /// Bytes already taken from the buffer.
    taken: u64,
    tracks: Vec<WrittenTrack>,
    clusters: ClusterPolicy,
    cluster: Option<Cluster>,
    /// Time of the last block, in ticks.
    time: u64,
    index: IndexBuilder,
}

/// The open Cluster.
#[derive(Clone, Copy)]
struct Cluster {
    position: u64,
    /// In ticks.
    time: u64,
}

impl WebmWriter {
    /// Starts a file with these tracks, without title, date and tags. Its header can be [taken](Self::take) at once.
    ///
    /// # Errors
    ///
    /// `NotSupported` for 0 tracks, for more than 126, and for [`DocType::Webm`] with a codec that WebM does not
    /// support.
    pub fn new(doc_type: DocType, tracks: &[TrackInfo]) -> Result<Self> {
        Self::with_metadata(doc_type, tracks, &Metadata::default())
    }

    /// Starts a file with these tracks and this title, date and tags, which are in its header: also readers of a pipe get
    /// them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); `Type` for a tag without a name, for texts with a NUL, and for a title and tags of more than
    /// 64 KiB together.
    pub fn with_metadata(doc_type: DocType, tracks: &[TrackInfo], metadata: &Metadata) -> Result<Self> {
        let mut elements = Elements::new(Vec::new());
        let offsets = header_writer::write(&mut elements, doc_type, tracks, metadata)?;
        let tracks = tracks.iter().map(WrittenTrack::new).collect();
        Ok(Self::with_header(elements, offsets, tracks))
    }

    /// Keeps no index: for a live stream that nobody finalizes, whose writer must not grow. [`into_index`](Self::into_index)
    /// then returns one that finalizes nothing, and [`finished_size`](Self::finished_size) counts no Cues.
    #[must_use]
    pub fn without_index(mut self) -> Self {
        self.index.drop_index();
        self
    }

    /// Starts a file with the tracks of another one, of any type, and with what its Info says.
    ///
    /// # Errors
    ///
    /// `NotSupported` for 0 tracks, and for more than 126.
    pub(super) fn for_remuxing(doc_type: DocType, info: &[MatroskaSpec], tracks: &[Track]) -> Result<Self> {
        let mut elements = Elements::new(Vec::new());
        let offsets = header_writer::write_copied(&mut elements, doc_type, info, tracks)?;
        Ok(Self::with_header(
            elements,
            offsets,
            tracks.iter().map(WrittenTrack::copied).collect(),
        ))
    }

    fn with_header(elements: Elements<Vec<u8>>, offsets: HeaderOffsets, tracks: Vec<WrittenTrack>) -> Self {
        Self {
            elements,
            taken: 0,
            clusters: ClusterPolicy::new(tracks.iter().map(WrittenTrack::is_video).collect()),
            cluster: None,
            time: 0,
            index: IndexBuilder::new(offsets, tracks.len()),
            tracks,
        }
    }

    /// Writes a packet; returns `true` if a Cluster begins with it.
    ///
    /// Packets of all tracks must be in the order of their times, which are rounded to milliseconds. A packet with an
    /// earlier time than the one before gets the time of that one.
    ///
    /// # Errors
    ///
    /// `InvalidState` if [`Packet::track`] is not the index of a track of this file.
    pub fn write(&mut self, packet: &Packet) -> Result<bool> {
        let boundary = self.boundary_before(packet);
        self.write_at(boundary, packet)?;
        Ok(boundary.begins_cluster())
    }

    /// Makes Clusters begin at least this often as well, with a video frame where there is video.
    pub(crate) fn set_cluster_interval(&mut self, interval: Option<Duration>) {
        self.clusters.set_interval(interval);
    }

    /// Decides what lies before a packet, which must be written next, with [`write_at`](Self::write_at).
    pub(crate) fn boundary_before(&mut self, packet: &Packet) -> Boundary {
        let size = self
            .cluster
            .map_or(0, |cluster| self.position() - cluster.position);
        self.clusters.boundary_before(packet, size)
    }

    /// Writes a packet after this boundary.
    ///
    /// # Errors
    ///
    /// `InvalidState` if [`Packet::track`] is not the index of a track of this file, or if the packet is too late for the open
    /// Cluster.
    pub(crate) fn write_at(&mut self, boundary: Boundary, packet: &Packet) -> Result<()> {
        let Some(track) = self.tracks.get(packet.track) else {
            let message = format!("there is no track {} in this file", packet.track);
            return Err(Error::invalid_state(message));
        };
        let (is_video, codec_delay) = (track.is_video(), track.codec_delay);
        let group = packet.side_data.as_deref();
        let padding = match track.discard_padding(packet.padding) {
            0 => group.map_or(0, |group| group.discard_padding.min(0)),
            padding => padding,
        };
        self.time = self.time.max(packet.time.round_millis());
        let cluster = match self.cluster.filter(|_| !boundary.begins_cluster()) {
            Some(open) => open,
            None => self.open_cluster()?,
        };
        let is_group = padding != 0 || group.is_some();
        let head = self.block_head(packet, cluster, is_group)?;
        if packet.key && packet.early.is_zero() {
            let number = self.index.cluster_count() - 1;
            let offset = self.position() - cluster.position - UNKNOWN_MASTER_HEADER as u64;
            let cue = Cue::new(self.time, number, offset, packet.track);
            self.index.add_key(cue, is_video);
        }
        self.index.extend(packet, codec_delay);
        if is_group {
            let block = [&head[..], &packet.data].concat();
            element::write(&mut self.elements, &block_group(block, packet, padding))
        } else {
            element::write_parts(&mut self.elements, SIMPLE_BLOCK, [&head, &packet.data])
        }
    }

    /// Ends the Cluster: the next packet begins another one. Does nothing if there is none.
    pub fn end_cluster(&mut self) {
        self.clusters.end_cluster();
    }

    /// Size of the file so far, in bytes: what was [taken](Self::take) and what is still in the buffer.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.taken + self.elements.get_ref().len() as u64
    }

    /// Bytes that wait to be taken.
    pub(crate) fn pending(&self) -> u64 {
        self.elements.get_ref().len() as u64
    }

    /// Upper bound for the size in bytes of the finalized file, if `next` is its last packet.
    #[must_use]
    pub fn finished_size(&self, next: &Packet) -> u64 {
        let packet = CLUSTER_OVERHEAD + BLOCK_OVERHEAD + next.size() as u64;
        let cues = CUES_HEADER_MAX + CUE_MAX * (self.index.cue_count() as u64 + 1);
        self.position() + packet + cues
    }

    /// Takes the bytes written since the last call. They always end with a complete block.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        let buffer = self.elements.get_mut();
        let next = Vec::with_capacity(buffer.len().min(BUFFER_MAX));
        let bytes = std::mem::replace(buffer, next);
        self.taken += bytes.len() as u64;
        bytes
    }

    /// Writes the pending bytes to this output; the buffer stays.
    pub(super) fn write_pending(&mut self, output: &mut impl Write) -> io::Result<()> {
        let buffer = self.elements.get_mut();
        output.write_all(buffer)?;
        self.taken += buffer.len() as u64;
        buffer.clear();
        Ok(())
    }

    /// Ends the file and returns the index that makes it seekable. [Take](Self::take) the last bytes before.
    #[must_use]
    pub fn into_index(self) -> SeekIndex {
        let end = self.position();
        self.index.finish(end)
    }

    fn open_cluster(&mut self) -> Result<Cluster> {
        let position = self.position();
        if self.index.cluster_count() > 0 {
            element::write(&mut self.elements, &MatroskaSpec::Cluster(Master::End))?;
        }
        element::open(&mut self.elements, &MatroskaSpec::Cluster(Master::Start))?;
        element::write(&mut self.elements, &MatroskaSpec::Timestamp(self.time))?;
        self.index.add_cluster(position);
        let cluster = Cluster {
            position,
            time: self.time,
        };
        self.cluster = Some(cluster);
        Ok(cluster)
    }

    /// What precedes the frame in a Block or `SimpleBlock`: track number, time in the Cluster, flags.
    ///
    /// # Errors
    ///
    /// `InvalidState` if its time cannot be counted from the beginning of the Cluster.
    fn block_head(&self, packet: &Packet, cluster: Cluster, is_group: bool) -> Result<[u8; 4]> {
        const KEY: u8 = 0x80;
        const INVISIBLE: u8 = 0x08;
        let number = u8::try_from(packet.track + 1).expect("the header allows 126 tracks");
        let early = Timestamp::ZERO + packet.early;
        let presented = self.time.saturating_sub(early.round_millis());
        let offset = i16::try_from(presented.cast_signed() - cluster.time.cast_signed())
            .map_err(|_| Error::invalid_state("a block is more than 32.767 s after its Cluster"))?;
        // Only a SimpleBlock has the flag: in a BlockGroup, a frame without a reference is a key frame.
        let key = if packet.key && !is_group { KEY } else { 0 };
        let side_data = packet.side_data.as_ref();
        let is_invisible = side_data.is_some_and(|side_data| side_data.invisible);
        let [high, low] = offset.to_be_bytes();
        let flags = key | if is_invisible { INVISIBLE } else { 0 };
        Ok([0x80 | number, high, low, flags])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::webm::test_media;

    #[test]
    fn taking_often_or_once_gives_the_same_bytes() {
        let tracks = [test_media::video_track(), test_media::audio_track()];
        let mut writer = WebmWriter::new(DocType::Webm, &tracks).unwrap();
        let mut bytes = writer.take();
        for packet in test_media::packets(3) {
            writer.write(&packet).unwrap();
            bytes.extend(writer.take());
            assert_eq!(writer.position(), bytes.len() as u64);
        }
        assert_eq!(bytes, test_media::live(3).0);
    }

    #[test]
    fn the_promised_size_is_never_exceeded_and_not_far_off() {
        let packets = test_media::packets(12);
        let tracks = [test_media::video_track(), test_media::audio_track()];
        for count in 1..packets.len() {
            let mut writer = WebmWriter::new(DocType::Webm, &tracks).unwrap();
            for packet in &packets[..count - 1] {
                writer.write(packet).unwrap();
            }
            let promised = writer.finished_size(&packets[count - 1]);
            writer.write(&packets[count - 1]).unwrap();
            let mut file = std::io::Cursor::new(writer.take());
            let index = writer.into_index();
            index.finalize(&mut file, 0, |_| Ok(())).unwrap();
            let size = file.into_inner().len() as u64;
            assert!(size <= promised && promised < size + 400, "{size} {promised}");
        }
    }

    #[test]
    fn a_time_that_goes_back_is_moved_up() {
        let packets = [(0, 5), (0, 7), (1, 6)].map(|(track, time)| Packet {
            time: Timestamp::from_millis(time),
            ..test_media::audio(track, 0)
        });
        let tracks = [test_media::audio_track(), test_media::audio_track()];
        let (bytes, _) = test_media::write(&tracks, &packets);
        let mut file = matroska_demuxer::MatroskaFile::open(std::io::Cursor::new(bytes)).unwrap();
        let mut frame = matroska_demuxer::Frame::default();
        for time in [5, 7, 7] {
            assert!(file.next_frame(&mut frame).unwrap());
            assert_eq!(frame.timestamp, time);
        }
    }

    #[test]
    fn without_an_index_the_bytes_are_the_same_and_nothing_is_finalized() {
        let tracks = [test_media::video_track(), test_media::audio_track()];
        let mut writer = WebmWriter::new(DocType::Webm, &tracks).unwrap().without_index();
        for packet in test_media::packets(3) {
            writer.write(&packet).unwrap();
        }
        assert_eq!(writer.index.cue_count(), 0);
        let live = test_media::live(3).0;
        let mut file = std::io::Cursor::new(writer.take());
        writer.into_index().finalize(&mut file, 0, |_| Ok(())).unwrap();
        assert_eq!(file.into_inner(), live);
    }

    #[test]
    fn an_unknown_track_is_an_error() {
        let mut writer = WebmWriter::new(DocType::Webm, &[test_media::video_track()]).unwrap();
        let error = writer.write(&test_media::audio(1, 0)).unwrap_err();
        assert_eq!(error.name(), "InvalidStateError");
    }

    #[test]
    fn a_cluster_that_is_ended_is_followed_by_another_at_the_next_packet() {
        let mut writer = WebmWriter::new(DocType::Webm, &[test_media::audio_track()]).unwrap();
        let begun: Vec<bool> = (0..4)
            .map(|number| {
                if number == 2 {
                    writer.end_cluster();
                    writer.end_cluster();
                }
                writer.write(&test_media::audio(0, number)).unwrap()
            })
            .collect();
        assert_eq!(begun, [true, false, true, false]);
        let file = writer.take();
        let mut reader = crate::webm::reader::Reader::new(&*file).unwrap();
        let clusters = std::iter::from_fn(|| reader.next_block().unwrap().map(|block| block.cluster));
        assert_eq!(clusters.collect::<Vec<_>>(), [0, 0, 1, 1]);
    }

    #[test]
    fn a_packet_that_is_too_late_for_the_open_cluster_is_an_error() {
        let late = Packet {
            time: Timestamp::from_millis(32_768),
            ..test_media::audio(0, 0)
        };
        let mut writer = WebmWriter::new(DocType::Webm, &[test_media::audio_track()]).unwrap();
        writer.write_at(Boundary::None, &test_media::audio(0, 0)).unwrap();
        let error = writer.write_at(Boundary::None, &late).unwrap_err();
        assert_eq!(error.name(), "InvalidStateError");
        writer.write_at(Boundary::Cluster, &late).unwrap();
    }
}
