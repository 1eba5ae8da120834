//! Capture time to media time: what was before the start, in a pause or after the stop never happened.
use crate::clock::{Clock, Timestamp};
use crate::media::{AudioBlock, VideoFrame, duration_to_frames, frames_to_duration};
use crate::recorder::level::Level;
use crate::sync::{Condvar, Mutex, MutexGuard};
use std::ops::Range;
use std::time::Duration;

/// The cuts of one recording, shared by all of its tracks.
pub(crate) struct Timeline {
    clock: Clock,
    cuts: Mutex<Cuts>,
    changed: Condvar,
}

/// The start, the pauses and the end of one recording; pure, so tests need no clock.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    start: Timestamp,
    pauses: Vec<(Timestamp, Timestamp)>,
    paused_at: Option<Timestamp>,
    stopped_at: Option<Timestamp>,
    /// Media time of the earliest that was recorded.
    first: Option<Timestamp>,
    /// How much media is wanted, counted from `first`.
    limit: Option<Duration>,
}

/// A stretch of capture time that is recorded whole.
#[derive(Clone, Copy, Debug)]
struct Interval {
    from: Timestamp,
    to: Option<Timestamp>,
    /// How much was paused before it.
    paused: Duration,
    /// How many pauses were before it.
    number: usize,
}

/// Where something captured belongs.
#[derive(Debug, PartialEq)]
pub(crate) enum Placed<T> {
    /// Nowhere: it was captured before the start or in a pause.
    Nowhere,
    /// Here: stamped with media time, in the interval of this number.
    Recorded(T, usize),
    /// Behind the end of the recording, and so is all that follows.
    BehindEnd,
}

impl<T> Placed<T> {
    /// Number of the interval in which it is recorded, if it is.
    pub(crate) const fn interval(&self) -> Option<usize> {
        match self {
            Self::Recorded(_, number) => Some(*number),
            Self::Nowhere | Self::BehindEnd => None,
        }
    }

    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        match self {
            Self::Nowhere => Placed::Nowhere,
            Self::Recorded(item, number) => Placed::Recorded(change(item), number),
            Self::BehindEnd => Placed::BehindEnd,
        }
    }
}

/// What can be put on a timeline: it is stamped, and may be cut.
pub(crate) trait Place: Sized {
    /// Stamps it with media time, cut to what lies between the start, the pauses and the stop.
    fn place(self, cuts: &Cuts) -> Placed<Self>;

    fn time(&self) -> Timestamp;

    /// What is left of it before media time `end`; None when nothing is.
    fn before(self, end: Timestamp) -> Option<Self>;

    /// Adds how loud it is; pictures are silent.
    fn add_to(&self, _level: &mut Level) {}
}

impl Cuts {
    /// The first recorded interval that ends behind `at`; None when recording ended before.
    fn interval(&self, at: Timestamp) -> Option<Interval> {
        let mut interval = Interval {
            from: self.start,
            to: None,
            paused: Duration::ZERO,
            number: 0,
        };
        for &(pause, resume) in &self.pauses {
            if at < pause {
                interval.to = Some(pause);
                return Some(interval);
            }
            interval.from = resume;
            interval.paused += resume - pause;
            interval.number += 1;
        }
        interval.to = self.paused_at.into_iter().chain(self.stopped_at).min();
        interval.to.is_none_or(|to| at < to).then_some(interval)
    }

    /// What to say of something at `at` that no interval holds.
    fn outside<T>(&self, at: Timestamp) -> Placed<T> {
        match self.stopped_at {
            Some(stop) if at >= stop => Placed::BehindEnd,
            _ => Placed::Nowhere,
        }
    }

    fn media_time(&self, interval: Interval, at: Timestamp) -> Timestamp {
        Timestamp::ZERO + (at - interval.paused - self.start)
    }

    /// The media time of what was captured at `at` and is recorded whole or not at all.
    pub(crate) fn place_whole(&self, at: Timestamp) -> Placed<Timestamp> {
        match self.interval(at) {
            Some(interval) if at >= interval.from => {
                Placed::Recorded(self.media_time(interval, at), interval.number)
            }
            _ => self.outside(at),
        }
    }

    /// Applies the limit to what was placed.
    fn limited<T: Place>(&mut self, placed: Placed<T>) -> Placed<T> {
        let Placed::Recorded(item, number) = placed else {
            return placed;
        };
        let first = self.first.map_or(item.time(), |first| first.min(item.time()));
        self.first = Some(first);
        let Some(limit) = self.limit else {
            return Placed::Recorded(item, number);
        };
        match item.before(first + limit) {
            Some(item) => Placed::Recorded(item, number),
            None => Placed::BehindEnd,
        }
    }
}

impl Place for VideoFrame {
    fn place(self, cuts: &Cuts) -> Placed<Self> {
        cuts.place_whole(self.time).map(|time| Self { time, ..self })
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn before(mut self, end: Timestamp) -> Option<Self> {
        self.duration = self.duration.map(|length| length.min(end - self.time));
        (self.time < end).then_some(self)
    }
}

impl Place for AudioBlock {
    /// Cut at the sample where a pause begins or ends; what is on both sides of one meets in media time.
    fn place(mut self, cuts: &Cuts) -> Placed<Self> {
        let (rate, frames) = (self.sample_rate, self.frames() as u64);
        let (mut kept, mut placed) = (0, None);
        let mut next = Some(self.time);
        while let Some(interval) = next.and_then(|at| cuts.interval(at)) {
            let head = duration_to_frames(interval.from - self.time, rate);
            let tail = interval
                .to
                .map_or(u64::MAX, |to| duration_to_frames(to - self.time, rate));
            if head < tail.min(frames) {
                let time = self.time + frames_to_duration(head, rate);
                let (time, _) = placed.unwrap_or((cuts.media_time(interval, time), 0));
                placed = Some((time, interval.number));
                kept = self.append(kept, head..tail.min(frames));
            }
            next = interval.to.filter(|_| tail < frames);
        }
        let Some((time, number)) = placed else {
            return cuts.outside(self.time);
        };
        self.samples.truncate(kept);
        self.time = time;
        Placed::Recorded(self, number)
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn before(mut self, end: Timestamp) -> Option<Self> {
        let tail = duration_to_frames(end - self.time, self.sample_rate);
        self.samples.truncate(self.index_of(tail));
        (!self.samples.is_empty()).then_some(self)
    }

    fn add_to(&self, level: &mut Level) {
        level.add(self);
    }
}

impl AudioBlock {
    fn index_of(&self, frame: u64) -> usize {
        usize::try_from(frame)
            .unwrap_or(usize::MAX)
            .saturating_mul(usize::from(self.channels))
    }

    /// Moves these sample frames to behind the first `kept` samples, none of which lie behind them; says how many
    /// samples are kept then.
    fn append(&mut self, kept: usize, frames: Range<u64>) -> usize {
        let samples = self.index_of(frames.start)..self.index_of(frames.end);
        let length = samples.len();
        self.samples.copy_within(samples, kept);
        kept + length
    }
}

impl Timeline {
    /// A timeline that starts now, paused or not, and ends by itself after `limit` of media.
    pub(crate) fn start(clock: Clock, limit: Option<Duration>, paused: bool) -> Self {
        let start = clock.now();
        let cuts = Cuts {
            start,
            paused_at: paused.then_some(start),
            limit,
            ..Cuts::default()
        };
        Self {
            clock,
            cuts: Mutex::new(cuts),
            changed: Condvar::new(),
        }
    }

    // `now` is read under the lock: what was captured after it can only be placed after it.
    pub(crate) fn pause(&self) {
        let mut cuts = self.lock();
        let now = self.clock.now();
        cuts.paused_at.get_or_insert(now);
    }

    pub(crate) fn resume(&self) {
        let mut cuts = self.lock();
        if let Some(from) = cuts.paused_at.take() {
            let now = self.clock.now();
            cuts.pauses.push((from, now));
        }
        self.changed.notify_all();
    }

    pub(crate) fn stop(&self) {
        let mut cuts = self.lock();
        let now = self.clock.now();
        cuts.stopped_at.get_or_insert(now);
        self.changed.notify_all();
    }

    /// Places what a live source captured on the clock.
    pub(crate) fn place_live<T: Place>(&self, item: T) -> Placed<T> {
        let mut cuts = self.lock();
        let placed = item.place(&cuts);
        cuts.limited(placed)
    }

    /// Places what a patient source gave, whose stamps are media time already; it waits while paused.
    pub(crate) fn place_patient<T: Place>(&self, item: T) -> Placed<T> {
        let mut cuts = self.lock();
        while cuts.paused_at.is_some() && cuts.stopped_at.is_none() {
            cuts = self.changed.wait(cuts);
        }
        let number = cuts.pauses.len();
        cuts.limited(Placed::Recorded(item, number))
    }

    /// Whether there was a pause, or is one, behind the interval of this number.
    pub(crate) fn has_paused_since(&self, interval: usize) -> bool {
        let cuts = self.lock();
        cuts.pauses.len() + usize::from(cuts.paused_at.is_some()) > interval
    }

    fn lock(&self) -> MutexGuard<'_, Cuts> {
        self.cuts.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Picture;
    use std::sync::Arc;

    const fn ms(n: u64) -> Timestamp {
        Timestamp::from_millis(n)
    }

    fn frame(at: u64) -> VideoFrame {
        VideoFrame {
            time: ms(at),
            duration: Some(Duration::from_millis(33)),
            picture: Arc::new(Picture::new(1, 1)),
        }
    }

    /// 10 ms of stereo whose samples count up.
    fn block(at: u64) -> AudioBlock {
        AudioBlock {
            time: ms(at),
            sample_rate: 48_000,
            channels: 2,
            samples: (0..480u16).flat_map(|n| [f32::from(n); 2]).collect(),
        }
    }

    fn video(cuts: &Cuts, at: u64) -> Option<(u64, usize)> {
        match frame(at).place(cuts) {
            Placed::Recorded(frame, number) => Some((frame.time.round_millis(), number)),
            _ => None,
        }
    }

    /// Media time in ms, first sample and count of sample frames.
    fn audio(cuts: &Cuts, at: u64) -> Option<(u64, f32, usize)> {
        match block(at).place(cuts) {
            Placed::Recorded(block, _) => Some((block.time.round_millis(), block.samples[0], block.frames())),
            _ => None,
        }
    }

    #[test]
    fn media_time_is_capture_time_less_the_start_and_all_pauses() {
        let cuts = Cuts {
            start: ms(100),
            pauses: vec![(ms(200), ms(250)), (ms(400), ms(500))],
            paused_at: Some(ms(700)),
            ..Cuts::default()
        };
        let placed = [99, 100, 199, 200, 249, 250, 399, 400, 500, 699, 700, 9999].map(|at| video(&cuts, at));
        let expected = [
            None,
            Some((0, 0)),
            Some((99, 0)),
            None,
            None,
            Some((100, 1)),
            Some((249, 1)),
            None,
            Some((250, 2)),
            Some((449, 2)),
            None,
            None,
        ];
        assert_eq!(placed, expected);
    }

    #[test]
    fn sound_is_cut_at_the_sample_where_start_pause_and_stop_lie() {
        let cuts = Cuts {
            start: ms(3),
            pauses: vec![(ms(15), ms(35))],
            stopped_at: Some(ms(42)),
            ..Cuts::default()
        };
        assert_eq!(audio(&cuts, 0), Some((0, 144.0, 336)));
        assert_eq!(audio(&cuts, 10), Some((7, 0.0, 240)));
        assert_eq!(audio(&cuts, 20), None);
        assert_eq!(audio(&cuts, 30), Some((12, 240.0, 240)));
        assert_eq!(audio(&cuts, 40), Some((17, 0.0, 96)));
        assert_eq!(block(50).place(&cuts), Placed::BehindEnd);
    }

    #[test]
    fn a_limit_counts_from_the_first_media_and_is_exact_to_the_sample() {
        let timeline = Timeline::start(Clock::manual(), Some(Duration::from_millis(25)), false);
        assert!(matches!(timeline.place_live(frame(7)), Placed::Recorded(..)));
        let Placed::Recorded(last, _) = timeline.place_live(frame(30)) else {
            panic!("it begins before the limit");
        };
        assert_eq!(last.duration, Some(Duration::from_millis(2)));
        let Placed::Recorded(block, _) = timeline.place_live(block(27)) else {
            panic!("it begins before the limit");
        };
        assert_eq!(block.frames(), 240);
        assert_eq!(timeline.place_live(frame(32)), Placed::BehindEnd);
    }

    #[test]
    fn a_pause_and_a_resume_are_read_off_the_clock() {
        let clock = Clock::manual();
        let timeline = Timeline::start(clock.clone(), None, false);
        for pause in [10, 1000] {
            clock.advance(Duration::from_millis(10));
            timeline.pause();
            timeline.pause();
            clock.advance(Duration::from_millis(pause));
            timeline.resume();
            timeline.resume();
        }
        assert_eq!(timeline.lock().pauses, [(ms(10), ms(20)), (ms(30), ms(1030))]);
        timeline.stop();
        assert_eq!(timeline.place_live(frame(1030)), Placed::BehindEnd);
    }

    #[test]
    fn a_patient_source_waits_for_the_end_of_a_pause_and_loses_nothing() {
        let timeline = Arc::new(Timeline::start(Clock::manual(), None, true));
        let waiting = {
            let timeline = timeline.clone();
            std::thread::spawn(move || timeline.place_patient(frame(5)))
        };
        timeline.resume();
        assert_eq!(waiting.join().unwrap(), Placed::Recorded(frame(5), 1));
    }

    #[test]
    fn of_a_block_that_spans_pauses_all_is_kept_that_lies_outside_of_them() {
        let cuts = Cuts {
            start: ms(1000),
            pauses: vec![(ms(1102), ms(1103)), (ms(1103), ms(1103)), (ms(1105), ms(1106))],
            ..Cuts::default()
        };
        let Placed::Recorded(block, number) = block(1100).place(&cuts) else {
            panic!("it is recorded")
        };
        assert_eq!((block.time, number), (ms(100), 3));
        let expected = (0..96u16).chain(144..240).chain(288..480);
        let expected: Vec<f32> = expected.flat_map(|n| [f32::from(n); 2]).collect();
        assert!(block.samples == expected);
        // And it ends with the recording.
        let cuts = Cuts {
            stopped_at: Some(ms(1107)),
            ..cuts
        };
        assert_eq!(audio(&cuts, 1100), Some((100, 0.0, 96 + 96 + 48)));
    }
}
