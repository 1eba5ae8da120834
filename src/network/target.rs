//! URLs of endpoints, as far as HTTP needs them.
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::str::FromStr;

/// An `http` or `https` URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpUrl {
    is_secure: bool,
    /// Name or address, and port.
    authority: String,
    /// From the first `/` on.
    path: String,
}

impl HttpUrl {
    /// Whether what is sent there is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// The addresses of its server.
    ///
    /// # Errors
    /// That of the system, if there is no such server.
    pub fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let (host, port) = self.host_and_port();
        Ok((host, port).to_socket_addrs()?.collect())
    }

    /// Whether both are of the same server, by the same scheme.
    #[must_use]
    pub fn has_same_origin(&self, other: &Self) -> bool {
        self.is_secure == other.is_secure && self.host_and_port() == other.host_and_port()
    }

    /// What a reference in an answer from this URL leads to, such as `Location: /resource/1`; `None` for other schemes.
    #[must_use]
    pub fn join(&self, reference: &str) -> Option<Self> {
        let reference = reference.split('#').next().unwrap_or_default();
        if has_scheme(reference) {
            return reference.parse().ok();
        }
        if let Some(rest) = reference.strip_prefix("//") {
            return format!("{}://{rest}", self.scheme()).parse().ok();
        }
        let bare = self.path.split('?').next().unwrap_or_default();
        let path = match reference.chars().next() {
            Some('/') => reference.to_owned(),
            Some('?') => format!("{bare}{reference}"),
            Some(_) => format!(
                "{}/{reference}",
                bare.rsplit_once('/').map_or("", |(folder, _)| folder)
            ),
            None => self.path.clone(),
        };
        Some(Self { path, ..self.clone() })
    }

    fn scheme(&self) -> &'static str {
        if self.is_secure { "https" } else { "http" }
    }

    fn host_and_port(&self) -> (&str, u16) {
        let default = if self.is_secure { 443 } else { 80 };
        let with_port = self.authority.rsplit_once(':').filter(|(host, port)| {
            !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) && !host.ends_with(':')
        });
        let (host, port) = match with_port {
            Some((host, port)) => (host, port.parse().unwrap_or(default)),
            None => (&*self.authority, default),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        (bare.unwrap_or(host), port)
    }
}

impl FromStr for HttpUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is no URL such as https://example.org/whip/live");
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let is_secure = match &*scheme.to_ascii_lowercase() {
            "https" => true,
            "http" => false,
            _ => return Err(wrong()),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let path = path.split('#').next().unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_graphic();
        if authority.is_empty() || !text.bytes().all(is_plain) {
            return Err(wrong());
        }
        if authority.contains('@') {
            return Err("a URL with a name and a password is not supported; use --whip-token".into());
        }
        Ok(Self {
            is_secure,
            authority: authority.to_ascii_lowercase(),
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
        })
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme(), self.authority, self.path)
    }
}

fn has_scheme(reference: &str) -> bool {
    let scheme = reference.split_once(':').map_or("", |(scheme, _)| scheme);
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|byte| byte.is_ascii_alphabetic())
        && letters.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> HttpUrl {
        text.parse().unwrap()
    }

    #[test]
    fn a_reference_is_resolved_against_the_url_that_it_came_from() {
        let base = url("http://127.0.0.1:8080/whip/live?app=1");
        for (reference, expected) in [
            ("/resource/7", "http://127.0.0.1:8080/resource/7"),
            ("resource/7", "http://127.0.0.1:8080/whip/resource/7"),
            ("?id=7", "http://127.0.0.1:8080/whip/live?id=7"),
            ("//example.org/r", "http://example.org/r"),
            ("https://example.org/r#here", "https://example.org/r"),
            ("", "http://127.0.0.1:8080/whip/live?app=1"),
        ] {
            assert_eq!(base.join(reference).unwrap().to_string(), expected, "{reference}");
        }
        assert_eq!(base.join("ftp://example.org/"), None);
        assert_eq!(
            url("https://example.org").join("r").unwrap().to_string(),
            "https://example.org/r"
        );
    }

    #[test]
    fn the_server_is_known_by_its_name_or_address_and_port() {
        assert_eq!(url("https://example.org/a").host_and_port(), ("example.org", 443));
        assert_eq!(url("http://[::1]:81?x").host_and_port(), ("::1", 81));
        assert_eq!(url("http://[::1]/").host_and_port(), ("::1", 80));
        let own = url("https://example.org:443/a");
        assert!(own.has_same_origin(&url("HTTPS://Example.org/b")));
        assert!(!own.has_same_origin(&url("http://example.org:443/a")));
        assert_eq!(
            url("http://127.0.0.1:9/a").addresses().unwrap(),
            ["127.0.0.1:9".parse().unwrap()]
        );
    }

    #[test]
    fn what_is_no_url_of_a_web_server_is_refused() {
        for wrong in [
            "",
            "example.org",
            "rtmp://a/b",
            "http://",
            "https:///a",
            "http://a b/",
            "http://u:p@a/",
        ] {
            assert!(wrong.parse::<HttpUrl>().is_err(), "{wrong}");
        }
    }
}
