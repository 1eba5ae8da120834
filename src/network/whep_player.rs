//! Receives what a media server gives out (WHEP, draft-ietf-wish-whep): the other way round to a publisher.
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::network::ice_server::IceServer;
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_connection::PeerConnection;
use crate::network::peer_handle::PeerHandle;
use crate::network::received_stream;
use crate::network::rejoining::Rejoining;
use crate::network::target::HttpUrl;
use crate::network::whip_client::{Failure, PLAY, WhipClient};
use crate::streams::MediaStream;
use crate::sync::Mutex;
use std::sync::Arc;
use std::time::Duration;

/// How long the end of the connection may take, besides the HTTP.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(300);

/// Where media comes from.
#[derive(Clone, Debug)]
pub struct PlayerOptions {
    /// The WHEP endpoint.
    pub endpoint: HttpUrl,
    /// What allows it (a bearer token).
    pub token: Option<String>,
    /// Servers that help to find a way to endpoints beyond a NAT or a firewall.
    pub ice_servers: Vec<IceServer>,
    /// How long a server that is lost, or closes the connection, is waited for: then a new session goes on with the tracks. Zero is not
    /// at all.
    pub reconnect: Duration,
}

/// A session at a media server, which sends; dropping it ends that.
pub struct Player {
    server: Arc<Server>,
    ice_failures: Vec<String>,
}

/// The media server.
struct Server {
    client: WhipClient,
    ice_servers: Vec<IceServer>,
    session: Mutex<Session>,
}

/// The session that is there now.
struct Session {
    /// Where it is ended, until it was.
    resource: Option<HttpUrl>,
    peer: PeerHandle,
    /// Whether no more may begin.
    is_over: bool,
}

impl Player {
    /// Connects, and waits for the first media, for some seconds at most. The stream has one audio track and one video track, or
    /// what the server has of that, in VP8, VP9, AV1 and Opus; they are recorded as they are, and end with the connection.
    ///
    /// # Errors
    /// `NotReadable` if the server cannot be reached, refuses, or sends nothing; `NotAllowed` for a token that is missing or wrong;
    /// `NotSupported` if it has none of the codecs; `Unknown` if the system has no thread for it.
    pub fn open(options: PlayerOptions, label: &str, clock: &Clock) -> Result<(Self, MediaStream)> {
        let server = Arc::new(Server {
            client: WhipClient::new(PLAY, options.endpoint, options.token),
            ice_servers: options.ice_servers,
            session: Mutex::new(Session {
                resource: None,
                peer: PeerHandle(None),
                is_over: false,
            }),
        });
        // From here on the session ends with it, whatever goes wrong.
        let mut player = Self {
            server: server.clone(),
            ice_failures: Vec::new(),
        };
        let connection = server.connect()?;
        player.ice_failures = connection.ice_failures().to_vec();
        let again = move || server.connect();
        let rejoining = (!options.reconnect.is_zero()).then(|| Rejoining::new(options.reconnect, again));
        let stream = received_stream::open(connection, label, clock, rejoining);
        let stream = stream.map_err(|error| with_failures(error, &player.ice_failures))?;
        Ok((player, stream))
    }

    /// Of ICE servers that did not help: what, why and what to do.
    #[must_use]
    pub fn ice_failures(&self) -> &[String] {
        &self.ice_failures
    }

    /// Ends the session, and tells the server, within less than a second.
    pub fn finish(&mut self) {
        self.server.end(true);
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Server {
    /// Begins a session, in place of the one before.
    fn connect(&self) -> Result<PeerConnection> {
        let endpoint = self.client.endpoint();
        let peers = endpoint.addresses().map_err(|error| Error::NotReadable {
            message: format!("{endpoint} cannot be found"),
            source: Some(error.into()),
        })?;
        self.end(false);
        let configuration = PeerConfiguration {
            peers,
            ice_servers: self.ice_servers.clone(),
        };
        let mut connection = PeerConnection::receiving(&configuration)?;
        let offer = connection.create_offer()?;
        let accepted = self.client.post(&offer).map_err(refused)?;
        self.session.lock().resource = accepted.resource;
        connection.set_answer(&accepted.answer)?;
        let is_over = {
            let mut session = self.session.lock();
            session.peer = connection.handle();
            session.is_over
        };
        if is_over {
            self.end(true);
            return Err(Error::Abort {
                message: "the session has ended".into(),
            });
        }
        Ok(connection)
    }

    /// Ends the session that there is, and all that may follow if it `is_over`.
    fn end(&self, is_over: bool) {
        let (resource, peer) = {
            let mut session = self.session.lock();
            session.is_over |= is_over;
            (session.resource.take(), session.peer.clone())
        };
        peer.close();
        if let Some(resource) = resource {
            self.client.delete(&resource);
        }
        peer.close_and_wait(CLOSE_TIMEOUT);
    }
}

fn refused(failure: Failure) -> Error {
    match failure {
        Failure::Forbidden(message) => Error::NotAllowed {
            message,
            source: None,
        },
        Failure::Lasting(message) | Failure::Passing(message, _) => Error::not_readable(message),
    }
}

/// The reason may be that a server did not help.
fn with_failures(error: Error, failures: &[String]) -> Error {
    match error {
        Error::NotReadable { message, source } if !failures.is_empty() => Error::NotReadable {
            message: format!("{message} ({})", failures.join("; ")),
            source,
        },
        error => error,
    }
}
