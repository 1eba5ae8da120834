//! Estimates the drift of a device's sample clock against the program's clock from jittering time stamps.

/// Power density of the jitter of time stamps, in s² × s: ±5 ms for blocks of 10 ms.
///
/// As a density it is independent of the duration of blocks.
const JITTER: f64 = 4e-8;
/// How fast the rate of a sample clock can change, in 1/s: a few ppm per second.
///
/// Together with `JITTER` it determines the time constant of the filter, (JITTER / WANDER)^¼ ≈ 5 s.
const WANDER: f64 = 6.4e-11;
/// Initial standard deviation of the rate: ±500 ppm is already a poor clock.
const RATE_DEVIATION: f64 = 500e-6;
/// Larger deviations of a time stamp are clamped to this, in seconds.
///
/// A single callback that is 30 ms late must not slew the audio for seconds.
const OUTLIER: f64 = 5e-3;
/// Minimum step between time stamps in seconds, so that a very short block does not upset the filter.
const SHORTEST_STEP: f64 = 1e-3;

/// A Kalman filter with two states: the offset between time stamps and samples, and its rate of change.
#[derive(Clone, Debug)]
pub(crate) struct Drift {
    /// How far time stamps are ahead of the counted samples, in seconds.
    offset: f64,
    /// Rate of change of the offset, in seconds per second of samples.
    rate: f64,
    /// Sample time of the last time stamp in seconds; `None` before the first.
    seen: Option<f64>,
    /// Covariances offset–offset, offset–rate, rate–rate.
    variance: [f64; 3],
}

impl Drift {
    /// A filter without observations, for an ordinary quartz clock.
    pub(crate) const fn new() -> Self {
        Self {
            offset: 0.0,
            rate: 0.0,
            seen: None,
            variance: [0.0, 0.0, RATE_DEVIATION * RATE_DEVIATION],
        }
    }

    /// Resets the offset after the samples were realigned with the time stamps; keeps the rate.
    pub(crate) fn realign(&mut self) {
        self.offset = 0.0;
        self.seen = None;
        self.variance = [0.0, 0.0, self.variance[2]];
    }

    /// The filtered offset in seconds.
    pub(crate) const fn offset(&self) -> f64 {
        self.offset
    }

    /// The filtered rate of change of the offset, in seconds per second.
    pub(crate) const fn rate(&self) -> f64 {
        self.rate
    }

    /// Adds a time stamp that is `offset` seconds ahead of the samples, after `at` seconds of samples.
    pub(crate) fn observe(&mut self, at: f64, offset: f64) {
        let Some(seen) = self.seen.replace(at) else {
            // The offset of the first time stamp is 0 by definition, but it jitters like all others.
            self.variance[0] = OUTLIER * OUTLIER;
            return;
        };
        let step = (at - seen).max(SHORTEST_STEP);
        self.predict(at - seen, step);
        self.correct(offset, JITTER / step);
    }

    fn predict(&mut self, elapsed: f64, step: f64) {
        let [oo, or, rr] = self.variance;
        self.offset += self.rate * elapsed;
        self.variance = [
            oo + 2.0 * elapsed * or + elapsed * elapsed * rr,
            or + elapsed * rr,
            rr + WANDER * step,
        ];
    }

    fn correct(&mut self, offset: f64, jitter: f64) {
        let [oo, or, rr] = self.variance;
        let surprise = (offset - self.offset).clamp(-OUTLIER, OUTLIER);
        let (offset_gain, rate_gain) = (oo / (oo + jitter), or / (oo + jitter));
        self.offset += offset_gain * surprise;
        self.rate += rate_gain * surprise;
        self.variance = [
            (1.0 - offset_gain) * oo,
            (1.0 - offset_gain) * or,
            rr - rate_gain * or,
        ];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of 10 ms with a skewed clock and stamps that jitter by ±5 ms, and the filter behind them.
    fn watch(skew: f64, seconds: f64) -> (Drift, f64) {
        let mut drift = Drift::new();
        let mut random = 7u32;
        let mut at = 0.0;
        while at < seconds {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jitter = (f64::from(random >> 8) / f64::from(1 << 24) - 0.5) * 0.010;
            drift.observe(at, at * skew + jitter);
            at += 0.010;
        }
        (drift, at * skew)
    }

    #[test]
    fn a_skew_is_found_under_jitter_of_its_own_size() {
        for skew in [-1000e-6, -50e-6, 0.0, 50e-6, 1000e-6] {
            let (drift, offset) = watch(skew, 60.0);
            assert!((drift.rate() - skew).abs() < 100e-6, "{skew}: {drift:?}");
            assert!((drift.offset() - offset).abs() < 0.5e-3, "{skew}: {drift:?}");
        }
    }

    #[test]
    fn exact_stamps_leave_no_trace_at_all() {
        let mut drift = Drift::new();
        for block in 0..1000 {
            drift.observe(f64::from(block) * 0.01, 0.0);
        }
        assert_eq!((drift.offset(), drift.rate()), (0.0, 0.0));
    }

    #[test]
    fn a_gap_forgets_the_offset_and_keeps_the_rate() {
        let (mut drift, _) = watch(1000e-6, 60.0);
        let rate = drift.rate();
        drift.realign();
        drift.observe(100.0, 0.25);
        assert_eq!((drift.offset(), drift.rate()), (0.0, rate));
    }
}
