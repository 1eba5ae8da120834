//! Collects what a [`SeekIndex`] needs while the file is written.
use crate::clock::Timestamp;
use crate::media::{CopiedElements, Packet};
use crate::webm::cue::Cue;
use crate::webm::header_writer::HeaderOffsets;
use crate::webm::seek_index::SeekIndex;
use crate::webm::track_end::TrackEnd;
use std::time::Duration;

/// Minimum time between the cues of a file without video, in ticks.
const AUDIO_CUE_TICKS: u64 = 500;

/// Builds a [`SeekIndex`]. Its size is 24 bytes per cue and 8 per Cluster.
#[derive(Debug)]
pub(super) struct IndexBuilder {
    offsets: HeaderOffsets,
    clusters: Vec<u64>,
    cues: Vec<Cue>,
    has_video_cues: bool,
    ends: Vec<TrackEnd>,
}

impl IndexBuilder {
    pub(super) fn new(offsets: HeaderOffsets, tracks: usize) -> Self {
        Self {
            offsets,
            clusters: Vec::new(),
            cues: Vec::new(),
            has_video_cues: false,
            ends: vec![TrackEnd::default(); tracks],
        }
    }

    pub(super) const fn cluster_count(&self) -> usize {
        self.clusters.len()
    }

    pub(super) const fn cue_count(&self) -> usize {
        self.cues.len()
    }

    pub(super) fn add_cluster(&mut self, position: u64) {
        self.clusters.push(position);
    }

    /// Adds a cue for a key frame. Audio packets are cues only while there is no key frame of a video track.
    pub(super) fn add_key(&mut self, cue: Cue, is_video: bool) {
        if is_video {
            if !self.has_video_cues {
                self.cues.clear();
            }
            self.has_video_cues = true;
            self.cues.push(cue);
        } else if !self.has_video_cues && self.is_far_from_last(cue) {
            self.cues.push(cue);
        }
    }

    fn is_far_from_last(&self, cue: Cue) -> bool {
        self.cues
            .last()
            .is_none_or(|last| cue.time - last.time >= AUDIO_CUE_TICKS)
    }

    /// Updates the end of the packet's track.
    pub(super) fn extend(&mut self, packet: &Packet, codec_delay: Duration) {
        self.ends[packet.track].add(packet, codec_delay);
    }

    pub(super) fn finish(self, end: u64) -> SeekIndex {
        // What is a cue can be sought to, even if all of it is discarded.
        let last_cue = self.cues.last().map(|cue| Timestamp::from_millis(cue.time));
        let ends = self.ends.iter().map(TrackEnd::time).chain(last_cue);
        SeekIndex {
            offsets: self.offsets,
            clusters: self.clusters,
            cues: self.cues,
            duration: ends.max().unwrap_or_default(),
            end,
            trailing: CopiedElements::default(),
        }
    }
}
