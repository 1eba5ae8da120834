//! Bit rates and packet rates of a recording over the last second.
use mediarec::clock::{Clock, Timestamp};
use mediarec::recorder::RecordingStats;
use std::time::Duration;

/// The time over which rates are measured.
const WINDOW: Duration = Duration::from_secs(1);

/// Output of one track per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    /// Encoded bits.
    pub bits: f64,
    /// Video frames or audio packets.
    pub packets: f64,
}

/// The rates of all tracks, updated once a second.
pub struct Rates {
    clock: Clock,
    since: Timestamp,
    /// Bytes and packets of each track at that time.
    before: Vec<(u64, u64)>,
    latest: Vec<Rate>,
}

impl Rates {
    /// Measures from now on.
    pub fn new() -> Self {
        let clock = Clock::monotonic();
        Self {
            since: clock.now(),
            clock,
            before: Vec::new(),
            latest: Vec::new(),
        }
    }

    /// Updates the counts. Returns `true` once a second, when the rates are new.
    pub fn update(&mut self, stats: &RecordingStats) -> bool {
        let now = self.clock.now();
        let elapsed = now - self.since;
        if elapsed < WINDOW {
            return false;
        }
        let totals: Vec<(u64, u64)> = stats.tracks.iter().map(|t| (t.bytes, t.packets)).collect();
        self.before.resize(totals.len(), (0, 0));
        let of_track = |(&(bytes, packets), &(bytes_before, packets_before))| Rate {
            bits: per_second(bytes, bytes_before, elapsed) * 8.0,
            packets: per_second(packets, packets_before, elapsed),
        };
        self.latest = totals.iter().zip(&self.before).map(of_track).collect();
        (self.before, self.since) = (totals, now);
        true
    }

    /// The rate of one track; 0 during the first second.
    pub fn of(&self, track: usize) -> Rate {
        self.latest.get(track).copied().unwrap_or_default()
    }

    /// Whether the first second has passed.
    pub fn are_known(&self) -> bool {
        !self.latest.is_empty()
    }
}

fn per_second(now: u64, before: u64, elapsed: Duration) -> f64 {
    now.saturating_sub(before) as f64 / elapsed.as_secs_f64()
}
