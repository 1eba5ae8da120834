//! The packets at the beginning of a stream, track by track as its blocks have them, whatever its header says.
use crate::webm::beginning::{CLUSTER, EBML, begins_with_block};
use crate::webm::lacing::BlockHeader;
use crate::webm::vint::Vint;
use webm_iterable::matroska_spec::{EbmlSpecification, MatroskaSpec};

const CLUSTER_ID: u64 = 0x1F43_B675;
const SEGMENT_ID: u64 = 0x1853_8067;
const EBML_ID: u64 = 0x1A45_DFA3;
const TIMESTAMP: u64 = 0xE7;
const SIMPLE_BLOCK: u64 = 0xA3;
const BLOCK_GROUP: u64 = 0xA0;
const BLOCK: u64 = 0xA1;
const VOID: u64 = 0xEC;
const CRC_32: u64 = 0xBF;
/// So many blocks in a row are no coincidence.
const BLOCKS_IN_A_ROW: usize = 3;
/// Maximum number of tracks that a file can be written with.
const MAX_TRACK: u64 = 126;

/// What the blocks of a stream tell.
#[derive(Debug, Default)]
pub(super) struct Survey<'a> {
    /// In the order of their numbers.
    pub(super) tracks: Vec<TrackSample<'a>>,
    /// Offset of the first Cluster in bytes.
    pub(super) first_cluster: Option<usize>,
    /// Offset of a block before the first Cluster in bytes: a later piece of a stream may begin between two blocks.
    pub(super) leading_block: Option<usize>,
}

/// The first packets of a track.
#[derive(Debug)]
pub(super) struct TrackSample<'a> {
    pub(super) number: u64,
    pub(super) packets: Vec<PacketSample<'a>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PacketSample<'a> {
    /// In ticks. Before the first Cluster, from a beginning that is not known.
    pub(super) time: i64,
    /// Number of Clusters that have begun.
    pub(super) clusters: usize,
    pub(super) data: &'a [u8],
}

impl<'a> Survey<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let mut walk = Walk {
            bytes,
            clusters: 0,
            time: None,
            survey: Self::default(),
        };
        walk.run();
        walk.survey.tracks.sort_by_key(|track| track.number);
        walk.survey
    }

    /// The time in ticks of the Cluster that the blocks before the first Cluster are of. Of all tracks that go on, the one with the
    /// shortest packets tells it best.
    pub(super) fn time_before_clusters(&self) -> u64 {
        let times = self.tracks.iter().filter_map(TrackSample::time_before_clusters);
        let best = times.min_by_key(|(step, _)| *step);
        best.map_or(0, |(_, time)| u64::try_from(time).unwrap_or(0))
    }
}

impl TrackSample<'_> {
    /// The step between its packets, and where its first packets begin to count, if those behind go on with that step.
    fn time_before_clusters(&self) -> Option<(i64, i64)> {
        let split = self.packets.partition_point(|packet| packet.clusters == 0);
        let (before, behind) = self.packets.split_at(split);
        let [.., previous, last] = before else {
            return None;
        };
        let step = last.time - previous.time;
        Some((step, behind.first()?.time - step - last.time))
    }
}

/// Goes from element to element, and after damage on at the next Cluster.
struct Walk<'a> {
    bytes: &'a [u8],
    clusters: usize,
    /// That of the open Cluster, in ticks; `None` outside of Clusters.
    time: Option<i64>,
    survey: Survey<'a>,
}

impl<'a> Walk<'a> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if at > 0 && self.bytes[at..].starts_with(&EBML) {
                // Another recording, with tracks of its own.
                return;
            }
            let next = self.element(at).or_else(|| self.next_block(at + 1));
            let Some(next) = next.or_else(|| self.next_cluster(at + 1)) else {
                return;
            };
            at = next;
        }
    }

    /// The first of the blocks before the first Cluster, of a piece that begins within one.
    fn next_block(&self, from: usize) -> Option<usize> {
        if self.clusters > 0 || self.time.is_some() {
            return None;
        }
        let before_cluster = |at: &usize| !self.bytes[*at..].starts_with(&CLUSTER);
        let mut places = (from..self.bytes.len()).take_while(before_cluster);
        places.find(|&at| self.begins_with_blocks(at))
    }

    /// Whether there are several blocks here, one behind the other, or fewer up to the next Cluster.
    fn begins_with_blocks(&self, mut at: usize) -> bool {
        for blocks in 0..BLOCKS_IN_A_ROW {
            let rest = self.bytes.get(at..).unwrap_or_default();
            if blocks > 0 && rest.starts_with(&CLUSTER) {
                return true;
            }
            if !begins_with_block(rest) {
                return false;
            }
            let size = rest.get(1..).and_then(Vint::parse);
            let Some((length, size)) = size.and_then(|size| Some((size.length, size.size()?))) else {
                return false;
            };
            at = (at + 1 + length).saturating_add(usize::try_from(size).unwrap_or(usize::MAX));
        }
        true
    }

    fn next_cluster(&mut self, from: usize) -> Option<usize> {
        self.time = None;
        let rest = self.bytes.get(from..)?;
        let found = rest.windows(CLUSTER.len()).position(|bytes| bytes == CLUSTER)?;
        Some(from + found)
    }

    /// Reads the element here; returns where the next one begins, or `None` if this is none.
    fn element(&mut self, at: usize) -> Option<usize> {
        let rest = &self.bytes[at..];
        let id = Vint::parse(rest).filter(|id| id.length <= 4)?;
        let size = Vint::parse(&rest[id.length..])?;
        let begin = at + id.length + size.length;
        match id.raw {
            CLUSTER_ID => {
                self.survey.first_cluster.get_or_insert(at);
                self.clusters += 1;
                self.time = Some(0);
                return Some(begin);
            }
            SEGMENT_ID | BLOCK_GROUP => return Some(begin),
            _ => {}
        }
        let end = begin.checked_add(usize::try_from(size.size()?).ok()?)?;
        let content = self.bytes.get(begin..end)?;
        if self.clusters == 0 && self.time.is_none() {
            if begins_with_block(rest) {
                self.survey.leading_block = Some(at);
                self.time = Some(0);
            } else if id.length == 1 && !matches!(id.raw, VOID | CRC_32) {
                // Children of a Segment have long IDs; short ones are found in anything.
                return None;
            }
        }
        match (id.raw, self.time) {
            (TIMESTAMP, Some(_)) => self.time = Some(number(content)?),
            (SIMPLE_BLOCK | BLOCK, Some(time)) => self.block(time, content)?,
            (EBML_ID, _) => {}
            _ => {
                MatroskaSpec::get_tag_data_type(id.raw)?;
            }
        }
        Some(end)
    }

    fn block(&mut self, cluster: i64, block: &'a [u8]) -> Option<()> {
        const RESERVED: u8 = 0x70;
        let head = BlockHeader::parse(block)
            .filter(|head| head.flags & RESERVED == 0 && (1..=MAX_TRACK).contains(&head.track))?;
        let payload = &block[head.length..];
        let frames = if head.is_laced() {
            head.frames(payload)?
        } else {
            vec![payload]
        };
        let sample = |data| PacketSample {
            time: cluster + i64::from(head.time),
            clusters: self.clusters,
            data,
        };
        let tracks = &mut self.survey.tracks;
        let index = tracks.iter().position(|track| track.number == head.track);
        let index = index.unwrap_or_else(|| {
            tracks.push(TrackSample {
                number: head.track,
                packets: Vec::new(),
            });
            tracks.len() - 1
        });
        tracks[index].packets.extend(frames.into_iter().map(sample));
        Some(())
    }
}

fn number(bytes: &[u8]) -> Option<i64> {
    if bytes.len() > 8 {
        return None;
    }
    let number = bytes
        .iter()
        .fold(0, |number, &byte| number << 8 | u64::from(byte));
    i64::try_from(number)
        .ok()
        .filter(|number| *number <= i64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::reader::Reader;
    use crate::webm::test_media;

    fn counts(survey: &Survey) -> Vec<(u64, usize)> {
        let tracks = survey.tracks.iter();
        tracks.map(|track| (track.number, track.packets.len())).collect()
    }

    #[test]
    fn packets_are_found_with_and_without_what_precedes_them() {
        let (live, _) = test_media::live(2);
        let whole = Survey::of(&live);
        let cluster = whole.first_cluster.unwrap();
        assert_eq!(counts(&Survey::of(&live[cluster..])), counts(&whole));
        let packets = test_media::packets(2).len();
        assert_eq!(
            counts(&whole).iter().map(|(_, count)| count).sum::<usize>(),
            packets
        );
    }

    #[test]
    fn blocks_are_found_before_the_first_cluster_wherever_a_piece_begins() {
        let (live, _) = test_media::live(2);
        let mut reader = Reader::new(&*live).unwrap();
        let blocks = std::iter::from_fn(|| reader.next_block().unwrap());
        let blocks: Vec<usize> = blocks
            .map(|block| usize::try_from(block.position).unwrap())
            .collect();
        for pair in blocks[..8].windows(2) {
            // Within a block all that it begins with is lost.
            let lost = pair[0] + 1;
            let survey = Survey::of(&live[lost..]);
            assert_eq!(survey.leading_block, Some(pair[1] - lost));
            let found: usize = counts(&survey).iter().map(|(_, count)| count).sum();
            let left = blocks.iter().filter(|&&block| block >= pair[1]).count();
            assert_eq!(found, left);
        }
    }

    #[test]
    fn damage_ends_at_the_next_cluster_and_no_bytes_make_it_panic() {
        let (live, _) = test_media::live(3);
        let clusters = live.windows(4).filter(|bytes| *bytes == CLUSTER).count();
        let cluster = Survey::of(&live).first_cluster.unwrap();
        let mut damaged = live.clone();
        damaged[cluster + 14..cluster + 34].fill(0);
        let found = Survey::of(&damaged);
        assert_eq!(found.tracks[0].packets[0].clusters, 2);
        assert_eq!(found.tracks[0].packets.last().unwrap().clusters, clusters);
        for at in 0..live.len() {
            let mut bytes = live[at..].to_vec();
            bytes[0] ^= 0x55;
            let _ = Survey::of(&bytes);
        }
    }

    #[test]
    fn blocks_before_the_first_cluster_have_times_that_lead_to_it() {
        let (live, _) = test_media::live(3);
        let clusters: Vec<usize> = (0..live.len())
            .filter(|&at| live[at..].starts_with(&CLUSTER))
            .collect();
        // Behind the Timestamp, 1000, of the second Cluster.
        let blocks = clusters[1] + 12 + 4;
        assert_eq!(live[blocks - 4..=blocks], [0xE7, 0x82, 0x03, 0xE8, 0xA3]);
        assert_eq!(Survey::of(&live[blocks..]).time_before_clusters(), 1_000);
        assert_eq!(Survey::of(&live[blocks..clusters[2]]).time_before_clusters(), 0);
    }
}
