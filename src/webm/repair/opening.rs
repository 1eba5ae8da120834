//! Where a recording begins that follows another one.
use crate::clock::Timestamp;
use crate::webm::block::Block;
use std::time::Duration;

/// A recording begins at most this much before the end of the one before: by as much as its tracks are presented apart there.
/// More is a gap that it has itself.
const MAX_OVERLAP: Duration = Duration::from_millis(100);
/// Media in which every track has a block, if it goes on.
const MAX_SPAN: Duration = Duration::from_millis(500);
/// Maximum of blocks that wait.
const MAX_BLOCKS: usize = 1000;

/// The first blocks of a recording, until it is known where it begins.
///
/// The tracks of a segment end at different times, as a frame of audio is not as long as one of video, and those of the next
/// segment begin so. No track may overlap, and none has a gap, if the recording begins where the first of them would.
pub(super) struct Opening {
    /// With the index of their track.
    blocks: Vec<(usize, Block)>,
    /// By track, where the recording before has ended; `None` for tracks that tell nothing.
    ends: Vec<Option<Timestamp>>,
    begins: Vec<Option<Timestamp>>,
    /// The longest codec delay, by which tracks are apart in the file as well.
    longest_delay: Duration,
}

impl Opening {
    pub(super) fn new(ends: Vec<Option<Timestamp>>, longest_delay: Duration) -> Self {
        Self {
            blocks: Vec::new(),
            begins: vec![None; ends.len()],
            ends,
            longest_delay,
        }
    }

    pub(super) fn add(&mut self, track: usize, block: Block) {
        self.begins[track].get_or_insert(block.time);
        self.blocks.push((track, block));
    }

    /// Whether no other block can tell more.
    pub(super) fn is_complete(&self) -> bool {
        let mut tracks = self.ends.iter().zip(&self.begins);
        let span = self.blocks.first().zip(self.blocks.last());
        let span = span.map_or(Duration::ZERO, |((_, first), (_, last))| last.time - first.time);
        span > MAX_SPAN
            || self.blocks.len() >= MAX_BLOCKS
            || tracks.all(|(end, begin)| end.is_none() || begin.is_some())
    }

    /// The time of the first block.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.blocks.first().map(|(_, block)| block.time)
    }

    /// Where the recording begins, of which `origin` is zero, if all before it has ended at `end`.
    pub(super) fn begin(&self, origin: Timestamp, end: Timestamp) -> Timestamp {
        let tracks = self.ends.iter().zip(&self.begins);
        let earliest = tracks.filter_map(|(end, begin)| Some((*end)? - ((*begin)? - origin)));
        let earliest = earliest.max().unwrap_or(end);
        earliest.clamp(end - (MAX_OVERLAP + self.longest_delay), end)
    }

    pub(super) fn into_blocks(self) -> Vec<(usize, Block)> {
        self.blocks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn block(millis: u64) -> Block {
        Block {
            track: 1,
            time: ms(millis),
            duration: None,
            discard_padding: 0,
            key: true,
            invisible: false,
            lace: 0,
            cluster: 0,
            position: 0,
            data: vec![1].into(),
            side_data: None,
        }
    }

    /// Where a recording begins with these blocks, as tracks and milliseconds, behind tracks that ended so.
    fn begin(ends: &[Option<u64>], blocks: &[(usize, u64)], origin: u64, end: u64) -> u64 {
        let mut opening = Opening::new(ends.iter().map(|end| end.map(ms)).collect(), Duration::ZERO);
        for &(track, millis) in blocks {
            opening.add(track, block(millis));
        }
        opening.begin(ms(origin), ms(end)).round_millis()
    }

    #[test]
    fn the_tracks_of_a_segment_go_on_where_they_ended() {
        let ends = [Some(1_000), Some(1_013)];
        assert_eq!(begin(&ends, &[(0, 0), (1, 13)], 0, 1_013), 1_000);
        assert_eq!(begin(&ends, &[(0, 5_000), (1, 5_013)], 5_000, 1_013), 1_000);
    }

    #[test]
    fn no_track_begins_before_its_end_and_gaps_of_a_recording_stay() {
        let ends = [Some(1_000), Some(1_013)];
        assert_eq!(begin(&ends, &[(0, 0), (1, 0)], 0, 1_013), 1_013);
        assert_eq!(begin(&ends, &[(0, 900), (1, 900)], 0, 1_013), 913);
        assert_eq!(begin(&[None, Some(1_013)], &[(0, 0)], 0, 1_013), 1_013);
    }

    #[test]
    fn it_is_known_when_every_track_that_there_was_has_begun_or_none_goes_on_for_long() {
        let mut opening = Opening::new(vec![Some(ms(1_000)), Some(ms(1_013)), None], Duration::ZERO);
        opening.add(0, block(0));
        opening.add(0, block(500));
        assert!(!opening.is_complete());
        opening.add(0, block(501));
        assert!(opening.is_complete());
        let mut opening = Opening::new(vec![Some(ms(1_000)), Some(ms(1_013)), None], Duration::ZERO);
        opening.add(0, block(0));
        opening.add(1, block(13));
        assert!(opening.is_complete());
    }
}
