//! The packets of one recording, or of several in a row, with their times repaired and in order.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::{CopiedElements, Packet};
use crate::webm::block::Block;
use crate::webm::reader::Reader;
use crate::webm::repair::counts::Counts;
use crate::webm::repair::merge::{Merge, TrackOrder};
use crate::webm::repair::opus_delay;
use crate::webm::repair::repairs::Repair;
use crate::webm::track::{Track, TrackType};
use crate::webm::track_remuxer::{TrackRemuxer, Unusable};
use std::collections::VecDeque;
use std::io::Read;
use std::time::Duration;

/// Times that go back further begin another recording.
const MAX_STEP_BACK: Duration = Duration::from_secs(2);
/// A recording behind another one that begins later than this has times that go on from those of the other one.
const MAX_START: Duration = Duration::from_secs(1);
/// A file that begins later than this has the times of a stream that it is a part of.
const MAX_FIRST_START: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(1);

/// Reads the packets of a stream.
pub(super) struct Packets<R> {
    /// `None` at the end.
    reader: Option<Reader<R>>,
    /// Streams to be read behind this one.
    others: VecDeque<R>,
    tracks: Vec<TrackState>,
    metadata: CopiedElements,
    merge: Merge,
    /// How the times of the recording that is read are moved.
    shift: Shift,
    /// Whether a block of the recording was read.
    has_begun: bool,
    /// End of what was read.
    end: Timestamp,
    counts: Counts,
}

/// Moves a time to another one, and all others by as much.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    from: Timestamp,
    to: Timestamp,
}

struct TrackState {
    track: Track,
    remuxer: TrackRemuxer,
    /// Added to times, as the file does not count a delay in.
    delay: Duration,
    /// Time of the last block, as it was corrected.
    last: Option<Timestamp>,
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
    pub(super) fn of(mut streams: VecDeque<R>) -> Result<Self> {
        let first = streams.pop_front();
        let first = first.ok_or_else(|| Error::not_readable("there is nothing to read"))?;
        let reader = Reader::for_remuxing(first)?;
        let mut counts = Counts::default();
        let tracks = reader.header().tracks.iter().filter(|track| track.number > 0);
        let tracks: Vec<TrackState> = tracks.map(|track| TrackState::new(track, &mut counts)).collect();
        if tracks.is_empty() {
            return Err(Error::not_readable(
                "the file has no tracks, so that nothing of it can be read",
            ));
        }
        Ok(Self {
            merge: Merge::new(tracks.iter().map(TrackState::order)),
            reader: Some(reader),
            others: streams,
            tracks,
            metadata: CopiedElements::default(),
            shift: Shift::default(),
            has_begun: false,
            end: Timestamp::ZERO,
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
    pub(super) const fn reader(&self) -> Option<&Reader<R>> {
        self.reader.as_ref()
    }

    /// What was wrong with what was read.
    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Numbers of the video tracks that had frames, but no key frame.
    pub(super) fn lost_tracks(&self) -> Vec<u64> {
        let lost = self
            .tracks
            .iter()
            .filter(|state| state.awaits_key && state.frames > 0);
        lost.map(|state| state.track.number).collect()
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
            match reader.next_block()? {
                Some(block) => self.add(block),
                None => self.end_recording()?,
            }
        }
    }

    /// Goes on with the recording behind, if there is one.
    fn end_recording(&mut self) -> Result<()> {
        let Some(reader) = self.reader.take() else {
            return Ok(());
        };
        self.counts.end(&reader);
        if self.metadata.is_empty() {
            self.metadata = reader.metadata();
        }
        let mut next = reader.into_next()?;
        if next.is_none() {
            next = self.others.pop_front().map(Reader::for_remuxing).transpose()?;
        }
        let Some(next) = next else {
            return Ok(());
        };
        self.check_tracks(&next)?;
        self.counts.recordings += 1;
        self.has_begun = false;
        for state in &mut self.tracks {
            state.awaits_key = state.track.kind == TrackType::Video;
        }
        self.reader = Some(next);
        Ok(())
    }

    fn check_tracks(&self, next: &Reader<R>) -> Result<()> {
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

    fn add(&mut self, mut block: Block) {
        let found = self
            .tracks
            .iter()
            .position(|state| state.track.number == block.track);
        let Some(index) = found else {
            self.counts.damaged_packets += 1;
            return;
        };
        self.place(&mut block, index);
        let state = &mut self.tracks[index];
        state.frames += 1;
        state.awaits_key &= !block.key;
        if state.awaits_key {
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
        match state.remuxer.packet(&block) {
            Ok(packet) => {
                state.last = Some(packet.time);
                // Of block times, in which the next recording begins at 0.
                let end = packet.time + packet.duration.saturating_sub(packet.padding);
                self.end = self.end.max(end);
                self.merge.push(Packet {
                    track: index,
                    ..packet
                });
            }
            Err(Unusable::OutOfOrder | Unusable::Damaged) => self.counts.damaged_packets += 1,
        }
    }

    /// Moves a block to its time in the whole.
    fn place(&mut self, block: &mut Block, index: usize) {
        if !self.has_begun {
            self.begin(block.time);
        }
        let time = block.time + self.tracks[index].delay;
        let placed = self.shift.apply(time);
        let newest = self.tracks.iter().filter_map(|state| state.last).max();
        // Every track begins again: a recording whose header was lost.
        if newest.is_some_and(|newest| placed + MAX_STEP_BACK < newest) {
            self.shift = Shift {
                from: time,
                to: self.end,
            };
            self.counts.restarts += 1;
        }
        block.time = self.shift.apply(time);
    }

    /// A recording begins with a block of this time.
    fn begin(&mut self, time: Timestamp) {
        self.has_begun = true;
        let is_first = self.counts.recordings == 0;
        let most = if is_first { MAX_FIRST_START } else { MAX_START };
        let is_absolute = time - Timestamp::ZERO > most;
        if is_absolute && is_first {
            self.counts.add(Repair::Start);
        }
        self.shift = Shift {
            from: if is_absolute { time } else { Timestamp::ZERO },
            to: self.end,
        };
    }
}

impl Shift {
    fn apply(self, time: Timestamp) -> Timestamp {
        Timestamp::ZERO
            + (self.to - Timestamp::ZERO)
            + (time - Timestamp::ZERO).saturating_sub(self.from - Timestamp::ZERO)
    }
}

impl TrackState {
    fn new(track: &Track, counts: &mut Counts) -> Self {
        let mut track = track.clone();
        let delay = opus_delay::missing(&track).unwrap_or_default();
        if !delay.is_zero() {
            track.codec_delay = delay;
            counts.add(Repair::CodecDelay);
        }
        if opus_delay::lacks_pre_roll(&track) {
            track.seek_pre_roll = opus_delay::SEEK_PRE_ROLL;
            counts.add(Repair::SeekPreRoll);
        }
        Self {
            remuxer: TrackRemuxer::for_repair(&track),
            awaits_key: track.kind == TrackType::Video,
            track,
            delay,
            last: None,
            frames: 0,
        }
    }

    fn order(&self) -> TrackOrder {
        TrackOrder {
            is_audio: self.track.kind == TrackType::Audio,
            is_sparse: self.track.kind == TrackType::Other,
        }
    }
}
