//! Collects what a [`SeekIndex`] needs while the file is written.
use crate::media::{CopiedElements, Packet};
use crate::webm::cue::Cue;
use crate::webm::header_writer::HeaderOffsets;
use crate::webm::media_end::MediaEnd;
use crate::webm::seek_index::SeekIndex;
use std::time::Duration;

/// Builds a [`SeekIndex`]. Its size is 24 bytes per cue and 8 per Cluster, unless nobody needs it.
#[derive(Debug)]
pub(super) struct IndexBuilder {
    offsets: HeaderOffsets,
    /// Whether clusters and cues are kept.
    is_kept: bool,
    /// Number of Clusters.
    cluster_count: usize,
    clusters: Vec<u64>,
    cues: Vec<Cue>,
    end: MediaEnd,
}

impl IndexBuilder {
    pub(super) fn new(offsets: HeaderOffsets, tracks: usize) -> Self {
        Self {
            offsets,
            is_kept: true,
            cluster_count: 0,
            clusters: Vec::new(),
            cues: Vec::new(),
            end: MediaEnd::new(tracks),
        }
    }

    /// Keeps nothing from now on: [`finish`](Self::finish) returns an index that finalizes nothing.
    pub(super) fn drop_index(&mut self) {
        self.is_kept = false;
        self.clusters.clear();
        self.cues.clear();
    }

    pub(super) const fn cluster_count(&self) -> usize {
        self.cluster_count
    }

    pub(super) const fn cue_count(&self) -> usize {
        self.cues.len()
    }

    pub(super) fn add_cluster(&mut self, position: u64) {
        self.cluster_count += 1;
        if self.is_kept {
            self.clusters.push(position);
        }
    }

    /// Adds a cue for a key frame. Audio packets are cues only while there is no key frame of a video track.
    pub(super) fn add_key(&mut self, cue: Cue, is_video: bool) {
        let is_first_of_video = is_video && !self.end.has_video_cues();
        if is_first_of_video {
            self.cues.clear();
        }
        if self.end.add_key(cue.time, is_video) && self.is_kept {
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
            // As of a file that ends in its header: there is nothing to finalize it with.
            end: if self.is_kept { end } else { 0 },
            trailing: CopiedElements::default(),
        }
    }
}
