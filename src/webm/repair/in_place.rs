//! Finishes a live file where it is, if its writer left room for what is known at the end only.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::Packet;
use crate::webm::block::Block;
use crate::webm::cue::Cue;
use crate::webm::element::UNKNOWN_MASTER_HEADER;
use crate::webm::header_writer::{DURATION_SIZE, HeaderOffsets, SEEK_HEAD_SIZE};
use crate::webm::index_builder::IndexBuilder;
use crate::webm::reader::Reader;
use crate::webm::repair::beginning::{self, Beginning, unreadable};
use crate::webm::repair::opus_delay;
use crate::webm::repair::packets::{is_overwritten, is_unmarked_key};
use crate::webm::repair::placement::is_of_stream;
use crate::webm::repair::repairs::{Repair, Repairs};
use crate::webm::repair::track_header;
use crate::webm::tags::Tags;
use crate::webm::track::{Track, TrackType};
use crate::webm::track_remuxer::TrackRemuxer;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::Duration;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Makes a live file of ours seekable without writing it again: adds Cues, and fills in `SeekHead`, Duration and sizes where
/// room was left for them. Nothing is written if the file has no such room, or if anything else is wrong with it.
///
/// Returns what was repaired, with the size that the file must be truncated to; `None` if nothing was written. `sync` is called
/// twice, to write what was written so far to the disk. If only some of the writes reach the file, it is still playable.
///
/// # Errors
///
/// `NotReadable` if `file` cannot be read or is not a WebM or Matroska file; `Unknown` if it cannot be written.
pub fn fix_in_place<F: Read + Write + Seek>(
    file: &mut F,
    sync: impl FnMut(&mut F) -> io::Result<()>,
) -> Result<Option<Repairs>> {
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let restored = beginning::restore(&mut *file)?;
    if restored.beginning != Beginning::default() || restored.tracks.is_some() {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let Some(offsets) = room(&mut *file)? else {
        return Ok(None);
    };
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let Some(scan) = Scan::of(&mut *file, offsets)? else {
        return Ok(None);
    };
    for &cluster in &scan.clusters {
        if !has_room_for_size(file, cluster).map_err(unreadable)? {
            return Ok(None);
        }
    }
    let size = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let index = scan.index.finish(scan.end);
    index
        .finalize(file, 0, sync)
        .map_err(|error| Error::unknown("the file cannot be finished", error))?;
    let list = [
        (scan.end < size, Repair::Truncated),
        (true, Repair::Duration),
        (!index.cues.is_empty(), Repair::Cues),
        (true, Repair::SeekHead),
        (true, Repair::UnknownSizes),
    ];
    let list = list.into_iter().filter(|(is_repaired, _)| *is_repaired);
    Ok(Some(Repairs {
        list: list.map(|(_, repair)| repair).collect(),
        lost_tracks: Vec::new(),
        unreadable_bytes: 0,
        packets: scan.packets,
        duration: index.duration() - Timestamp::ZERO,
        size: file.stream_position().map_err(unreadable)?,
    }))
}

/// Where the file has room for `SeekHead` and Duration; `None` if it has none.
fn room<R: Read>(file: R) -> Result<Option<HeaderOffsets>> {
    let mut tags = Tags::new(file)?;
    let (mut segment, mut voids, mut info, mut tracks, mut file_tags) = (None, Vec::new(), None, None, None);
    while let Some(tag) = tags.next()? {
        match tag.spec {
            MatroskaSpec::Segment(Master::Start) => {
                segment = Some(tag.position + UNKNOWN_MASTER_HEADER as u64);
            }
            MatroskaSpec::Void(_) => voids.push((tag.position, tags.position())),
            MatroskaSpec::Info(Master::Start) => info = Some(tag.position),
            MatroskaSpec::Tracks(Master::Start) => tracks = Some(tag.position),
            MatroskaSpec::Tags(Master::Start) => file_tags = Some(tag.position),
            MatroskaSpec::Cluster(_) => break,
            _ => {}
        }
    }
    let (Some(segment), Some(info), Some(tracks)) = (segment, info, tracks) else {
        return Ok(None);
    };
    let offsets = HeaderOffsets {
        segment,
        info,
        duration: tracks.saturating_sub(DURATION_SIZE as u64),
        tracks,
        tags: file_tags,
    };
    let has = |begin: u64, end: u64| voids.contains(&(begin, end));
    let fits = has(segment, segment + SEEK_HEAD_SIZE as u64) && has(offsets.duration, tracks);
    Ok(fits.then_some(offsets))
}

/// The packets of a file, as an index needs them.
struct Scan {
    index: IndexBuilder,
    clusters: Vec<u64>,
    packets: u64,
    /// End of the last whole block.
    end: u64,
}

impl Scan {
    /// `None` if anything is wrong but the end.
    fn of<R: Read>(file: R, offsets: HeaderOffsets) -> Result<Option<Self>> {
        let mut reader = Reader::for_remuxing(file)?;
        let tracks = reader.header().tracks.clone();
        if !tracks.iter().all(is_whole) {
            return Ok(None);
        }
        let mut remuxers: Vec<TrackRemuxer> = tracks.iter().map(TrackRemuxer::for_repair).collect();
        let mut scan = Self {
            index: IndexBuilder::new(offsets, tracks.len()),
            clusters: Vec::new(),
            packets: 0,
            end: 0,
        };
        let mut has_begun = vec![false; tracks.len()];
        let mut last = None;
        while let Some(block) = reader.next_block()? {
            let index = tracks.iter().position(|track| track.number == block.track);
            let takes_step = index.is_some_and(|index| remuxers[index].takes_step(&block));
            let Some((index, Ok(packet))) = index.map(|index| (index, remuxers[index].packet(&block))) else {
                return Ok(None);
            };
            let is_first = !std::mem::replace(&mut has_begun[index], true);
            let is_in_order = last.map_or(!is_of_stream(block.time), |last| block.time >= last);
            let is_in_place = is_in_order && tracks[index].number == index as u64 + 1;
            if !is_in_place || !is_intact(&tracks[index], &block, is_first) {
                return Ok(None);
            }
            last = Some(block.time);
            let packet = Packet {
                track: index,
                // As `diagnose` measures it.
                duration: if takes_step {
                    Duration::ZERO
                } else {
                    packet.duration
                },
                ..packet
            };
            scan.add(&reader, &tracks[index], &packet, block.position);
        }
        let is_whole = reader.damaged() == 0 && reader.wrapped() == 0 && reader.into_next()?.is_none();
        Ok((is_whole && scan.packets > 0).then_some(scan))
    }

    fn add<R: Read>(&mut self, reader: &Reader<R>, track: &Track, packet: &Packet, position: u64) {
        let cluster = reader.cluster_position();
        if self.clusters.last() != Some(&cluster) {
            self.clusters.push(cluster);
            self.index.add_cluster(cluster);
        }
        if packet.key && packet.early.is_zero() {
            let offset = position - cluster - UNKNOWN_MASTER_HEADER as u64;
            let time = packet.time.round_millis();
            let cue = Cue::new(time, self.clusters.len() - 1, offset, packet.track);
            self.index.add_key(cue, track.kind == TrackType::Video);
        }
        self.index.extend(packet, track.codec_delay);
        self.packets += 1;
        self.end = reader.position();
    }
}

/// Whether nothing of a track's header is to be repaired.
fn is_whole(track: &Track) -> bool {
    let is_restored = track_header::restore(&mut track.clone()).is_empty();
    is_restored && track_header::flaw(track).is_none() && opus_delay::missing(track).is_none()
}

/// Whether a block stays as it is in a repaired file.
fn is_intact(track: &Track, block: &Block, is_first: bool) -> bool {
    let awaits_key = is_first && track.kind == TrackType::Video && !block.key;
    let is_unmarked = !block.key && is_unmarked_key(track, block);
    !awaits_key && !is_unmarked && !is_overwritten(track, block)
}

/// Whether the size field of a Cluster has 8 bytes.
fn has_room_for_size<F: Read + Seek>(file: &mut F, cluster: u64) -> io::Result<bool> {
    let mut header = [0; UNKNOWN_MASTER_HEADER];
    file.seek(SeekFrom::Start(cluster))?;
    file.read_exact(&mut header)?;
    Ok(header[4] == 1)
}
