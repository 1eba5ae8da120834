//! Whether and when the user requested a stop, and how long the rest of the program may wait after it.
use mediarec::clock::{Clock, Timestamp};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Readers of pipes that have not taken everything this long after a stop are given up.
const READER_TIMEOUT: Duration = Duration::from_millis(1500);

/// Commands of `--on-chunk` that have not ended this long after a stop are given up.
const HOOK_TIMEOUT: Duration = Duration::from_millis(1800);

/// The process ends this long after a stop, whatever devices and disks do.
pub const STOP_TIMEOUT: Duration = Duration::from_millis(1900);

/// The time of the stop request, if there was one; shared by everything that waits.
#[derive(Clone, Debug)]
pub struct StopRequest {
    clock: Clock,
    at: Arc<OnceLock<Timestamp>>,
}

impl StopRequest {
    /// No stop has been requested.
    pub fn new() -> Self {
        Self {
            clock: Clock::monotonic(),
            at: Arc::default(),
        }
    }

    /// Requests the stop. Returns `false` if it had been requested before.
    pub fn make(&self) -> bool {
        self.at.set(self.clock.now()).is_ok()
    }

    /// Whether the stop was requested.
    pub fn is_made(&self) -> bool {
        self.at.get().is_some()
    }

    /// Whether waiting for readers of pipes has timed out.
    pub fn readers_timed_out(&self) -> bool {
        self.is_older_than(READER_TIMEOUT)
    }

    /// Whether waiting for commands of `--on-chunk` has timed out.
    pub fn hooks_timed_out(&self) -> bool {
        self.is_older_than(HOOK_TIMEOUT)
    }

    /// Whether uploads that may go on for so long after a stop have timed out.
    #[cfg(feature = "upload")]
    pub fn uploads_timed_out(&self, wait: Duration) -> bool {
        self.is_older_than(wait)
    }

    fn is_older_than(&self, age: Duration) -> bool {
        self.at.get().is_some_and(|&at| self.clock.now() - at >= age)
    }
}
