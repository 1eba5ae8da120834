//! Capture time to media time: what is before the start, in a pause or after the stop is cut out.
use crate::clock::Timestamp;
use crate::media::{AudioBlock, VideoFrame, duration_to_frames, frames_to_duration};
use crate::recorder::level::Level;
use crate::recorder::mapped::Mapped;
use std::ops::Range;
use std::time::Duration;

/// The start, the pauses and the end of one recording; pure, so tests need no clock.
#[derive(Debug, Default)]
pub(crate) struct Cuts {
    pub(super) start: Timestamp,
    pub(super) pauses: Vec<(Timestamp, Timestamp)>,
    pub(super) paused_at: Option<Timestamp>,
    pub(super) stopped_at: Option<Timestamp>,
    /// Media time of the earliest recorded frame.
    pub(super) first: Option<Timestamp>,
    /// Maximum duration of the media, counted from `first`.
    pub(super) limit: Option<Duration>,
}

/// An interval of capture time without pauses.
#[derive(Clone, Copy, Debug)]
struct Interval {
    from: Timestamp,
    to: Option<Timestamp>,
    /// Total duration of the pauses before it.
    paused: Duration,
    /// Number of pauses before it.
    number: usize,
}

/// A frame that has a time, and can be cut.
pub(crate) trait MapTime: Sized {
    /// Maps its capture time to media time, and cuts it to what is between the start, the pauses and the stop.
    fn map_time(self, cuts: &Cuts) -> Mapped<Self>;

    fn time(&self) -> Timestamp;

    /// The part of it before media time `end`, if there is any.
    fn before(self, end: Timestamp) -> Option<Self>;

    /// Adds its loudness; video has none.
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

    /// The recorded interval that `at` is in.
    fn interval_at(&self, at: Timestamp) -> Option<Interval> {
        self.interval(at).filter(|interval| at >= interval.from)
    }

    /// The result for a frame at `at`, which no interval contains.
    fn outside<T>(&self, at: Timestamp) -> Mapped<T> {
        match self.stopped_at {
            Some(stop) if at >= stop => Mapped::EndOfStream,
            _ => Mapped::Skip,
        }
    }

    fn media_time(&self, interval: Interval, at: Timestamp) -> Timestamp {
        Timestamp::ZERO + (at - interval.paused - self.start)
    }

    /// Time since the start, the pauses included, of this media time.
    pub(super) fn elapsed_at(&self, media: Timestamp) -> Duration {
        let mut elapsed = media - Timestamp::ZERO;
        for &(pause, resume) in &self.pauses {
            if self.start + elapsed >= pause {
                elapsed += resume - pause;
            }
        }
        elapsed
    }

    /// The media time of a frame captured at `at`, which is recorded whole or not at all.
    pub(crate) fn map_whole(&self, at: Timestamp) -> Mapped<Timestamp> {
        match self.interval_at(at) {
            Some(interval) => Mapped::At(self.media_time(interval, at), interval.number),
            None => self.outside(at),
        }
    }

    /// The media time of this time of the clock; `None` if nothing is recorded then.
    pub(super) fn media_at(&self, at: Timestamp) -> Option<Timestamp> {
        Some(self.media_time(self.interval_at(at)?, at))
    }

    /// Where a capture time is in the recorded media, counted from the first frame; what was cut out has the time of the cut.
    /// `None` before the first frame. Of a source that is not live, times are media times already.
    pub(super) fn position(&self, at: Timestamp, live: bool) -> Option<Duration> {
        let first = self.first?;
        if !live {
            return Some(at - first);
        }
        let at = self
            .paused_at
            .into_iter()
            .chain(self.stopped_at)
            .fold(at, Timestamp::min);
        let paused = |&(from, to): &(Timestamp, Timestamp)| at.min(to) - at.min(from);
        let paused: Duration = self.pauses.iter().map(paused).sum();
        Some(Timestamp::ZERO + (at - paused - self.start) - first)
    }

    /// Applies the limit to a mapped frame.
    pub(super) fn limited<T: MapTime>(&mut self, mapped: Mapped<T>) -> Mapped<T> {
        let Mapped::At(item, number) = mapped else {
            return mapped;
        };
        let first = self.first.map_or(item.time(), |first| first.min(item.time()));
        self.first = Some(first);
        let Some(limit) = self.limit else {
            return Mapped::At(item, number);
        };
        match item.before(first + limit) {
            Some(item) => Mapped::At(item, number),
            None => Mapped::EndOfStream,
        }
    }
}

impl MapTime for VideoFrame {
    fn map_time(self, cuts: &Cuts) -> Mapped<Self> {
        cuts.map_whole(self.time).map(|time| Self { time, ..self })
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn before(mut self, end: Timestamp) -> Option<Self> {
        self.duration = self.duration.map(|length| length.min(end - self.time));
        (self.time < end).then_some(self)
    }
}

impl MapTime for AudioBlock {
    /// Cut at the sample where a pause begins or ends; what is on both sides of one meets in media time.
    fn map_time(mut self, cuts: &Cuts) -> Mapped<Self> {
        let (rate, frames) = (self.sample_rate, self.frames() as u64);
        let (mut parts, mut mapped) = (Vec::new(), None);
        let mut next = Some(self.time);
        while let Some(interval) = next.and_then(|at| cuts.interval(at)) {
            let head = duration_to_frames(interval.from - self.time, rate);
            let tail = interval
                .to
                .map_or(u64::MAX, |to| duration_to_frames(to - self.time, rate));
            if head < tail.min(frames) {
                let time = self.time + frames_to_duration(head, rate);
                let (time, _) = mapped.unwrap_or((cuts.media_time(interval, time), 0));
                mapped = Some((time, interval.number));
                parts.push(self.index_of(head)..self.index_of(tail.min(frames)));
            }
            next = interval.to.filter(|_| tail < frames);
        }
        let Some((time, number)) = mapped else {
            return cuts.outside(self.time);
        };
        self.keep(&parts);
        self.time = time;
        Mapped::At(self, number)
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    fn before(mut self, end: Timestamp) -> Option<Self> {
        let tail = duration_to_frames(end - self.time, self.sample_rate);
        let end = self.index_of(tail).min(self.samples.len());
        self.keep(std::slice::from_ref(&(0..end)));
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

    /// Keeps these ranges of samples, joined. Without a cut, as almost always, nothing is copied.
    fn keep(&mut self, parts: &[Range<usize>]) {
        let kept: usize = parts.iter().map(Range::len).sum();
        if kept < self.samples.len() {
            let samples = parts.iter().flat_map(|part| &self.samples[part.clone()]);
            self.samples = samples.copied().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{block, frame, ms};

    fn video(cuts: &Cuts, at: u64) -> Option<(u64, usize)> {
        match frame(at).map_time(cuts) {
            Mapped::At(frame, number) => Some((frame.time.round_millis(), number)),
            _ => None,
        }
    }

    /// Media time in ms, first sample and count of sample frames.
    fn audio(cuts: &Cuts, at: u64) -> Option<(u64, f32, usize)> {
        match block(at).map_time(cuts) {
            Mapped::At(block, _) => Some((block.time.round_millis(), block.samples[0], block.frames())),
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
        let mapped = [99, 100, 199, 200, 249, 250, 399, 400, 500, 699, 700, 9999].map(|at| video(&cuts, at));
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
        assert_eq!(mapped, expected);
    }

    #[test]
    fn there_is_a_media_time_of_now_while_something_is_recorded() {
        let cuts = Cuts {
            start: ms(100),
            pauses: vec![(ms(200), ms(250))],
            stopped_at: Some(ms(300)),
            ..Cuts::default()
        };
        let now = [99, 100, 199, 200, 249, 250, 299, 300].map(|at| cuts.media_at(ms(at)));
        let expected = [None, Some(0), Some(99), None, None, Some(100), Some(149), None];
        assert_eq!(now, expected.map(|at| at.map(ms)));
    }

    #[test]
    fn a_position_counts_from_the_first_frame_and_stands_still_in_pauses() {
        let cuts = Cuts {
            start: ms(100),
            pauses: vec![(ms(200), ms(250))],
            stopped_at: Some(ms(300)),
            first: Some(ms(20)),
            ..Cuts::default()
        };
        let positions = [120, 199, 200, 230, 250, 299, 400].map(|at| cuts.position(ms(at), true));
        let expected = [0, 79, 80, 80, 80, 129, 130].map(|at| Some(Duration::from_millis(at)));
        assert_eq!(positions, expected);
        assert_eq!(cuts.position(ms(50), false), Some(Duration::from_millis(30)));
        assert_eq!(Cuts::default().position(ms(50), true), None);
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
        assert_eq!(block(50).map_time(&cuts), Mapped::EndOfStream);
    }

    #[test]
    fn of_a_block_that_spans_pauses_all_is_kept_that_lies_outside_of_them() {
        let cuts = Cuts {
            start: ms(1000),
            pauses: vec![(ms(1102), ms(1103)), (ms(1103), ms(1103)), (ms(1105), ms(1106))],
            ..Cuts::default()
        };
        let Mapped::At(block, number) = block(1100).map_time(&cuts) else {
            panic!("it is recorded")
        };
        assert_eq!((block.time, number), (ms(100), 3));
        let expected = (0..96u16).chain(144..240).chain(288..480);
        let expected: Vec<f32> = expected.flat_map(|n| [f32::from(n); 2]).collect();
        assert!(*block.samples == expected);
        // And it ends with the recording.
        let cuts = Cuts {
            stopped_at: Some(ms(1107)),
            ..cuts
        };
        assert_eq!(audio(&cuts, 1100), Some((100, 0.0, 96 + 96 + 48)));
    }
}
