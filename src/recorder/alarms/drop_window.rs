//! `DropWindow`: the share of dropped frames in the last seconds. Pure: time is an argument.
use crate::clock::Timestamp;
use crate::recorder::alarms::condition::Change;
use std::collections::VecDeque;
use std::time::Duration;

/// The share is that of this much media.
const WINDOW: Duration = Duration::from_secs(10);

/// The frames of so much media are counted together.
const SLOT: Duration = Duration::from_millis(100);

/// An alarm is cleared when the share was too small for it for this long, so that it is not raised again at once by a share that
/// varies.
const CLEARED_AFTER: Duration = Duration::from_secs(2);

/// Frames of a track since the start of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FrameTotals {
    /// Frames that were captured, the dropped ones included.
    pub(crate) captured: u64,
    pub(crate) dropped: u64,
}

/// The frames of a while, and when it began.
#[derive(Clone, Copy, Debug)]
struct Slot {
    from: Timestamp,
    captured: u64,
    dropped: u64,
}

/// The frames of the last seconds, and whether too many of them were dropped.
#[derive(Debug)]
pub(super) struct DropWindow {
    /// Percent from which on it is raised.
    percent: f64,
    /// Oldest first.
    slots: VecDeque<Slot>,
    sum: FrameTotals,
    /// At the last update.
    totals: FrameTotals,
    first: Option<Timestamp>,
    /// Media since the start.
    filled: Duration,
    /// When it was raised.
    raised: Option<Timestamp>,
    /// Since when the share has been too small.
    small_since: Option<Timestamp>,
}

impl DropWindow {
    pub(super) fn new(percent: f64) -> Self {
        Self {
            percent,
            slots: VecDeque::new(),
            sum: FrameTotals::default(),
            totals: FrameTotals::default(),
            first: None,
            filled: Duration::ZERO,
            raised: None,
            small_since: None,
        }
    }

    /// The frames up to now do not count: they were captured in a pause.
    pub(super) fn skip_to(&mut self, totals: FrameTotals) {
        self.totals = totals;
    }

    /// The share of dropped frames, in percent. What is missing of the window at the start counts as media of which nothing
    /// was dropped: a bad first moment is no alarm.
    #[expect(clippy::cast_precision_loss, reason = "frames of ten seconds")]
    pub(super) fn share(&self) -> f64 {
        if self.sum.captured == 0 {
            return 0.0;
        }
        let share = self.sum.dropped as f64 / self.sum.captured as f64;
        let filled = self.filled.as_secs_f64() / WINDOW.as_secs_f64();
        100.0 * share * filled.min(1.0)
    }

    /// The totals are these now.
    pub(super) fn update(&mut self, at: Timestamp, totals: FrameTotals) -> Option<Change> {
        self.count(at, totals);
        self.filled = at - *self.first.get_or_insert(at);
        let is_large = self.share() >= self.percent;
        match self.raised {
            None if is_large => {
                self.raised = Some(at);
                self.small_since = None;
                Some(Change {
                    raised: true,
                    since: at,
                    at,
                })
            }
            Some(since) if !is_large && at - *self.small_since.get_or_insert(at) >= CLEARED_AFTER => {
                self.raised = None;
                Some(Change {
                    raised: false,
                    since,
                    at,
                })
            }
            _ => {
                if is_large {
                    self.small_since = None;
                }
                None
            }
        }
    }

    fn count(&mut self, at: Timestamp, totals: FrameTotals) {
        // What was counted as dropped at first may turn out to be of a pause.
        let captured = totals.captured.saturating_sub(self.totals.captured);
        let dropped = totals.dropped.saturating_sub(self.totals.dropped);
        self.totals = totals;
        match self.slots.back_mut() {
            Some(slot) if at - slot.from < SLOT => {
                slot.captured += captured;
                slot.dropped += dropped;
            }
            _ => self.slots.push_back(Slot {
                from: at,
                captured,
                dropped,
            }),
        }
        self.sum.captured += captured;
        self.sum.dropped += dropped;
        while let Some(oldest) = self.slots.front().copied().filter(|slot| at - slot.from > WINDOW) {
            self.sum.captured -= oldest.captured;
            self.sum.dropped -= oldest.dropped;
            self.slots.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::ms;

    /// Ten frames a second, of which these are dropped; the changes, in tenths of a second.
    fn changes(percent: f64, seconds: u64, is_dropped: impl Fn(u64) -> bool) -> Vec<(bool, u64)> {
        let mut window = DropWindow::new(percent);
        let mut totals = FrameTotals::default();
        let mut changes = Vec::new();
        for number in 0..seconds * 10 {
            totals.captured += 1;
            totals.dropped += u64::from(is_dropped(number));
            if let Some(change) = window.update(ms(number * 100), totals) {
                changes.push((change.raised, change.at.round_millis() / 100));
            }
        }
        changes
    }

    #[test]
    fn it_is_raised_when_the_share_of_ten_seconds_is_reached_and_cleared_when_it_is_past() {
        // Ten frames of a hundred, from the 30th second on.
        let changes = changes(10.0, 60, |number| (300..320).contains(&number));
        let raised = changes[0].1;
        assert!((309..=311).contains(&raised), "{changes:?}");
        // All but nine are out of the window after another 20 s, and 2 s later it is over.
        assert!((430..=435).contains(&changes[1].1), "{changes:?}");
        assert_eq!(
            changes.iter().map(|change| change.0).collect::<Vec<_>>(),
            [true, false]
        );
    }

    #[test]
    fn a_share_that_is_too_small_and_a_bad_first_moment_are_no_alarm() {
        assert_eq!(changes(10.0, 60, |number| number % 11 == 5), []);
        assert_eq!(changes(10.0, 60, |number| number < 9), []);
        assert_eq!(changes(0.1, 60, |_| false), []);
    }

    #[test]
    fn many_dropped_frames_from_the_start_on_are_an_alarm_as_soon_as_those_of_a_window_are() {
        let changes = changes(10.0, 60, |number| number % 2 == 1);
        assert!(matches!(changes[..], [(true, 19..=22)]), "{changes:?}");
    }

    #[test]
    fn it_is_not_raised_again_and_again_by_a_share_that_is_just_reached() {
        assert_eq!(changes(10.0, 60, |number| number % 10 == 9).len(), 1);
    }

    #[test]
    fn frames_of_a_pause_do_not_count() {
        let mut window = DropWindow::new(50.0);
        let totals = |captured, dropped| FrameTotals { captured, dropped };
        assert_eq!(window.update(ms(0), totals(1, 0)), None);
        assert_eq!(window.update(ms(9950), totals(31, 15)), None);
        window.skip_to(totals(1000, 0));
        assert!(window.update(ms(10_000), totals(1002, 2)).is_some());
        assert!((window.share() - 100.0 * 17.0 / 33.0).abs() < 1e-9);
    }
}
