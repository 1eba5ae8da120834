//! The timeline of one recording, shared by the encoder threads of its tracks and those who pause and stop it.
use crate::clock::{Clock, Timestamp};
use crate::recorder::cuts::{Cuts, MapTime};
use crate::recorder::mapped::Mapped;
use crate::recorder::segment_schedule::FrameTimes;
use crate::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// The cuts of one recording and the clock that they are made by.
pub(crate) struct Timeline {
    clock: Clock,
    cuts: Mutex<Cuts>,
    changed: Condvar,
}

impl Timeline {
    /// A timeline that starts now, paused or not, and ends after `limit` of media.
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

    // `now` is read under the lock: what was captured after it can only be mapped after it.
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

    /// Maps a frame of a live source, stamped with the clock's time.
    pub(crate) fn map_live<T: MapTime>(&self, item: T) -> Mapped<T> {
        let mut cuts = self.lock();
        let mapped = item.map_time(&cuts);
        cuts.limited(mapped)
    }

    /// Maps a frame of a source that is not live, whose time is media time already. Blocks during a pause, and ends with a stop
    /// in one.
    pub(crate) fn map_blocking<T: MapTime>(&self, item: T) -> Mapped<T> {
        let mut cuts = self.lock();
        while cuts.paused_at.is_some() && cuts.stopped_at.is_none() {
            cuts = self.changed.wait(cuts);
        }
        if cuts.paused_at.is_some() {
            return Mapped::EndOfStream;
        }
        let number = cuts.pauses.len();
        cuts.limited(Mapped::At(item, number))
    }

    /// The times of a frame of this media time, which is its capture time less all that was cut out before.
    pub(crate) fn times_of(&self, media: Timestamp, captured: Option<Timestamp>) -> FrameTimes {
        let cuts = self.lock();
        FrameTimes {
            elapsed: captured.map_or(media, |captured| Timestamp::ZERO + (captured - cuts.start))
                - Timestamp::ZERO,
            media: media - cuts.first.unwrap_or(media),
            captured,
        }
    }

    /// Time by the clock from the start to this media time, for live sources.
    pub(crate) fn elapsed_at(&self, media: Timestamp) -> Duration {
        self.lock().elapsed_at(media)
    }

    /// Time by the clock since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.now() - self.lock().start
    }

    /// The time of its clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The media time of now, for live sources; `None` in a pause, and after the stop.
    pub(crate) fn media_now(&self) -> Option<Timestamp> {
        let cuts = self.lock();
        cuts.media_at(self.clock.now())
    }

    /// Where a media time is in the recorded media, counted from the first frame.
    pub(crate) fn position_of(&self, media: Timestamp) -> Duration {
        media - self.lock().first.unwrap_or(media)
    }

    /// Where a capture time is in the recorded media: [`Cuts::position`].
    pub(crate) fn position(&self, at: Timestamp, live: bool) -> Option<Duration> {
        self.lock().position(at, live)
    }

    /// Time by the clock from the start to what has this [position](Self::position).
    pub(crate) fn elapsed_at_position(&self, position: Duration) -> Duration {
        let cuts = self.lock();
        cuts.elapsed_at(cuts.first.unwrap_or_default() + position)
    }

    /// When the recording was stopped.
    pub(crate) fn stopped_at(&self) -> Option<Timestamp> {
        self.lock().stopped_at
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
    use crate::recorder::test_media::{block, frame, ms};
    use std::sync::Arc;

    #[test]
    fn a_limit_counts_from_the_first_media_and_is_exact_to_the_sample() {
        let timeline = Timeline::start(Clock::manual(), Some(Duration::from_millis(25)), false);
        assert!(matches!(timeline.map_live(frame(7)), Mapped::At(..)));
        let Mapped::At(last, _) = timeline.map_live(frame(30)) else {
            panic!("it begins before the limit");
        };
        assert_eq!(last.duration, Some(Duration::from_millis(2)));
        let Mapped::At(block, _) = timeline.map_live(block(27)) else {
            panic!("it begins before the limit");
        };
        assert_eq!(block.frames(), 240);
        assert_eq!(timeline.map_live(frame(32)), Mapped::EndOfStream);
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
        assert_eq!(timeline.map_live(frame(1030)), Mapped::EndOfStream);
    }

    #[test]
    fn a_patient_source_waits_for_the_end_of_a_pause_and_loses_nothing() {
        let timeline = Arc::new(Timeline::start(Clock::manual(), None, true));
        let waiting = {
            let timeline = timeline.clone();
            std::thread::spawn(move || timeline.map_blocking(frame(5)))
        };
        timeline.resume();
        assert_eq!(waiting.join().unwrap(), Mapped::At(frame(5), 1));
    }

    #[test]
    fn a_stop_in_a_pause_is_the_end_of_a_patient_source_and_another_one_is_not() {
        let timeline = Arc::new(Timeline::start(Clock::manual(), None, true));
        let waiting = {
            let timeline = timeline.clone();
            std::thread::spawn(move || timeline.map_blocking(frame(5)))
        };
        timeline.stop();
        assert_eq!(waiting.join().unwrap(), Mapped::EndOfStream);
        let timeline = Timeline::start(Clock::manual(), None, false);
        timeline.stop();
        assert_eq!(timeline.map_blocking(frame(5)), Mapped::At(frame(5), 0));
    }
}
