//! The other side of WHIP (RFC 9725): answers the requests of publishers, of which one is taken at a time. Values in, values
//! out: whoever calls it does the HTTP.
use crate::error::Error;
use crate::network::peer_connection::{PeerCloser, PeerConfiguration, PeerConnection};
use crate::sync::Mutex;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::net::SocketAddr;
use std::time::Duration;
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// The longest offer, in bytes; those of browsers have about 8,000.
const MAX_OFFER: usize = 64 << 10;

/// When a publisher that is one too many may come back, in seconds.
const RETRY_AFTER: &str = "5";

/// What browsers may send from pages of other hosts.
const METHODS: &str = "POST, DELETE, OPTIONS";
const HEADERS: &str = "Authorization, Content-Type";

/// A WHIP endpoint.
pub struct WhipServer {
    path: String,
    token: Option<String>,
    session: Mutex<Option<Session>>,
    publishers: Sender<PeerConnection>,
}

struct Session {
    id: String,
    closer: PeerCloser,
}

/// A request of HTTP's.
#[derive(Clone, Copy, Debug)]
pub struct WhipRequest<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// The path of the URL.
    pub path: &'a str,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
    /// The value of `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The value of `Origin`, which browsers send.
    pub origin: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// The address of whoever made it.
    pub peer: SocketAddr,
}

/// The answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhipResponse {
    /// Such as 201.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl WhipServer {
    /// An endpoint with this path, such as `/live`, for publishers who have the token. Returns the publishers as they come, too.
    ///
    /// Without a token pages of other hosts cannot publish, even if a browser on this machine shows them.
    #[must_use]
    pub fn new(path: &str, token: Option<String>) -> (Self, Receiver<PeerConnection>) {
        let (publishers, receiver) = bounded(1);
        let server = Self {
            path: path.to_owned(),
            token,
            session: Mutex::new(None),
            publishers,
        };
        (server, receiver)
    }

    /// Answers a request. May take a moment: sockets are opened.
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
        let rest = rest.ok_or_else(|| refusal(404, "there is no endpoint of this path"))?;
        if request.origin.is_some_and(|origin| !self.allows(origin)) {
            return Err(refusal(403, "pages of other hosts need a token: --listen-token"));
        }
        if request.method == "OPTIONS" {
            return Ok(WhipResponse {
                status: 204,
                headers: vec![
                    ("Access-Control-Allow-Methods", METHODS.into()),
                    ("Access-Control-Allow-Headers", HEADERS.into()),
                    ("Accept-Post", "application/sdp".into()),
                ],
                body: String::new(),
            });
        }
        self.check_token(request.authorization)?;
        match (request.method, rest.strip_prefix('/').filter(|id| !id.is_empty())) {
            ("POST", None) => self.post(request),
            ("DELETE", Some(id)) => self.delete(id),
            ("PATCH", Some(_)) => Err(refusal(405, "the answer has all candidates; none can be added")),
            _ => Err(WhipResponse {
                headers: vec![("Allow", METHODS.into())],
                ..refusal(405, "use POST for an offer, and DELETE for the end")
            }),
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
            ..refusal(401, "the token is missing or wrong")
        })
    }

    fn post(&self, request: &WhipRequest) -> Result<WhipResponse, WhipResponse> {
        let is_sdp = |kind: &str| {
            kind.split(';')
                .next()
                .is_some_and(|kind| kind.trim() == "application/sdp")
        };
        if !request.content_type.is_some_and(is_sdp) {
            return Err(refusal(415, "an offer has the type application/sdp"));
        }
        let offer = str::from_utf8(request.body)
            .ok()
            .filter(|offer| offer.len() <= MAX_OFFER);
        let offer = offer.ok_or_else(|| refusal(400, "the offer is no text, or longer than 64 KiB"))?;
        let mut session = self.session.lock();
        if session.is_some() {
            return Err(WhipResponse {
                headers: vec![("Retry-After", RETRY_AFTER.into())],
                ..refusal(503, "there is a publisher already")
            });
        }
        let configuration = PeerConfiguration {
            peers: vec![request.peer],
            stun_servers: Vec::new(),
        };
        let (connection, answer) = PeerConnection::answer(&configuration, offer).map_err(|error| {
            let status = match error {
                Error::Type { .. } => 400,
                Error::NotSupported { .. } => 406,
                _ => 500,
            };
            refusal(status, &error.to_string())
        })?;
        let id = Uuid::new_v4().simple().to_string();
        let closer = connection.closer();
        if self.publishers.send_timeout(connection, Duration::ZERO).is_err() {
            return Err(refusal(503, "nothing is recorded any more"));
        }
        *session = Some(Session {
            id: id.clone(),
            closer,
        });
        Ok(WhipResponse {
            status: 201,
            headers: vec![
                ("Content-Type", "application/sdp".into()),
                ("Location", format!("{}/{id}", self.path)),
            ],
            body: answer,
        })
    }

    fn delete(&self, id: &str) -> Result<WhipResponse, WhipResponse> {
        let session = self.session.lock();
        let session = session.as_ref().filter(|session| session.id == id);
        let session = session.ok_or_else(|| refusal(404, "there is no such session"))?;
        session.closer.close();
        Ok(WhipResponse {
            status: 200,
            headers: Vec::new(),
            body: String::new(),
        })
    }

    /// Another publisher may come: the one that was there brought nothing.
    pub fn forget(&self) {
        *self.session.lock() = None;
    }
}

fn refusal(status: u16, message: &str) -> WhipResponse {
    WhipResponse {
        status,
        headers: vec![("Content-Type", "text/plain; charset=utf-8".into())],
        body: format!("{message}\n"),
    }
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
            ("PATCH", "/live/1", 405),
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
