//! Frame-rate decimation: drops frames to reduce the rate. It decides by timestamps, not by counting, so that frames the
//! source lost are not lost twice.
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use std::time::Duration;

/// Relative difference from a whole number up to which a ratio counts as whole: 30 and 29.97 differ by 0.1 %.
const WHOLE: f64 = 0.002;

/// Possible rates in frames per second: what nanoseconds in 64 bits can express.
const RATES: std::ops::RangeInclusive<f64> = 1e-6..=1e6;

/// Keeps a frame if its time reaches the next due time, or is closer to it than any later frame would be.
///
/// Due times form a grid that starts at the first kept frame and restarts after a gap. If every n-th frame is kept, the grid
/// slowly follows the source's clock: otherwise the two would drift apart until the due time lies between two frames, and
/// jitter would select now the one, now the other.
#[derive(Debug)]
pub(crate) struct Decimator {
    interval: Duration,
    /// Whether the interval is a whole number of the source's frames.
    whole: bool,
    /// Frame interval of the source, if known.
    source_interval: Option<Duration>,
    previous: Option<Timestamp>,
    due: Option<Timestamp>,
}

impl Decimator {
    /// Reduces frames that are `source_interval` apart to `frame_rate` frames per second. Returns `None` if all frames are
    /// kept.
    ///
    /// # Errors
    /// `Type` if the rate is not a positive number, or higher than the source's.
    pub(crate) fn new(source_interval: Option<Duration>, frame_rate: f64) -> Result<Option<Self>> {
        if !RATES.contains(&frame_rate) {
            return Err(Error::type_error(format!(
                "{frame_rate} frames per second is not a frame rate; it must be above 0"
            )));
        }
        let interval = Duration::from_secs_f64(frame_rate.recip());
        let source_interval = source_interval.filter(|known| !known.is_zero());
        let decimator = |interval, whole| Self {
            interval,
            whole,
            source_interval,
            previous: None,
            due: None,
        };
        let Some(known) = source_interval else {
            return Ok(Some(decimator(interval, false)));
        };
        let ratio = interval.div_duration_f64(known);
        if ratio < 1.0 - WHOLE {
            return Err(Error::type_error(format!(
                "a source of {:.3} frames per second cannot deliver {frame_rate}; frames are never duplicated",
                known.as_secs_f64().recip()
            )));
        }
        let count = ratio.round();
        if (ratio - count).abs() > WHOLE * count {
            return Ok(Some(decimator(interval, false)));
        }
        Ok((count > 1.0).then(|| decimator(whole_interval(known, count as u32, interval), true)))
    }

    /// Duration of the kept frames, if it is constant.
    pub(crate) fn frame_duration(&self) -> Option<Duration> {
        self.whole.then_some(self.interval)
    }

    /// Returns `true` if the frame with this time is kept.
    pub(crate) fn keeps(&mut self, time: Timestamp) -> bool {
        let slack = self.slack(time);
        self.previous = Some(time);
        let Some(due) = self.due else {
            self.due = Some(time + self.interval);
            return true;
        };
        let (early, late) = (due - time, time - due);
        let gap = late >= self.interval;
        // A kept frame is at most half an interval early: more than that means the clock was set back.
        let set_back = early > 2 * self.interval;
        if gap || set_back {
            self.due = Some(time + self.interval);
            return true;
        }
        if early > slack {
            return false;
        }
        self.due = Some(self.followed(due, early, late) + self.interval);
        true
    }

    /// How early a frame may be: half the interval to the next frame.
    fn slack(&self, time: Timestamp) -> Duration {
        let since_previous = self.previous.map_or(self.interval, |previous| time - previous);
        self.source_interval.unwrap_or(since_previous).min(self.interval) / 2
    }

    /// The due time, moved a little toward the actual time of the frame.
    ///
    /// By an eighth, so that jitter moves it little; by at most 1 % of the interval, so that lost frames do not move it.
    fn followed(&self, due: Timestamp, early: Duration, late: Duration) -> Timestamp {
        if !self.whole {
            return due;
        }
        let most = self.interval / 100;
        due + (late / 8).min(most) - (early / 8).min(most)
    }
}

/// Duration of `count` frames of the source. If it equals the target interval apart from rounded nanoseconds, the target
/// interval.
fn whole_interval(source: Duration, count: u32, target: Duration) -> Duration {
    let counted = source.saturating_mul(count);
    if counted.abs_diff(target) <= Duration::from_nanos(count.into()) {
        target
    } else {
        counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THIRTY: f64 = 30.0;
    const NTSC: f64 = 30_000.0 / 1001.0;

    /// When frame n of a source is taken: n/rate, half a second after zero, plus what is off.
    fn time(n: u32, rate: f64, off: Duration) -> Timestamp {
        Timestamp::from_millis(500) + Duration::from_secs_f64(f64::from(n) / rate) + off
    }

    /// Up to 10 ms, the same on every run: a jitter of ±5 ms.
    fn jitter(seed: &mut u64) -> Duration {
        *seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Duration::from_nanos((*seed >> 33) % 10_000_001)
    }

    fn decimator(source: f64, target: f64) -> Decimator {
        Decimator::new(Some(Duration::from_secs_f64(source.recip())), target)
            .unwrap()
            .unwrap()
    }

    /// The numbers of the frames that pass.
    fn passed(decimator: &mut Decimator, frames: impl IntoIterator<Item = (u32, Timestamp)>) -> Vec<u32> {
        frames
            .into_iter()
            .filter(|&(_, time)| decimator.keeps(time))
            .map(|(n, _)| n)
            .collect()
    }

    fn steady(rate: f64, count: u32) -> impl Iterator<Item = (u32, Timestamp)> {
        (0..count).map(move |n| (n, time(n, rate, Duration::ZERO)))
    }

    fn jittering(rate: f64, count: u32, mut seed: u64) -> impl Iterator<Item = (u32, Timestamp)> {
        (0..count).map(move |n| (n, time(n, rate, jitter(&mut seed))))
    }

    fn every(step: usize, count: u32) -> Vec<u32> {
        (0..count).step_by(step).collect()
    }

    fn largest_step(passed: &[u32]) -> u32 {
        passed.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
    }

    #[test]
    fn a_whole_part_of_the_rate_is_every_nth_frame() {
        for (source, target, step) in [
            (THIRTY, 10.0, 3),
            (THIRTY, 15.0, 2),
            (NTSC, 15.0, 2),
            (60.0, 1.0, 60),
        ] {
            let passed = passed(&mut decimator(source, target), steady(source, 20_000));
            assert_eq!(passed, every(step, 20_000), "{source} to {target}");
        }
    }

    #[test]
    fn jitter_does_not_change_which_frame_of_the_three_passes() {
        for seed in 0..50 {
            let passed = passed(&mut decimator(THIRTY, 10.0), jittering(THIRTY, 3000, seed));
            assert_eq!(passed, every(3, 3000), "seed {seed}");
        }
    }

    #[test]
    fn a_source_whose_clock_is_off_still_gives_every_nth_frame() {
        for actual in [29.8, 29.99, 30.003, 30.2] {
            let passed = passed(&mut decimator(THIRTY, 10.0), jittering(actual, 20_000, 7));
            assert_eq!(passed, every(3, 20_000), "{actual}");
        }
    }

    #[test]
    fn twenty_five_of_thirty_are_twenty_five_in_every_second_and_never_two_missing_in_a_row() {
        let passed = passed(&mut decimator(THIRTY, 25.0), steady(THIRTY, 3000));
        assert_eq!(passed.len(), 2500);
        assert_eq!(largest_step(&passed), 2);
        for second in 0..100u32 {
            let frames = second * 30..(second + 1) * 30;
            assert_eq!(passed.iter().filter(|&n| frames.contains(n)).count(), 25);
        }
        // Evenly: one of six is left out, each time.
        let left_out: Vec<u32> = (0..3000).filter(|n| !passed.contains(n)).collect();
        assert!(left_out.windows(2).all(|pair| pair[1] - pair[0] == 6));
    }

    #[test]
    fn twenty_five_of_thirty_jittering_ones_are_twenty_five_a_second_too() {
        for seed in 0..50 {
            let passed = passed(&mut decimator(THIRTY, 25.0), jittering(THIRTY, 3000, seed));
            assert!(
                passed.len().abs_diff(2500) <= 1,
                "{} with seed {seed}",
                passed.len()
            );
            assert_eq!(largest_step(&passed), 2, "seed {seed}");
        }
    }

    #[test]
    fn a_lost_frame_is_replaced_by_its_neighbour_and_the_others_stay_as_they_are() {
        let frames = steady(THIRTY, 60).filter(|(n, _)| ![9, 30, 31].contains(n));
        let mut expected = every(3, 60);
        for (lost, instead) in [(9, 10), (30, 32)] {
            expected[lost / 3] = instead;
        }
        assert_eq!(passed(&mut decimator(THIRTY, 10.0), frames), expected);
    }

    #[test]
    fn a_source_that_loses_frames_and_jitters_still_gives_one_frame_a_due_time() {
        for seed in 0..50 {
            let mut dice = seed + 1000;
            // One of five is lost at random.
            let frames: Vec<_> = jittering(THIRTY, 3000, seed)
                .filter(|_| !jitter(&mut dice).as_nanos().is_multiple_of(5))
                .collect();
            let passed = passed(&mut decimator(THIRTY, 10.0), frames);
            assert!(
                passed.len().abs_diff(1000) <= 10,
                "{} with seed {seed}",
                passed.len()
            );
        }
    }

    #[test]
    fn a_source_at_half_its_rate_loses_nothing_that_is_needed() {
        // A camera in the dark: 15 a second although it said 30.
        let passed = passed(&mut decimator(THIRTY, 15.0), jittering(15.0, 1000, 3));
        assert_eq!(passed, every(1, 1000));
    }

    #[test]
    fn after_a_gap_the_first_frame_passes_and_counting_begins_with_it() {
        let frames = steady(THIRTY, 200).filter(|(n, _)| !(20..100).contains(n));
        let expected: Vec<u32> = (0..20).step_by(3).chain((100..200).step_by(3)).collect();
        assert_eq!(passed(&mut decimator(THIRTY, 10.0), frames), expected);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_the_source() {
        let mut decimator = decimator(THIRTY, 10.0);
        let late = Timestamp::from_nanos(u64::MAX);
        assert!(decimator.keeps(late));
        assert_eq!(passed(&mut decimator, steady(THIRTY, 30)), every(3, 30));
    }

    #[test]
    fn a_source_of_unknown_rate_gives_no_more_than_is_wanted() {
        let unknown = || Decimator::new(None, 10.0).unwrap().unwrap();
        assert_eq!(unknown().frame_duration(), None);
        assert_eq!(passed(&mut unknown(), steady(THIRTY, 3000)).len(), 1000);
        assert_eq!(passed(&mut unknown(), steady(144.0, 14_400)).len(), 1000);
        assert_eq!(passed(&mut unknown(), steady(5.0, 50)), every(1, 50));
    }

    #[test]
    fn frames_have_a_length_where_every_nth_passes() {
        let length = |source, target| decimator(source, target).frame_duration();
        assert_eq!(length(THIRTY, 10.0), Some(Duration::from_millis(100)));
        assert_eq!(length(THIRTY, 25.0), None);
        // Two of 1001/30000 s, as the source has them rounded.
        assert_eq!(length(NTSC, 15.0), Some(Duration::from_nanos(66_733_334)));
    }

    #[test]
    fn the_sources_own_rate_needs_no_decimator() {
        for (source, target) in [(THIRTY, 30.0), (NTSC, 30.0), (NTSC, NTSC), (THIRTY, NTSC)] {
            let interval = Duration::from_secs_f64(source.recip());
            assert!(Decimator::new(Some(interval), target).unwrap().is_none());
        }
    }
}
