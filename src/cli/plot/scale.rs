//! Scales: from values to positions, and where an axis has its ticks.

/// Maps the values from `from` to `to` to the positions from `low` to `high`.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub low: f64,
    pub high: f64,
}

impl Scale {
    /// The position of a value; values beyond the scale are at its ends.
    pub fn at(self, value: f64) -> f64 {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        self.low + share * (self.high - self.low)
    }
}

/// Steps of an axis of time, in seconds, from one second on.
const TIME_STEPS: [f64; 15] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0,
];

/// The multiples of a round step from `from` to `to`, about `count` of them at most.
pub fn ticks(from: f64, to: f64, count: usize) -> Vec<f64> {
    multiples(round_step((to - from) / count as f64), from, to)
}

/// As [`ticks`], with steps that are usual for seconds.
pub fn time_ticks(from: f64, to: f64, count: usize) -> Vec<f64> {
    let least = (to - from) / count as f64;
    let usual = TIME_STEPS.iter().copied().find(|&step| step >= least);
    let step = usual.filter(|_| least > 0.5).unwrap_or_else(|| round_step(least));
    multiples(step, from, to)
}

/// 1, 2 or 5 times a power of ten that is not less than `least`.
fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0].map(|factor| factor * power);
    let found = steps.into_iter().find(|step| *step >= least * 0.999);
    found.unwrap_or(power * 10.0)
}

fn multiples(step: f64, from: f64, to: f64) -> Vec<f64> {
    /// More than an axis ever has.
    const MOST: usize = 100;
    let first = (from / step - 1e-9).ceil();
    let all = (0..MOST).map(|number| (first + number as f64) * step);
    all.take_while(|value| *value <= to + step * 1e-9).collect()
}

/// Times of an axis that ends at `to`, and the unit for its title.
pub fn time_labels(times: &[f64], to: f64) -> (Vec<String>, &'static str) {
    let (label, unit): (fn(f64) -> String, _) = match to {
        ..120.0 => (plain, "s"),
        ..3_600.0 => (minutes, "min:s"),
        _ => (hours, "h:min:s"),
    };
    (times.iter().map(|time| label(*time)).collect(), unit)
}

/// Bit rates of an axis that ends at `to`, and their unit.
pub fn rate_labels(rates: &[f64], to: f64) -> (Vec<String>, &'static str) {
    let (divisor, unit) = match to {
        ..1e3 => (1.0, "bit/s"),
        ..1e6 => (1e3, "kbit/s"),
        _ => (1e6, "Mbit/s"),
    };
    (rates.iter().map(|rate| plain(rate / divisor)).collect(), unit)
}

/// Without zeros at the end.
fn plain(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn minutes(time: f64) -> String {
    let seconds = time.round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn hours(time: f64) -> String {
    let seconds = time.round() as u64;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_position_and_never_one_beyond_the_scale() {
        let scale = Scale {
            from: 0.0,
            to: 10.0,
            low: 100.0,
            high: 50.0,
        };
        let positions = [0.0, 5.0, 10.0, 11.0, -1.0].map(|value| scale.at(value));
        assert_eq!(positions.to_vec(), [100.0, 75.0, 50.0, 50.0, 100.0]);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(ticks(0.0, 950_000.0, 5), [0.0, 2e5, 4e5, 6e5, 8e5]);
        assert_eq!(ticks(3.0, 7.0, 4), [3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(time_ticks(0.0, 3.0, 6), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
        assert_eq!(
            time_ticks(0.0, 100.0, 8),
            [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0]
        );
        assert_eq!(time_ticks(50.0, 7_000.0, 4), [1_800.0, 3_600.0, 5_400.0]);
    }

    #[test]
    fn labels_have_the_unit_that_suits_the_axis() {
        let (labels, unit) = time_labels(&[0.0, 0.5], 3.0);
        assert_eq!((labels.join(" "), unit), ("0 0.5".to_owned(), "s"));
        assert_eq!(time_labels(&[90.0], 200.0).0, ["1:30"]);
        assert_eq!(time_labels(&[3_690.0], 7_000.0).0, ["1:01:30"]);
        let (labels, unit) = rate_labels(&[0.0, 5e5, 1e6], 1.2e6);
        assert_eq!((labels.join(" "), unit), ("0 0.5 1".to_owned(), "Mbit/s"));
        assert_eq!(
            rate_labels(&[50_000.0], 64_000.0),
            (vec!["50".to_owned()], "kbit/s")
        );
    }
}
