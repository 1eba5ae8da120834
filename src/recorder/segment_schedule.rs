//! Which segment a frame belongs to, by its time.
use crate::clock::Timestamp;
use crate::recorder::segmentation::Segmentation;
use crate::sync::Mutex;
use std::time::{Duration, SystemTime};

/// Numbers the segments of one recording. Encoder threads ask it about each frame; the first of a new number becomes a key
/// frame.
pub(crate) struct SegmentSchedule {
    duration: Option<Duration>,
    /// The system time that segments are aligned to.
    aligned_to: Option<SystemTime>,
    /// How they are aligned, in the order of time; empty if they are not.
    alignments: Mutex<Vec<Alignment>>,
    /// When splits were requested.
    splits: Mutex<Vec<Timestamp>>,
}

/// How segments are aligned to the system's time, until it leaps.
#[derive(Clone, Copy, Debug)]
struct Alignment {
    /// When this begins, since the start of the recording.
    since: Duration,
    /// The number of the segment then.
    number: u64,
    /// How much of a segment that is aligned like this had passed then.
    passed: Duration,
}

/// The times of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameTimes {
    /// By the clock, since the recording was started; of sources that are not live, the media time.
    pub(crate) elapsed: Duration,
    /// In media, since the first frame of the recording.
    pub(crate) media: Duration,
    /// Capture time; `None` if the source is not live.
    pub(crate) captured: Option<Timestamp>,
}

impl SegmentSchedule {
    /// For a recording that starts now.
    pub(crate) fn new(segmentation: &Segmentation, now: SystemTime) -> Self {
        let schedule = Self {
            duration: segmentation.duration,
            aligned_to: segmentation.aligned_to,
            alignments: Mutex::default(),
            splits: Mutex::default(),
        };
        schedule.align(Duration::ZERO, now);
        schedule
    }

    /// Segments that are aligned to the system's time follow it from so long after the start on, when it is `now`.
    pub(crate) fn align(&self, elapsed: Duration, now: SystemTime) {
        let Some((from, duration)) = self.aligned_to.zip(self.duration) else {
            return;
        };
        let mut alignments = self.alignments.lock();
        let number = aligned_number(&alignments, elapsed, duration).unwrap_or_default();
        alignments.push(Alignment {
            since: elapsed,
            number,
            passed: phase(from, duration, now),
        });
    }

    /// A segment begins with what is captured from now on; of sources that are not live, with what is read next.
    pub(crate) fn split(&self, now: Timestamp) {
        self.splits.lock().push(now);
    }

    /// The number of the segment of this frame. It never decreases from one frame of a track to the next.
    pub(crate) fn segment_of(&self, frame: FrameTimes) -> u64 {
        let requested = self.splits.lock();
        let requested = match frame.captured {
            Some(captured) => requested.partition_point(|&split| split <= captured),
            None => requested.len(),
        };
        let regular = self.duration.map_or(0, |duration| {
            let aligned = aligned_number(&self.alignments.lock(), frame.elapsed, duration);
            aligned.unwrap_or_else(|| quotient(frame.media, duration))
        });
        regular + requested as u64
    }
}

/// The number of the segment so long after the start; `None` if segments are not aligned.
fn aligned_number(alignments: &[Alignment], elapsed: Duration, duration: Duration) -> Option<u64> {
    let next = alignments.partition_point(|alignment| alignment.since <= elapsed);
    let alignment = alignments.get(next.saturating_sub(1))?;
    let since = elapsed.saturating_sub(alignment.since);
    Some(alignment.number + quotient(since + alignment.passed, duration))
}

fn quotient(time: Duration, duration: Duration) -> u64 {
    u64::try_from(time.as_nanos() / duration.as_nanos().max(1)).unwrap_or(u64::MAX)
}

/// How much of a segment had passed at `now`, if one had begun at `from`.
fn phase(from: SystemTime, duration: Duration, now: SystemTime) -> Duration {
    let length = duration.as_nanos().max(1);
    let nanos = match now.duration_since(from) {
        Ok(since) => since.as_nanos() % length,
        Err(error) => (length - error.duration().as_nanos() % length) % length,
    };
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn schedule(duration: Option<Duration>, aligned: Option<(u64, u64)>) -> SegmentSchedule {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let segmentation = Segmentation {
            duration,
            aligned_to: aligned.map(|(from, _)| at(from)),
            size: None,
        };
        SegmentSchedule::new(&segmentation, at(aligned.map_or(0, |(_, now)| now)))
    }

    /// Segments of frames at these seconds since the start, before which this much was paused or not yet there.
    fn numbers(schedule: &SegmentSchedule, seconds: &[u64], cut: u64) -> Vec<u64> {
        let frame = |&second| FrameTimes {
            elapsed: Duration::from_secs(second),
            media: Duration::from_secs(second - cut),
            captured: Some(Timestamp::from_millis(second * 1000)),
        };
        seconds
            .iter()
            .map(|second| schedule.segment_of(frame(second)))
            .collect()
    }

    #[test]
    fn segments_are_counted_in_media_from_the_first_frame() {
        let schedule = schedule(Some(MINUTE), None);
        assert_eq!(numbers(&schedule, &[5, 64, 65, 124, 125], 5), [0, 0, 1, 1, 2]);
    }

    #[test]
    fn aligned_segments_begin_by_the_clock_whatever_was_paused() {
        let later = schedule(Some(MINUTE), Some((0, 100)));
        assert_eq!(
            numbers(&later, &[0, 19, 20, 79, 80], 0),
            [1, 1, 2, 2, 3].map(|n| n - 1)
        );
        assert_eq!(numbers(&later, &[19, 20], 7), [0, 1]);
        let earlier = schedule(Some(MINUTE), Some((110, 100)));
        assert_eq!(numbers(&earlier, &[0, 9, 10, 69, 70], 0), [0, 0, 1, 1, 2]);
    }

    #[test]
    fn aligned_segments_follow_the_clock_when_it_is_set_and_no_number_goes_back() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let schedule = schedule(Some(MINUTE), Some((0, 7230)));
        // After 40 s, it is an hour earlier and 20 s: 13 s later a minute is over.
        schedule.align(Duration::from_secs(40), at(7270 - 3600 + 37));
        assert_eq!(
            numbers(&schedule, &[29, 30, 40, 52, 53, 112, 113], 0),
            [0, 1, 1, 1, 2, 2, 3]
        );
        // The machine was suspended for 5 minutes: that is one segment, not five.
        schedule.align(Duration::from_secs(120), at(120 + 7230 + 300));
        assert_eq!(numbers(&schedule, &[113, 120, 149, 150], 0), [3, 3, 3, 4]);
    }

    #[test]
    fn a_split_begins_a_segment_with_what_is_captured_after_it() {
        let schedule = schedule(Some(MINUTE), None);
        schedule.split(Timestamp::from_millis(7500));
        assert_eq!(numbers(&schedule, &[7, 8, 59, 60], 0), [0, 1, 1, 2]);
        let of_file = FrameTimes {
            elapsed: Duration::ZERO,
            media: Duration::ZERO,
            captured: None,
        };
        assert_eq!(schedule.segment_of(of_file), 1);
    }
}
