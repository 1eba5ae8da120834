//! Where publishers are listened for.
use std::net::SocketAddr;
use std::str::FromStr;

/// The value of `--listen`: `whip://ADDR:PORT/PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenUrl {
    pub address: SocketAddr,
    /// Without a slash at its end; `""` is the root.
    pub path: String,
}

impl FromStr for ListenUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "use an address and a port, such as whip://127.0.0.1:8080/live".to_owned();
        let rest = text.strip_prefix("whip://").ok_or_else(wrong)?;
        let (address, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let numeric = address.replacen("localhost", "127.0.0.1", 1);
        let path = path.trim_end_matches('/');
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if !path.bytes().all(is_plain) {
            return Err("the path may have letters, digits, and any of - . _ ~ /".into());
        }
        Ok(Self {
            address: numeric.parse().map_err(|_| wrong())?,
            path: path.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_a_port_and_a_path_are_where_publishers_come_to() {
        for (text, address, path) in [
            ("whip://127.0.0.1:8080/live", "127.0.0.1:8080", "/live"),
            ("whip://localhost:80/", "127.0.0.1:80", ""),
            ("whip://[::]:0/a/b/", "[::]:0", "/a/b"),
            ("whip://0.0.0.0:1", "0.0.0.0:1", ""),
        ] {
            let expected = ListenUrl {
                address: address.parse().unwrap(),
                path: path.into(),
            };
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            "127.0.0.1:80",
            "http://127.0.0.1:80/",
            "whip://host:80/",
            "whip://127.0.0.1/",
            "whip://127.0.0.1:1/ä",
        ] {
            assert!(wrong.parse::<ListenUrl>().is_err(), "{wrong}");
        }
    }
}
