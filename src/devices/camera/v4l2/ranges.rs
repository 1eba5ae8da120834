//! Ranges of sizes and frame intervals, of which the common ones are offered. Pure.
use crate::devices::camera::modes::Interval;

/// A range of frame intervals; without a step, it is continuous.
#[derive(Clone, Copy, Debug)]
pub(super) struct IntervalRange {
    pub(super) min: Interval,
    pub(super) max: Interval,
    pub(super) step: Option<Interval>,
}

/// A range of widths or heights, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct SizeRange {
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) step: u32,
}

/// Common sizes, smallest first.
const COMMON_SIZES: [(u32, u32); 19] = [
    (160, 120),
    (176, 144),
    (320, 180),
    (320, 240),
    (352, 288),
    (424, 240),
    (640, 360),
    (640, 480),
    (800, 600),
    (848, 480),
    (960, 540),
    (1024, 768),
    (1280, 720),
    (1280, 960),
    (1600, 1200),
    (1920, 1080),
    (2560, 1440),
    (2592, 1944),
    (3840, 2160),
];

/// Returns the minimum of a range, the common sizes in it, and the maximum.
pub(super) fn common_sizes(width: SizeRange, height: SizeRange) -> Vec<(u32, u32)> {
    let mut sizes = vec![(width.min, height.min)];
    let is_in_range = |size: &&(u32, u32)| width.contains(size.0) && height.contains(size.1);
    sizes.extend(COMMON_SIZES.iter().filter(is_in_range));
    sizes.push((width.max, height.max));
    sizes.retain(|&(width, height)| width > 0 && height > 0);
    let mut seen = std::collections::BTreeSet::new();
    sizes.retain(|&size| seen.insert(size));
    sizes
}

impl SizeRange {
    fn contains(self, length: u32) -> bool {
        (self.min..=self.max).contains(&length) && (length - self.min).is_multiple_of(self.step.max(1))
    }
}

/// Common frame intervals, longest first.
const COMMON_INTERVALS: [Interval; 14] = [
    Interval::new(1, 1),
    Interval::new(1, 5),
    Interval::new(2, 15),
    Interval::new(1, 10),
    Interval::new(1, 15),
    Interval::new(1, 20),
    Interval::new(1, 24),
    Interval::new(1, 25),
    Interval::new(1001, 30000),
    Interval::new(1, 30),
    Interval::new(1, 50),
    Interval::new(1001, 60000),
    Interval::new(1, 60),
    Interval::new(1, 120),
];

/// Returns the longest interval of a range, the common ones in it, and the shortest.
pub(super) fn common_intervals(range: IntervalRange) -> Vec<Interval> {
    let mut intervals = vec![range.max];
    intervals.extend(
        COMMON_INTERVALS
            .iter()
            .filter(|&&interval| range.contains(interval)),
    );
    intervals.push(range.min);
    intervals
}

impl IntervalRange {
    fn contains(self, interval: Interval) -> bool {
        let excess = difference(interval, self.min);
        if excess < 0 || difference(interval, self.max) > 0 {
            return false;
        }
        // The difference from the minimum must be a whole number of steps.
        self.step.is_none_or(|step| {
            let denominator = i128::from(interval.denominator) * i128::from(self.min.denominator);
            let (excess, step) = (
                excess * i128::from(step.denominator),
                denominator * i128::from(step.numerator),
            );
            step > 0 && excess % step == 0
        })
    }
}

/// Returns how much longer an interval is than another, in units of one over the product of both denominators.
fn difference(one: Interval, other: Interval) -> i128 {
    let crosswise =
        |one: Interval, other: Interval| i128::from(one.numerator) * i128::from(other.denominator);
    crosswise(one, other) - crosswise(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_sizes_in_steps_the_usual_ones_that_exist_are_offered() {
        let range = |min, max, step| SizeRange { min, max, step };
        assert_eq!(
            common_sizes(range(48, 1000, 16), range(32, 600, 8)),
            [
                (48, 32),
                (160, 120),
                (176, 144),
                (320, 240),
                (352, 288),
                (640, 360),
                (640, 480),
                (800, 600),
                (848, 480),
                (1000, 600)
            ]
        );
        assert_eq!(common_sizes(range(640, 640, 0), range(480, 480, 0)), [(640, 480)]);
    }

    #[test]
    fn of_any_interval_the_usual_ones_and_both_ends_are_offered() {
        let intervals = |step| IntervalRange {
            min: Interval::new(1, 45),
            max: Interval::new(1, 9),
            step,
        };
        let rates = |step| -> Vec<f64> {
            let intervals = common_intervals(intervals(step));
            intervals.into_iter().filter_map(Interval::rate).collect()
        };
        assert_eq!(
            rates(None),
            [9.0, 10.0, 15.0, 20.0, 24.0, 25.0, 30000.0 / 1001.0, 30.0, 45.0]
        );
        // From 1/45 in steps of 1/90: 2/90, 3/90, 6/90, 9/90, 10/90.
        assert_eq!(rates(Some(Interval::new(1, 90))), [9.0, 10.0, 15.0, 30.0, 45.0]);
    }
}
