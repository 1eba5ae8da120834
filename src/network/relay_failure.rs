//! Why a TURN server gives no address, and what to do.
use crate::network::ice_server::{IceServer, TurnTransport};
use std::io;

/// Why a TURN server gives no address.
#[derive(Debug)]
pub(super) enum Failure {
    /// Its name leads nowhere.
    Unknown(io::Error),
    /// There is no way to it, or it has hung up.
    Unreachable(io::Error),
    Silent,
    /// By this error code (RFC 8656, 19).
    Refused(u16),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

impl Failure {
    /// What, why, and what to do.
    pub(super) fn message(&self, server: &IceServer, transport: TurnTransport) -> String {
        let no_way = match transport {
            TurnTransport::Udp => "check its address; where UDP is blocked, ?transport=tcp leads around it",
            TurnTransport::Tcp => "check its address, and the firewall",
        };
        let (what, advice) = match self {
            Self::Unknown(error) => (format!("cannot be found: {error}"), "check its name"),
            Self::Unreachable(error) => (format!("cannot be reached: {error}"), no_way),
            Self::Silent => ("does not answer".into(), no_way),
            Self::Refused(code) => {
                let (what, advice) = refusal(*code);
                (format!("{what} ({code})"), advice)
            }
        };
        format!("the TURN server {server} {what}; {advice}")
    }
}

fn refusal(code: u16) -> (&'static str, &'static str) {
    match code {
        401 => (
            "refuses the user",
            "check --ice-username and MEDIAREC_ICE_CREDENTIAL; credentials of some services last for hours only",
        ),
        403 => ("does not allow it", "ask whoever runs it"),
        437 | 438 => ("does not keep up", "try again"),
        440 => ("has no IPv4 address", "use another one"),
        441 => (
            "takes the user's name for another's",
            "check --ice-username and MEDIAREC_ICE_CREDENTIAL",
        ),
        442 => ("does not pass on UDP", "use another one"),
        486 => (
            "gives the user no more addresses",
            "end other connections of the user, or try again when the server has forgotten them",
        ),
        508 => ("has no address left", "try again, or use another one"),
        _ => ("refuses", "look into the server's log"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_to_do_and_names_the_server_without_its_credential() {
        let server = IceServer::new("turn:a.example", Some("user"), Some("s3cret")).unwrap();
        let message = |failure: Failure, transport| failure.message(&server, transport);
        let refused = message(Failure::Refused(401), TurnTransport::Udp);
        assert!(
            refused
                .starts_with("the TURN server turn:a.example refuses the user (401); check --ice-username"),
            "{refused}"
        );
        assert!(message(Failure::Silent, TurnTransport::Udp).contains("?transport=tcp"));
        assert!(!message(Failure::Silent, TurnTransport::Tcp).contains("?transport=tcp"));
        assert!(message(Failure::Refused(486), TurnTransport::Tcp).contains("no more addresses (486)"));
        let unreachable = Failure::from(io::Error::from(io::ErrorKind::ConnectionRefused));
        let message = message(unreachable, TurnTransport::Tcp);
        assert!(
            message.contains("cannot be reached") && !message.contains("s3cret"),
            "{message}"
        );
    }
}
