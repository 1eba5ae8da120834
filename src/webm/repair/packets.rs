//! The packets of one recording, or of several in a row, with their times repaired and in order.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::{CopiedElements, Packet, opus_packet_duration};
use crate::webm::block::Block;
use crate::webm::frame_size;
use crate::webm::header::Header;
use crate::webm::reader::Reader;
use crate::webm::repair::beginning::{self, Whole};
use crate::webm::repair::counts::Counts;
use crate::webm::repair::merge::{Merge, TrackOrder};
use crate::webm::repair::opening::Opening;
use crate::webm::repair::opus_delay;
use crate::webm::repair::placement::{Order, Placement};
use crate::webm::repair::repairs::Repair;
use crate::webm::repair::track_header;
use crate::webm::repair::track_recovery::Recovered;
use crate::webm::track::{Track, TrackType};
use crate::webm::track_end::TrackEnd;
use crate::webm::track_remuxer::{TrackRemuxer, Unusable};
use std::collections::VecDeque;
use std::io::Read;
use std::time::Duration;

const TICK: Duration = Duration::from_millis(1);

/// A block that begins this much before the end of the codec delay, or less, is not of the pre-roll: times are rounded.
const PRE_ROLL_TOLERANCE: Duration = Duration::from_millis(3);

/// Reads the packets of a stream.
pub(super) struct Packets<R> {
    /// `None` at the end.
    reader: Option<Reader<Whole<R>>>,
    /// Streams to be read behind this one.
    others: VecDeque<R>,
    tracks: Vec<TrackState>,
    metadata: CopiedElements,
    merge: Merge,
    placement: Placement,
    /// Of a recording that has just begun behind another one.
    opening: Option<Opening>,
    counts: Counts,
}

struct TrackState {
    track: Track,
    remuxer: TrackRemuxer,
    /// Added to times, as the file does not count a delay in.
    delay: Duration,
    /// Codec delay of the recording that is read, if it follows another one; of Opus only.
    recording_delay: Option<Duration>,
    /// Time of the last block, as it was corrected.
    last: Option<Timestamp>,
    end: TrackEnd,
    /// Frames before the first key frame are left out.
    awaits_key: bool,
    frames: u64,
}

impl<R: Read> Packets<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// `NotReadable` if the stream is no file of this kind or has no tracks.
    pub(super) fn new(stream: R) -> Result<Self> {
        Self::of(VecDeque::from([stream]))
    }

    /// The same for streams that follow one another.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `NotReadable` without any stream.
    pub(super) fn of(mut others: VecDeque<R>) -> Result<Self> {
        let first = others.pop_front();
        let first = first.ok_or_else(|| Error::not_readable("there is nothing to read"))?;
        let mut counts = Counts::default();
        let reader = reader(first, &mut counts)?;
        check_usable(reader.header())?;
        let tracks = reader.header().tracks.iter().filter(|track| track.number > 0);
        let tracks: Vec<TrackState> = tracks.map(|track| TrackState::new(track, &mut counts)).collect();
        if tracks.is_empty() {
            return Err(Error::not_readable(
                "the file has no tracks, and its packets do not tell what they are of",
            ));
        }
        Ok(Self {
            merge: Merge::new(tracks.iter().map(TrackState::order)),
            placement: Placement::new(tracks.iter().map(TrackState::times)),
            opening: None,
            reader: Some(reader),
            others,
            tracks,
            metadata: CopiedElements::default(),
            counts,
        })
    }

    /// The tracks, as they are to be written.
    pub(super) fn tracks(&self) -> Vec<Track> {
        self.tracks.iter().map(|state| state.track.clone()).collect()
    }

    /// The elements that are no media: as far as the first recording was read.
    pub(super) fn metadata(&self) -> CopiedElements {
        match &self.reader {
            Some(reader) if self.metadata.is_empty() => reader.metadata(),
            _ => self.metadata.clone(),
        }
    }

    /// The header of the recording that is read; `None` at the end.
    pub(super) const fn reader(&self) -> Option<&Reader<Whole<R>>> {
        self.reader.as_ref()
    }

    /// What was wrong with what was read.
    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Numbers of the video tracks that had frames, but no key frame, of those of which nothing else is known, and of the tracks
    /// without any packet in a file of which large parts are of no known track.
    pub(super) fn lost_tracks(&self) -> Vec<u64> {
        let is_damaged = self.counts.is_largely_damaged();
        let is_lost = |state: &&TrackState| {
            let is_missing = is_damaged && state.frames == 0 && state.track.kind != TrackType::Other;
            is_missing || (state.awaits_key && state.frames > 0)
        };
        let lost = self.tracks.iter().filter(is_lost);
        let lost = lost.map(|state| state.track.number);
        lost.chain(self.counts.unknown_tracks.iter().copied()).collect()
    }

    /// Reads the next packet; `None` at the end.
    ///
    /// # Errors
    /// `NotReadable` if the stream cannot be read; `NotSupported` if a recording in it has other tracks than the first.
    pub(super) fn next(&mut self) -> Result<Option<Packet>> {
        loop {
            if let Some(packet) = self.merge.pop() {
                return Ok(Some(packet));
            }
            let Some(reader) = &mut self.reader else {
                return Ok(self.merge.pop_any());
            };
            if let Some(block) = reader.next_block()? {
                self.read(block);
                continue;
            }
            self.open();
            self.placement.release();
            self.add_placed();
            self.end_recording()?;
        }
    }

    /// Goes on with the recording behind, if there is one.
    fn end_recording(&mut self) -> Result<()> {
        let Some(last) = self.reader.take() else {
            return Ok(());
        };
        self.counts.end(&last);
        self.placement.end(&mut self.counts);
        if self.metadata.is_empty() {
            self.metadata = last.metadata();
        }
        let mut next = last.into_next()?;
        if next.is_none() {
            let other = self.others.pop_front();
            next = other.map(|other| reader(other, &mut self.counts)).transpose()?;
        }
        let Some(next) = next else {
            return Ok(());
        };
        self.check_tracks(&next)?;
        self.counts.recordings += 1;
        for state in &mut self.tracks {
            state.awaits_key = state.track.kind == TrackType::Video;
            state.recording_delay = state.delay_in(next.header());
        }
        let ends = self.tracks.iter().map(TrackState::end_of_media);
        let delays = self.tracks.iter().map(|state| state.track.codec_delay);
        let longest_delay = delays.max().unwrap_or_default();
        self.opening = Some(Opening::new(ends.collect(), longest_delay));
        self.reader = Some(next);
        Ok(())
    }

    fn check_tracks(&self, next: &Reader<Whole<R>>) -> Result<()> {
        for state in &self.tracks {
            let own = &state.track;
            let difference = match next.header().track(own.number) {
                None => Some("is missing".to_owned()),
                Some(other) => own.difference(other),
            };
            if let Some(difference) = difference {
                return Err(Error::not_supported(format!(
                    "recording {} cannot be added to the one before: its track {} {difference}",
                    self.counts.recordings + 2,
                    own.number
                )));
            }
        }
        Ok(())
    }

    fn read(&mut self, mut block: Block) {
        let found = self
            .tracks
            .iter()
            .position(|state| state.track.number == block.track);
        let Some(index) = found else {
            self.counts.damaged_packets += 1;
            return;
        };
        let state = &self.tracks[index];
        block.time += state.delay;
        if let Some(delay) = state.recording_delay {
            if is_pre_roll(&block, delay + state.delay) {
                return;
            }
            // All recordings get the codec delay of the first.
            block.time = (block.time + state.track.codec_delay) - (delay + state.delay);
        }
        match &mut self.opening {
            Some(opening) => {
                opening.add(index, block);
                if opening.is_complete() {
                    self.open();
                }
            }
            None => self.push(index, block, self.end()),
        }
    }

    /// Places the first blocks of a recording behind another one.
    fn open(&mut self) {
        if let Some(opening) = self.opening.take() {
            let origin = opening.first().map(|time| self.placement.origin(time));
            let begin = opening.begin(origin.unwrap_or_default(), self.end());
            for (index, block) in opening.into_blocks() {
                self.push(index, block, begin);
            }
        }
    }

    /// Adds a block. If a recording begins with it, its zero is at `begin`.
    fn push(&mut self, index: usize, block: Block, begin: Timestamp) {
        self.placement.push(index, block, begin);
        self.add_placed();
    }

    /// End of what was read.
    fn end(&self) -> Timestamp {
        let ends = self.tracks.iter().map(|state| state.end.time());
        ends.max().unwrap_or_default()
    }

    fn add_placed(&mut self) {
        while let Some((index, block)) = self.placement.pop(&mut self.counts) {
            self.add(index, block);
        }
    }

    fn add(&mut self, index: usize, mut block: Block) {
        let state = &mut self.tracks[index];
        state.frames += 1;
        if !block.key && is_unmarked_key(&state.track, &block) {
            block.key = true;
            self.counts.unmarked_keys += 1;
        }
        if state.awaits_key && !block.key {
            self.counts.frames_without_key += 1;
            return;
        }
        let last = state
            .last
            .filter(|_| state.remuxer.is_ordered() && block.lace == 0);
        if let Some(last) = last.filter(|last| block.time < *last) {
            block.time = last + TICK;
            self.counts.times_went_back += 1;
        }
        if is_overwritten(&state.track, &block) {
            self.counts.damaged_packets += 1;
            return;
        }
        let takes_step = state.remuxer.takes_step(&block);
        match state.remuxer.packet(&block) {
            Ok(packet) => {
                // Not before: a damaged key frame is none.
                state.awaits_key = false;
                state.last = Some(packet.time);
                // Of block times, in which the next recording begins at 0.
                self.placement
                    .placed(index, packet.time, packet.time + packet.duration);
                state.end.add(&packet, packet.time, Duration::ZERO);
                let mut packet = Packet {
                    track: index,
                    ..packet
                };
                if takes_step {
                    // Only its place in the file tells: it may be late there, or the one before.
                    packet.duration = Duration::ZERO;
                }
                self.merge.push(packet);
            }
            Err(Unusable::OutOfOrder | Unusable::Damaged) => self.counts.damaged_packets += 1,
        }
    }
}

/// Whether a block is of the pre-roll of a segment, which repeats the end of the one before so that decoders are ready when it
/// begins. Its codec delay is at least a packet long; where there is no pre-roll it is shorter.
fn is_pre_roll(block: &Block, delay: Duration) -> bool {
    let is_of_packets = opus_packet_duration(&block.data).is_some_and(|duration| delay >= duration);
    is_of_packets && block.time + PRE_ROLL_TOLERANCE < Timestamp::ZERO + delay
}

/// Reads the header of a stream, and restores what is lost of its beginning.
fn reader<R: Read>(stream: R, counts: &mut Counts) -> Result<Reader<Whole<R>>> {
    let restored = beginning::restore(stream)?;
    let mut reader = Reader::for_remuxing(restored.stream)?;
    counts.begin(restored.beginning);
    if let Some(Recovered { tracks, unknown }) = restored.tracks {
        counts.add(Repair::Tracks);
        counts.unknown_tracks.extend(unknown);
        reader.set_tracks(tracks);
    }
    Ok(reader)
}

/// Whether nothing of a packet is left: zeros are silence in PCM only.
pub(super) fn is_overwritten(track: &Track, block: &Block) -> bool {
    const SHORT: usize = 16;
    let is_raw = track.codec_id.starts_with("A_PCM") || track.kind == TrackType::Other;
    !is_raw && block.data.len() >= SHORT && block.data.iter().all(|&byte| byte == 0)
}

fn check_usable(header: &Header) -> Result<()> {
    let flaw = |track: &Track| Some((track.number, track_header::flaw(track)?));
    match header.tracks.iter().find_map(flaw) {
        Some((number, why)) => Err(Error::not_readable(format!("its track {number} {why}"))),
        None => Ok(()),
    }
}

/// Whether the data is that of a key frame, which the file does not say. Those of other codecs are not told by their data alone.
pub(super) fn is_unmarked_key(track: &Track, block: &Block) -> bool {
    matches!(&*track.codec_id, "V_VP8" | "V_VP9")
        && frame_size::of_key_frame(&track.codec_id, &block.data).is_some()
}

impl TrackState {
    fn new(track: &Track, counts: &mut Counts) -> Self {
        let mut track = track.clone();
        for repair in track_header::restore(&mut track) {
            counts.add(repair);
        }
        let delay = opus_delay::missing(&track).unwrap_or_default();
        if !delay.is_zero() {
            track.codec_delay = delay;
            counts.add(Repair::CodecDelay);
        }
        Self {
            remuxer: TrackRemuxer::for_repair(&track),
            awaits_key: track.kind == TrackType::Video,
            track,
            delay,
            recording_delay: None,
            last: None,
            end: TrackEnd::default(),
            frames: 0,
        }
    }

    /// Its codec delay in a recording with this header.
    fn delay_in(&self, header: &Header) -> Option<Duration> {
        let track = header.track(self.track.number);
        let track = track.filter(|track| track.codec_id == "A_OPUS");
        track.map(|track| track.codec_delay)
    }

    /// The end of its packets; `None` without any, and for what is neither audio nor video.
    fn end_of_media(&self) -> Option<Timestamp> {
        self.last
            .filter(|_| self.track.kind != TrackType::Other)
            .map(|_| self.end.time())
    }

    fn times(&self) -> Order {
        match self.track.kind {
            TrackType::Other => Order::Any,
            _ if self.remuxer.is_ordered() => Order::Presentation,
            _ => Order::Decoding,
        }
    }

    fn order(&self) -> TrackOrder {
        TrackOrder {
            is_audio: self.track.kind == TrackType::Audio,
            is_sparse: self.track.kind == TrackType::Other,
        }
    }
}
