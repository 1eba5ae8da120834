//! `Condition`: raised once it has lasted, cleared when it ends. Pure: time is an argument.
use crate::clock::Timestamp;
use std::time::Duration;

/// A condition that lasts, or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    /// How long it lasts before it is raised.
    after: Duration,
    /// When it began, if it lasts.
    since: Option<Timestamp>,
    raised: bool,
}

/// An alarm was raised or cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) raised: bool,
    /// When the condition began.
    pub(super) since: Timestamp,
    pub(super) at: Timestamp,
}

impl Condition {
    /// One that has lasted since this time, if it is given.
    pub(super) const fn new(after: Duration, since: Option<Timestamp>) -> Self {
        Self {
            after,
            since,
            raised: false,
        }
    }

    /// It begins now, unless it has begun.
    pub(super) fn begins(&mut self, at: Timestamp) {
        self.since.get_or_insert(at);
    }

    /// If it lasts, it has lasted up to now.
    pub(super) fn lasts_until(&mut self, at: Timestamp) -> Option<Change> {
        let since = self.since?;
        if self.raised || at - since < self.after {
            return None;
        }
        self.raised = true;
        Some(Change {
            raised: true,
            since,
            at,
        })
    }

    /// It ends now, if it lasts.
    pub(super) fn ends(&mut self, at: Timestamp) -> Option<Change> {
        let since = self.since.take()?;
        std::mem::take(&mut self.raised).then_some(Change {
            raised: false,
            since,
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::ms;

    fn change(raised: bool, since: u64, at: u64) -> Change {
        let (since, at) = (ms(since), ms(at));
        Change { raised, since, at }
    }

    #[test]
    fn it_is_raised_once_when_it_has_lasted_and_cleared_once_when_it_ends_and_raised_again() {
        let mut condition = Condition::new(Duration::from_millis(100), None);
        assert_eq!(condition.lasts_until(ms(500)), None);
        condition.begins(ms(1000));
        condition.begins(ms(1050));
        assert_eq!(condition.lasts_until(ms(1099)), None);
        assert_eq!(condition.lasts_until(ms(1100)), Some(change(true, 1000, 1100)));
        assert_eq!(condition.lasts_until(ms(1200)), None);
        assert_eq!(condition.ends(ms(1300)), Some(change(false, 1000, 1300)));
        assert_eq!(condition.ends(ms(1400)), None);
        condition.begins(ms(1500));
        assert_eq!(condition.lasts_until(ms(1600)), Some(change(true, 1500, 1600)));
    }

    #[test]
    fn one_that_ends_before_it_has_lasted_is_neither_raised_nor_cleared() {
        let mut condition = Condition::new(Duration::from_millis(100), Some(ms(0)));
        assert_eq!(condition.lasts_until(ms(99)), None);
        assert_eq!(condition.ends(ms(99)), None);
        condition.begins(ms(100));
        assert_eq!(condition.lasts_until(ms(199)), None);
    }
}
