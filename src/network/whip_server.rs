//! The other side of WHIP (RFC 9725): answers the requests of publishers, of which one is taken at a time, or several with
//! names. Values in, values out: whoever calls it does the HTTP.
use crate::error::Error;
use crate::network::ice_server::IceServer;
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_connection::PeerConnection;
use crate::network::peer_handle::PeerHandle;
use crate::network::publication::{Publication, PublisherPlace, Session, Sessions};
use crate::network::trickle;
use crate::network::whip_request::{WhipRequest, WhipResponse};
use crate::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::net::SocketAddr;
use std::sync::Arc;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The longest offer, in bytes; those of browsers have about 8,000.
const MAX_OFFER: usize = 64 << 10;

/// When a publisher that is one too many may come back, in seconds.
const RETRY_AFTER: &str = "5";

/// How many candidates a publisher may add: a machine has a few interfaces.
const MAX_CANDIDATES: usize = 128;

/// The longest name of a publisher.
const MAX_NAME: usize = 64;

/// What there is instead of nothing.
const NAMES: &str = "there is no endpoint of this path; publish to that of the server and a name of letters, digits and - _ .";

/// What browsers may send from pages of other hosts.
const METHODS: &str = "POST, PATCH, DELETE, OPTIONS";
const HEADERS: &str = "Authorization, Content-Type";

/// A WHIP endpoint.
pub struct WhipServer {
    path: String,
    token: Option<String>,
    /// How many may publish at once, each to a path of its own name; `None` for a single one, to the path itself.
    max_named: Option<usize>,
    ice_servers: Vec<IceServer>,
    sessions: Sessions,
    publications: Sender<Publication>,
}

impl WhipServer {
    /// An endpoint with this path, such as `/live`, for one publisher at a time that has the token. Returns the publishers as they
    /// come, too.
    ///
    /// Without a token pages of other hosts cannot publish, even if a browser on this machine shows them.
    #[must_use]
    pub fn new(path: &str, token: Option<String>) -> (Self, Receiver<Publication>) {
        Self::with(path, token, None)
    }

    /// The same for so many publishers at once, each to a path of its own name: that of `hall` is `/live/hall`.
    #[must_use]
    pub fn with_names(path: &str, token: Option<String>, max: usize) -> (Self, Receiver<Publication>) {
        Self::with(path, token, Some(max))
    }

    fn with(path: &str, token: Option<String>, max_named: Option<usize>) -> (Self, Receiver<Publication>) {
        // Each has a place, so that none finds the queue full.
        let (publications, receiver) = bounded(max_named.unwrap_or(1));
        let server = Self {
            path: path.to_owned(),
            token,
            max_named,
            ice_servers: Vec::new(),
            sessions: Arc::new(Mutex::new(Some(Vec::new()))),
            publications,
        };
        (server, receiver)
    }

    /// Servers that help publishers to find a way here, through a NAT or a firewall.
    #[must_use]
    pub fn with_ice_servers(mut self, servers: Vec<IceServer>) -> Self {
        self.ice_servers = servers;
        self
    }

    /// Answers a request. May take a moment: sockets are opened, and ICE servers asked.
    #[must_use]
    pub fn answer(&self, request: &WhipRequest) -> WhipResponse {
        let mut response = self.checked(request).unwrap_or_else(|refusal| refusal);
        if let Some(origin) = request.origin.filter(|origin| self.allows(origin)) {
            response.headers.extend([
                ("Access-Control-Allow-Origin", origin.to_owned()),
                ("Access-Control-Expose-Headers", "Location".to_owned()),
                ("Vary", "Origin".to_owned()),
            ]);
        }
        response
    }

    fn checked(&self, request: &WhipRequest) -> Result<WhipResponse, WhipResponse> {
        let rest = request.path.strip_prefix(&*self.path);
        let rest = rest.filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let rest = rest.ok_or_else(|| WhipResponse::refusal(404, "there is no endpoint of this path"))?;
        if request.origin.is_some_and(|origin| !self.allows(origin)) {
            return Err(WhipResponse::refusal(
                403,
                "pages of other hosts need a token: --listen-token",
            ));
        }
        if request.method == "OPTIONS" {
            let headers = vec![
                ("Access-Control-Allow-Methods", METHODS.into()),
                ("Access-Control-Allow-Headers", HEADERS.into()),
                ("Accept-Post", "application/sdp".into()),
            ];
            return Ok(WhipResponse::empty(204, headers));
        }
        self.check_token(request.authorization)?;
        match (request.method, self.resource(rest)) {
            ("POST", Resource::Endpoint(name)) => self.post(name, request),
            ("DELETE", Resource::Session(name, id)) => self.delete(name, id),
            ("PATCH", Resource::Session(name, id)) => self.patch(name, id, request),
            (_, Resource::None) => Err(WhipResponse::refusal(404, NAMES)),
            _ => Err(WhipResponse {
                headers: vec![("Allow", METHODS.into())],
                ..WhipResponse::refusal(
                    405,
                    "use POST for an offer, PATCH for candidates, and DELETE for the end",
                )
            }),
        }
    }

    /// What is meant by the rest of a path behind that of the endpoint.
    fn resource<'a>(&self, rest: &'a str) -> Resource<'a> {
        let words: Vec<&str> = rest.trim_end_matches('/').split('/').skip(1).collect();
        match (&*words, self.max_named) {
            ([], None) => Resource::Endpoint(""),
            ([id], None) => Resource::Session("", id),
            ([name], Some(_)) if is_name(name) => Resource::Endpoint(name),
            ([name, id], Some(_)) if is_name(name) => Resource::Session(name, id),
            _ => Resource::None,
        }
    }

    /// With a token everybody may try; without one, only pages of this machine.
    fn allows(&self, origin: &str) -> bool {
        let name = origin.split_once("://").map_or("", |(_, name)| name);
        let host = name
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok());
        let host = host.map_or(name, |(host, _)| host);
        self.token.is_some() || matches!(host, "localhost" | "127.0.0.1" | "[::1]")
    }

    fn check_token(&self, authorization: Option<&str>) -> Result<(), WhipResponse> {
        let Some(token) = &self.token else {
            return Ok(());
        };
        let given = authorization.and_then(|value| value.split_once(' '));
        let given = given.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let given = given.map_or("", |(_, token)| token.trim());
        if bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
            return Ok(());
        }
        Err(WhipResponse {
            headers: vec![("WWW-Authenticate", "Bearer".into())],
            ..WhipResponse::refusal(401, "the token is missing or wrong")
        })
    }

    fn post(&self, name: &str, request: &WhipRequest) -> Result<WhipResponse, WhipResponse> {
        if !request.has_type("application/sdp") {
            return Err(WhipResponse::refusal(
                415,
                "an offer has the type application/sdp",
            ));
        }
        let offer = str::from_utf8(request.body)
            .ok()
            .filter(|offer| offer.len() <= MAX_OFFER);
        let offer =
            offer.ok_or_else(|| WhipResponse::refusal(400, "the offer is no text, or longer than 64 KiB"))?;
        // It is given up on every way out.
        let place = self.admit(name, offer)?;
        let (connection, answer) = self.connect(&place, offer, request.peer)?;
        let slash = if name.is_empty() { "" } else { "/" };
        let location = format!("{}{slash}{name}/{}", self.path, place.id);
        let publication = Publication {
            name: name.to_owned(),
            connection,
            place,
        };
        // Not under the lock of the sessions: one that is not taken gives up its place.
        if self.publications.try_send(publication).is_err() {
            return Err(WhipResponse::refusal(503, "nothing is recorded any more"));
        }
        Ok(WhipResponse {
            status: 201,
            headers: vec![
                ("Content-Type", "application/sdp".into()),
                ("Location", location),
                ("Accept-Patch", trickle::TYPE.into()),
            ],
            body: answer,
        })
    }

    /// Gives a publisher its place.
    fn admit(&self, name: &str, offer: &str) -> Result<PublisherPlace, WhipResponse> {
        let mut sessions = self.sessions.lock();
        let Some(sessions) = &mut *sessions else {
            return Err(WhipResponse::refusal(503, "nothing is recorded any more"));
        };
        let is_full = sessions.len() >= self.max_named.unwrap_or(1);
        if is_full || sessions.iter().any(|session| session.name == name) {
            let message = match self.max_named {
                Some(max) if is_full => format!("there are {max} publishers already"),
                _ => "there is a publisher already".into(),
            };
            return Err(WhipResponse {
                headers: vec![("Retry-After", RETRY_AFTER.into())],
                ..WhipResponse::refusal(503, &message)
            });
        }
        let id = Uuid::new_v4().simple().to_string();
        sessions.push(Session {
            name: name.to_owned(),
            id: id.clone(),
            fragment: trickle::user_fragment(offer).map(str::to_owned),
            candidates: 0,
            peer: PeerHandle(None),
        });
        Ok(PublisherPlace {
            id,
            sessions: self.sessions.clone(),
        })
    }

    /// The connection with a publisher that has a place, and the answer to its offer. Others do not wait for that.
    fn connect(
        &self,
        place: &PublisherPlace,
        offer: &str,
        peer: SocketAddr,
    ) -> Result<(PeerConnection, String), WhipResponse> {
        let configuration = PeerConfiguration {
            peers: vec![peer],
            ice_servers: self.ice_servers.clone(),
        };
        let (connection, answer) = PeerConnection::answer(&configuration, offer).map_err(|error| {
            let status = match error {
                Error::Type { .. } => 400,
                Error::NotSupported { .. } => 406,
                _ => 500,
            };
            WhipResponse::refusal(status, &error.to_string())
        })?;
        let mut sessions = self.sessions.lock();
        let mut all = sessions.iter_mut().flatten();
        let session = all.find(|session| session.id == place.id);
        let session = session.ok_or_else(|| WhipResponse::refusal(503, "nothing is recorded any more"))?;
        session.peer = connection.handle();
        Ok((connection, answer))
    }

    fn delete(&self, name: &str, id: &str) -> Result<WhipResponse, WhipResponse> {
        self.with_session(name, id, |session| {
            session.peer.close();
            Ok(WhipResponse::empty(200, Vec::new()))
        })
    }

    /// Further candidates of the publisher (trickle ICE, RFC 9725, 4.3.2). Those of this side are in its answer.
    fn patch(&self, name: &str, id: &str, request: &WhipRequest) -> Result<WhipResponse, WhipResponse> {
        self.with_session(name, id, |session| {
            if !request.has_type(trickle::TYPE) {
                return Err(WhipResponse {
                    headers: vec![("Accept-Patch", trickle::TYPE.into())],
                    ..WhipResponse::refusal(415, "candidates have the type application/trickle-ice-sdpfrag")
                });
            }
            let text = str::from_utf8(request.body)
                .ok()
                .filter(|text| text.len() <= MAX_OFFER);
            let fragment = text.and_then(trickle::Fragment::parse);
            let fragment =
                fragment.ok_or_else(|| WhipResponse::refusal(400, "the body is no fragment of SDP"))?;
            if fragment.user.is_some() && fragment.user != session.fragment {
                return Err(WhipResponse::refusal(422, "ICE is not restarted; publish again"));
            }
            let mut candidates = fragment.candidates;
            candidates.truncate(MAX_CANDIDATES.saturating_sub(session.candidates));
            session.candidates += candidates.len();
            session.peer.add_candidates(candidates);
            Ok(WhipResponse::empty(204, Vec::new()))
        })
    }

    fn with_session(
        &self,
        name: &str,
        id: &str,
        answer: impl FnOnce(&mut Session) -> Result<WhipResponse, WhipResponse>,
    ) -> Result<WhipResponse, WhipResponse> {
        let mut sessions = self.sessions.lock();
        let mut all = sessions.iter_mut().flatten();
        let session = all.find(|session| session.name == name && session.id == id);
        answer(session.ok_or_else(|| WhipResponse::refusal(404, "there is no such session"))?)
    }

    /// How many publish, or are about to.
    #[must_use]
    pub fn publishers(&self) -> usize {
        self.sessions.lock().as_ref().map_or(0, Vec::len)
    }

    /// Closes all connections, and lets nobody in any more.
    pub fn close(&self) {
        for session in self.sessions.lock().take().into_iter().flatten() {
            session.peer.close();
        }
    }
}

/// What the path of a request means.
enum Resource<'a> {
    /// Where publishers of this name begin.
    Endpoint(&'a str),
    /// A publisher's name, and the session that is its own.
    Session(&'a str, &'a str),
    None,
}

/// Whether it can be a part of a file name anywhere, and no option.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=MAX_NAME).contains(&name.len())
        && name.bytes().all(is_plain)
        && name.as_bytes()[0].is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\n";

    fn request<'a>(method: &'a str, path: &'a str) -> WhipRequest<'a> {
        WhipRequest {
            method,
            path,
            authorization: None,
            content_type: Some("application/sdp"),
            origin: None,
            body: OFFER.as_bytes(),
            peer: "127.0.0.1:9".parse().unwrap(),
        }
    }

    fn status(server: &WhipServer, request: &WhipRequest) -> u16 {
        server.answer(request).status
    }

    #[test]
    fn only_whoever_has_the_token_may_publish() {
        let (server, _publishers) = WhipServer::new("/live", Some("s3cret".into()));
        for (authorization, expected) in [
            (None, 401),
            (Some("Bearer wrong"), 401),
            (Some("Basic s3cret"), 401),
            (Some("s3cret"), 401),
            (Some("Bearer s3cret"), 400),
            (Some("bearer s3cret"), 400),
        ] {
            let request = WhipRequest {
                authorization,
                ..request("POST", "/live")
            };
            assert_eq!(status(&server, &request), expected, "{authorization:?}");
        }
    }

    #[test]
    fn what_is_no_offer_is_refused_with_what_is() {
        let (server, _publishers) = WhipServer::new("/live", None);
        for (method, path, expected) in [
            ("POST", "/other", 404),
            ("POST", "/livestream", 404),
            ("GET", "/live", 405),
            ("PATCH", "/live/1", 404),
            ("PATCH", "/live", 405),
            ("DELETE", "/live/1/2", 404),
            ("DELETE", "/live/1", 404),
            ("DELETE", "/live", 405),
            ("POST", "/live", 400),
        ] {
            assert_eq!(
                status(&server, &request(method, path)),
                expected,
                "{method} {path}"
            );
        }
        let json = WhipRequest {
            content_type: Some("application/json"),
            ..request("POST", "/live")
        };
        assert_eq!(status(&server, &json), 415);
        let long = vec![b'a'; MAX_OFFER + 1];
        assert_eq!(
            status(
                &server,
                &WhipRequest {
                    body: &long,
                    ..request("POST", "/live")
                }
            ),
            400
        );
    }

    #[test]
    fn pages_of_other_hosts_need_a_token() {
        let allowed = |token: Option<&str>, origin| {
            let (server, _publishers) = WhipServer::new("/live", token.map(str::to_owned));
            let request = WhipRequest {
                origin: Some(origin),
                ..request("OPTIONS", "/live")
            };
            let response = server.answer(&request);
            let has =
                |(name, value): &(&str, String)| *name == "Access-Control-Allow-Origin" && value == origin;
            response.headers.iter().any(has)
        };
        for origin in ["http://localhost:8000", "http://127.0.0.1", "https://[::1]:1"] {
            assert!(allowed(None, origin), "{origin}");
        }
        for origin in [
            "https://evil.example",
            "http://localhost.evil.example",
            "null",
            "",
        ] {
            assert!(!allowed(None, origin), "{origin}");
            assert!(allowed(Some("t"), origin), "{origin}");
        }
    }
}
