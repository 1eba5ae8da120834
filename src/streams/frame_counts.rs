//! `FrameCounts`: what a source captured, and what is missing.
use std::ops::{AddAssign, Sub};
use std::time::Duration;

/// Counters of the source's frames (Media Capture Extensions, `MediaStreamTrackVideoStats`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameCounts {
    /// Delivered to the listeners; counted even if there are none.
    pub(crate) delivered: u64,
    /// Discarded because the track's frame rate is lower than the source's.
    pub(crate) discarded: u64,
    /// Lost by the device or its driver.
    pub(crate) lost: u64,
    /// Times that the device was lost.
    pub(crate) gaps: Gaps,
}

/// Gaps in what a device captured, because it was lost and came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gaps {
    pub(crate) count: u64,
    /// Of all of them together, the last one as far as it has been filled.
    pub(crate) duration: Duration,
}

impl AddAssign for Gaps {
    fn add_assign(&mut self, more: Self) {
        self.count += more.count;
        self.duration += more.duration;
    }
}

impl Sub for Gaps {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            count: self.count - before.count,
            duration: self.duration.saturating_sub(before.duration),
        }
    }
}
