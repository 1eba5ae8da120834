//! What was gathered of a file so far, for the rules. Its size is bounded.
use crate::webm::check::block::Block;
use crate::webm::check::elements::Element;
use crate::webm::check::ids;
use crate::webm::check::report::Form;
use crate::webm::check::schema::{
    self, BLOCK_GROUP, CLUSTER, CUES, EBML, INFO, SEEK_HEAD, SEGMENT, TAGS, TRACK_ENTRY,
};
use crate::webm::check::track::{Group, Track};
use crate::webm::check::value::{float, text, unsigned};

/// How many Clusters, key frames and cues are remembered. Beyond that, cues are not compared with them.
const MAX_PLACES: usize = 500_000;
/// How many elements of other lists are remembered.
const MAX_LIST: usize = 1_000;

/// What the EBML header says, with its defaults.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) offset: u64,
    pub(super) doc_type: Option<String>,
    /// `EBMLVersion`, `EBMLReadVersion`, `EBMLMaxIDLength`, `EBMLMaxSizeLength`.
    pub(super) ebml: [u64; 4],
    pub(super) version: u64,
    pub(super) read_version: u64,
}

/// A top-level element other than Cluster and Void.
#[derive(Clone, Copy, Debug)]
pub(super) struct TopLevel {
    pub(super) id: u64,
    pub(super) offset: u64,
}

/// An entry of a `SeekHead`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seek {
    pub(super) offset: u64,
    pub(super) id: u64,
    /// Offset from the beginning of the Segment's data.
    pub(super) position: u64,
}

/// A cue, which leads to one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cue {
    pub(super) offset: u64,
    /// In ticks.
    pub(super) time: u64,
    pub(super) track: u64,
    /// Offset of the Cluster from the beginning of the Segment's data.
    pub(super) cluster: u64,
    /// Offset of the block from the beginning of the Cluster's data.
    pub(super) relative: Option<u32>,
}

/// A block at which a player can start.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyFrame {
    /// Index of its Cluster.
    pub(super) cluster: u32,
    /// Offset from the beginning of the Cluster's data.
    pub(super) relative: u32,
    /// In ticks.
    pub(super) time: i64,
    pub(super) track: u16,
}

/// The Cluster that was opened last.
#[derive(Debug, Default)]
pub(super) struct Cluster {
    pub(super) offset: u64,
    pub(super) data: u64,
    pub(super) time: Option<u64>,
    pub(super) prev_size: Option<u64>,
    pub(super) blocks: u64,
    /// Time of its first block and of its latest, in ticks.
    pub(super) span: Option<(i64, i64)>,
    /// Whether more than a block begins beyond the limit of its size.
    pub(super) is_large: bool,
    /// End of the Cluster before, and its offset.
    pub(super) before: Option<(u64, u64)>,
}

/// What was gathered of one recording.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) header: Header,
    pub(super) segment: Option<Element>,
    /// The newest element in the version of the document type: that version, its ID and its offset.
    pub(super) newest: (u8, u64, u64),
    pub(super) top_level: Vec<TopLevel>,
    pub(super) first_cluster: Option<u64>,
    pub(super) cluster_count: u64,
    pub(super) cluster: Cluster,
    /// Offsets of the Clusters.
    pub(super) clusters: Vec<u64>,
    pub(super) seeks: Vec<Seek>,
    pub(super) scale: u64,
    pub(super) duration: Option<(f64, u64)>,
    pub(super) tracks: Vec<Track>,
    pub(super) entry: Option<Track>,
    pub(super) group: Option<(Group, Option<Block>, u64)>,
    pub(super) key_frames: Vec<KeyFrame>,
    pub(super) cues: Vec<Cue>,
    /// Time of the point that is being read.
    cue_time: u64,
    pub(super) cue: Cue,
    pub(super) tag_uids: Vec<(u64, u64)>,
    pub(super) blocks: u64,
    /// The last block: its time and the same less the delay of its codec in nanoseconds, and whether it is a video key frame.
    pub(super) last: Option<(i64, i64, bool)>,
    /// Time of the first block in ticks, and its offset.
    pub(super) first: Option<(i64, u64)>,
    /// Whether some places were not remembered.
    pub(super) is_full: bool,
    /// Where the recording ends.
    pub(super) end: u64,
    /// Whether the file ends within an element.
    pub(super) is_cut_off: bool,
}

impl Facts {
    pub(super) fn new(offset: u64) -> Self {
        Self {
            header: Header {
                offset,
                doc_type: None,
                ebml: [1, 1, 4, 8],
                version: 1,
                read_version: 1,
            },
            segment: None,
            newest: (1, 0, 0),
            top_level: Vec::new(),
            first_cluster: None,
            cluster_count: 0,
            cluster: Cluster::default(),
            clusters: Vec::new(),
            seeks: Vec::new(),
            scale: 1_000_000,
            duration: None,
            tracks: Vec::new(),
            entry: None,
            group: None,
            key_frames: Vec::new(),
            cues: Vec::new(),
            cue_time: 0,
            cue: Cue::default(),
            tag_uids: Vec::new(),
            blocks: 0,
            last: None,
            first: None,
            is_full: false,
            end: 0,
            is_cut_off: false,
        }
    }

    pub(super) fn is_webm(&self) -> bool {
        self.header.doc_type.as_deref() == Some("webm")
    }

    /// What the file is meant to be.
    pub(super) fn form(&self) -> Form {
        let is_sized = self.segment.is_none_or(|segment| segment.size.is_some());
        if is_sized || self.duration.is_some() || !self.cues.is_empty() {
            Form::Finished
        } else {
            Form::Live
        }
    }

    /// Offset of the first top-level element with this ID.
    pub(super) fn find(&self, id: u64) -> Option<u64> {
        let mut all = self.top_level.iter();
        all.find(|top| top.id == id).map(|top| top.offset)
    }

    /// The offset in the file of a position in the Segment.
    pub(super) fn in_file(&self, position: u64) -> u64 {
        let data = self.segment.map_or(0, |segment| segment.data);
        data.saturating_add(position)
    }

    /// Whether a `SeekHead` leads to this offset.
    pub(super) fn is_listed(&self, offset: u64) -> bool {
        self.seeks
            .iter()
            .any(|seek| self.in_file(seek.position) == offset)
    }

    /// Whether there are laced blocks.
    pub(super) fn is_laced(&self) -> bool {
        self.tracks.iter().any(|track| track.seen.laced > 0)
    }

    pub(super) fn has_video(&self) -> bool {
        self.tracks.iter().any(Track::is_video)
    }

    pub(super) fn track_of(&self, block: &Block) -> Option<&Track> {
        self.tracks.get(block.track?)
    }

    /// Ticks as nanoseconds.
    pub(super) fn nanos(&self, ticks: i64) -> i64 {
        ticks.saturating_mul(i64::try_from(self.scale).unwrap_or(i64::MAX))
    }

    /// Takes note of a master element that begins.
    pub(super) fn open(&mut self, element: &Element) {
        self.note_version(element);
        if element.parent == SEGMENT {
            self.open_top_level(element);
        }
        match element.id {
            SEGMENT => self.segment = self.segment.or(Some(*element)),
            TRACK_ENTRY => self.entry = Some(Track::new(element.offset)),
            BLOCK_GROUP => self.group = Some((Group::default(), None, element.offset)),
            ids::SEEK => {
                if self.seeks.len() < MAX_LIST {
                    let offset = element.offset;
                    self.seeks.push(Seek {
                        offset,
                        ..Seek::default()
                    });
                }
            }
            ids::CUE_POINT => self.cue_time = 0,
            ids::CUE_TRACK_POSITIONS => {
                self.cue = Cue {
                    offset: element.offset,
                    time: self.cue_time,
                    ..Cue::default()
                };
            }
            id => {
                if let Some(entry) = &mut self.entry {
                    entry.open(id);
                }
                if let Some((group, ..)) = &mut self.group {
                    group.open(id);
                }
            }
        }
    }

    fn open_top_level(&mut self, element: &Element) {
        if element.id != CLUSTER {
            if self.top_level.len() < MAX_LIST {
                let (id, offset) = (element.id, element.offset);
                self.top_level.push(TopLevel { id, offset });
            }
            return;
        }
        self.first_cluster.get_or_insert(element.offset);
        self.cluster_count += 1;
        if self.clusters.len() < MAX_PLACES {
            self.clusters.push(element.offset);
        } else {
            self.is_full = true;
        }
        let before = (self.cluster_count > 1).then_some((element.offset, self.cluster.offset));
        self.cluster = Cluster {
            offset: element.offset,
            data: element.data,
            before,
            ..Cluster::default()
        };
    }

    pub(super) fn note_version(&mut self, element: &Element) {
        let version = schema::version(element.id);
        if version > self.newest.0 {
            self.newest = (version, element.id, element.offset);
        }
    }

    /// Takes note of an element that is no master, except blocks.
    pub(super) fn take(&mut self, element: &Element, data: &[u8]) {
        self.note_version(element);
        match (element.parent, element.id) {
            (EBML, id) => self.header.take(id, data),
            (INFO, ids::TIMESTAMP_SCALE) if unsigned(data) > 0 => self.scale = unsigned(data),
            (INFO, ids::DURATION) => self.duration = Some((float(data), element.offset)),
            (CLUSTER, ids::TIMESTAMP) => self.cluster.time = Some(unsigned(data)),
            (CLUSTER, ids::PREV_SIZE) => self.cluster.prev_size = Some(unsigned(data)),
            (ids::SEEK, id) => {
                if let Some(seek) = self.seeks.last_mut() {
                    match id {
                        ids::SEEK_ID => seek.id = unsigned(data),
                        ids::SEEK_POSITION => seek.position = unsigned(data),
                        _ => {}
                    }
                }
            }
            (ids::TARGETS, ids::TAG_TRACK_UID) if self.tag_uids.len() < MAX_LIST => {
                self.tag_uids.push((unsigned(data), element.offset));
            }
            (ids::CUE_POINT, ids::CUE_TIME) => self.cue_time = unsigned(data),
            (ids::CUE_TRACK_POSITIONS, ids::CUE_TRACK) => self.cue.track = unsigned(data),
            (ids::CUE_TRACK_POSITIONS, ids::CUE_CLUSTER_POSITION) => self.cue.cluster = unsigned(data),
            (ids::CUE_TRACK_POSITIONS, ids::CUE_RELATIVE_POSITION) => {
                self.cue.relative = Some(u32::try_from(unsigned(data)).unwrap_or(u32::MAX));
            }
            (_, id) => {
                if let Some(entry) = &mut self.entry {
                    entry.take(id, data);
                } else if let Some((group, ..)) = &mut self.group {
                    group.take(id, data);
                }
            }
        }
    }

    /// Takes note of the end of a cue.
    pub(super) fn end_cue(&mut self) {
        if self.cues.len() < MAX_PLACES {
            self.cues.push(self.cue);
        } else {
            self.is_full = true;
        }
    }

    /// Takes note of the end of a track.
    pub(super) fn end_entry(&mut self) {
        if let Some(entry) = self.entry.take()
            && self.tracks.len() < MAX_LIST
        {
            self.tracks.push(entry);
        }
    }

    /// Sets the track and the time of a block.
    pub(super) fn locate(&self, block: &mut Block) {
        let number = block.header.track;
        block.track = self.tracks.iter().position(|track| track.number == number);
        let cluster = i64::try_from(self.cluster.time.unwrap_or(0)).unwrap_or(i64::MAX);
        block.time = cluster.saturating_add(block.header.time.into());
    }

    /// Remembers where a player can start.
    pub(super) fn remember_key(&mut self, block: &Block) {
        let Some(track) = self.track_of(block) else {
            return;
        };
        if track.is_audio() && self.has_video() {
            return;
        }
        let relative = u32::try_from(block.offset.saturating_sub(self.cluster.data)).unwrap_or(u32::MAX);
        if self.key_frames.len() >= MAX_PLACES || self.is_full {
            self.is_full = true;
            return;
        }
        self.key_frames.push(KeyFrame {
            cluster: u32::try_from(self.cluster_count.saturating_sub(1)).unwrap_or(u32::MAX),
            relative,
            time: block.time,
            track: u16::try_from(block.header.track).unwrap_or(u16::MAX),
        });
    }

    /// The elements that a `SeekHead` should list.
    pub(super) fn listable(&self) -> impl Iterator<Item = &TopLevel> {
        let listable = |top: &&TopLevel| {
            matches!(
                top.id,
                INFO | schema::TRACKS | CUES | TAGS | schema::CHAPTERS | schema::ATTACHMENTS
            )
        };
        self.top_level.iter().filter(listable)
    }

    pub(super) fn has_seek_head(&self) -> bool {
        self.find(SEEK_HEAD).is_some()
    }
}

impl Header {
    fn take(&mut self, id: u64, data: &[u8]) {
        match id {
            ids::EBML_VERSION => self.ebml[0] = unsigned(data),
            ids::EBML_READ_VERSION => self.ebml[1] = unsigned(data),
            ids::EBML_MAX_ID_LENGTH => self.ebml[2] = unsigned(data),
            ids::EBML_MAX_SIZE_LENGTH => self.ebml[3] = unsigned(data),
            ids::DOC_TYPE => self.doc_type = Some(text(data)),
            ids::DOC_TYPE_VERSION => self.version = unsigned(data),
            ids::DOC_TYPE_READ_VERSION => self.read_version = unsigned(data),
            _ => {}
        }
    }
}
