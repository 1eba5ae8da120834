//! A client's connection: how long it may last, and its end.
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::sleep;

/// How long a connection may take that has no stream.
const MAX_AGE: Duration = Duration::from_secs(60);

/// A connection of a client.
pub struct Connection {
    /// The client's address.
    #[cfg_attr(
        not(feature = "network"),
        expect(dead_code, reason = "pages are the same for all")
    )]
    pub peer: SocketAddr,
    has_stream: AtomicBool,
    closed: Notify,
}

impl Connection {
    pub fn new(peer: SocketAddr) -> Self {
        Self {
            peer,
            has_stream: AtomicBool::new(false),
            closed: Notify::new(),
        }
    }

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
