//! A publisher that has come to an endpoint, and its place there.
use crate::network::peer_connection::PeerConnection;
use crate::network::peer_handle::PeerHandle;
use crate::sync::Mutex;
use std::sync::Arc;

/// Those that are in progress; `None` once no more may come.
pub(super) type Sessions = Arc<Mutex<Option<Vec<Session>>>>;

/// A publisher that has begun.
pub(super) struct Session {
    pub(super) name: String,
    pub(super) id: String,
    /// What its ICE credentials begin with: another one is a restart.
    pub(super) fragment: Option<String>,
    /// How many candidates it has added.
    pub(super) candidates: usize,
    pub(super) peer: PeerHandle,
}

/// A publisher that has come.
pub struct Publication {
    /// The name in the path that it publishes to; `""` where there is only one.
    pub name: String,
    /// What it sends.
    pub connection: PeerConnection,
    /// Its place at the endpoint.
    pub place: PublisherPlace,
}

/// A publisher's place at the endpoint: dropping it makes room for another, of the same name, too.
pub struct PublisherPlace {
    pub(super) id: String,
    pub(super) sessions: Sessions,
}

impl Drop for PublisherPlace {
    fn drop(&mut self) {
        if let Some(sessions) = &mut *self.sessions.lock() {
            sessions.retain(|session| session.id != self.id);
        }
    }
}
