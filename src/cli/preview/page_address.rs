//! Where the page is: an address, a port, or both.
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port, unless one is given.
const PORT: u16 = 8787;

/// Reads `127.0.0.1:8787`, `[::1]:8787`, `192.168.1.5`, `:8787`, `8787` and `localhost`; `None` for anything else.
pub fn parse(text: &str) -> Option<SocketAddr> {
    let local = IpAddr::from(Ipv4Addr::LOCALHOST);
    let numeric = text.replacen("localhost", "127.0.0.1", 1);
    let only_port = numeric.strip_prefix(':').unwrap_or(&numeric);
    let bare = numeric.trim_start_matches('[').trim_end_matches(']');
    numeric
        .parse()
        .or_else(|_| only_port.parse().map(|port: u16| (local, port).into()))
        .or_else(|_| bare.parse().map(|address: IpAddr| (address, PORT).into()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_or_a_port_or_both_are_where_the_page_is() {
        for (text, address) in [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("0.0.0.0:9000", "0.0.0.0:9000"),
            ("[::1]:9000", "[::1]:9000"),
            ("::1", "[::1]:8787"),
            ("192.168.1.5", "192.168.1.5:8787"),
            ("localhost:81", "127.0.0.1:81"),
            ("localhost", "127.0.0.1:8787"),
            (":9000", "127.0.0.1:9000"),
            ("9000", "127.0.0.1:9000"),
            ("0", "127.0.0.1:0"),
        ] {
            assert_eq!(parse(text), address.parse().ok(), "{text}");
        }
        for wrong in ["", "cam.local:80", "127.0.0.1:70000", "1.2.3", "yes"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
