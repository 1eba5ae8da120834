//! A client's connection: how long it may last, and its end.
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// How long a connection may take that has no stream.
const MAX_AGE: Duration = Duration::from_secs(60);

/// A connection of a client.
#[derive(Default)]
pub struct Connection {
    has_stream: AtomicBool,
    closed: Notify,
}

impl Connection {
    /// It has a stream, so it may last.
    pub fn stream(&self) {
        self.has_stream.store(true, Ordering::Relaxed);
    }

    /// Closes it, whatever is being sent.
    pub fn close(&self) {
        self.closed.notify_one();
    }

    /// Waits until it is closed, or too old.
    pub async fn is_closed(&self) {
        tokio::select! {
            () = self.closed.notified() => return,
            () = sleep(MAX_AGE) => {}
        }
        if self.has_stream.load(Ordering::Relaxed) {
            self.closed.notified().await;
        }
    }
}
