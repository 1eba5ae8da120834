//! Datagrams on their way out: a key frame is a hundred of them, which are spread so that no queue on the way overflows.
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Datagrams that are sent at once, whatever came before.
const BURST: u32 = 32;

/// One more may be sent each time this has passed: 70 Mbit/s of the largest.
const INTERVAL: Duration = Duration::from_micros(150);

/// Datagrams that may wait. Those of 4 s at 10 Mbit/s.
const MAX_WAITING: usize = 4096;

/// What waits to be sent, in order.
pub(super) struct Outbox<T> {
    waiting: VecDeque<T>,
    /// When all that was sent so far would have been sent without bursts.
    sent_until: Option<Instant>,
    pub(super) dropped: u64,
}

impl<T> Outbox<T> {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            sent_until: None,
            dropped: 0,
        }
    }

    /// Adds a datagram, or drops it.
    pub(super) fn push(&mut self, datagram: T) {
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push_back(datagram);
        } else {
            self.dropped += 1;
        }
    }

    /// The next datagram that may be sent now.
    pub(super) fn next(&mut self, now: Instant) -> Option<T> {
        let sent_until = self.waiting.front().and(self.sent_until_before(now))?;
        self.sent_until = Some(sent_until + INTERVAL);
        self.waiting.pop_front()
    }

    /// When the next may be sent; `None` if none waits.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = self
            .sent_until
            .map(|until| until.checked_sub(INTERVAL * (BURST - 1)));
        self.waiting.front().and(due.flatten())
    }

    /// The end of what was sent so far, if there is room for one more.
    fn sent_until_before(&self, now: Instant) -> Option<Instant> {
        let until = self.sent_until.map_or(now, |until| until.max(now));
        (until - now < INTERVAL * BURST).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The datagrams that may be sent at this time.
    fn sent(outbox: &mut Outbox<u32>, now: Instant) -> Vec<u32> {
        std::iter::from_fn(|| outbox.next(now)).collect()
    }

    #[test]
    fn a_burst_goes_out_at_once_and_the_rest_at_the_rate_in_order() {
        let (mut outbox, start) = (Outbox::new(), Instant::now());
        (0..100).for_each(|n| outbox.push(n));
        assert_eq!(sent(&mut outbox, start), (0..32).collect::<Vec<_>>());
        let due = outbox.due().unwrap();
        assert!(due > start && due <= start + INTERVAL);
        assert_eq!(sent(&mut outbox, start + INTERVAL * 3), [32, 33, 34]);
        let rest = sent(&mut outbox, start + INTERVAL * 60);
        assert_eq!((rest.len(), rest[0]), (32, 35));
        assert_eq!(sent(&mut outbox, start + INTERVAL * 200).len(), 32);
        assert_eq!(sent(&mut outbox, start + INTERVAL * 201), [99]);
        assert_eq!(outbox.due(), None);
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let mut outbox = Outbox::new();
        (0..5000).for_each(|n| outbox.push(n));
        assert_eq!(outbox.dropped, 5000 - 4096);
    }
}
