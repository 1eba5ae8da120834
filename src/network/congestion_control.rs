//! Congestion control for media that is encoded already: video is dropped before it is sent while datagrams wait in the network or are lost
//! there, audio never.
//!
//! Estimators of bandwidth, such as Google's, are made for an encoder that follows them. They take what is sent for what the network takes
//! as soon as less is sent, so that one wrong guess at the start of a recording would stop its video for good. What is measured here is the
//! queue in the network itself: by how much a datagram takes longer than the fastest one.
use std::time::{Duration, Instant};

/// How long datagrams may have waited in the network before video is dropped.
const MAX_WAIT: Duration = Duration::from_millis(400);

/// The same before a key frame that follows dropped video: it is large, and what comes behind it needs room, too.
const MAX_WAIT_BEFORE_KEY: Duration = Duration::from_millis(250);

/// If audio had to wait for longer than this behind video, the network is too narrow for frames of this size: video pauses.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Reports of arrivals may be late by this much, without anything waiting for them.
const REPORTS_LATE: Duration = Duration::from_millis(300);

/// The part of the datagrams that may be lost, more than is always lost, before video is dropped. Receivers ask for lost ones again.
const MAX_LOSS: f32 = 0.15;

/// Over how long rates are measured.
const MEASURED: Duration = Duration::from_secs(2);

/// For how long a minimum counts, at least: the way through the network may change.
const MINIMUM_COUNTS: Duration = Duration::from_secs(30);

/// A frame of video or a packet of audio.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    pub(super) track: usize,
    pub(super) is_video: bool,
    pub(super) key: bool,
    pub(super) bytes: usize,
}

/// What the other side's reports of arrivals show.
#[derive(Clone, Copy, Default)]
pub(super) struct Arrivals {
    /// From sending the last datagram that was reported to its report.
    pub(super) round_trip: Option<Duration>,
    /// The part of the last second's datagrams that was lost.
    pub(super) loss: Option<f32>,
}

/// What was sent, and how it fares in the network.
pub(super) struct CongestionControl {
    /// How long the datagrams had waited that were reported last.
    waited: Duration,
    last_round_trip: Option<Duration>,
    least_round_trip: Minimum<Duration>,
    /// When the first datagram was sent that has not been reported.
    unreported_since: Option<Instant>,
    loss: f32,
    least_loss: Minimum<f32>,
    /// No video begins before.
    video_from: Option<Instant>,
    rates: Rates,
    /// For each track, whether what comes cannot be decoded before the next key frame, as video was dropped.
    awaits_key: Vec<bool>,
}

/// The smallest of the values of half a minute or more.
struct Minimum<T> {
    since: Option<Instant>,
    earlier: Option<T>,
    of_this: Option<T>,
}

/// What was recorded, and what of it was sent.
#[derive(Default)]
struct Rates {
    since: Option<Instant>,
    recorded: u64,
    sent: u64,
    /// Bits a second, of the last two seconds that were measured.
    last: Option<SentRate>,
}

/// Rates in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SentRate {
    pub(super) recorded: u64,
    pub(super) sent: u64,
}

impl CongestionControl {
    pub(super) fn new(tracks: usize) -> Self {
        Self {
            waited: Duration::ZERO,
            last_round_trip: None,
            least_round_trip: Minimum::new(),
            unreported_since: None,
            loss: 0.0,
            least_loss: Minimum::new(),
            video_from: None,
            rates: Rates::default(),
            awaits_key: vec![false; tracks],
        }
    }

    /// Takes what is reported now. Without reports everything is sent.
    pub(super) fn on_arrivals(&mut self, arrivals: Arrivals, now: Instant) {
        if let Some(loss) = arrivals.loss {
            self.loss = loss - self.least_loss.of(loss, now);
        }
        // The same one again is no new report.
        let new = arrivals
            .round_trip
            .filter(|new| self.last_round_trip != Some(*new));
        if let Some(round_trip) = new {
            self.last_round_trip = new;
            self.unreported_since = None;
            self.waited = round_trip.saturating_sub(self.least_round_trip.of(round_trip, now));
        }
        let wait = self.wait(now);
        if wait > LONG_WAIT {
            self.video_from = Some(now + 2 * wait);
        }
    }

    /// Whether what was recorded is to be sent. Video has to wait for a key frame after some of it was dropped.
    pub(super) fn admits(&mut self, offered: Offered, now: Instant) -> bool {
        let awaits_key = self.awaits_key.get(offered.track).copied().unwrap_or_default();
        let is_sent = !offered.is_video || self.has_room(awaits_key, now) && (offered.key || !awaits_key);
        if let Some(awaits_key) = self.awaits_key.get_mut(offered.track) {
            *awaits_key = !is_sent;
        }
        let bits = offered.bytes as u64 * 8;
        self.rates.add(bits, is_sent, now);
        if is_sent {
            self.unreported_since.get_or_insert(now);
        }
        is_sent
    }

    /// What was recorded and sent in the last two seconds that were measured.
    pub(super) const fn rates(&self) -> Option<SentRate> {
        self.rates.last
    }

    fn has_room(&self, awaits_key: bool, now: Instant) -> bool {
        let max = if awaits_key { MAX_WAIT_BEFORE_KEY } else { MAX_WAIT };
        let may_begin = !awaits_key || self.video_from.is_none_or(|from| now >= from);
        self.wait(now) <= max && self.loss <= MAX_LOSS && may_begin
    }

    /// How long datagrams wait, as far as that is known.
    fn wait(&self, now: Instant) -> Duration {
        let unreported = self
            .unreported_since
            .filter(|_| self.last_round_trip.is_some())
            .map_or(Duration::ZERO, |since| now.saturating_duration_since(since));
        let expected = self.last_round_trip.unwrap_or_default() + REPORTS_LATE;
        self.waited + unreported.saturating_sub(expected)
    }
}

impl<T: Copy + PartialOrd> Minimum<T> {
    const fn new() -> Self {
        Self {
            since: None,
            earlier: None,
            of_this: None,
        }
    }

    /// Takes a value, and returns the smallest.
    fn of(&mut self, value: T, now: Instant) -> T {
        let since = *self.since.get_or_insert(now);
        if now.saturating_duration_since(since) >= MINIMUM_COUNTS {
            (self.since, self.earlier, self.of_this) = (Some(now), self.of_this, None);
        }
        let smaller = |one: T, other: T| if other < one { other } else { one };
        let of_this = self.of_this.map_or(value, |least| smaller(value, least));
        self.of_this = Some(of_this);
        self.earlier.map_or(of_this, |earlier| smaller(of_this, earlier))
    }
}

impl Rates {
    fn add(&mut self, bits: u64, is_sent: bool, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= MEASURED {
            let rate = |bits: u64| (bits as f64 / elapsed.as_secs_f64()) as u64;
            self.last = Some(SentRate {
                recorded: rate(self.recorded),
                sent: rate(self.sent),
            });
            (self.since, self.recorded, self.sent) = (Some(now), 0, 0);
        }
        self.recorded += bits;
        self.sent += if is_sent { bits } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const AUDIO: Offered = Offered {
        track: 0,
        is_video: false,
        key: true,
        bytes: 100,
    };
    const KEY: Offered = Offered {
        track: 1,
        is_video: true,
        key: true,
        bytes: 10_000,
    };
    const FRAME: Offered = Offered { key: false, ..KEY };

    fn arrived(round_trip: u32, loss: f32) -> Arrivals {
        Arrivals {
            round_trip: Some(round_trip * MS),
            loss: Some(loss),
        }
    }

    /// One for which the least round trip is 20 ms, and the time of this.
    fn connected() -> (CongestionControl, Instant) {
        let (mut control, start) = (CongestionControl::new(2), Instant::now());
        control.on_arrivals(arrived(20, 0.0), start);
        (control, start)
    }

    #[test]
    fn without_reports_everything_is_sent() {
        let (mut control, start) = (CongestionControl::new(2), Instant::now());
        for n in 0..100 {
            let now = start + 100 * n * MS;
            control.on_arrivals(Arrivals::default(), now);
            assert!(control.admits(FRAME, now));
        }
    }

    #[test]
    fn video_that_would_wait_too_long_is_dropped_up_to_a_key_frame_that_finds_a_short_queue() {
        let (mut control, start) = connected();
        control.on_arrivals(arrived(420, 0.0), start);
        assert!(control.admits(FRAME, start));
        control.on_arrivals(arrived(421, 0.0), start);
        assert!(control.admits(AUDIO, start));
        assert!(!control.admits(FRAME, start));
        control.on_arrivals(arrived(271, 0.0), start);
        assert!(!control.admits(KEY, start));
        control.on_arrivals(arrived(270, 0.0), start);
        assert!(!control.admits(FRAME, start));
        assert!(control.admits(KEY, start));
        assert!(control.admits(FRAME, start));
    }

    #[test]
    fn what_no_report_tells_of_waits() {
        let (mut control, start) = connected();
        assert!(control.admits(AUDIO, start));
        // The same report again is no new one.
        control.on_arrivals(arrived(20, 0.0), start + 700 * MS);
        assert!(control.admits(FRAME, start + 720 * MS));
        assert!(!control.admits(FRAME, start + 721 * MS));
        control.on_arrivals(arrived(21, 0.0), start + 1_000 * MS);
        assert!(control.admits(KEY, start + 1_000 * MS));
        // Nothing is sent in a pause, and nothing is reported.
        control.on_arrivals(arrived(22, 0.0), start + 1_100 * MS);
        assert!(control.admits(KEY, start + 99_000 * MS));
    }

    #[test]
    fn losses_count_if_there_were_fewer_before() {
        let (mut control, start) = (CongestionControl::new(2), Instant::now());
        control.on_arrivals(arrived(20, 0.1), start);
        control.on_arrivals(arrived(20, 0.25), start);
        assert!(control.admits(FRAME, start));
        control.on_arrivals(arrived(20, 0.26), start);
        assert!(!control.admits(KEY, start));
        control.on_arrivals(arrived(20, 0.1), start);
        assert!(control.admits(KEY, start));
    }

    #[test]
    fn video_that_made_audio_wait_for_long_pauses() {
        let (mut control, start) = connected();
        control.on_arrivals(arrived(3_020, 0.0), start);
        assert!(!control.admits(FRAME, start));
        control.on_arrivals(arrived(20, 0.0), start + 5_900 * MS);
        assert!(!control.admits(KEY, start + 5_999 * MS));
        assert!(control.admits(KEY, start + 6_000 * MS));
    }

    #[test]
    fn the_fastest_datagram_is_forgotten_after_a_minute_at_most() {
        let (mut control, start) = connected();
        for n in 1..=600 {
            control.on_arrivals(arrived(1_000 + n % 2, 0.0), start + 100 * n * MS);
        }
        assert!(control.admits(KEY, start + 62_000 * MS));
    }

    #[test]
    fn rates_are_of_what_was_recorded_and_of_what_was_sent() {
        let (mut control, start) = connected();
        control.on_arrivals(arrived(2_000, 0.0), start);
        assert_eq!(control.rates(), None);
        for n in 0..=20 {
            let now = start + 100 * n * MS;
            assert!(control.admits(AUDIO, now) && !control.admits(KEY, now));
        }
        let (recorded, sent) = (808_000, 8_000);
        assert_eq!(control.rates(), Some(SentRate { recorded, sent }));
    }
}
