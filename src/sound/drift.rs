//! How far a device's sample clock has run from the program's clock, seen through jittering stamps.

/// Power of the jitter of stamps: ±5 ms on blocks of 10 ms, in s² × s.
///
/// As a density it means the same for blocks of every length: twice as long, half as many.
const JITTER: f64 = 4e-8;
/// How fast a sample clock's rate may wander, in 1/s: a few ppm in a second.
///
/// Together with `JITTER` it sets the filter's time constant, (JITTER / WANDER)^¼ ≈ 5 s.
const WANDER: f64 = 6.4e-11;
/// What a sample clock may be off before anything is known: ±500 ppm is already a poor one.
const RATE_DEVIATION: f64 = 500e-6;
/// A stamp that is further off than this, in seconds, says no more than one that is just as far.
///
/// A callback that comes 30 ms late once must not bend the sound for seconds.
const OUTLIER: f64 = 5e-3;
/// Jitter is taken for at least this far apart, lest one tiny block upset the filter.
const SHORTEST_STEP: f64 = 1e-3;

/// A Kalman filter of two states: the offset between stamps and samples, and how fast it grows.
#[derive(Clone, Debug)]
pub(crate) struct Drift {
    /// By how much stamps are ahead of counted samples, in seconds.
    offset: f64,
    /// How much that grows, in seconds per second of samples.
    rate: f64,
    /// Where on the samples' own time the last stamp was seen; none before the first.
    seen: Option<f64>,
    /// Covariance of the two: offset–offset, offset–rate, rate–rate.
    variance: [f64; 3],
}

impl Drift {
    /// Nothing seen, nothing assumed but an ordinary quartz.
    pub(crate) const fn new() -> Self {
        Self {
            offset: 0.0,
            rate: 0.0,
            seen: None,
            variance: [0.0, 0.0, RATE_DEVIATION * RATE_DEVIATION],
        }
    }

    /// The samples were put back onto the stamps; what is known of the rate stays.
    pub(crate) fn realign(&mut self) {
        self.offset = 0.0;
        self.seen = None;
        self.variance = [0.0, 0.0, self.variance[2]];
    }

    /// The filtered offset in seconds.
    pub(crate) const fn offset(&self) -> f64 {
        self.offset
    }

    /// The filtered growth of the offset, in seconds per second.
    pub(crate) const fn rate(&self) -> f64 {
        self.rate
    }

    /// A stamp that is `offset` seconds ahead of the samples, `at` seconds into them.
    pub(crate) fn observe(&mut self, at: f64, offset: f64) {
        let Some(seen) = self.seen.replace(at) else {
            // By definition the first stamp is where the samples are; it jitters like any other.
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
