//! Where `--preview` shows what is recorded.
use crate::cli::preview::graphics::Graphics;
use clap::ValueEnum;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

/// The port, unless one is given.
const PORT: u16 = 8787;

/// The value of `--preview`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewTarget {
    /// A page that is served at this address.
    Page(SocketAddr),
    /// A small picture in the terminal: with these graphics, or with those that it has.
    Terminal(Option<Graphics>),
}

impl FromStr for PreviewTarget {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "terminal" {
            return Ok(Self::Terminal(None));
        }
        if let Ok(graphics) = Graphics::from_str(text, false) {
            return Ok(Self::Terminal(Some(graphics)));
        }
        let local = IpAddr::from(Ipv4Addr::LOCALHOST);
        let numeric = text.replacen("localhost", "127.0.0.1", 1);
        let only_port = numeric.strip_prefix(':').unwrap_or(&numeric);
        let bare = numeric.trim_start_matches('[').trim_end_matches(']');
        numeric
            .parse()
            .or_else(|_| only_port.parse().map(|port: u16| (local, port).into()))
            .or_else(|_| bare.parse().map(|address: IpAddr| (address, PORT).into()))
            .map(Self::Page)
            .map_err(|_| {
                "use an IP address and a port, such as 127.0.0.1:8787 or [::1]:8787, or terminal, kitty, sixel or \
                 blocks"
                    .into()
            })
    }
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
            let expected = PreviewTarget::Page(address.parse().unwrap());
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for (text, graphics) in [
            ("terminal", None),
            ("kitty", Some(Graphics::Kitty)),
            ("sixel", Some(Graphics::Sixel)),
            ("blocks", Some(Graphics::Blocks)),
        ] {
            assert_eq!(text.parse(), Ok(PreviewTarget::Terminal(graphics)), "{text}");
        }
        for wrong in [
            "",
            "Terminal",
            "sixels",
            "cam.local:80",
            "127.0.0.1:70000",
            "1.2.3",
            "yes",
        ] {
            assert!(wrong.parse::<PreviewTarget>().is_err(), "{wrong}");
        }
    }
}
