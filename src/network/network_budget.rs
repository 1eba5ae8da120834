//! What the network takes: video that would wait too long on its way is dropped before it is sent, audio never.
use std::time::{Duration, Instant};

/// How long video may wait until it is on its way.
const MAX_WAIT: Duration = Duration::from_millis(600);

/// The same for a key frame after video was dropped: it is large, and what follows it needs room, too.
const MAX_WAIT_BEFORE_KEY: Duration = Duration::from_millis(150);

/// The least rate that is believed, in bits a second: that of audio.
const MIN_RATE: u64 = 64_000;

/// Over how long the rate of the recording is measured.
const MEASURED: Duration = Duration::from_secs(2);

/// A frame of video or a packet of audio.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    pub(super) track: usize,
    pub(super) is_video: bool,
    pub(super) key: bool,
    pub(super) bytes: usize,
}

/// What was sent, and what the network has taken of it.
pub(super) struct NetworkBudget {
    /// What the network takes, in bits a second; `None` if that is not known: then everything is sent.
    rate: Option<u64>,
    /// Bits that were sent, and that the network has not taken yet.
    waiting: f64,
    /// Until when it has taken them.
    taken_until: Option<Instant>,
    recorded: RecordedRate,
    /// For each track, whether what comes cannot be decoded before the next key frame, as video was dropped.
    awaits_key: Vec<bool>,
}

/// The rate of all that was recorded, sent or not.
#[derive(Default)]
struct RecordedRate {
    since: Option<Instant>,
    bits: u64,
    last: Option<u64>,
}

impl NetworkBudget {
    pub(super) fn new(tracks: usize) -> Self {
        Self {
            awaits_key: vec![false; tracks],
            rate: None,
            waiting: 0.0,
            taken_until: None,
            recorded: RecordedRate::default(),
        }
    }

    /// What the network takes from now on, in bits a second; `None` if that is not known any more.
    pub(super) fn set_rate(&mut self, rate: Option<u64>, now: Instant) {
        self.take_until(now);
        self.rate = rate.map(|rate| rate.max(MIN_RATE));
    }

    /// What it takes, in bits a second.
    pub(super) const fn rate(&self) -> Option<u64> {
        self.rate
    }

    /// What is recorded, in bits a second, once two seconds were measured.
    pub(super) const fn recorded(&self) -> Option<u64> {
        self.recorded.last
    }

    /// Whether what was recorded is to be sent. Video has to wait for a key frame after some of it was dropped.
    pub(super) fn admits(&mut self, offered: Offered, now: Instant) -> bool {
        self.take_until(now);
        let Offered {
            track, key, bytes, ..
        } = offered;
        let awaits_key = self.awaits_key.get(track).copied().unwrap_or_default();
        let has_room = match self.rate {
            Some(rate) => {
                let max = if awaits_key { MAX_WAIT_BEFORE_KEY } else { MAX_WAIT };
                self.waiting <= max.as_secs_f64() * rate as f64
            }
            None => true,
        };
        let is_sent = !offered.is_video || has_room && (key || !awaits_key);
        if let Some(awaits_key) = self.awaits_key.get_mut(track) {
            *awaits_key = !is_sent;
        }
        let bits = bytes as u64 * 8;
        self.recorded.add(bits, now);
        if is_sent && self.rate.is_some() {
            self.waiting += bits as f64;
        }
        is_sent
    }

    fn take_until(&mut self, now: Instant) {
        let before = self.taken_until.replace(now).unwrap_or(now);
        let taken =
            now.saturating_duration_since(before).as_secs_f64() * self.rate.unwrap_or_default() as f64;
        self.waiting = match self.rate {
            Some(_) => (self.waiting - taken).max(0.0),
            None => 0.0,
        };
    }
}

impl RecordedRate {
    fn add(&mut self, bits: u64, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let elapsed = now.saturating_duration_since(since);
        if elapsed >= MEASURED {
            self.last = Some((self.bits as f64 / elapsed.as_secs_f64()) as u64);
            (self.since, self.bits) = (Some(now), 0);
        }
        self.bits += bits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn video(bytes: usize, key: bool) -> Offered {
        Offered {
            track: 1,
            is_video: true,
            key,
            bytes,
        }
    }

    #[test]
    fn without_a_known_rate_everything_is_sent() {
        let (mut budget, start) = (NetworkBudget::new(2), Instant::now());
        for n in 0..100 {
            assert!(budget.admits(video(1_000_000, n == 0), start));
        }
        // What was sent before is not held against it.
        budget.set_rate(Some(500_000), start);
        assert!(budget.admits(video(1, false), start));
    }

    #[test]
    fn video_that_would_wait_too_long_is_dropped_up_to_a_key_frame_that_finds_room() {
        let (mut budget, start) = (NetworkBudget::new(2), Instant::now());
        budget.set_rate(Some(800_000), start);
        // 100 bytes a millisecond: these take 700 ms.
        assert!(budget.admits(video(70_000, true), start));
        assert!(!budget.admits(video(1_000, false), start));
        assert!(!budget.admits(video(1_000, false), start + 500 * MS));
        assert!(!budget.admits(video(1_000, true), start + 500 * MS));
        assert!(!budget.admits(video(1_000, false), start + 560 * MS));
        assert!(budget.admits(video(9_000, true), start + 570 * MS));
        assert!(budget.admits(video(1_000, false), start + 600 * MS));
        // Nothing is saved up in quiet times.
        assert!(budget.admits(video(70_000, false), start + 5_000 * MS));
        assert!(!budget.admits(video(1, false), start + 5_000 * MS));
    }

    #[test]
    fn audio_is_always_sent_and_takes_its_room() {
        let (mut budget, start) = (NetworkBudget::new(2), Instant::now());
        budget.set_rate(Some(800_000), start);
        let audio = Offered {
            track: 0,
            is_video: false,
            key: true,
            bytes: 1_000,
        };
        for _ in 0..100 {
            assert!(budget.admits(audio, start));
        }
        assert!(!budget.admits(video(1, true), start));
    }

    #[test]
    fn the_rate_of_the_recording_is_that_of_all_that_was_recorded() {
        let (mut budget, start) = (NetworkBudget::new(2), Instant::now());
        budget.set_rate(Some(1), start);
        assert_eq!(budget.rate(), Some(MIN_RATE));
        assert_eq!(budget.recorded(), None);
        for n in 0..=20 {
            budget.admits(video(12_500, false), start + 100 * n * MS);
        }
        assert_eq!(budget.recorded(), Some(1_000_000));
    }
}
