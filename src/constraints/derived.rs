//! The settings that can be derived from one mode, as ranges: narrowed instead of enumerated.
//!
//! A 1080p mode can be cropped and scaled to two million sizes. The sizes that satisfy a set of constraints are a box of
//! widths and heights between two aspect ratios; the best size lies where the row of a height meets a bound, an ideal
//! value or the mode's own ratio, because the distance has no minimum between these (see `Derived::corners`).
use crate::constraints::fitness::fitness_distance;
use crate::constraints::normalized::{NormalizedConstraint, Value};
use crate::constraints::property::Property;
use crate::constraints::ratio::aspect_ratio;
use crate::constraints::settings::{CROP_AND_SCALE, MediaTrackSettings};
use crate::constraints::sort_key::{SortKey, distance_from};

/// The lowest derived rate, in frames per second: one frame per hour.
pub(super) const MIN_RATE: f64 = 1.0 / 3600.0;

/// The largest side of a frame, in pixels; bounds the search.
const MAX_SIDE: u32 = 65_535;

/// The settings that can be derived from one mode: all within these bounds, both inclusive.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Derived {
    /// The mode itself, with `resizeMode` "crop-and-scale".
    pub(super) mode: MediaTrackSettings,
    /// Aspect ratio of the mode.
    ratio: f64,
    widths: (u32, u32),
    heights: (u32, u32),
    ratios: (f64, f64),
    /// Frames per second; `None` if the mode has no constant rate.
    rates: Option<(f64, f64)>,
}

impl Derived {
    /// Returns `None` if the mode has no size.
    pub(super) fn new(mode: &MediaTrackSettings) -> Option<Self> {
        let width = mode.width.filter(|width| *width > 0)?.min(MAX_SIDE);
        let height = mode.height.filter(|height| *height > 0)?.min(MAX_SIDE);
        let rate = mode.frame_rate.filter(|rate| rate.is_finite() && *rate > 0.0);
        let mode = MediaTrackSettings {
            resize_mode: Some(CROP_AND_SCALE.into()),
            frame_rate: rate,
            ..mode.clone()
        };
        Some(Self {
            ratio: aspect_ratio(width, height),
            mode: mode.sized(width, height),
            widths: (1, width),
            heights: (1, height),
            ratios: (f64::NEG_INFINITY, f64::INFINITY),
            rates: rate.map(|rate| (MIN_RATE.min(rate), rate)),
        })
    }

    pub(super) fn narrow(&self, constraints: &[NormalizedConstraint<'_>]) -> Option<Self> {
        let mut narrowed = self.clone();
        for constraint in constraints {
            let (low, high) = constraint.bounds();
            match (constraint.property, &mut narrowed.rates) {
                (Property::Width, _) => narrow_whole(&mut narrowed.widths, low, high),
                (Property::Height, _) => narrow_whole(&mut narrowed.heights, low, high),
                (Property::AspectRatio, _) => narrow_range(&mut narrowed.ratios, low, high),
                (Property::FrameRate, Some(rates)) => narrow_range(rates, low, high),
                (property, _) if constraint.distance(self.mode.get(property)).is_finite() => {}
                _ => return None,
            }
        }
        let has_rate = narrowed.rates.is_none_or(|(low, high)| low <= high);
        let (first, last) = narrowed.heights;
        let has_size = (first..=last).any(|height| narrowed.row(height).is_some());
        (has_rate && has_size).then_some(narrowed)
    }

    /// The smallest and largest width possible with a height.
    fn row(&self, height: u32) -> Option<(u32, u32)> {
        let (mut low, mut high) = self.widths;
        // One pixel beyond the quotient, against rounding; the loops then take at most three steps.
        let near = |ratio: f64| ratio * f64::from(height);
        low = low.max((near(self.ratios.0) - 1.0) as u32);
        high = high.min((near(self.ratios.1) + 2.0) as u32);
        while low <= high && aspect_ratio(low, height) < self.ratios.0 {
            low += 1;
        }
        while low <= high && aspect_ratio(high, height) > self.ratios.1 {
            high -= 1;
        }
        (low <= high).then_some((low, high))
    }

    /// Widths for one height, among them the best.
    ///
    /// With the height fixed, the distances of width and aspect ratio fall up to their ideal values; beyond, they rise
    /// as 1 − ideal/width, which is concave. So their sum is monotonic outside the two ideals and concave between
    /// them: its minimum is at an ideal or at an end of the row. If neither has an ideal, the mode's ratio decides.
    fn corners(&self, height: u32, ideal_width: Option<f64>, ideal_ratio: Option<f64>) -> Vec<u32> {
        let Some((low, high)) = self.row(height) else {
            return Vec::new();
        };
        let mut corners = vec![low, high];
        corners.extend(ideal_width.map(|width| width as u32));
        for ratio in ideal_ratio.into_iter().chain([self.ratio]) {
            let width = ratio * f64::from(height);
            corners.extend([width.floor() as u32, width.ceil() as u32]);
        }
        for width in &mut corners {
            *width = (*width).clamp(low, high);
        }
        corners.sort_unstable();
        corners.dedup();
        corners
    }

    pub(super) fn best(
        &self,
        basic: &[NormalizedConstraint<'_>],
        defaults: &MediaTrackSettings,
    ) -> (MediaTrackSettings, SortKey) {
        let ideal = |property| {
            let constraint = basic.iter().find(|constraint| constraint.property == property);
            constraint.and_then(NormalizedConstraint::ideal_number)
        };
        let mut settings = self.mode.clone();
        settings.frame_rate = self.best_rate(ideal(Property::FrameRate), defaults);
        let mut best: Option<((u32, u32), SortKey)> = None;
        for height in self.heights.0..=self.heights.1 {
            for width in self.corners(height, ideal(Property::Width), ideal(Property::AspectRatio)) {
                settings = settings.sized(width, height);
                let distance = fitness_distance(&settings, basic);
                let ratio = Value::Number(aspect_ratio(width, height));
                let crop = ratio.distance(Value::Number(self.ratio));
                // Most sizes end here; the rest of the sort key is expensive.
                if best.is_some_and(|(_, best)| (distance, crop) > (best.distance, best.crop)) {
                    continue;
                }
                let key = SortKey {
                    distance,
                    rank: 0,
                    derived: true,
                    uneven: self.is_uneven(settings.frame_rate),
                    crop,
                    from_defaults: distance_from(defaults, &settings),
                };
                // If equal, the larger size.
                if best.is_none_or(|(_, best)| key.order(&best).is_le()) {
                    best = Some(((width, height), key));
                }
            }
        }
        let ((width, height), key) = best.expect("a narrowed space has at least one size");
        (settings.sized(width, height), key)
    }

    /// The rate closest to the ideal; without one, the even rate (every frame, every second frame, …) closest to the
    /// default, if there is one.
    fn best_rate(&self, ideal: Option<f64>, defaults: &MediaTrackSettings) -> Option<f64> {
        let (low, high) = self.rates?;
        if let Some(ideal) = ideal {
            return Some(ideal.clamp(low, high));
        }
        let full = self.mode.frame_rate?;
        let target = defaults.frame_rate.unwrap_or(full).clamp(low, high);
        // The even rates just above and just below the target.
        let divisor = (full / target).floor();
        let even = [divisor, divisor + 1.0].map(|divisor| full / divisor).into_iter();
        let distance = |rate: f64| Value::Number(rate).distance(Value::Number(target));
        let even = even.filter(|rate| (low..=high).contains(rate));
        let nearest = even.min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
        nearest.or(Some(target))
    }

    fn is_uneven(&self, rate: Option<f64>) -> bool {
        let (Some(full), Some(rate)) = (self.mode.frame_rate, rate) else {
            return false;
        };
        let divisor = (full / rate).round();
        (full / divisor - rate).abs() > rate * 1e-9
    }

    pub(super) fn range(&self, property: Property) -> Option<(f64, f64)> {
        let whole = |(low, high): (u32, u32)| (f64::from(low), f64::from(high));
        match property {
            Property::Width => Some(whole(self.widths)),
            Property::Height => Some(whole(self.heights)),
            Property::FrameRate => self.rates.map(|(_, high)| (0.0, high)),
            Property::AspectRatio => {
                let ((narrow, wide), (low, high)) = (self.widths, self.heights);
                Some((aspect_ratio(narrow, high), aspect_ratio(wide, low)))
            }
            _ => None,
        }
    }
}

fn narrow_range(range: &mut (f64, f64), low: f64, high: f64) {
    *range = (range.0.max(low), range.1.min(high));
}

/// The same for whole numbers; an empty range stays empty.
fn narrow_whole(range: &mut (u32, u32), low: f64, high: f64) {
    // Values out of range saturate.
    let (low, high) = (low.ceil() as u32, high.floor());
    range.0 = range.0.max(low);
    range.1 = if high < 0.0 { 0 } else { range.1.min(high as u32) };
}
