//! Datagrams on their way out: a key frame is a hundred of them, which are spread so that no queue on the way overflows.
//!
//! They stay in order: what another one overtakes is reported as lost.
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Datagrams that are sent at once, whatever came before.
const BURST: u32 = 16;

/// One more may be sent each time this has passed, at least: 70 Mbit/s of the largest.
const MIN_INTERVAL: Duration = Duration::from_micros(150);

/// How much faster than recorded, on average, a key frame goes out: routers with short queues lose the end of one that comes at once.
const PACE: u64 = 2;

/// The least rate of media that is assumed, in bits a second: what is measured may be a scene without motion.
const MIN_RATE: u64 = 3_000_000;

/// All that waits goes out in about this time, whatever the rate.
const MAX_SPREAD: Duration = Duration::from_millis(150);

/// Bits of the largest datagram.
const DATAGRAM: u64 = 1200 * 8;

/// Datagrams that may wait. Those of 4 s at 10 Mbit/s.
const MAX_WAITING: usize = 4096;

/// What waits to be sent, in order.
pub(super) struct Outbox<T> {
    waiting: VecDeque<T>,
    /// When all that was sent so far would have been sent without bursts.
    sent_until: Option<Instant>,
    /// The time between two of them, by the rate.
    interval: Duration,
    pub(super) dropped: u64,
}

impl<T> Outbox<T> {
    pub(super) const fn new() -> Self {
        Self {
            waiting: VecDeque::new(),
            sent_until: None,
            interval: interval(MIN_RATE),
            dropped: 0,
        }
    }

    /// Sends no faster than it must at this rate of the media, in bits a second.
    pub(super) const fn set_rate(&mut self, rate: u64) {
        self.interval = interval(rate);
    }

    /// Sends as fast as it may from now on.
    pub(super) const fn hurry(&mut self) {
        self.interval = MIN_INTERVAL;
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
        self.sent_until = Some(sent_until + self.spacing());
        self.waiting.pop_front()
    }

    /// When the next may be sent; `None` if none waits.
    pub(super) fn due(&self) -> Option<Instant> {
        let due = self
            .sent_until
            .map(|until| until.checked_sub(self.spacing() * (BURST - 1)));
        self.waiting.front().and(due.flatten())
    }

    /// The time between two datagrams now.
    fn spacing(&self) -> Duration {
        let waiting = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        let spread = MAX_SPREAD / waiting.max(1);
        self.interval.min(spread).max(MIN_INTERVAL)
    }

    /// The end of what was sent so far, if there is room for one more.
    fn sent_until_before(&self, now: Instant) -> Option<Instant> {
        let until = self.sent_until.map_or(now, |until| until.max(now));
        (until - now < self.spacing() * BURST).then_some(until)
    }
}

/// The time between two datagrams at this rate of the media.
const fn interval(rate: u64) -> Duration {
    let rate = if rate < MIN_RATE { MIN_RATE } else { rate };
    Duration::from_nanos(1_000_000_000 * DATAGRAM / (rate * PACE))
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
        outbox.hurry();
        (0..100).for_each(|n| outbox.push(n));
        assert_eq!(sent(&mut outbox, start), (0..16).collect::<Vec<_>>());
        let due = outbox.due().unwrap();
        assert!(due > start && due <= start + MIN_INTERVAL);
        assert_eq!(sent(&mut outbox, start + MIN_INTERVAL * 3), [16, 17, 18]);
        let rest = sent(&mut outbox, start + MIN_INTERVAL * 60);
        assert_eq!((rest.len(), rest[0]), (16, 19));
    }

    #[test]
    fn a_key_frame_is_spread_by_the_rate_of_the_media() {
        let (mut outbox, start) = (Outbox::new(), Instant::now());
        // A datagram of 9600 bits every millisecond.
        outbox.set_rate(4_800_000);
        (0..50).for_each(|n| outbox.push(n));
        let millis = |n| start + Duration::from_millis(n);
        let numbers: Vec<_> = (0..35).map(|n| sent(&mut outbox, millis(n)).len()).collect();
        assert_eq!((numbers[0], &numbers[1..]), (16, &[1; 34][..]));
        assert_eq!(outbox.due(), None);
    }

    #[test]
    fn what_is_much_more_than_the_rate_goes_out_in_time() {
        let (mut outbox, start) = (Outbox::new(), Instant::now());
        (0..1000).for_each(|n| outbox.push(n));
        let half = (0..=150).map(|n| sent(&mut outbox, start + Duration::from_millis(n)).len());
        assert!(half.sum::<usize>() > 500);
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let mut outbox = Outbox::new();
        (0..5000).for_each(|n| outbox.push(n));
        assert_eq!(outbox.dropped, 5000 - 4096);
    }
}
