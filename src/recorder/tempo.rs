//! How fast a live encoder must be: faster before frames have to be dropped, back to better pictures when there is time.
use std::ops::RangeInclusive;
use std::time::Duration;

/// So many raw frames in the queue are a delay that does not go away by itself.
const MANY_WAIT: usize = 4;
/// After a step so many frames go by before the next one up: it must show first what it brings.
const STEADY_UP: u32 = 8;
/// So many frames in a row must have been easy before it steps back: three seconds at 30 a second.
const STEADY_DOWN: u32 = 90;
/// A frame is easy when it took less than this part of the time it had, and nothing waited.
const EASY: f64 = 0.5;
/// And each step back that soon proved wrong makes the next try take so many times longer, up to a limit.
const MORE_PATIENCE: u32 = 2;
const MOST_PATIENCE: u32 = 16;

/// Steps the speed of one encoder; pure, so time and queue are arguments.
#[derive(Debug)]
pub(crate) struct Tempo {
    speeds: RangeInclusive<u8>,
    speed: u8,
    /// Frames since the last step.
    since_step: u32,
    /// Easy frames in a row.
    easy: u32,
    /// By how much longer it must be easy.
    patience: u32,
    /// Whether the last step was back.
    stepped_back: bool,
}

impl Tempo {
    /// Begins at the lowest of these speeds and stays among them.
    pub(crate) fn new(speeds: RangeInclusive<u8>) -> Self {
        Self {
            speed: *speeds.start(),
            speeds,
            since_step: STEADY_UP,
            easy: 0,
            patience: 1,
            stepped_back: false,
        }
    }

    /// A frame was encoded in `took`, `interval` after the one before it, and `waiting` others are in the queue; the
    /// new speed, when it changes.
    pub(crate) fn next(&mut self, waiting: usize, took: Duration, interval: Duration) -> Option<u8> {
        self.since_step = self.since_step.saturating_add(1);
        let is_easy = waiting <= 1 && took < interval.mul_f64(EASY);
        self.easy = if is_easy { self.easy + 1 } else { 0 };
        if waiting >= MANY_WAIT && self.since_step > STEADY_UP && self.speed < *self.speeds.end() {
            let proved_wrong = self.stepped_back && self.since_step < STEADY_DOWN;
            self.patience = if proved_wrong {
                (self.patience * MORE_PATIENCE).min(MOST_PATIENCE)
            } else {
                1
            };
            return Some(self.step(self.speed + 1, false));
        }
        if self.easy >= STEADY_DOWN * self.patience && self.speed > *self.speeds.start() {
            return Some(self.step(self.speed - 1, true));
        }
        None
    }

    fn step(&mut self, speed: u8, back: bool) -> u8 {
        (self.since_step, self.easy) = (0, 0);
        (self.speed, self.stepped_back) = (speed, back);
        speed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_millis(33);
    const NONE: [u8; 0] = [];

    /// The speeds that it steps to over so many alike frames.
    fn steps(tempo: &mut Tempo, frames: u32, waiting: usize, ms: u64) -> Vec<u8> {
        let took = Duration::from_millis(ms);
        (0..frames)
            .filter_map(|_| tempo.next(waiting, took, INTERVAL))
            .collect()
    }

    #[test]
    fn a_queue_that_grows_steps_it_up_once_at_a_time_to_the_fastest() {
        let mut tempo = Tempo::new(8..=10);
        assert_eq!(steps(&mut tempo, 100, MANY_WAIT - 1, 40), NONE);
        assert_eq!(steps(&mut tempo, 1, MANY_WAIT, 40), [9]);
        assert_eq!(steps(&mut tempo, STEADY_UP, 15, 40), NONE);
        assert_eq!(steps(&mut tempo, 100, 15, 40), [10]);
    }

    #[test]
    fn it_steps_back_only_after_three_easy_seconds_for_each_step() {
        let mut tempo = Tempo::new(8..=10);
        steps(&mut tempo, 100, 9, 40);
        assert_eq!(steps(&mut tempo, STEADY_DOWN - 1, 0, 10), NONE);
        // One frame that is not easy, and it counts again.
        assert_eq!(steps(&mut tempo, 1, 0, 20), NONE);
        assert_eq!(steps(&mut tempo, STEADY_DOWN - 1, 1, 10), NONE);
        assert_eq!(steps(&mut tempo, 1, 1, 10), [9]);
        assert_eq!(steps(&mut tempo, STEADY_DOWN, 0, 10), [8]);
        assert_eq!(steps(&mut tempo, 1000, 0, 10), NONE);
    }

    #[test]
    fn a_step_back_that_proves_wrong_is_not_tried_again_so_soon() {
        let mut tempo = Tempo::new(8..=9);
        steps(&mut tempo, 10, 9, 40);
        assert_eq!(steps(&mut tempo, STEADY_DOWN, 0, 10), [8]);
        assert_eq!(steps(&mut tempo, STEADY_UP + 1, 9, 40), [9]);
        assert_eq!(steps(&mut tempo, 2 * STEADY_DOWN - 1, 0, 10), NONE);
        assert_eq!(steps(&mut tempo, 1, 0, 10), [8]);
        // It held for long: the next crowd is a new one.
        steps(&mut tempo, STEADY_DOWN, 0, 10);
        assert_eq!(steps(&mut tempo, STEADY_UP + 1, 9, 40), [9]);
        assert_eq!(steps(&mut tempo, STEADY_DOWN, 0, 10), [8]);
    }

    #[test]
    fn a_speed_that_was_chosen_is_kept() {
        let mut tempo = Tempo::new(5..=5);
        assert_eq!(steps(&mut tempo, 1000, 16, 100), NONE);
        assert_eq!(steps(&mut tempo, 1000, 0, 1), NONE);
    }
}
