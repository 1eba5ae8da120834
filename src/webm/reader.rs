//! The demuxer: reads any WebM or Matroska stream, finalized, live, truncated or damaged.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{CopiedElements, ElementCollector, SideData};
use crate::webm::block::Block;
use crate::webm::date;
use crate::webm::header::Header;
use crate::webm::lacing::BlockHeader;
use crate::webm::metadata_collector::MetadataCollector;
use crate::webm::structure::Structure;
use crate::webm::tag_reader::TagReader;
use crate::webm::tags::{Tag, Tags};
use crate::webm::track::{Track, trimmed};
use bytes::Buf;
use std::collections::VecDeque;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Maximum number of tracks; no real file has as many.
const MAX_TRACKS: usize = 1_000;

/// Reads a stream once, from its beginning. The stream does not have to be seekable, and memory does not grow with
/// its length.
///
/// Damaged data is skipped up to the next block or Cluster, and a truncated file ends where it ends: see [`Reader::damaged`] and
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
    entry: Option<(Track, ElementCollector)>,
    group: Option<Group>,
    file_tags: TagReader,
    clusters: u64,
    cluster_position: u64,
    /// Time of the Cluster in ticks.
    cluster_time: u64,
    /// Time of the last block relative to its Cluster, in ticks; 0 at the beginning of a Cluster.
    offset: i64,
    wrapped: u64,
    recordings: u64,
    cues: u64,
    /// Blocks that were read and not returned yet.
    ready: VecDeque<Block>,
    /// What is kept of the file beside its media, if it is to be written again.
    metadata: Option<MetadataCollector>,
    /// Another recording begins here, at which this reader ends.
    has_next: bool,
}

/// The part of a `BlockGroup` that was read.
#[derive(Default)]
struct Group {
    position: u64,
    block: Vec<u8>,
    is_key: bool,
    /// In ticks.
    duration: Option<u64>,
    discard_padding: i64,
    /// In ticks.
    references: Vec<i64>,
    other: ElementCollector,
}

impl<R: Read> Reader<R> {
    /// Reads the header, up to the first Cluster.
    ///
    /// # Errors
    ///
    /// `NotReadable` if `source` cannot be read or does not start like a WebM or Matroska file.
    pub fn new(source: R) -> Result<Self> {
        Self::start(Tags::new(source)?, None)
    }

    /// A reader that ends where another recording begins, and keeps the elements of the file that are no media.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub(super) fn for_remuxing(source: R) -> Result<Self> {
        Self::start(Tags::new(source)?, Some(MetadataCollector::default()))
    }

    /// The reader of the recording behind this one, which is read to its end; `None` if it was the last.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read.
    pub(super) fn into_next(self) -> Result<Option<Self>> {
        let Self { tags, has_next, .. } = self;
        let next = has_next.then(|| Self::start(tags, Some(MetadataCollector::default())));
        next.transpose()
    }

    /// The elements of the file that are no media: Info, and Tags, Chapters and Attachments, as far as it was read.
    pub(super) fn metadata(&self) -> CopiedElements {
        let metadata = self.metadata.as_ref();
        metadata.map(MetadataCollector::elements).unwrap_or_default()
    }

    fn start(tags: Tags<R>, metadata: Option<MetadataCollector>) -> Result<Self> {
        let mut reader = Self {
            tags,
            header: Header::default(),
            entry: None,
            group: None,
            file_tags: TagReader::default(),
            clusters: 0,
            cluster_position: 0,
            cluster_time: 0,
            wrapped: 0,
            offset: 0,
            recordings: 0,
            cues: 0,
            ready: VecDeque::new(),
            metadata,
            has_next: false,
        };
        while reader.clusters == 0 && reader.step(Tags::next)? {}
        Ok(reader)
    }

    /// The header, with what was read of its elements after the first Cluster.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Replaces the tracks of the header, which is damaged. Blocks of other tracks count as damage.
    pub(super) fn set_tracks(&mut self, tracks: Vec<Track>) {
        self.tags
            .set_tracks(tracks.iter().map(|track| track.number).collect());
        self.header.tracks = tracks;
    }

    /// Reads the next block; `None` at the end.
    ///
    /// # Errors
    ///
    /// `NotReadable` if the source cannot be read. Damaged data is not an error.
    pub fn next_block(&mut self) -> Result<Option<Block>> {
        while self.ready.is_empty() && self.step(Tags::next)? {}
        Ok(self.ready.pop_front())
    }

    /// The next block, if it was read from the source already: `None` is not the end.
    ///
    /// # Errors
    ///
    /// As [`next_block`](Self::next_block).
    pub(crate) fn next_buffered_block(&mut self) -> Result<Option<Block>> {
        while self.ready.is_empty() && self.step(Tags::next_buffered)? {}
        Ok(self.ready.pop_front())
    }

    /// Number of Clusters so far.
    pub const fn clusters(&self) -> u64 {
        self.clusters
    }

    /// Number of EBML headers so far: more than one in a file of several recordings in a row.
    pub const fn recordings(&self) -> u64 {
        self.recordings
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

    /// How many of the skipped bytes are zeros.
    pub(super) const fn zeros(&self) -> u64 {
        self.tags.zeros()
    }

    /// Whether the file ended within an element. Valid at the end.
    pub const fn is_cut_off(&self) -> bool {
        self.tags.is_cut_off()
    }

    /// Whether another recording follows this one, which is read to its end.
    pub(super) const fn has_next(&self) -> bool {
        self.has_next
    }

    /// How the file is laid out so far.
    pub(super) const fn structure(&self) -> Structure {
        self.tags.structure()
    }

    /// Offset of the open Cluster in bytes.
    pub(super) const fn cluster_position(&self) -> u64 {
        self.cluster_position
    }

    /// Number of blocks so far whose times had wrapped around at 16 bits.
    pub(super) const fn wrapped(&self) -> u64 {
        self.wrapped
    }

    /// Handles the next element; returns `false` if there is none.
    fn step(&mut self, next: impl Fn(&mut Tags<R>) -> Result<Option<Tag>>) -> Result<bool> {
        if self.has_next {
            return Ok(false);
        }
        let Some(tag) = next(&mut self.tags)? else {
            return Ok(false);
        };
        if let Some(metadata) = &mut self.metadata {
            metadata.add(&tag.spec);
            self.has_next = matches!(tag.spec, MatroskaSpec::Ebml(Master::Start)) && tag.position > 0;
            if self.has_next {
                return Ok(false);
            }
        }
        match tag.spec {
            MatroskaSpec::Cluster(Master::Start) => {
                self.clusters += 1;
                self.cluster_position = tag.position;
                self.cluster_time = 0;
                self.offset = 0;
                self.group = None;
            }
            MatroskaSpec::Timestamp(time) => self.cluster_time = time,
            MatroskaSpec::SimpleBlock(block) => self.simple_block(block, tag.position),
            MatroskaSpec::Ebml(Master::Start) => self.recordings += 1,
            MatroskaSpec::CuePoint(Master::Start) => self.cues += 1,
            MatroskaSpec::ChapterAtom(Master::Start) => self.header.chapters += 1,
            MatroskaSpec::AttachedFile(Master::Start) => self.header.attachments += 1,
            MatroskaSpec::Tags(Master::Start) => (self.group, self.entry) = (None, None),
            MatroskaSpec::TrackEntry(Master::Start) => self.entry = Some(<_>::default()),
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
            (MatroskaSpec::ReferenceBlock(ticks), Some(group)) => group.references.push(ticks),
            (MatroskaSpec::BlockDuration(ticks), Some(group)) => group.duration = Some(ticks),
            (MatroskaSpec::DiscardPadding(nanos), Some(group)) => group.discard_padding = nanos,
            (spec, Some(group)) => group.other.add(spec),
            (MatroskaSpec::DocType(name), _) => self.header.doc_type = trimmed(name),
            (MatroskaSpec::MuxingApp(name), _) => self.header.muxing_app = trimmed(name),
            (MatroskaSpec::WritingApp(name), _) => self.header.writing_app = trimmed(name),
            (MatroskaSpec::Title(title), _) => self.header.title = trimmed(title),
            (MatroskaSpec::DateUTC(nanos), _) => self.header.date = date::from_matroska(nanos),
            (MatroskaSpec::TimestampScale(scale), _) if scale > 0 => {
                self.header.timestamp_scale = scale;
            }
            (MatroskaSpec::Duration(ticks), _) => self.header.duration_ticks = Some(ticks),
            (spec, _) => match &mut self.entry {
                Some((track, elements)) => {
                    elements.add(spec.clone());
                    track.set(spec);
                }
                None => self.file_tags.read(spec, &mut self.header),
            },
        }
    }

    /// A track number that exists already is of another recording, appended to this one.
    fn end_entry(&mut self) {
        let entry = self.entry.take().map(|(track, elements)| Track {
            elements: elements.finish(),
            ..track
        });
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
            is_key: head.is_key(),
            ..Group::default()
        };
        self.add_frames(head, group);
    }

    fn end_group(&mut self) {
        if let Some(mut group) = self.group.take()
            && let Some(head) = BlockHeader::parse(&group.block)
        {
            group.is_key = group.references.is_empty();
            self.add_frames(head, group);
        }
    }

    fn add_frames(&mut self, head: BlockHeader, mut group: Group) {
        let side_data = self.side_data(head, &mut group);
        let time = self.time(head);
        let mut block = Block {
            track: head.track,
            time,
            duration: group.duration.map(|ticks| self.length(ticks)),
            discard_padding: group.discard_padding,
            key: group.is_key,
            invisible: head.is_invisible(),
            lace: 0,
            cluster: self.clusters.saturating_sub(1),
            position: group.position,
            data: group.block.into(),
            side_data,
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
            block.side_data = None;
            block.time += step.unwrap_or_default();
        }
    }

    /// Reference blocks alone are no side data: the key flag says as much.
    fn side_data(&self, head: BlockHeader, group: &mut Group) -> Option<Arc<SideData>> {
        let has_duration = group.duration.is_some();
        let is_plain =
            group.other.is_empty() && !has_duration && group.discard_padding >= 0 && !head.is_invisible();
        let scale = i64::try_from(self.header.timestamp_scale).unwrap_or(i64::MAX);
        let references = group.references.iter();
        (!is_plain).then(|| {
            Arc::new(SideData {
                elements: std::mem::take(&mut group.other).finish(),
                references: references.map(|ticks| ticks.saturating_mul(scale)).collect(),
                discard_padding: group.discard_padding,
                has_duration,
                invisible: head.is_invisible(),
            })
        })
    }

    /// Offsets have 16 bits. In Clusters that are too long for them they wrap around, which is undone.
    fn time(&mut self, head: BlockHeader) -> Timestamp {
        const RANGE: i64 = 1 << 16;
        let offset = i64::from(head.time);
        let wraps = (self.offset - offset + RANGE / 2 - 1).div_euclid(RANGE).max(0);
        self.wrapped += u64::from(wraps > 0);
        self.offset = offset + wraps * RANGE;
        let ticks = self.cluster_time.saturating_add_signed(self.offset);
        Timestamp::ZERO + self.length(ticks)
    }

    fn length(&self, ticks: u64) -> Duration {
        Duration::from_nanos(ticks.saturating_mul(self.header.timestamp_scale))
    }
}

#[cfg(test)]
mod tests;
