//! Receives what a media server gives out (WHEP, draft-ietf-wish-whep): the other way round to a publisher.
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::network::ice_server::IceServer;
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_connection::PeerConnection;
use crate::network::peer_handle::PeerHandle;
use crate::network::target::HttpUrl;
use crate::network::whip_client::{Failure, PLAY, WhipClient};
use crate::streams::MediaStream;
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
}

/// A session at a media server, which sends; dropping it ends that.
pub struct Player {
    client: WhipClient,
    /// Where it is ended, until it was.
    resource: Option<HttpUrl>,
    peer: PeerHandle,
    ice_failures: Vec<String>,
}

impl Player {
    /// Connects, and waits for the first media, for some seconds at most. The stream has one audio track and one video track, or
    /// what the server has of that, in VP8, VP9, AV1 and Opus; they are recorded as they are, and end with the connection.
    ///
    /// # Errors
    /// `NotReadable` if the server cannot be reached, refuses, or sends nothing; `NotAllowed` for a token that is missing or wrong;
    /// `NotSupported` if it has none of the codecs; `Unknown` if the system has no thread for it.
    pub fn open(options: PlayerOptions, label: &str, clock: &Clock) -> Result<(Self, MediaStream)> {
        let PlayerOptions {
            endpoint,
            token,
            ice_servers,
        } = options;
        let peers = endpoint.addresses().map_err(|error| Error::NotReadable {
            message: format!("{endpoint} cannot be found"),
            source: Some(error.into()),
        })?;
        let configuration = PeerConfiguration { peers, ice_servers };
        let mut connection = PeerConnection::receiving(&configuration)?;
        let offer = connection.create_offer()?;
        let client = WhipClient::new(PLAY, endpoint, token);
        let accepted = client.post(&offer).map_err(refused)?;
        // From here on the session ends with it, whatever goes wrong.
        let mut player = Self {
            client,
            resource: accepted.resource,
            peer: connection.handle(),
            ice_failures: connection.ice_failures().to_vec(),
        };
        connection.set_answer(&accepted.answer)?;
        player.peer = connection.handle();
        let stream = connection.into_stream(label, clock);
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
        self.peer.close();
        if let Some(resource) = self.resource.take() {
            self.client.delete(&resource);
        }
        self.peer.close_and_wait(CLOSE_TIMEOUT);
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.finish();
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
