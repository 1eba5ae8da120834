//! Who may look at the page: its token, and no other website behind a browser's back.
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request, StatusCode};
use std::net::IpAddr;
use subtle::ConstantTimeEq;

// Also a module of the fuzz target, which is no part of this crate.
use super::query;

/// Decides which requests are answered.
pub struct Access {
    /// `None` if everybody on this machine may look.
    token: Option<String>,
}

/// Why one is not.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    pub status: StatusCode,
    pub message: &'static str,
}

impl Access {
    pub fn new(token: Option<String>) -> Self {
        Self { token }
    }

    /// What the URL of the page ends with.
    pub fn query(&self) -> String {
        self.token
            .as_ref()
            .map(|token| format!("?token={token}"))
            .unwrap_or_default()
    }

    /// Checks a request for something that is not the same for everybody.
    ///
    /// # Errors
    /// A refusal.
    pub fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        self.check_host(request)?;
        check_origin(request)?;
        let Some(token) = &self.token else {
            return Ok(());
        };
        let given = query::value(request.uri().query(), "token").unwrap_or_default();
        if bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
            return Ok(());
        }
        refuse(
            StatusCode::UNAUTHORIZED,
            "the token is missing or wrong; use the URL that mediarec has printed",
        )
    }

    /// A website whose name was made to lead here (DNS rebinding) has its own name in Host. It does not know a token.
    fn check_host<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        match text(request.headers(), header::HOST) {
            Some(host) if self.token.is_some() || is_local_name(host) => Ok(()),
            Some(_) => refuse(
                StatusCode::MISDIRECTED_REQUEST,
                "the page is not known by this name; use its address, such as 127.0.0.1, or localhost",
            ),
            None => refuse(StatusCode::BAD_REQUEST, "the header Host is missing"),
        }
    }
}

/// Refuses what another website makes a browser request (CSRF), but for a link to the page.
fn check_origin<B>(request: &Request<B>) -> Result<(), Refusal> {
    let headers = request.headers();
    let host = text(headers, header::HOST).unwrap_or_default();
    let is_own = |origin: &str| {
        let bare = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
        bare.is_some_and(|name| name.eq_ignore_ascii_case(host))
    };
    let foreign_origin =
        headers.contains_key(header::ORIGIN) && !text(headers, header::ORIGIN).is_some_and(is_own);
    let fetched = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_link = request.method() == Method::GET && fetched("sec-fetch-mode") == Some("navigate");
    let is_foreign_fetch = matches!(fetched("sec-fetch-site"), Some("cross-site" | "same-site")) && !is_link;
    if foreign_origin || is_foreign_fetch {
        return refuse(
            StatusCode::FORBIDDEN,
            "another website made this request; open the page itself",
        );
    }
    Ok(())
}

fn refuse(status: StatusCode, message: &'static str) -> Result<(), Refusal> {
    Err(Refusal { status, message })
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether it is an address or `localhost`, with any port.
fn is_local_name(host: &str) -> bool {
    let has_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if has_port(port) && (!name.contains(':') || name.ends_with(']')) => name,
        _ => host,
    };
    let bracketed = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    name.eq_ignore_ascii_case("localhost") || bracketed.unwrap_or(name).parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(access: &Access, method: &str, uri: &str, headers: &[(&str, &str)]) -> u16 {
        let builder = Request::builder().method(method).uri(uri);
        let request = headers
            .iter()
            .fold(builder, |builder, (name, value)| builder.header(*name, *value));
        let checked = access.check(&request.body(()).unwrap());
        checked.map_or_else(|refusal| refusal.status.as_u16(), |()| 200)
    }

    #[test]
    fn without_a_token_it_answers_to_addresses_and_localhost_only() {
        let access = Access::new(None);
        for host in [
            "127.0.0.1:8787",
            "localhost",
            "LOCALHOST:1",
            "[::1]:8787",
            "::1",
            "192.168.0.2",
        ] {
            assert_eq!(status(&access, "GET", "/", &[("host", host)]), 200, "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "",
            "[::1",
            "a:b",
        ] {
            assert_eq!(status(&access, "GET", "/", &[("host", host)]), 421, "{host}");
        }
        assert_eq!(status(&access, "GET", "/", &[]), 400);
    }

    #[test]
    fn a_token_must_be_the_whole_one() {
        let access = Access::new(Some("secret-token".into()));
        let host = [("host", "cam.example:8787")];
        assert_eq!(status(&access, "GET", "/?token=secret-token", &host), 200);
        for uri in [
            "/",
            "/?token=",
            "/?token=secret-toke",
            "/?token=secret-tokenx",
            "/?tokens=secret-token",
        ] {
            assert_eq!(status(&access, "GET", uri, &host), 401, "{uri}");
        }
    }

    #[test]
    fn other_websites_can_link_to_the_page_and_nothing_else() {
        let access = Access::new(None);
        let host = ("host", "127.0.0.1:8787");
        let with =
            |method, headers: &[(&str, &str)]| status(&access, method, "/stop", &[&[host], headers].concat());
        assert_eq!(with("POST", &[("origin", "http://127.0.0.1:8787")]), 200);
        assert_eq!(with("POST", &[]), 200);
        for origin in [
            "http://evil.example",
            "null",
            "http://127.0.0.1:8788",
            "http://localhost:8787",
            "",
        ] {
            assert_eq!(with("POST", &[("origin", origin)]), 403, "{origin}");
        }
        let fetched = |site| ("sec-fetch-site", site);
        assert_eq!(
            with("GET", &[fetched("cross-site"), ("sec-fetch-mode", "navigate")]),
            200
        );
        assert_eq!(
            with("GET", &[fetched("cross-site"), ("sec-fetch-mode", "no-cors")]),
            403
        );
        assert_eq!(
            with("POST", &[fetched("cross-site"), ("sec-fetch-mode", "navigate")]),
            403
        );
        assert_eq!(with("GET", &[fetched("same-origin")]), 200);
        assert_eq!(with("GET", &[fetched("none")]), 200);
    }
}
