//! What is remembered of blocks, for the rules about their order and the duration.
use crate::media::opus_packet_duration;
use crate::webm::check::block::Block;
use crate::webm::check::facts::{Cluster, Facts};
use crate::webm::check::frame;
use crate::webm::check::track::{Seen, Track};
use crate::webm::frame_duration;
use std::time::Duration;

/// A Cluster that is longer should have blocks of all tracks, in nanoseconds.
const LONG_CLUSTER: i64 = 1_000_000_000;
/// A Cluster should not continue beyond this size in bytes.
const LARGE_CLUSTER: u64 = 5 << 20;

impl Facts {
    /// Takes note of a block, after it was judged.
    pub(super) fn note(&mut self, block: &Block) {
        self.cluster.note(block);
        self.blocks += 1;
        self.first.get_or_insert((block.time, block.offset));
        let scale = self.scale.max(1);
        let nanos = self.nanos(block.time);
        let number = self.cluster_count;
        // Some muxers do not flag audio, but it can be decoded from everywhere.
        if block.is_key() || self.track_of(block).is_some_and(Track::is_audio) {
            self.remember_key(block);
        }
        let Some(track) = block.track.and_then(|track| self.tracks.get_mut(track)) else {
            return;
        };
        let delay = i64::try_from(track.delay).unwrap_or(i64::MAX);
        let is_key_frame = track.is_video() && block.is_key();
        self.last = Some((nanos, nanos.saturating_sub(delay), is_key_frame));
        let length = length(track, block, scale);
        let padding = block.group.as_ref().map_or(0, |group| group.padding.max(0));
        let less = delay.saturating_add(padding) / i64::try_from(scale).unwrap_or(i64::MAX);
        let end = block.time.saturating_add_unsigned(length).saturating_sub(less);
        let is_later = track.seen.newest.is_none_or(|newest| block.time > newest);
        // What follows a block ends it, unless it says its duration: behind a gap the step is no measure of it.
        if end >= track.seen.end || (is_later && !track.seen.is_end_said) {
            track.seen.end = end;
            track.seen.is_end_said = block.group.as_ref().is_some_and(|group| group.duration.is_some());
        }
        track.seen.newest = track.seen.newest.max(Some(block.time));
        track.seen.length = length;
        track.note_step(block);
        track.note(block, number, scale);
    }

    /// Takes note of the end of the open Cluster: which tracks it lacks.
    pub(super) fn end_cluster(&mut self) {
        let Some((first, last)) = self.cluster.span else {
            return;
        };
        if self.nanos(last.saturating_sub(first)) <= LONG_CLUSTER {
            return;
        }
        for track in &mut self.tracks {
            let seen = &mut track.seen;
            if seen.blocks > 0 && seen.cluster != self.cluster_count {
                seen.missed.get_or_insert(self.cluster.offset);
            }
        }
    }
}

impl Cluster {
    fn note(&mut self, block: &Block) {
        self.blocks += 1;
        let first = self.span.map_or(block.time, |(first, _)| first);
        self.span = Some((first, block.time));
        self.is_large |= block.offset.saturating_sub(self.data) > LARGE_CLUSTER;
    }
}

impl Track {
    fn note_step(&mut self, block: &Block) {
        let other = self.seen.shown.filter(|shown| *shown != block.time);
        let step = other.map(|shown| block.time.saturating_sub(shown));
        self.seen.step = step.and_then(|step| u64::try_from(step).ok()).or(self.seen.step);
        let frame = frame::describe(&self.codec, &block.frame);
        if frame.is_none_or(|frame| frame.shown) && !block.header.is_invisible() {
            self.seen.shown = Some(block.time);
        }
    }

    fn note(&mut self, block: &Block, cluster: u64, scale: u64) {
        let duration = self.default_duration.map(|nanos| nanos / scale);
        let seen = &mut self.seen;
        if let (Some(last), Some(duration)) = (seen.last, duration) {
            let step = block.time.saturating_sub(last).unsigned_abs();
            if step.abs_diff(duration) <= 1 + duration / 2 {
                seen.steps.0 += 1;
            } else {
                seen.steps.1 += 1;
            }
        }
        seen.steps_back |= seen.last.is_some_and(|last| block.time < last);
        *seen = Seen {
            blocks: seen.blocks + 1,
            key_frames: seen.key_frames + u64::from(block.is_key()),
            last: Some(block.time),
            cluster,
            missed: None,
            laced: seen.laced + u64::from(block.header.is_laced()),
            unflagged: seen.unflagged + u64::from(block.group.is_none() && !block.is_key()),
            alpha_blocks: seen.alpha_blocks
                + u64::from(block.group.as_ref().is_some_and(|group| group.alpha)),
            ..*seen
        };
    }
}

/// Length of a block in ticks: what it says, what its packet says, what its track or its codec says, or the step to it.
fn length(track: &Track, block: &Block, scale: u64) -> u64 {
    if let Some(ticks) = block.group.as_ref().and_then(|group| group.duration) {
        return ticks;
    }
    let frames = block.frames();
    let packets = frames.iter().map(|frame| opus_packet_duration(frame));
    let opus = || {
        let duration = packets.sum::<Option<Duration>>()?;
        u64::try_from(duration.as_nanos()).ok()
    };
    let known = if track.codec == "A_OPUS" { opus() } else { None };
    let by_codec = || {
        let duration = frame_duration::of_codec(&track.codec, track.audio.rate)?;
        u64::try_from(duration.as_nanos()).ok()
    };
    let default = || {
        let nanos = track.default_duration.or_else(by_codec)?;
        Some(nanos.saturating_mul(frames.len() as u64))
    };
    if let Some(nanos) = known.or_else(default) {
        return nanos.div_ceil(scale);
    }
    let step = track.seen.last.map(|last| block.time.saturating_sub(last));
    step.and_then(|step| u64::try_from(step).ok())
        .unwrap_or(track.seen.length)
}
