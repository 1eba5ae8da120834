//! How much encoded media of one track waits for whoever drains the recording.
use crate::media::Packet;
use crate::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// A live track keeps this many encoded bytes for a caller who does not come; then its frames are dropped.
const MOST_BYTES: usize = 32 << 20;

/// Live video stops being encoded when this much encoded media waits.
const MOST_LIVE_VIDEO: Duration = Duration::from_secs(4);

/// A patient track runs ahead of the others by no more than this.
const MOST_AHEAD: Duration = Duration::from_millis(500);

/// The account of one track: its encoder pays in, the recording takes out.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    account: Mutex<Account>,
    drained: Condvar,
}

#[derive(Debug, Default)]
struct Account {
    bytes: usize,
    media: Duration,
    closed: bool,
}

impl Backlog {
    pub(crate) fn pay_in(&self, packet: &Packet) {
        let mut account = self.lock();
        account.bytes += packet.data.len();
        account.media += packet.duration;
    }

    pub(crate) fn take_out(&self, packet: &Packet) {
        let mut account = self.lock();
        account.bytes = account.bytes.saturating_sub(packet.data.len());
        account.media = account.media.saturating_sub(packet.duration);
        self.drained.notify_all();
    }

    /// How much encoded media waits.
    pub(crate) fn media(&self) -> Duration {
        self.lock().media
    }

    /// Nobody takes out any more: nobody shall wait for it.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.drained.notify_all();
    }

    /// Whether a live video frame had better not be encoded.
    pub(crate) fn is_too_long_for_video(&self) -> bool {
        let account = self.lock();
        account.media > MOST_LIVE_VIDEO || account.bytes > MOST_BYTES
    }

    /// Waits until a patient track may encode more.
    pub(crate) fn wait_until_short(&self) {
        self.wait_while(|account| account.media > MOST_AHEAD);
    }

    /// Waits until a live audio track may encode more: its bytes are few and never dropped.
    pub(crate) fn wait_for_room(&self) {
        self.wait_while(|account| account.bytes > MOST_BYTES);
    }

    fn wait_while(&self, too_much: impl Fn(&Account) -> bool) {
        let mut account = self.lock();
        while too_much(&account) && !account.closed {
            account = self.drained.wait(account);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        self.account.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use std::sync::Arc;

    fn packet(ms: u64) -> Packet {
        Packet {
            track: 0,
            time: Timestamp::ZERO,
            duration: Duration::from_millis(ms),
            key: true,
            padding: Duration::ZERO,
            data: vec![0; 100].into(),
        }
    }

    #[test]
    fn live_video_pauses_at_four_seconds_of_backlog_and_goes_on_when_it_is_drained() {
        let backlog = Backlog::default();
        backlog.pay_in(&packet(1000));
        backlog.pay_in(&packet(3000));
        assert!(!backlog.is_too_long_for_video());
        backlog.pay_in(&packet(1));
        assert!(backlog.is_too_long_for_video());
        backlog.take_out(&packet(1000));
        assert!(!backlog.is_too_long_for_video());
    }

    #[test]
    fn a_patient_track_waits_until_what_it_made_is_taken_or_nobody_will() {
        let backlog = Arc::new(Backlog::default());
        backlog.pay_in(&packet(1000));
        let waiting = {
            let backlog = backlog.clone();
            std::thread::spawn(move || backlog.wait_until_short())
        };
        backlog.take_out(&packet(1000));
        waiting.join().unwrap();
        backlog.pay_in(&packet(5000));
        backlog.close();
        backlog.wait_until_short();
    }
}
