//! Counts what is wrong with a stream while it is read.
use crate::webm::reader::Reader;
use crate::webm::repair::beginning::Beginning;
use crate::webm::repair::repairs::Repair;
use std::io::Read;
use std::time::Duration;

/// A Duration that differs from the measured one by less is right: muxers count the last frame differently.
const DURATION_TOLERANCE: f64 = 0.5;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    /// Recordings behind the first one.
    pub(super) recordings: u64,
    /// Recordings behind the first one whose header was lost.
    pub(super) restarts: u64,
    pub(super) damaged_packets: u64,
    pub(super) frames_without_key: u64,
    pub(super) times_went_back: u64,
    /// Key frames that were not marked as such.
    pub(super) unmarked_keys: u64,
    /// Numbers of tracks that have packets, of which the header says nothing.
    pub(super) unknown_tracks: Vec<u64>,
    wrapped: u64,
    /// Bytes that were missing before the first stream.
    put_back: Option<usize>,
    /// Bytes before the streams that are of something else.
    skipped: u64,
    junk: u64,
    zeros: u64,
    /// Bytes that were read.
    size: u64,
    /// Duration in seconds that the first recording says.
    duration: Option<f64>,
    lacks_cues: bool,
    /// What is wrong and not counted.
    found: Vec<Repair>,
}

impl Counts {
    /// Takes note of how a stream begins.
    pub(super) fn begin(&mut self, beginning: Beginning) {
        self.put_back.get_or_insert(beginning.put_back);
        self.skipped += beginning.skipped as u64;
        for repair in beginning.repairs() {
            self.add(repair);
        }
    }

    /// Whether the `DocType` of the first stream is lost.
    pub(super) fn has_lost_doc_type(&self) -> bool {
        const ID: usize = 4;
        self.put_back.is_some_and(|bytes| bytes > ID)
    }

    /// Takes note of something that is wrong.
    pub(super) fn add(&mut self, repair: Repair) {
        if !self.found.contains(&repair) {
            self.found.push(repair);
        }
    }

    /// Bytes other than zeros that are of no packet.
    pub(super) const fn unreadable_bytes(&self) -> u64 {
        self.junk - self.zeros
    }

    /// Whether a tenth or more of what was read is of no packet.
    pub(super) const fn is_largely_damaged(&self) -> bool {
        self.junk > self.size / 10
    }

    /// Adds a recording that was read to its end.
    pub(super) fn end<R: Read>(&mut self, reader: &Reader<R>) {
        let structure = reader.structure();
        // It counts all of the stream.
        self.junk = reader.damaged();
        self.zeros = reader.zeros();
        self.size = reader.position();
        self.wrapped += reader.wrapped();
        let is_right = |end: u64| end == reader.position();
        let is_alone = self.recordings == 0 && !reader.has_next();
        let is_sized = structure.segment_end.is_none_or(is_right);
        let is_first = self.recordings == 0;
        for (is_wrong, repair) in [
            (reader.is_cut_off(), Repair::Truncated),
            (structure.has_unknown_sizes, Repair::UnknownSizes),
            (is_alone && !is_sized && !reader.is_cut_off(), Repair::SegmentSize),
            (is_first && !structure.has_seek_head, Repair::SeekHead),
        ] {
            if is_wrong {
                self.add(repair);
            }
        }
        if is_first {
            self.duration = reader.header().duration();
            self.lacks_cues = reader.cues() == 0;
        }
    }

    /// What is to be repaired, for a file whose media is so long, and which has a packet that can be sought, or none.
    pub(super) fn repairs(&self, duration: Duration, has_cue: bool) -> Vec<Repair> {
        let junk = self.junk + self.skipped;
        let is_near = |said: f64| (said - duration.as_secs_f64()).abs() < DURATION_TOLERANCE;
        let is_right = self.duration.is_some_and(is_near);
        let recordings = 1 + self.recordings + self.restarts;
        let counted = [
            (recordings > 1, Repair::Recordings { recordings }),
            (junk > 0, Repair::Junk { bytes: junk }),
            (
                self.damaged_packets > 0,
                Repair::DamagedPackets {
                    packets: self.damaged_packets,
                },
            ),
            (
                self.frames_without_key > 0,
                Repair::NoKeyFrame {
                    frames: self.frames_without_key,
                },
            ),
            (self.wrapped > 0, Repair::WrappedTimes { blocks: self.wrapped }),
            (
                self.times_went_back > 0,
                Repair::TimesWentBack {
                    packets: self.times_went_back,
                },
            ),
            (
                self.unmarked_keys > 0,
                Repair::KeyFlags {
                    frames: self.unmarked_keys,
                },
            ),
            (!is_right, Repair::Duration),
            (self.lacks_cues && has_cue, Repair::Cues),
        ];
        let counted = counted.into_iter().filter(|(is_wrong, _)| *is_wrong);
        let mut all: Vec<Repair> = counted.map(|(_, repair)| repair).collect();
        all.extend(self.found.iter().cloned());
        all.sort();
        all
    }
}
