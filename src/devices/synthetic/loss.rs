//! `Loss`: the frames that a fake camera loses.

/// A share of its frames, in percent, evenly spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loss(u64);

impl Loss {
    /// `5%`; one frame of a hundred at least stays.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let percent = text.strip_suffix('%')?.parse().ok()?;
        (percent < 100).then_some(Self(percent))
    }

    /// Whether the frame of this number is lost.
    pub(super) const fn takes(self, number: u64) -> bool {
        let lost_before = number * self.0 / 100;
        (number + 1) * self.0 / 100 > lost_before
    }
}
