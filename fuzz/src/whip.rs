//! Requests of publishers, and answers of STUN servers: whoever is let in has the token, an answer is one of the RFC's, and nothing ends
//! the server.
use mediarec::network::{Publication, WhipRequest, WhipServer};
use std::net::SocketAddr;
use std::sync::OnceLock;

// A module of the library that is not public.
#[allow(dead_code, reason = "the library uses all of it")]
#[path = "../../src/network/stun.rs"]
mod stun;

const TOKEN: &str = "secret-token";

/// An offer of audio, which nobody connects by.
const OFFER: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n\
    a=extmap-allow-mixed\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n\
    a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=ice-options:trickle\r\na=fingerprint:sha-256 \
    7B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08\r\n\
    a=setup:actpass\r\na=mid:0\r\na=sendonly\r\na=msid:s t\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n\
    a=fmtp:111 minptime=10;useinbandfec=1\r\na=ssrc:1001 cname:c\r\n";

/// A publisher that is there, to be given candidates.
struct Published {
    server: WhipServer,
    _publication: Publication,
    session: String,
}

pub fn run(bytes: &[u8]) {
    let (id, message) = bytes.split_at(bytes.len().min(12));
    if let Ok(id) = id.try_into() {
        let _ = stun::mapped_address(message, id);
    }
    if bytes.starts_with(b"v=") {
        return offer(bytes);
    }
    if bytes.starts_with(b"a=") {
        return candidates(bytes);
    }
    if let Some(parts) = Parts::new(bytes) {
        request(&parts);
    }
}

/// An offer is answered or refused.
fn offer(body: &[u8]) {
    let (server, publications) = WhipServer::new("/live", None);
    let answer = server.answer(&WhipRequest {
        body,
        ..plain("POST", "/live")
    });
    assert!(
        matches!(answer.status, 201 | 400 | 406),
        "{}: {}",
        answer.status,
        answer.body
    );
    assert_eq!(answer.status == 201, publications.try_recv().is_ok());
    assert_eq!(
        answer.status == 201,
        answer.body.starts_with("v=0"),
        "{}",
        answer.body
    );
    server.close();
}

/// Candidates are taken or refused.
fn candidates(body: &[u8]) {
    static PUBLISHED: OnceLock<Published> = OnceLock::new();
    let published = PUBLISHED.get_or_init(|| {
        let (server, publications) = WhipServer::with_names("/live", None, 1);
        let answer = server.answer(&WhipRequest {
            body: OFFER.as_bytes(),
            ..plain("POST", "/live/hall")
        });
        assert_eq!(answer.status, 201, "{}", answer.body);
        let location = answer.headers.into_iter().find(|(name, _)| *name == "Location");
        Published {
            server,
            _publication: publications.try_recv().expect("it was accepted"),
            session: location.expect("it has a session").1,
        }
    });
    let answer = published.server.answer(&WhipRequest {
        body,
        content_type: Some("application/trickle-ice-sdpfrag"),
        ..plain("PATCH", &published.session)
    });
    assert!(matches!(answer.status, 204 | 400 | 422), "{}", answer.status);
}

/// Only requests with the token do anything, and only pages that may read an answer.
fn request(parts: &Parts) {
    let (server, publications) = WhipServer::with_names("/live", Some(TOKEN.into()), 2);
    let request = parts.request();
    let answer = server.answer(&request);
    assert!((200..600).contains(&answer.status), "{}", answer.status);
    let has_token = request.authorization.is_some_and(|value| {
        let (scheme, token) = value.split_once(' ').unwrap_or_default();
        scheme.eq_ignore_ascii_case("bearer") && token.trim() == TOKEN
    });
    if answer.status < 300 && request.method != "OPTIONS" {
        assert!(has_token, "{request:?}");
    }
    if let Ok(publication) = publications.try_recv() {
        assert!(has_token && answer.status == 201, "{request:?}");
        assert_eq!(
            request.path.trim_end_matches('/'),
            format!("/live/{}", publication.name)
        );
        assert!(
            !publication.name.contains(['/', '%', '\\']),
            "{}",
            publication.name
        );
    }
    let (open, _) = WhipServer::new("/live", None);
    let is_read = |(name, _): &(&str, String)| *name == "Access-Control-Allow-Origin";
    if open.answer(&request).headers.iter().any(is_read) {
        let host = request
            .origin
            .and_then(|origin| origin.split_once("://"))
            .map(|(_, host)| host);
        let is_local = |host: &str| {
            ["localhost", "127.0.0.1", "[::1]"]
                .iter()
                .any(|own| host.starts_with(own))
        };
        assert!(host.is_some_and(is_local), "{request:?}");
    }
    server.close();
    open.close();
}

fn plain<'a>(method: &'a str, path: &'a str) -> WhipRequest<'a> {
    WhipRequest {
        method,
        path,
        authorization: None,
        content_type: Some("application/sdp"),
        origin: None,
        body: &[],
        peer: SocketAddr::from(([127, 0, 0, 1], 9)),
    }
}

/// A request as text: a line with the method and the path, those of the header, an empty one, and the body.
struct Parts<'a> {
    method: &'a str,
    path: &'a str,
    header: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n")?;
        let mut lines = str::from_utf8(&bytes[..end]).ok()?.lines();
        let (method, path) = lines.next()?.split_once(' ')?;
        Some(Self {
            method,
            path,
            header: lines.filter_map(|line| line.split_once(": ")).collect(),
            body: &bytes[end + 2..],
        })
    }

    fn request(&self) -> WhipRequest<'a> {
        let value = |name: &str| {
            let mut header = self.header.iter();
            let found = header.find(|(other, _)| other.eq_ignore_ascii_case(name));
            found.map(|(_, value)| *value)
        };
        WhipRequest {
            authorization: value("authorization"),
            content_type: value("content-type"),
            origin: value("origin"),
            body: self.body,
            ..plain(self.method, self.path)
        }
    }
}
