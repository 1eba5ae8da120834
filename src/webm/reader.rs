//! The demuxer: reads any WebM or Matroska stream, finalized, live, truncated or damaged.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::webm::block::Block;
use crate::webm::header::Header;
use crate::webm::lacing::BlockHeader;
use crate::webm::tags::{Tag, Tags};
use crate::webm::track::{Track, trimmed};
use bytes::Buf;
use std::collections::VecDeque;
use std::io::Read;
use std::time::Duration;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Maximum number of tracks; no real file has as many.
const MAX_TRACKS: usize = 1_000;
const DEFAULT_TIMESTAMP_SCALE: u64 = 1_000_000;

/// Reads a stream once, from its beginning. The stream does not have to be seekable, and memory does not grow with
/// its length.
///
/// Damaged data is skipped up to the next Cluster, and a truncated file ends where it ends: see [`Reader::damaged`] and
/// [`Reader::is_cut_off`].
///
/// ```no_run
/// use mediarec::webm::Reader;
///
/// let mut reader = Reader::new(std::fs::File::open("recording.webm")?)?;
/// while let Some(block) = reader.next_block()? {
///     println!("track {}: {} bytes", block.track, block.data.len());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reader<R> {
    tags: Tags<R>,
    header: Header,
    /// The `TrackEntry` that is being read.
    entry: Option<Track>,
    group: Option<Group>,
    clusters: u64,
    /// Time of the Cluster in ticks.
    cluster_time: u64,
    cues: u64,
    /// Blocks that were read and not returned yet.
    ready: VecDeque<Block>,
}

/// The part of a `BlockGroup` that was read.
#[derive(Default)]
struct Group {
    position: u64,
    block: Vec<u8>,
    has_reference: bool,
    /// In ticks.
    duration: Option<u64>,
    discard_padding: i64,
}

impl<R: Read> Reader<R> {
    /// Reads the header, up to the first Cluster.
    ///
    /// # Errors
    ///
    /// `NotReadable` if `source` cannot be read or does not start like a WebM or Matroska file.
    pub fn new(source: R) -> Result<Self> {
        let mut reader = Self {
            tags: Tags::new(source)?,
            header: Header {
                doc_type: "matroska".to_owned(),
                muxing_app: String::new(),
                writing_app: String::new(),
                timestamp_scale: DEFAULT_TIMESTAMP_SCALE,
                duration_ticks: None,
                tracks: Vec::new(),
            },
            entry: None,
            group: None,
            clusters: 0,
            cluster_time: 0,
            cues: 0,
            ready: VecDeque::new(),
        };
        while reader.clusters == 0 && reader.step()? {}
        Ok(reader)
    }

    /// The header, with what was read of its elements after the first Cluster.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read. Damaged data is not an error.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        while self.ready.is_empty() && self.step()? {}
        Ok(self.ready.pop_front())
    }

    /// Number of Clusters so far.
    pub const fn clusters(&self) -> u64 {
        self.clusters
    }

    /// Number of cue points so far.
    pub const fn cues(&self) -> u64 {
        self.cues
    }

    /// Bytes parsed or skipped so far; the size of the file at the end.
    pub fn position(&self) -> u64 {
        self.tags.position()
    }

    /// Bytes skipped so far because they could not be parsed.
    pub const fn damaged(&self) -> u64 {
        self.tags.damaged()
    }

    /// Whether the file ended within an element. Valid at the end.
    pub const fn is_cut_off(&self) -> bool {
        self.tags.is_cut_off()
    }

    /// Reads one element; returns `false` at the end.
    fn step(&mut self) -> Result<bool> {
        let Some(tag) = self.tags.next()? else {
            return Ok(false);
        };
        match tag.spec {
            MatroskaSpec::Cluster(Master::Start) => {
                self.clusters += 1;
                self.cluster_time = 0;
            }
            MatroskaSpec::Timestamp(time) => self.cluster_time = time,
            MatroskaSpec::SimpleBlock(block) => self.simple_block(block, tag.position),
            MatroskaSpec::CuePoint(Master::Start) => self.cues += 1,
            MatroskaSpec::TrackEntry(Master::Start) => self.entry = Some(Track::default()),
            MatroskaSpec::TrackEntry(_) => self.end_entry(),
            MatroskaSpec::BlockGroup(Master::Start) => {
                self.group = Some(Group {
                    position: tag.position,
                    ..Group::default()
                });
            }
            MatroskaSpec::BlockGroup(_) => self.end_group(),
            _ => self.detail(tag),
        }
        Ok(true)
    }

    /// Handles an element of the header, a track or a block group.
    fn detail(&mut self, tag: Tag) {
        match (tag.spec, &mut self.group) {
            (MatroskaSpec::Block(block), Some(group)) => group.block = block,
            (MatroskaSpec::ReferenceBlock(_), Some(group)) => group.has_reference = true,
            (MatroskaSpec::BlockDuration(ticks), Some(group)) => group.duration = Some(ticks),
            (MatroskaSpec::DiscardPadding(nanos), Some(group)) => group.discard_padding = nanos,
            (MatroskaSpec::DocType(name), _) => self.header.doc_type = trimmed(name),
            (MatroskaSpec::MuxingApp(name), _) => self.header.muxing_app = trimmed(name),
            (MatroskaSpec::WritingApp(name), _) => self.header.writing_app = trimmed(name),
            (MatroskaSpec::TimestampScale(scale), _) if scale > 0 => {
                self.header.timestamp_scale = scale;
            }
            (MatroskaSpec::Duration(ticks), _) => self.header.duration_ticks = Some(ticks),
            (spec, _) => {
                if let Some(entry) = &mut self.entry {
                    entry.set(spec);
                }
            }
        }
    }

    /// A track number that exists already is of another recording, appended to this one.
    fn end_entry(&mut self) {
        let entry = self.entry.take();
        let is_new = |entry: &Track| self.header.track(entry.number).is_none();
        let room = self.header.tracks.len() < MAX_TRACKS;
        self.header
            .tracks
            .extend(entry.filter(|entry| room && is_new(entry)));
    }

    fn simple_block(&mut self, block: Vec<u8>, position: u64) {
        let Some(head) = BlockHeader::parse(&block) else {
            return;
        };
        let group = Group {
            position,
            block,
            has_reference: !head.is_key(),
            ..Group::default()
        };
        self.add_frames(head, group);
    }

    fn end_group(&mut self) {
        if let Some(group) = self.group.take()
            && let Some(head) = BlockHeader::parse(&group.block)
        {
            self.add_frames(head, group);
        }
    }

    fn add_frames(&mut self, head: BlockHeader, group: Group) {
        let mut block = Block {
            track: head.track,
            time: self.time(head),
            duration: group.duration.map(|ticks| self.length(ticks)),
            discard_padding: group.discard_padding,
            key: !group.has_reference,
            invisible: head.is_invisible(),
            lace: 0,
            cluster: self.clusters.saturating_sub(1),
            position: group.position,
            data: group.block.into(),
        };
        if !head.is_laced() {
            block.data.advance(head.length);
            self.ready.push_back(block);
            return;
        }
        let track = self.header.track(head.track);
        let step = track.and_then(|track| track.default_duration);
        let data = std::mem::take(&mut block.data);
        for frame in head.frames(&data[head.length..]).unwrap_or_default() {
            let laced = Block {
                data: data.slice_ref(frame),
                ..block.clone()
            };
            self.ready.push_back(laced);
            block.lace += 1;
            block.time += step.unwrap_or_default();
        }
    }

    fn time(&self, head: BlockHeader) -> Timestamp {
        let ticks = self.cluster_time.saturating_add_signed(head.time.into());
        Timestamp::ZERO + self.length(ticks)
    }

    fn length(&self, ticks: u64) -> Duration {
        Duration::from_nanos(ticks.saturating_mul(self.header.timestamp_scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{MediaFormat, Packet};
    use crate::webm::test_media;

    fn read(file: &[u8]) -> (Vec<Block>, Reader<&[u8]>) {
        let mut reader = Reader::new(file).unwrap();
        let mut blocks = Vec::new();
        while let Some(block) = reader.next_block().unwrap() {
            blocks.push(block);
        }
        (blocks, reader)
    }

    /// A live file, and the same finalized, of which every byte can be tried.
    fn small() -> [Vec<u8>; 2] {
        let tracks = [test_media::video_track(), test_media::audio_track()];
        let packets: Vec<Packet> = test_media::packets(2).into_iter().step_by(9).collect();
        let (live, index) = test_media::write(&tracks, &packets);
        let mut file = std::io::Cursor::new(live.clone());
        index.finalize(&mut file, 0, |_| Ok(())).unwrap();
        [live, file.into_inner()]
    }

    #[test]
    fn what_was_written_is_read() {
        let packets = test_media::packets(3);
        for file in [test_media::live(3).0, test_media::finalized(3)] {
            let (blocks, reader) = read(&file);
            assert_eq!(blocks.len(), packets.len());
            for (block, packet) in blocks.iter().zip(&packets) {
                assert_eq!(block.track, packet.track as u64 + 1);
                assert_eq!(block.time, Timestamp::from_millis(packet.time.round_millis()));
                assert_eq!((block.key, &block.data), (packet.key, &packet.data));
            }
            assert_eq!(blocks.last().unwrap().discard_padding, 13_500_000);
            assert_eq!((reader.damaged(), reader.is_cut_off()), (0, false));
            assert_eq!(reader.position(), file.len() as u64);
        }
    }

    #[test]
    fn a_finished_file_says_its_duration_and_where_to_seek() {
        let file = test_media::finalized(3);
        let (_, reader) = read(&file);
        assert_eq!(reader.header().duration(), Some(3.0));
        assert_eq!(reader.cues(), 3);
        let live = test_media::live(3).0;
        let (_, reader) = read(&live);
        assert_eq!(reader.header().duration(), None);
        assert_eq!(reader.cues(), 0);
    }

    #[test]
    fn the_description_of_a_track_is_the_one_it_was_written_with() {
        let (live, _) = test_media::live(1);
        let (_, reader) = read(&live);
        let tracks = &reader.header().tracks;
        let [video, audio] = [&tracks[0], &tracks[1]];
        assert_eq!(
            (video.codec_id.as_str(), video.width, video.height),
            ("V_VP8", 64, 48)
        );
        let (written, MediaFormat::Video(format)) =
            (test_media::video_track(), test_media::video_track().format)
        else {
            panic!("the video track of test_media carries pictures");
        };
        assert_eq!(
            (video.default_duration, video.color),
            (format.frame_duration, format.color)
        );
        assert_eq!(video.name, written.name);
        let written = test_media::audio_track();
        assert_eq!((audio.codec_id.as_str(), audio.channels), ("A_OPUS", 2));
        assert_eq!(audio.codec_private, written.codec_private);
        assert_eq!(
            (audio.codec_delay, audio.seek_pre_roll),
            (written.codec_delay, written.seek_pre_roll)
        );
    }

    #[test]
    fn a_cut_off_file_gives_all_that_is_complete() {
        for file in small() {
            let (whole, _) = read(&file);
            for length in 4..file.len() {
                let (blocks, reader) = read(&file[..length]);
                let complete = whole.iter().take_while(|block| {
                    // ID, size, head and data of a SimpleBlock; the last one is in a group and longer.
                    let size = if block.data.len() < 123 { 1 } else { 2 };
                    block.position + 1 + size + 4 + block.data.len() as u64 <= length as u64
                });
                let complete = complete.count().min(whole.len() - 1);
                assert_eq!(blocks[..complete], whole[..complete], "{length}");
                assert!(blocks.len() <= complete + 1);
                assert_eq!(reader.damaged(), 0);
            }
        }
    }

    #[test]
    fn nothing_in_a_file_makes_the_reader_fail() {
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = |below: usize| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            usize::try_from(random >> 33).unwrap() % below
        };
        for file in small() {
            for _ in 0..3_000 {
                let mut broken = file.clone();
                for _ in 0..=next(8) {
                    let at = 4 + next(broken.len() - 4);
                    broken[at] = next(256).to_le_bytes()[0];
                }
                let (blocks, _) = read(&broken);
                let bytes: usize = blocks.iter().map(|block| block.data.len()).sum();
                assert!(bytes <= broken.len());
            }
        }
    }

    #[test]
    fn damage_costs_no_more_than_the_cluster_it_is_in() {
        let (mut live, _) = test_media::live(3);
        let (whole, _) = read(&live);
        let victim = whole.iter().find(|block| block.cluster == 1).unwrap();
        let at = usize::try_from(victim.position).unwrap();
        live[at..at + 9].fill(0);
        let (blocks, reader) = read(&live);
        let others = |blocks: &[Block], cluster| {
            let others = blocks.iter().filter(|block| block.cluster == cluster);
            others.map(|block| block.position).collect::<Vec<_>>()
        };
        for cluster in [0, 2] {
            assert_eq!(others(&blocks, cluster), others(&whole, cluster));
        }
        assert!(reader.damaged() > 0 && !reader.is_cut_off());
    }

    #[test]
    fn frames_that_were_laced_together_are_told_apart() {
        let sound = Packet {
            data: vec![2, 1, 2, 1, 2, 2, 3, 3, 3].into(),
            ..test_media::audio(0, 0)
        };
        let (mut file, _) = test_media::write(&[test_media::audio_track()], &[sound]);
        let flags = file.len() - 10;
        file[flags] |= 0x02;
        let (blocks, _) = read(&file);
        let frames: Vec<_> = blocks.iter().map(|block| (block.lace, &block.data[..])).collect();
        assert_eq!(frames, [(0, &[1][..]), (1, &[2, 2]), (2, &[3, 3, 3])]);
    }

    #[test]
    fn other_files_are_refused() {
        for file in [&b""[..], b"RIFF", b"\x1A\x45\xDF", b"YUV4MPEG2 W64"] {
            let error = Reader::new(file).err().map(|error| error.name());
            assert_eq!(error, Some("NotReadableError"));
        }
    }
}
