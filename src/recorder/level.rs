//! Peak level of a track in the last second of media. Time is an argument.
use crate::media::AudioBlock;

/// Parts of the second that are measured separately.
const SLOTS: usize = 10;
const SLOT_MILLIS: u64 = 1000 / SLOTS as u64;

/// The peaks of the last second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Level {
    slots: [f32; SLOTS],
    /// Number of the newest slot since time zero.
    newest: u64,
}

impl Level {
    /// Adds a block; blocks are in the order of their times.
    pub(crate) fn add(&mut self, block: &AudioBlock) {
        let number = block.time.round_millis() / SLOT_MILLIS;
        // Slots between the blocks, which are no longer in the last second.
        for old in (self.newest + 1..=number).rev().take(SLOTS) {
            *self.slot(old) = 0.0;
        }
        self.newest = self.newest.max(number);
        let peak = block
            .samples
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let slot = self.slot(number);
        *slot = slot.max(peak);
    }

    /// The maximum absolute sample; 1.0 is full scale.
    pub(crate) fn peak(&self) -> f32 {
        self.slots.iter().copied().fold(0.0, f32::max)
    }

    fn slot(&mut self, number: u64) -> &mut f32 {
        &mut self.slots[usize::try_from(number % SLOTS as u64).expect("a remainder below 10 fits")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    fn block(ms: u64, sample: f32) -> AudioBlock {
        AudioBlock {
            time: Timestamp::from_millis(ms),
            sample_rate: 48_000,
            channels: 1,
            samples: vec![0.0, sample, 0.0].into(),
        }
    }

    #[test]
    fn the_peak_is_that_of_the_last_second_and_of_nothing_before() {
        let mut level = Level::default();
        let peaks = [
            (0, 0.1),
            (10, -0.8),
            (500, 0.3),
            (990, 0.2),
            (1000, 0.1),
            (1600, 0.1),
            (9000, 0.0),
        ]
        .map(|(ms, sample)| {
            level.add(&block(ms, sample));
            (level.peak() * 10.0).round() as u32
        });
        assert_eq!(peaks, [1, 8, 8, 8, 3, 2, 0]);
    }
}
