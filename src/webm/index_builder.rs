//! Collects what a [`SeekIndex`] needs while the file is written.
use crate::media::{CopiedElements, Packet};
use crate::webm::cue::Cue;
use crate::webm::header_writer::HeaderOffsets;
use crate::webm::media_end::MediaEnd;
use crate::webm::seek_index::SeekIndex;
use std::time::Duration;

/// Builds a [`SeekIndex`]. Its size is 24 bytes per cue and 8 per Cluster.
#[derive(Debug)]
pub(super) struct IndexBuilder {
    offsets: HeaderOffsets,
    clusters: Vec<u64>,
    cues: Vec<Cue>,
    end: MediaEnd,
}

impl IndexBuilder {
    pub(super) fn new(offsets: HeaderOffsets, tracks: usize) -> Self {
        Self {
            offsets,
            clusters: Vec::new(),
            cues: Vec::new(),
            end: MediaEnd::new(tracks),
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
        let is_first_of_video = is_video && !self.end.has_video_cues();
        if is_first_of_video {
            self.cues.clear();
        }
        if self.end.add_key(cue.time, is_video) {
            self.cues.push(cue);
        }
    }

    /// Updates the end of the packet's track.
    pub(super) fn extend(&mut self, packet: &Packet, codec_delay: Duration) {
        self.end.add(packet, codec_delay);
    }

    pub(super) fn finish(self, end: u64) -> SeekIndex {
        SeekIndex {
            offsets: self.offsets,
            clusters: self.clusters,
            cues: self.cues,
            duration: self.end.time(),
            end,
            trailing: CopiedElements::default(),
        }
    }
}
