//! Requests to the live page: whoever is let in has a right to be, and text that is no request changes nothing.
use hyper::{Method, Request};
use std::net::IpAddr;

// Modules of the program, which is no library.
#[allow(dead_code, reason = "the program uses all of it")]
#[path = "../../src/cli/preview/access.rs"]
mod access;
#[path = "../../src/cli/preview/page_address.rs"]
mod page_address;
#[path = "../../src/cli/preview/query.rs"]
mod query;

use access::Access;

const TOKEN: &str = "secret-token";

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some(address) = page_address::parse(&text) {
        assert_eq!(page_address::parse(&address.to_string()), Some(address));
    }
    let Some(request) = request(bytes) else {
        return;
    };
    let query = request.uri().query();
    assert_eq!(query::value(query, "token"), value(query, "token"), "{request:?}");
    let open = Access::new(None).check(&request);
    let closed = Access::new(Some(TOKEN.into())).check(&request);
    if open.is_ok() || closed.is_ok() {
        assert!(is_own_page(&request), "another website's: {request:?}");
    }
    if open.is_ok() {
        assert!(has_local_host(&request), "a foreign name: {request:?}");
    }
    if closed.is_ok() {
        assert_eq!(value(query, "token"), Some(TOKEN), "{request:?}");
    }
}

/// The first line and the header, as a browser sends them; what hyper refuses never gets further.
fn request(bytes: &[u8]) -> Option<Request<()>> {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let first = str::from_utf8(lines.next()?).ok()?;
    let mut words = first.trim_end().split(' ');
    let mut builder = Request::builder().method(words.next()?).uri(words.next()?);
    for line in lines {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|&byte| byte == b':')?;
        builder = builder.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    builder.body(()).ok()
}

/// The value of a name, in another way than the program's.
fn value<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let prefix = format!("{name}=");
    let mut rest = query?;
    loop {
        let (pair, next) = rest
            .split_once('&')
            .map_or((rest, None), |(pair, next)| (pair, Some(next)));
        if let Some(value) = pair.strip_prefix(&prefix) {
            return Some(value);
        }
        rest = next?;
    }
}

fn header<'a>(request: &'a Request<()>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Whether no other website made the request, but for a link to the page.
fn is_own_page(request: &Request<()>) -> bool {
    let is_link = request.method() == Method::GET && header(request, "sec-fetch-mode") == Some("navigate");
    let is_foreign = matches!(
        header(request, "sec-fetch-site"),
        Some("cross-site" | "same-site")
    ) && !is_link;
    let is_own_origin = !request.headers().contains_key("origin")
        || header(request, "origin")
            .zip(header(request, "host"))
            .is_some_and(|(origin, host)| {
                let own = ["http", "https"].map(|scheme| format!("{scheme}://{host}").to_ascii_lowercase());
                own.contains(&origin.to_ascii_lowercase())
            });
    !is_foreign && is_own_origin
}

/// Whether the name of the host can be no website's.
fn has_local_host(request: &Request<()>) -> bool {
    let Some(host) = header(request, "host") else {
        return false;
    };
    let is_address = |name: &str| name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let is_local = |name: &str| name.eq_ignore_ascii_case("localhost") || is_address(name);
    is_local(host) || host.rsplit_once(':').is_some_and(|(name, _)| is_local(name))
}
