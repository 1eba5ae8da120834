//! Statistics of one track of a file: times, sizes, and gaps between packets.
use crate::webm::bit_rate_history::BitRateHistory;
use crate::webm::block::Block;
use crate::webm::size_changes::SizeChanges;
use crate::webm::track::Track;
use serde::Serialize;
use std::time::Duration;

/// A step between packets is a gap if it is longer than 1.5 times the median, and by more than rounding to
/// milliseconds explains. The tolerance is in seconds.
const GAP_FACTOR: f64 = 1.5;
const GAP_TOLERANCE: f64 = 0.002;

/// A gap between two packets of a track. Times are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Time stamp of the packet before the gap.
    pub time: f64,
    /// Time from there to the next packet.
    pub length: f64,
}

/// Statistics of a track. All times are kept, 8 bytes per packet, as the median step is known only at the end.
#[derive(Debug, Default)]
pub(super) struct TrackStats {
    /// Times of the blocks in seconds: laced frames share one.
    times: Vec<f64>,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) key_frames: u64,
    /// Of all packets together, in seconds.
    pub(super) discard_padding: f64,
    /// `BlockDuration` of the last packet, in seconds.
    last_duration: Option<f64>,
    pub(super) size_changes: SizeChanges,
    /// Only of tracks that are described: a damaged file can seem to have many others, and each would take 16 KiB.
    pub(super) history: Option<BitRateHistory>,
}

impl TrackStats {
    pub(super) fn of(track: &Track) -> Self {
        Self {
            size_changes: SizeChanges::of(track),
            history: Some(BitRateHistory::default()),
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, block: &Block) {
        let time = seconds(block);
        if block.lace == 0 || self.last() != Some(time) {
            self.times.push(time);
        }
        self.packets += 1;
        self.bytes += block.data.len() as u64;
        self.key_frames += u64::from(block.key);
        self.discard_padding += padding_seconds(block.discard_padding);
        self.last_duration = block.duration.map(|duration| duration.as_secs_f64());
        self.size_changes.add(block);
        if let Some(history) = &mut self.history {
            history.add(block.time.as_nanos(), block.data.len(), block.key);
        }
    }

    /// Puts the times of video that is not in the order of presentation in that order.
    pub(super) fn put_in_order(&mut self) {
        self.times.sort_by(f64::total_cmp);
    }

    pub(super) fn first(&self) -> Option<f64> {
        self.times.first().copied()
    }

    pub(super) fn last(&self) -> Option<f64> {
        self.times.last().copied()
    }

    /// Time from the first packet to the last one, in seconds.
    pub(super) fn span(&self) -> f64 {
        self.last().unwrap_or_default() - self.first().unwrap_or_default()
    }

    /// Blocks per second; `None` if all have the same time.
    #[expect(clippy::cast_precision_loss, reason = "a rate of three decimals")]
    pub(super) fn rate(&self) -> Option<f64> {
        let steps = self.times.len().saturating_sub(1) as f64;
        let rate = (steps / self.span() * 1e3).round() / 1e3;
        (self.span() > 0.0).then_some(rate)
    }

    /// End of its presentation, in seconds.
    pub(super) fn end(&self, codec_delay: Duration) -> f64 {
        let length = self.last_duration.or(self.median_step());
        let last = self.last().unwrap_or_default() + length.unwrap_or_default();
        last - codec_delay.as_secs_f64() - self.discard_padding
    }

    pub(super) fn median_step(&self) -> Option<f64> {
        let mut steps: Vec<_> = self.steps().map(|step| step.length).collect();
        let middle = steps.len() / 2;
        (!steps.is_empty()).then(|| *steps.select_nth_unstable_by(middle, f64::total_cmp).1)
    }

    /// Steps that are much longer than `median`.
    pub(super) fn gaps(&self, median: f64) -> Vec<Gap> {
        let limit = median * GAP_FACTOR + GAP_TOLERANCE;
        let gaps = self.steps().filter(|step| step.length > limit);
        gaps.map(|gap| Gap {
            time: gap.time,
            length: round(gap.length),
        })
        .collect()
    }

    pub(super) fn backward_steps(&self) -> usize {
        self.steps().filter(|step| step.length <= 0.0).count()
    }

    fn steps(&self) -> impl Iterator<Item = Gap> {
        self.times.windows(2).map(|pair| Gap {
            time: pair[0],
            length: pair[1] - pair[0],
        })
    }
}

/// How many packets of median duration would fill these gaps.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
pub(super) fn missing_packets(gaps: &[Gap], median: f64) -> u64 {
    // Very short steps are not a useful measure.
    let usual = median.max(GAP_TOLERANCE);
    let missing = |gap: &Gap| ((gap.length / usual).round() as u64).saturating_sub(1);
    gaps.iter().map(missing).fold(0, u64::saturating_add)
}

pub(super) fn seconds(block: &Block) -> f64 {
    Duration::from_nanos(block.time.as_nanos()).as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "shorter than a packet")]
pub(super) fn padding_seconds(nanos: i64) -> f64 {
    nanos as f64 / 1e9
}

/// Rounds to microseconds, so that sums have no digits that their terms do not have.
pub(super) fn round(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
