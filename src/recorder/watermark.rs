//! How far the interleaver has come, and the frames before that which encoders still have: neither overtakes the other.
use crate::clock::Timestamp;
use crate::sync::{Mutex, MutexGuard};
use std::collections::VecDeque;
use std::time::Duration;

/// A packet may be moved by one container tick, which is how exact times in a file are.
const TOLERANCE: Duration = Duration::from_millis(1);

/// Shared by the encoder threads of live tracks, which register what they encode, and the interleaver, which waits for it.
#[derive(Debug)]
pub(crate) struct Watermark(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Media time of the latest packet that left the interleaver.
    passed: Timestamp,
    /// Of each track, the media times of what is being encoded, or on its way to the interleaver.
    encoding: Vec<VecDeque<Timestamp>>,
}

impl Watermark {
    pub(crate) fn new(tracks: usize) -> Self {
        Self(Mutex::new(State {
            passed: Timestamp::ZERO,
            encoding: vec![VecDeque::new(); tracks],
        }))
    }

    /// Registers a video frame that is about to be encoded, until its packet [arrives](Self::arrive). Returns `false`
    /// if it is too late for it: the interleaver has passed its time.
    pub(crate) fn claim(&self, track: usize, time: Timestamp) -> bool {
        let mut state = self.lock();
        let in_time = !state.has_passed(time);
        if in_time {
            state.encoding[track].push_back(time);
        }
        in_time
    }

    /// The latest claimed frame became no packet.
    pub(crate) fn withdraw(&self, track: usize) {
        self.lock().encoding[track].pop_back();
    }

    /// The packet of a claimed frame is with the interleaver.
    pub(crate) fn arrive(&self, track: usize, time: Timestamp) {
        let encoding = &mut self.lock().encoding[track];
        while encoding.front().is_some_and(|&front| front <= time) {
            encoding.pop_front();
        }
    }

    /// There is audio at `time` or behind it that is not encoded yet, until [`release`](Self::release).
    pub(crate) fn hold(&self, track: usize, time: Timestamp) {
        let encoding = &mut self.lock().encoding[track];
        encoding.clear();
        encoding.push_back(time);
    }

    /// All audio that was captured is encoded.
    pub(crate) fn release(&self, track: usize) {
        self.lock().encoding[track].clear();
    }

    /// Moves to the time of the next packet. Returns `false` if one of the tracks that have no packet still encodes an
    /// earlier one.
    pub(crate) fn pass(&self, time: Timestamp, mut without_packet: impl Iterator<Item = usize>) -> bool {
        let mut state = self.lock();
        let is_behind = |track: usize| state.encoding[track].front().is_some_and(|&own| own < time);
        let passes = !without_packet.any(is_behind);
        if passes {
            state.passed = state.passed.max(time);
        }
        passes
    }

    /// Whether a packet of this time would have to be moved to fit behind what is in the file.
    pub(crate) fn has_passed(&self, time: Timestamp) -> bool {
        self.lock().has_passed(time)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock()
    }
}

impl State {
    fn has_passed(&self, time: Timestamp) -> bool {
        time + TOLERANCE < self.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::ms;

    #[test]
    fn a_frame_that_is_being_encoded_is_not_overtaken_until_its_packet_has_arrived() {
        let watermark = Watermark::new(2);
        assert!(watermark.claim(0, ms(100)) && watermark.claim(0, ms(133)));
        assert!(watermark.pass(ms(100), [0].into_iter()));
        assert!(!watermark.pass(ms(101), [0].into_iter()));
        watermark.arrive(0, ms(100));
        assert!(watermark.pass(ms(133), [0].into_iter()));
        assert!(!watermark.pass(ms(134), [0].into_iter()));
        watermark.withdraw(0);
        assert!(watermark.pass(ms(134), [0].into_iter()));
    }

    #[test]
    fn a_frame_that_would_come_too_late_is_not_claimed() {
        let watermark = Watermark::new(2);
        assert!(watermark.pass(ms(100), [0].into_iter()));
        assert!(!watermark.claim(0, ms(98)));
        assert!(watermark.claim(0, ms(99)));
        assert!(watermark.claim(0, ms(500)));
        // What it does not wait for does not hold it up, and it never goes back.
        assert!(watermark.pass(ms(600), [].into_iter()) && watermark.pass(ms(200), [1].into_iter()));
        assert!(watermark.has_passed(ms(598)));
    }

    #[test]
    fn audio_holds_it_from_the_block_in_hand_on_until_all_of_it_is_encoded() {
        let watermark = Watermark::new(1);
        watermark.hold(0, ms(10));
        watermark.hold(0, ms(20));
        assert!(!watermark.pass(ms(5000), [0].into_iter()));
        watermark.release(0);
        assert!(watermark.pass(ms(5000), [0].into_iter()));
    }
}
