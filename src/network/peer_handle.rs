//! Does something with a connection from another thread.
use crate::network::engine::Command;
use crossbeam_channel::{Sender, TrySendError};
use std::thread;
use std::time::{Duration, Instant};
use str0m::Candidate;

/// How long other threads may wait for the thread of the connection.
const HANDLE_TIMEOUT: Duration = Duration::from_millis(100);

/// How often it is looked for the end.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// A handle of a connection for another thread.
#[derive(Clone)]
pub(super) struct PeerHandle(pub(super) Option<Sender<Command>>);

impl PeerHandle {
    /// Closes it, without waiting for that.
    pub(super) fn close(&self) {
        self.tell(Command::Close);
    }

    /// Closes it, and waits until it has said goodbye, to TURN servers, too; not longer than this time.
    pub(super) fn close_and_wait(&self, wait: Duration) {
        let end = Instant::now() + wait;
        self.close();
        let is_there = |commands: &Sender<Command>| {
            !matches!(
                commands.try_send(Command::Close),
                Err(TrySendError::Disconnected(_))
            )
        };
        while self.0.as_ref().is_some_and(is_there) && Instant::now() < end {
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Where the other side is, too.
    pub(super) fn add_candidates(&self, candidates: Vec<Candidate>) {
        self.tell(Command::AddCandidates(candidates));
    }

    fn tell(&self, command: Command) {
        if let Some(commands) = &self.0 {
            let _ = commands.send_timeout(command, HANDLE_TIMEOUT);
        }
    }
}
