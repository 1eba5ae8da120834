//! The HTTP of WHIP (RFC 9725): an offer is posted, an answer comes back with a resource, which is deleted at the end.
use crate::network::target::HttpUrl;
use rustls::crypto::ring;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Body};

/// How long the answer to an offer may take.
const OFFER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the end may take: the recording does not wait for it.
const DELETE_TIMEOUT: Duration = Duration::from_millis(600);

/// An endpoint may send the client on so often.
const MAX_REDIRECTS: usize = 5;

/// The longest answer, in bytes.
const MAX_ANSWER: u64 = 256 << 10;

/// What a client is for, and the flags of the program that messages name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Purpose {
    protocol: &'static str,
    url: &'static str,
    token: &'static str,
    variable: &'static str,
}

/// To publish: WHIP.
pub(super) const PUBLISH: Purpose = Purpose {
    protocol: "WHIP",
    url: "--whip",
    token: "--whip-token",
    variable: "MEDIAREC_WHIP_TOKEN",
};

/// To play what a server gives out: WHEP.
pub(super) const PLAY: Purpose = Purpose {
    protocol: "WHEP",
    url: "--input",
    token: "--whep-token",
    variable: "MEDIAREC_WHEP_TOKEN",
};

/// A client of one endpoint.
pub(super) struct WhipClient {
    purpose: Purpose,
    agent: Agent,
    endpoint: HttpUrl,
    token: Option<String>,
}

/// The answer to an offer.
#[derive(Debug)]
pub(super) struct Accepted {
    /// SDP.
    pub(super) answer: String,
    /// Where the session is ended; `None` if the endpoint does not tell.
    pub(super) resource: Option<HttpUrl>,
}

/// Why there is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// It will not change by itself: what, why and what to do.
    Lasting(String),
    /// The same of a token that is missing or wrong.
    Forbidden(String),
    /// It may pass; after this time, if the endpoint says so.
    Passing(String, Option<Duration>),
}

impl WhipClient {
    pub(super) fn new(purpose: Purpose, endpoint: HttpUrl, token: Option<String>) -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(RootCerts::PlatformVerifier)
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            // Redirects are followed here: the token is not for everybody, and the method must stay.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(OFFER_TIMEOUT))
            .user_agent(concat!("mediarec/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            purpose,
            agent: config.into(),
            endpoint,
            token,
        }
    }

    pub(super) fn endpoint(&self) -> &HttpUrl {
        &self.endpoint
    }

    /// Posts an offer.
    pub(super) fn post(&self, offer: &str) -> Result<Accepted, Failure> {
        let mut url = self.endpoint.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut response = self.post_to(&url, offer)?;
            if !is_redirect(response.status()) {
                return self.accepted(&mut response, &url);
            }
            let next = header(&response, "location").and_then(|location| url.join(location));
            url = next.ok_or_else(|| {
                Failure::Lasting(format!(
                    "{url} redirects to nowhere; check the URL of {}",
                    self.purpose.url
                ))
            })?;
            if self.endpoint.is_secure() && !url.is_secure() {
                return Err(Failure::Lasting(format!(
                    "{} redirects to {url}, which is not encrypted; check the URL of {}",
                    self.endpoint, self.purpose.url
                )));
            }
        }
        Err(Failure::Lasting(format!(
            "{} redirects again and again; check the URL of {}",
            self.endpoint, self.purpose.url
        )))
    }

    /// Ends a session. What fails does not matter: the endpoint notices the end of the connection, too.
    pub(super) fn delete(&self, resource: &HttpUrl) {
        let request = self.agent.delete(resource.to_string());
        let request = match self.token_for(resource) {
            Some(token) => request.header("Authorization", token),
            None => request,
        };
        let _ = request
            .config()
            .timeout_global(Some(DELETE_TIMEOUT))
            .build()
            .call();
    }

    fn post_to(&self, url: &HttpUrl, offer: &str) -> Result<Response<Body>, Failure> {
        let request = self
            .agent
            .post(url.to_string())
            .header("Content-Type", "application/sdp");
        let request = match self.token_for(url) {
            Some(token) => request.header("Authorization", token),
            None => request,
        };
        request
            .send(offer)
            .map_err(|error| Failure::Passing(format!("{url} cannot be reached: {error}"), None))
    }

    /// The header for this URL: nobody but the endpoint's own server gets the token.
    fn token_for(&self, url: &HttpUrl) -> Option<String> {
        let token = self
            .token
            .as_ref()
            .filter(|_| url.has_same_origin(&self.endpoint));
        token.map(|token| format!("Bearer {token}"))
    }

    fn accepted(&self, response: &mut Response<Body>, url: &HttpUrl) -> Result<Accepted, Failure> {
        let status = response.status();
        if status != StatusCode::CREATED && status != StatusCode::OK {
            return Err(self.failure(response, url));
        }
        let resource = header(response, "location").and_then(|location| url.join(location));
        let body = response.body_mut().with_config().limit(MAX_ANSWER);
        let answer = body.read_to_string().map_err(|error| {
            Failure::Passing(format!("the answer of {url} cannot be read: {error}"), None)
        })?;
        Ok(Accepted { answer, resource })
    }

    fn failure(&self, response: &Response<Body>, url: &HttpUrl) -> Failure {
        let status = response.status();
        let number = status.as_u16();
        let Purpose {
            protocol,
            url: flag,
            token,
            variable,
        } = self.purpose;
        match number {
            401 | 403 if self.token.is_some() => {
                Failure::Forbidden(format!("{url} refuses the token ({number}); check {token}"))
            }
            401 | 403 => Failure::Forbidden(format!("{url} wants a token ({number}); give it by {variable}")),
            404 | 410 => Failure::Lasting(format!(
                "there is no endpoint at {url} ({number}); check the URL of {flag}"
            )),
            405 | 415 => Failure::Lasting(format!(
                "{url} is no {protocol} endpoint ({number}); check the URL of {flag}"
            )),
            429 | 500..=599 | 408 | 409 => {
                let after = header(response, "retry-after").and_then(|text| text.trim().parse().ok());
                let reason = status.canonical_reason().unwrap_or("busy");
                Failure::Passing(
                    format!("{url} takes no more now ({number} {reason})"),
                    after.map(Duration::from_secs),
                )
            }
            _ => Failure::Lasting(format!("{url} refuses the offer ({number})")),
        }
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 307 | 308)
}

fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    /// A server that gives these answers, one a connection, and returns the heads of the requests.
    fn server(answers: Vec<String>) -> (String, JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serving = thread::spawn(move || {
            let mut heads = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                while !head.ends_with("\r\n\r\n") {
                    let from = head.len();
                    assert!(reader.read_line(&mut head).unwrap() > 0);
                    let line = head[from..].to_lowercase();
                    if let Some(value) = line.strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                }
                reader.read_exact(&mut vec![0; length]).unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                heads.push(head.to_lowercase());
            }
            heads
        });
        (format!("http://{address}"), serving)
    }

    fn answer(status: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
    }

    fn post(answers: Vec<String>, token: Option<&str>) -> (Result<Accepted, Failure>, String, Vec<String>) {
        let (url, serving) = server(answers);
        let client = WhipClient::new(
            PUBLISH,
            format!("{url}/whip").parse().unwrap(),
            token.map(str::to_owned),
        );
        let result = client.post("v=0");
        (result, url, serving.join().unwrap())
    }

    #[test]
    fn an_offer_is_posted_where_redirects_lead_with_the_token_and_the_resource_is_relative_to_that() {
        let answers = vec![
            answer("307 Temporary Redirect", "Location: /there/whip\r\n", ""),
            answer("201 Created", "Location: sessions/1\r\n", "v=0 answer"),
        ];
        let (accepted, url, heads) = post(answers, Some("secret"));
        let accepted = accepted.unwrap();
        assert_eq!(accepted.answer, "v=0 answer");
        assert_eq!(
            accepted.resource.unwrap().to_string(),
            format!("{url}/there/sessions/1")
        );
        assert!(heads[1].starts_with("post /there/whip http/1.1"), "{}", heads[1]);
        for head in heads {
            assert!(head.contains("authorization: bearer secret"), "{head}");
            assert!(head.contains("content-type: application/sdp"), "{head}");
        }
    }

    #[test]
    fn the_token_is_not_for_other_servers() {
        let (other, serving) = server(vec![answer("201 Created", "", "v=0")]);
        let redirect = answer(
            "308 Permanent Redirect",
            &format!("Location: {other}/whip\r\n"),
            "",
        );
        let (accepted, _, heads) = post(vec![redirect], Some("secret"));
        assert!(accepted.is_ok() && heads[0].contains("authorization"));
        let heads = serving.join().unwrap();
        assert!(!heads[0].contains("authorization"), "{}", heads[0]);
    }

    #[test]
    fn what_lasts_is_told_with_what_to_do_and_what_passes_with_when_to_come_back() {
        let failure = |status: &str, headers: &str, token| {
            let (result, ..) = post(vec![answer(status, headers, "")], token);
            match result.unwrap_err() {
                Failure::Lasting(message) | Failure::Forbidden(message) => (message, None),
                Failure::Passing(message, after) => (message, Some(after)),
            }
        };
        let (message, lasts) = failure("401 Unauthorized", "", None);
        assert!(
            message.contains("MEDIAREC_WHIP_TOKEN") && lasts.is_none(),
            "{message}"
        );
        assert!(
            failure("403 Forbidden", "", Some("t"))
                .0
                .contains("refuses the token")
        );
        assert!(
            failure("404 Not Found", "", None)
                .0
                .contains("there is no endpoint")
        );
        let busy = failure("429 Too Many Requests", "Retry-After: 7\r\n", None);
        assert_eq!(busy.1, Some(Some(Duration::from_secs(7))), "{}", busy.0);
        assert_eq!(failure("503 Service Unavailable", "", None).1, Some(None));
        let again = vec![answer("307 Temporary Redirect", "Location: /\r\n", ""); 6];
        assert!(
            matches!(post(again, None).0, Err(Failure::Lasting(message)) if message.contains("again and again"))
        );
        let client = WhipClient::new(PUBLISH, "http://127.0.0.1:1/".parse().unwrap(), None);
        assert!(matches!(client.post(""), Err(Failure::Passing(_, None))));
    }
}
