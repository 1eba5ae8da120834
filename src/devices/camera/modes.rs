//! The modes of a camera: sizes and frame rates, merged over all pixel formats. Pure.
use crate::constraints::MediaTrackSettings;
use crate::picture::capture_format::CapturePixelFormat;
use std::collections::BTreeMap;

/// A frame interval: seconds from one frame to the next, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) numerator: u32,
    pub(super) denominator: u32,
}

impl Interval {
    pub(super) const fn new(numerator: u32, denominator: u32) -> Self {
        Self {
            numerator,
            denominator,
        }
    }

    /// Returns the frame rate in frames per second, or `None` for an invalid fraction. Drivers that count in 100 ns write
    /// 333333/10000000 for 30.
    pub(super) fn rate(self) -> Option<f64> {
        if self.numerator == 0 || self.denominator == 0 {
            return None;
        }
        let rate = f64::from(self.denominator) / f64::from(self.numerator);
        let whole = rate.round();
        let is_whole = whole > 0.0 && (rate - whole).abs() < 0.0005;
        Some(if is_whole { whole } else { rate })
    }

    /// Returns how much longer it is than `other`, in units of one over the product of both denominators.
    fn minus(self, other: Self) -> i128 {
        let crosswise = |one: Self, other: Self| i128::from(one.numerator) * i128::from(other.denominator);
        crosswise(self, other) - crosswise(other, self)
    }
}

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

/// A combination of pixel format, size and frame interval that the driver lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DriverMode {
    pub(super) pixels: CapturePixelFormat,
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// `None` if the driver does not tell.
    pub(super) interval: Option<Interval>,
}

/// A size and frame rate, and the pixel formats that support both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mode {
    /// Width and height in pixels.
    pub(super) size: (u32, u32),
    /// `None` if the driver does not tell.
    pub(super) interval: Option<Interval>,
    /// At least one, the cheapest to convert first.
    pub(super) pixels: Vec<CapturePixelFormat>,
}

impl Mode {
    pub(super) fn settings(&self) -> MediaTrackSettings {
        let rate = self.interval.and_then(Interval::rate);
        MediaTrackSettings::video(self.size.0, self.size.1, rate)
    }

    /// Returns whether size and frame rate of the settings are its own; ids are ignored.
    pub(super) fn matches(&self, settings: &MediaTrackSettings) -> bool {
        let own = self.settings();
        (own.width, own.height, own.frame_rate) == (settings.width, settings.height, settings.frame_rate)
    }
}

/// Merges modes that differ only in the pixel format, in the order in which the driver lists them first.
pub(super) fn merge(driver_modes: impl IntoIterator<Item = DriverMode>) -> Vec<Mode> {
    let mut modes: Vec<Mode> = Vec::new();
    let mut indexes = BTreeMap::new();
    for driver_mode in driver_modes {
        let rate = driver_mode.interval.and_then(Interval::rate);
        // Fractions that differ by less than a thousandth of a frame per second mean the same rate.
        let key = (driver_mode.size, rate.map(|rate| (rate * 1000.0).round() as u64));
        let index = *indexes.entry(key).or_insert(modes.len());
        if index == modes.len() {
            modes.push(Mode {
                size: driver_mode.size,
                interval: driver_mode.interval.filter(|_| rate.is_some()),
                pixels: Vec::new(),
            });
        }
        let pixels = &mut modes[index].pixels;
        if let Err(position) = pixels.binary_search(&driver_mode.pixels) {
            pixels.insert(position, driver_mode.pixels);
        }
    }
    modes
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
        let excess = interval.minus(self.min);
        if excess < 0 || interval.minus(self.max) > 0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn driver_mode(
        pixels: CapturePixelFormat,
        size: (u32, u32),
        numerator: u32,
        denominator: u32,
    ) -> DriverMode {
        let interval = Some(Interval::new(numerator, denominator));
        DriverMode {
            pixels,
            size,
            interval,
        }
    }

    #[test]
    fn a_size_and_rate_of_two_formats_is_one_mode_and_the_cheaper_format_is_first() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Mjpeg, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Mjpeg, (1280, 720), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 333_333, 10_000_000),
            driver_mode(CapturePixelFormat::Yuyv, (1280, 720), 1, 10),
            driver_mode(CapturePixelFormat::Yuyv, (1280, 720), 2, 20),
        ]);
        let expected = [
            (
                (640, 480),
                30.0,
                vec![CapturePixelFormat::Yuyv, CapturePixelFormat::Mjpeg],
            ),
            ((1280, 720), 30.0, vec![CapturePixelFormat::Mjpeg]),
            ((1280, 720), 10.0, vec![CapturePixelFormat::Yuyv]),
        ];
        let found: Vec<_> = modes
            .into_iter()
            .map(|mode| (mode.size, mode.settings().frame_rate.unwrap(), mode.pixels))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_mode_is_known_by_size_and_rate_whatever_device_it_is_of() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 15),
        ]);
        let wanted = MediaTrackSettings {
            device_id: Some("a camera".into()),
            group_id: Some("a webcam".into()),
            ..modes[1].settings()
        };
        let known: Vec<_> = modes.iter().map(|mode| mode.matches(&wanted)).collect();
        assert_eq!(known, [false, true]);
    }

    #[test]
    fn rates_are_fractions_and_near_ones_are_not_mixed_up() {
        let modes = merge([
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1, 30),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 1001, 30000),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 2, 25),
            driver_mode(CapturePixelFormat::Yuyv, (640, 480), 2, 15),
        ]);
        let rates: Vec<_> = modes
            .iter()
            .map(|mode| mode.settings().frame_rate.unwrap())
            .collect();
        assert_eq!(rates, [30.0, 30000.0 / 1001.0, 12.5, 7.5]);
    }

    #[test]
    fn a_rate_that_the_driver_does_not_tell_is_not_made_up() {
        let untold = DriverMode {
            pixels: CapturePixelFormat::Grey,
            size: (8, 8),
            interval: None,
        };
        let modes = merge([untold, driver_mode(CapturePixelFormat::Grey, (8, 8), 0, 0)]);
        assert_eq!(modes.len(), 1);
        assert_eq!(modes[0].settings().frame_rate, None);
    }

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
