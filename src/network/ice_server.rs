//! Servers that help to find a way through the network: STUN and TURN.
use crate::error::{Error, Result};
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// The port of both, unless the URL has one.
const PORT: u16 = 3478;

/// A STUN or TURN server (`RTCIceServer`). STUN tells what this machine's address is beyond a NAT; TURN passes media on where there
/// is no other way.
#[derive(Clone, PartialEq, Eq)]
pub struct IceServer {
    url: String,
    host: String,
    port: u16,
    pub(super) protocol: IceProtocol,
}

/// What is spoken with it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum IceProtocol {
    Stun,
    Turn(TurnTransport, TurnCredentials),
}

/// How a TURN server is reached; media goes on by UDP in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TurnTransport {
    Udp,
    Tcp,
}

/// Who may use a TURN server. There is no `Debug`, as they are secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct TurnCredentials {
    pub(super) username: String,
    pub(super) credential: String,
}

impl IceServer {
    /// A server by its URL: `stun:HOST[:PORT]` (RFC 7064), or `turn:HOST[:PORT][?transport=udp|tcp]` (RFC 7065) with the name and the
    /// credential, a password, of a user.
    ///
    /// # Errors
    /// `Type` for any other URL, and for a TURN server without a name and a credential.
    pub fn new(url: &str, username: Option<&str>, credential: Option<&str>) -> Result<Self> {
        let wrong = || {
            Error::type_error(format!(
                "'{url}' is no ICE server; use a URL such as stun:stun.example.org:3478 or turn:turn.example.org?transport=tcp"
            ))
        };
        if url.contains('@') {
            // Not repeated: it may have a password.
            return Err(Error::type_error(
                "the URL of an ICE server has no name and no password in it; give them apart from it",
            ));
        }
        let (scheme, rest) = url.split_once(':').ok_or_else(wrong)?;
        let (authority, query) = match rest.split_once('?') {
            Some((authority, query)) => (authority, Some(query)),
            None => (rest, None),
        };
        let (host, port) = host_and_port(authority).ok_or_else(wrong)?;
        let protocol = match (&*scheme.to_ascii_lowercase(), query) {
            ("stun", None) => IceProtocol::Stun,
            ("turn", query) => {
                let transport = match query {
                    None | Some("transport=udp") => TurnTransport::Udp,
                    Some("transport=tcp") => TurnTransport::Tcp,
                    Some(_) => return Err(wrong()),
                };
                IceProtocol::Turn(transport, credentials(url, username, credential)?)
            }
            ("turns", _) => {
                return Err(Error::type_error(format!(
                    "{url}: TURN over TLS is not supported; use turn:{host}?transport=tcp, what is sent is encrypted in any case"
                )));
            }
            _ => return Err(wrong()),
        };
        Ok(Self {
            url: url.to_owned(),
            host: host.to_owned(),
            port,
            protocol,
        })
    }

    /// Its addresses.
    ///
    /// # Errors
    /// That of the system, if there is no such server.
    pub(super) fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        Ok((&*self.host, self.port).to_socket_addrs()?.collect())
    }
}

impl fmt::Display for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// Without the credentials.
impl fmt::Debug for IceServer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("IceServer").field(&self.url).finish()
    }
}

fn credentials(url: &str, username: Option<&str>, credential: Option<&str>) -> Result<TurnCredentials> {
    let given = username.zip(credential);
    let given = given.filter(|(username, credential)| !username.is_empty() && !credential.is_empty());
    let (username, credential) =
        given.ok_or_else(|| Error::type_error(format!("{url} wants a user's name and credential")))?;
    Ok(TurnCredentials {
        username: username.to_owned(),
        credential: credential.to_owned(),
    })
}

/// `None` for what is neither a name nor an address, with a port or without.
fn host_and_port(authority: &str) -> Option<(&str, u16)> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if authority.is_empty() || !authority.bytes().all(is_plain) {
        return None;
    }
    if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        let port = match port.strip_prefix(':') {
            Some(port) => port.parse().ok()?,
            None => Some(PORT).filter(|_| port.is_empty())?,
        };
        return Some((host, port));
    }
    match authority.split_once(':') {
        None => Some((authority, PORT)),
        Some((host, port)) => Some((host, port.parse().ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Result<IceServer> {
        IceServer::new(url, Some("user"), Some("s3cret"))
    }

    #[test]
    fn a_server_is_a_name_or_an_address_with_a_port_or_without() {
        for (url, host, port) in [
            ("stun:stun.example.org", "stun.example.org", 3478),
            ("stun:192.0.2.1:99", "192.0.2.1", 99),
            ("stun:[::1]:99", "::1", 99),
            ("turn:[::1]", "::1", 3478),
            ("TURN:a:80?transport=udp", "a", 80),
        ] {
            let server = server(url).unwrap();
            assert_eq!((&*server.host, server.port), (host, port), "{url}");
        }
        for wrong in [
            "",
            "stun",
            "stun:",
            "stun:a:b",
            "stun:a?transport=tcp",
            "turn:a?transport=sctp",
            "turn://a",
            "stun:a:1:2",
            "stun:[::1]9",
            "http:a",
        ] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_turn_server_has_a_transport_and_a_user() {
        let of = |url| match server(url).unwrap().protocol {
            IceProtocol::Turn(transport, _) => transport,
            IceProtocol::Stun => panic!("{url}"),
        };
        assert_eq!(of("turn:a"), TurnTransport::Udp);
        assert_eq!(of("turn:a?transport=tcp"), TurnTransport::Tcp);
        for (username, credential) in [
            (None, None),
            (Some("user"), None),
            (None, Some("s3cret")),
            (Some(""), Some("")),
        ] {
            let message = IceServer::new("turn:a", username, credential)
                .unwrap_err()
                .to_string();
            assert!(message.contains("name and credential"), "{message}");
        }
        assert!(IceServer::new("stun:a", None, None).is_ok());
    }

    #[test]
    fn a_credential_is_in_no_message() {
        let server = server("turn:a").unwrap();
        assert_eq!(format!("{server} {server:?}"), "turn:a IceServer(\"turn:a\")");
        let message = IceServer::new("turn:user:s3cret@a", None, None)
            .unwrap_err()
            .to_string();
        assert!(
            !message.contains("s3cret") && message.contains("apart"),
            "{message}"
        );
    }
}
