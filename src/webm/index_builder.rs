//! Collects what a [`SeekIndex`] needs while the file is written.
use crate::clock::Timestamp;
use crate::media::{CopiedElements, Packet};
use crate::webm::cue::Cue;
use crate::webm::header_writer::HeaderOffsets;
use crate::webm::seek_index::SeekIndex;
use std::time::Duration;

/// Minimum time between the cues of a file without video, in ticks.
const AUDIO_CUE_TICKS: u64 = 500;

/// How much of a track was written.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Time of the last packet.
    last: Option<Timestamp>,
    /// End of the presentation of its packets so far.
    end: Timestamp,
}

/// Builds a [`SeekIndex`]. Its size is 24 bytes per cue and 8 per Cluster.
#[derive(Debug)]
pub(super) struct IndexBuilder {
    offsets: HeaderOffsets,
    clusters: Vec<u64>,
    cues: Vec<Cue>,
    has_video_cues: bool,
    progress: Vec<Progress>,
}

impl IndexBuilder {
    pub(super) fn new(offsets: HeaderOffsets, tracks: usize) -> Self {
        Self {
            offsets,
            clusters: Vec::new(),
            cues: Vec::new(),
            has_video_cues: false,
            progress: vec![Progress::default(); tracks],
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

    /// Updates the end of the packet's track. A packet of unknown duration lasts as long as the step from the one
    /// before.
    pub(super) fn extend(&mut self, packet: &Packet, codec_delay: Duration) {
        let progress = &mut self.progress[packet.track];
        let length = match progress.last {
            Some(last) if packet.duration.is_zero() => packet.time - last,
            _ => packet.duration,
        };
        let played = length.saturating_sub(packet.padding);
        let end = packet.time + played - codec_delay;
        progress.last = Some(packet.time);
        progress.end = progress.end.max(end);
    }

    pub(super) fn finish(self, end: u64) -> SeekIndex {
        let ends = self.progress.iter().map(|track| track.end);
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
