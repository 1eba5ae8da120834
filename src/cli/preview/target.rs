//! Where `--preview` shows what is recorded.
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::page_address;
use clap::ValueEnum;
use std::net::SocketAddr;
use std::str::FromStr;

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
        page_address::parse(text)
            .map(Self::Page)
            .ok_or_else(|| {
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
    fn it_is_a_page_at_an_address_or_a_picture_in_the_terminal() {
        let page = PreviewTarget::Page(([127, 0, 0, 1], 9000).into());
        assert_eq!(":9000".parse(), Ok(page));
        for (text, graphics) in [
            ("terminal", None),
            ("kitty", Some(Graphics::Kitty)),
            ("sixel", Some(Graphics::Sixel)),
            ("blocks", Some(Graphics::Blocks)),
        ] {
            assert_eq!(text.parse(), Ok(PreviewTarget::Terminal(graphics)), "{text}");
        }
        for wrong in ["", "Terminal", "sixels", "yes"] {
            assert!(wrong.parse::<PreviewTarget>().is_err(), "{wrong}");
        }
    }
}
