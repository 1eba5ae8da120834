//! Places blocks on the time line of the whole. Times that do not fit are corrected by what is before and behind them.
use crate::clock::Timestamp;
use crate::webm::block::Block;
use crate::webm::repair::counts::Counts;
use crate::webm::repair::repairs::Repair;
use std::collections::VecDeque;
use std::time::Duration;

/// A recording behind another one that begins later than this has times that go on from those of the other one.
const MAX_START: Duration = Duration::from_secs(1);
/// A file that begins later than this has the times of a stream that it is a part of.
const MAX_FIRST_START: Duration = Duration::from_secs(10);
/// Times of a track that go back further are wrong, or of another recording.
const MAX_STEP_BACK: Duration = Duration::from_millis(500);
/// The same where frames are encoded in another order than they are presented in.
const MAX_REORDERING: Duration = Duration::from_secs(2);
/// A longer step ahead is believed only if what follows goes on from there.
const MAX_LEAP: Duration = Duration::from_secs(10);
/// What must follow a leap, and maximum size in bytes of what waits until it is believed.
const PROOF: Duration = Duration::from_secs(10);
const MAX_HELD: usize = 8 << 20;

/// Moves a time to another one, and all others by as much.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    from: Timestamp,
    to: Timestamp,
}

impl Shift {
    fn apply(self, time: Timestamp) -> Timestamp {
        let moved = (time - Timestamp::ZERO) + (self.to - Timestamp::ZERO);
        Timestamp::ZERO + moved.saturating_sub(self.from - Timestamp::ZERO)
    }
}

/// What the order of a track's times tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// They never go back.
    Presentation,
    /// They go back a little.
    Decoding,
    /// Nothing, as of subtitles.
    Any,
}

/// A block of the track with this index.
type TrackBlock = (usize, Block);

/// Where the blocks that were placed have got to.
#[derive(Debug)]
struct Progress {
    order: Order,
    /// Begin and end of the last block.
    last: Option<(Timestamp, Timestamp)>,
}

#[derive(Debug)]
pub(super) struct Placement {
    tracks: Vec<Progress>,
    /// How the times of the recording are moved.
    base: Shift,
    /// How they have been moved since they went back, and the number of blocks since.
    run: Option<(Shift, u64)>,
    /// Whether a block of the recording was placed.
    has_begun: bool,
    is_first: bool,
    /// Blocks since a leap, and their size.
    held: VecDeque<TrackBlock>,
    held_size: usize,
    ready: VecDeque<TrackBlock>,
}

impl Placement {
    pub(super) fn new(orders: impl IntoIterator<Item = Order>) -> Self {
        let progress = |order| Progress { order, last: None };
        Self {
            tracks: orders.into_iter().map(progress).collect(),
            base: Shift::default(),
            run: None,
            has_begun: false,
            is_first: true,
            held: VecDeque::new(),
            held_size: 0,
            ready: VecDeque::new(),
        }
    }

    /// Takes the next block of the recording; `end` is where the recording begins,
    /// if it begins with this block: the end of all before, as a rule.
    pub(super) fn push(&mut self, track: usize, block: Block, end: Timestamp) {
        // What was read so far may have been left out: then the file begins with this.
        if !self.has_begun || !self.has_placed() {
            self.begin(block.time, end);
        }
        let placed = self.shift().apply(block.time);
        let Some((first, at)) = self.held.front().map(|(track, block)| (*track, block.time)) else {
            if self.leaps(track, placed) {
                self.hold(track, block);
            } else {
                self.ready.push_back((track, block));
            }
            return;
        };
        let leap = self.shift().apply(at);
        if placed + MAX_STEP_BACK < leap && !self.steps_back(track, placed) {
            // The file goes on from before the leap.
            let to = self.expected(first);
            self.run = Some((Shift { from: at, to }, 0));
            self.release();
            self.ready.push_back((track, block));
            return;
        }
        self.hold(track, block);
        if placed > leap + PROOF || self.held_size > MAX_HELD {
            self.release();
        }
    }

    /// The next block, in its place.
    pub(super) fn pop(&mut self, counts: &mut Counts) -> Option<TrackBlock> {
        let (track, mut block) = self.ready.pop_front()?;
        block.time = self.place(track, block.time, counts);
        Some((track, block))
    }

    /// Takes note of a packet that was made of a block.
    pub(super) fn placed(&mut self, track: usize, begin: Timestamp, end: Timestamp) {
        self.tracks[track].last = Some((begin, end));
    }

    /// The recording was read to its end; its last blocks are ready.
    pub(super) fn release(&mut self) {
        self.ready.append(&mut self.held);
        self.held_size = 0;
    }

    /// Another recording follows.
    pub(super) fn end(&mut self, counts: &mut Counts) {
        counts.restarts += u64::from(self.run.take().is_some());
        if self.is_first && self.base.from > Timestamp::ZERO {
            counts.add(Repair::Start);
        }
        self.has_begun = false;
        self.is_first = false;
    }

    /// A recording begins with a block of this time.
    fn begin(&mut self, time: Timestamp, end: Timestamp) {
        self.has_begun = true;
        self.base = Shift {
            from: self.origin(time),
            to: end,
        };
    }

    /// What is zero in a recording that begins with a block of this time.
    pub(super) fn origin(&self, time: Timestamp) -> Timestamp {
        let is_absolute = if self.is_first {
            is_of_stream(time)
        } else {
            time - Timestamp::ZERO > MAX_START
        };
        if is_absolute { time } else { Timestamp::ZERO }
    }

    fn shift(&self) -> Shift {
        self.run.map_or(self.base, |(shift, _)| shift)
    }

    fn hold(&mut self, track: usize, block: Block) {
        self.held_size += block.data.len();
        self.held.push_back((track, block));
    }

    fn place(&mut self, track: usize, time: Timestamp, counts: &mut Counts) -> Timestamp {
        let expected = self.expected(track);
        let is_judged = self.tracks[track].order != Order::Any && self.tracks[track].last.is_some();
        let (base, now) = (self.base.apply(time), self.shift().apply(time));
        let fits = is_judged && distance(base, expected) < distance(now, expected);
        let is_over = fits && !self.steps_back(track, base);
        if let Some((_, blocks)) = &mut self.run {
            if is_over {
                counts.times_went_back += *blocks;
                self.run = None;
                return base;
            }
            *blocks += 1;
        }
        if !self.steps_back(track, now) {
            return now;
        }
        counts.restarts += u64::from(self.run.is_some());
        let shift = Shift {
            from: time,
            to: expected,
        };
        self.run = Some((shift, 1));
        shift.apply(time)
    }

    /// Where the next block of a track begins, if nothing is missing.
    fn expected(&self, track: usize) -> Timestamp {
        let end = |progress: &Progress| progress.last.map(|(_, end)| end);
        let newest = || self.tracks.iter().filter_map(end).max();
        end(&self.tracks[track]).or_else(newest).unwrap_or_default()
    }

    fn has_placed(&self) -> bool {
        self.tracks.iter().any(|progress| progress.last.is_some())
    }

    fn leaps(&self, track: usize, placed: Timestamp) -> bool {
        let newest = self.tracks.iter().filter_map(|progress| progress.last).max();
        let from = newest.map_or(placed, |(begin, _)| begin);
        self.has_placed() && self.tracks[track].order != Order::Any && placed > from + MAX_LEAP
    }

    fn steps_back(&self, track: usize, placed: Timestamp) -> bool {
        let progress = &self.tracks[track];
        let most = match progress.order {
            Order::Presentation => MAX_STEP_BACK,
            Order::Decoding => MAX_REORDERING,
            Order::Any => return false,
        };
        progress.last.is_some_and(|(begin, _)| placed + most < begin)
    }
}

/// Whether a file that begins with a packet of this time has the times of a stream that it is a part of.
pub(super) fn is_of_stream(first: Timestamp) -> bool {
    first - Timestamp::ZERO > MAX_FIRST_START
}

fn distance(one: Timestamp, other: Timestamp) -> Duration {
    one.max(other) - one.min(other)
}
