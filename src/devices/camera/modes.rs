//! What a camera can be opened as: sizes and rates of all its pixel formats, merged. Pure.
use crate::constraints::MediaTrackSettings;
use crate::picture::capture_format::Pixels;
use std::collections::BTreeMap;

/// Seconds from one picture to the next, as the fraction that drivers count in.
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

    /// Pictures a second; None when the fraction means nothing. Drivers that count in 100 ns mean 30 when they
    /// say 10000000/333333.
    pub(super) fn rate(self) -> Option<f64> {
        if self.numerator == 0 || self.denominator == 0 {
            return None;
        }
        let rate = f64::from(self.denominator) / f64::from(self.numerator);
        let whole = rate.round();
        let same = whole > 0.0 && (rate - whole).abs() < 0.0005;
        Some(if same { whole } else { rate })
    }

    /// How much longer it is than `other`, in parts of the product of both denominators.
    fn beyond(self, other: Self) -> i128 {
        let crosswise = |one: Self, other: Self| i128::from(one.numerator) * i128::from(other.denominator);
        crosswise(self, other) - crosswise(other, self)
    }
}

/// Intervals between two, and the step from one to the next; None when every one is possible.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intervals {
    pub(super) shortest: Interval,
    pub(super) longest: Interval,
    pub(super) step: Option<Interval>,
}

/// Sizes along one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lengths {
    pub(super) least: u32,
    pub(super) greatest: u32,
    pub(super) step: u32,
}

/// One thing that the camera says it can deliver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) pixels: Pixels,
    pub(super) size: (u32, u32),
    /// None when it does not say.
    pub(super) interval: Option<Interval>,
}

/// A size and a rate, and the pixel formats that have both.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mode {
    pub(super) size: (u32, u32),
    pub(super) interval: Option<Interval>,
    /// At least one; the best first.
    pub(super) pixels: Vec<Pixels>,
}

impl Mode {
    pub(super) fn settings(&self) -> MediaTrackSettings {
        let rate = self.interval.and_then(Interval::rate);
        MediaTrackSettings::video(self.size.0, self.size.1, rate)
    }

    /// Whether these are its settings; they may bear the ids of a device besides.
    pub(super) fn is(&self, wanted: &MediaTrackSettings) -> bool {
        let own = self.settings();
        (own.width, own.height, own.frame_rate) == (wanted.width, wanted.height, wanted.frame_rate)
    }
}

/// The modes, in the order in which the camera first speaks of them.
pub(super) fn merge(offers: impl IntoIterator<Item = Offer>) -> Vec<Mode> {
    let mut modes: Vec<Mode> = Vec::new();
    let mut places = BTreeMap::new();
    for offer in offers {
        let rate = offer.interval.and_then(Interval::rate);
        // Fractions that differ by less than a thousandth of a picture a second mean the same rate.
        let key = (offer.size, rate.map(|rate| (rate * 1000.0).round() as u64));
        let place = *places.entry(key).or_insert(modes.len());
        if place == modes.len() {
            modes.push(Mode {
                size: offer.size,
                interval: offer.interval.filter(|_| rate.is_some()),
                pixels: Vec::new(),
            });
        }
        let pixels = &mut modes[place].pixels;
        if let Err(place) = pixels.binary_search(&offer.pixels) {
            pixels.insert(place, offer.pixels);
        }
    }
    modes
}

/// The usual sizes, smallest first.
const USUAL_SIZES: [(u32, u32); 19] = [
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

/// Of sizes without number: the least, the usual ones, and the greatest.
pub(super) fn usual_sizes(width: Lengths, height: Lengths) -> Vec<(u32, u32)> {
    let mut sizes = vec![(width.least, height.least)];
    let fits = |size: &&(u32, u32)| width.has(size.0) && height.has(size.1);
    sizes.extend(USUAL_SIZES.iter().filter(fits));
    sizes.push((width.greatest, height.greatest));
    sizes.retain(|&(width, height)| width > 0 && height > 0);
    let mut seen = std::collections::BTreeSet::new();
    sizes.retain(|&size| seen.insert(size));
    sizes
}

impl Lengths {
    fn has(self, length: u32) -> bool {
        (self.least..=self.greatest).contains(&length)
            && (length - self.least).is_multiple_of(self.step.max(1))
    }
}

/// The usual rates, slowest first.
const USUAL_INTERVALS: [Interval; 14] = [
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

/// Of intervals without number: the longest, the usual ones, and the shortest.
pub(super) fn usual_intervals(intervals: Intervals) -> Vec<Interval> {
    let mut usual = vec![intervals.longest];
    usual.extend(
        USUAL_INTERVALS
            .iter()
            .filter(|&&interval| intervals.has(interval)),
    );
    usual.push(intervals.shortest);
    usual
}

impl Intervals {
    fn has(self, interval: Interval) -> bool {
        let beyond = interval.beyond(self.shortest);
        if beyond < 0 || interval.beyond(self.longest) > 0 {
            return false;
        }
        // How far it is from the shortest, counted in steps, is a whole number.
        self.step.is_none_or(|step| {
            let parts = i128::from(interval.denominator) * i128::from(self.shortest.denominator);
            let (beyond, step) = (
                beyond * i128::from(step.denominator),
                parts * i128::from(step.numerator),
            );
            step > 0 && beyond % step == 0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(pixels: Pixels, size: (u32, u32), numerator: u32, denominator: u32) -> Offer {
        let interval = Some(Interval::new(numerator, denominator));
        Offer {
            pixels,
            size,
            interval,
        }
    }

    #[test]
    fn a_size_and_rate_of_two_formats_is_one_mode_and_the_cheaper_format_is_first() {
        let modes = merge([
            offer(Pixels::Mjpeg, (640, 480), 1, 30),
            offer(Pixels::Mjpeg, (1280, 720), 1, 30),
            offer(Pixels::Yuyv, (640, 480), 333_333, 10_000_000),
            offer(Pixels::Yuyv, (1280, 720), 1, 10),
            offer(Pixels::Yuyv, (1280, 720), 2, 20),
        ]);
        let expected = [
            ((640, 480), 30.0, vec![Pixels::Yuyv, Pixels::Mjpeg]),
            ((1280, 720), 30.0, vec![Pixels::Mjpeg]),
            ((1280, 720), 10.0, vec![Pixels::Yuyv]),
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
            offer(Pixels::Yuyv, (640, 480), 1, 30),
            offer(Pixels::Yuyv, (640, 480), 1, 15),
        ]);
        let wanted = MediaTrackSettings {
            device_id: Some("a camera".into()),
            group_id: Some("a webcam".into()),
            ..modes[1].settings()
        };
        let known: Vec<_> = modes.iter().map(|mode| mode.is(&wanted)).collect();
        assert_eq!(known, [false, true]);
    }

    #[test]
    fn rates_are_fractions_and_near_ones_are_not_mixed_up() {
        let modes = merge([
            offer(Pixels::Yuyv, (640, 480), 1, 30),
            offer(Pixels::Yuyv, (640, 480), 1001, 30000),
            offer(Pixels::Yuyv, (640, 480), 2, 25),
            offer(Pixels::Yuyv, (640, 480), 2, 15),
        ]);
        let rates: Vec<_> = modes
            .iter()
            .map(|mode| mode.settings().frame_rate.unwrap())
            .collect();
        assert_eq!(rates, [30.0, 30000.0 / 1001.0, 12.5, 7.5]);
    }

    #[test]
    fn a_rate_that_the_driver_does_not_tell_is_not_made_up() {
        let untold = Offer {
            pixels: Pixels::Grey,
            size: (8, 8),
            interval: None,
        };
        let modes = merge([untold, offer(Pixels::Grey, (8, 8), 0, 0)]);
        assert_eq!(modes.len(), 1);
        assert_eq!(modes[0].settings().frame_rate, None);
    }

    #[test]
    fn of_sizes_in_steps_the_usual_ones_that_exist_are_offered() {
        let lengths = |least, greatest, step| Lengths {
            least,
            greatest,
            step,
        };
        assert_eq!(
            usual_sizes(lengths(48, 1000, 16), lengths(32, 600, 8)),
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
        assert_eq!(
            usual_sizes(lengths(640, 640, 0), lengths(480, 480, 0)),
            [(640, 480)]
        );
    }

    #[test]
    fn of_any_interval_the_usual_ones_and_both_ends_are_offered() {
        let intervals = |step| Intervals {
            shortest: Interval::new(1, 45),
            longest: Interval::new(1, 9),
            step,
        };
        let rates = |step| -> Vec<f64> {
            let intervals = usual_intervals(intervals(step));
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
