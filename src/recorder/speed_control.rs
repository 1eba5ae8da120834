//! How fast a live encoder must be: faster before frames have to be dropped, slower and better when there is time.
use crate::clock::Timestamp;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Frames after a step before the next one up: its effect must show first.
const FRAMES_BEFORE_STEP_UP: u32 = 8;
/// Frames in a row under light load before a step down: three seconds at 30 a second.
const FRAMES_BEFORE_STEP_DOWN: u32 = 90;
/// A load is light when encoding takes less than this part of the time between frames, and no queue forms.
const LOAD_THRESHOLD: f64 = 0.5;
/// Each step down that soon proved wrong makes the next one take this many times longer, up to a limit.
const BACKOFF: u32 = 2;
const MAX_BACKOFF: u32 = 16;

/// Controls the speed of one encoder; pure, so time and queue are arguments.
#[derive(Debug)]
pub(crate) struct SpeedControl {
    speeds: RangeInclusive<u8>,
    /// This many raw frames in the queue are a delay that does not go away by itself.
    high_water_mark: usize,
    speed: u8,
    /// Frames since the last step.
    since_step: u32,
    /// Frames under light load in a row.
    light: u32,
    /// Factor for the frames before a step down.
    backoff: u32,
    /// Whether the last step was down.
    stepped_down: bool,
    /// Time of the latest frame.
    last: Timestamp,
}

impl SpeedControl {
    /// Begins at the speed `first` and stays among these.
    pub(crate) fn new(speeds: RangeInclusive<u8>, first: u8, high_water_mark: usize) -> Self {
        Self {
            high_water_mark,
            speed: first,
            speeds,
            since_step: FRAMES_BEFORE_STEP_UP,
            light: 0,
            backoff: 1,
            stepped_down: false,
            last: Timestamp::ZERO,
        }
    }

    /// Returns the new speed, if it changes, after the frame of media time `time` was encoded in `took` while `waiting`
    /// others were in the queue.
    pub(crate) fn next(&mut self, waiting: usize, took: Duration, time: Timestamp) -> Option<u8> {
        let interval = time - std::mem::replace(&mut self.last, time);
        self.since_step = self.since_step.saturating_add(1);
        let is_light = waiting <= 1 && took < interval.mul_f64(LOAD_THRESHOLD);
        self.light = if is_light { self.light + 1 } else { 0 };
        if waiting >= self.high_water_mark
            && self.since_step > FRAMES_BEFORE_STEP_UP
            && self.speed < *self.speeds.end()
        {
            let proved_wrong = self.stepped_down && self.since_step < FRAMES_BEFORE_STEP_DOWN;
            self.backoff = if proved_wrong {
                (self.backoff * BACKOFF).min(MAX_BACKOFF)
            } else {
                1
            };
            return Some(self.step(self.speed + 1, false));
        }
        if self.light >= FRAMES_BEFORE_STEP_DOWN * self.backoff && self.speed > *self.speeds.start() {
            return Some(self.step(self.speed - 1, true));
        }
        None
    }

    fn step(&mut self, speed: u8, down: bool) -> u8 {
        (self.since_step, self.light) = (0, 0);
        (self.speed, self.stepped_down) = (speed, down);
        speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIGH_WATER_MARK: usize = 4;
    const INTERVAL: Duration = Duration::from_millis(33);
    const NONE: [u8; 0] = [];

    /// The speeds that it steps to over so many alike frames.
    fn steps(control: &mut SpeedControl, frames: u32, waiting: usize, ms: u64) -> Vec<u8> {
        let took = Duration::from_millis(ms);
        (0..frames)
            .filter_map(|_| control.next(waiting, took, control.last + INTERVAL))
            .collect()
    }

    #[test]
    fn a_queue_that_grows_steps_it_up_once_at_a_time_to_the_fastest() {
        let mut control = SpeedControl::new(8..=10, 8, HIGH_WATER_MARK);
        assert_eq!(steps(&mut control, 100, HIGH_WATER_MARK - 1, 40), NONE);
        assert_eq!(steps(&mut control, 1, HIGH_WATER_MARK, 40), [9]);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_UP, 15, 40), NONE);
        assert_eq!(steps(&mut control, 100, 15, 40), [10]);
    }

    #[test]
    fn it_steps_back_only_after_three_easy_seconds_for_each_step() {
        let mut control = SpeedControl::new(8..=10, 8, HIGH_WATER_MARK);
        steps(&mut control, 100, 9, 40);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN - 1, 0, 10), NONE);
        // One frame that is not easy, and it counts again.
        assert_eq!(steps(&mut control, 1, 0, 20), NONE);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN - 1, 1, 10), NONE);
        assert_eq!(steps(&mut control, 1, 1, 10), [9]);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 10), [8]);
        assert_eq!(steps(&mut control, 1000, 0, 10), NONE);
    }

    #[test]
    fn a_step_back_that_proves_wrong_is_not_tried_again_so_soon() {
        let mut control = SpeedControl::new(8..=9, 8, HIGH_WATER_MARK);
        steps(&mut control, 10, 9, 40);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 10), [8]);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_UP + 1, 9, 40), [9]);
        assert_eq!(steps(&mut control, 2 * FRAMES_BEFORE_STEP_DOWN - 1, 0, 10), NONE);
        assert_eq!(steps(&mut control, 1, 0, 10), [8]);
        // It held for long: the next crowd is a new one.
        steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 10);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_UP + 1, 9, 40), [9]);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 10), [8]);
    }

    #[test]
    fn it_may_begin_faster_than_the_best_quality_and_gets_there_when_there_is_time() {
        let mut control = SpeedControl::new(6..=9, 8, HIGH_WATER_MARK);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 10), [7]);
        assert_eq!(steps(&mut control, FRAMES_BEFORE_STEP_DOWN, 0, 15), [6]);
        assert_eq!(steps(&mut control, 1000, 0, 10), NONE);
    }

    #[test]
    fn a_speed_that_was_chosen_is_kept() {
        let mut control = SpeedControl::new(5..=5, 5, HIGH_WATER_MARK);
        assert_eq!(steps(&mut control, 1000, 16, 100), NONE);
        assert_eq!(steps(&mut control, 1000, 0, 1), NONE);
    }
}
