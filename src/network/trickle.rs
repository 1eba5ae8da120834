//! Candidates that come after the offer (trickle ICE): the fragment of SDP that has them (RFC 8840, 9).
use str0m::Candidate;

/// The media type of such a fragment.
pub(super) const TYPE: &str = "application/trickle-ice-sdpfrag";

/// The most candidates that a fragment may have.
const MAX_CANDIDATES: usize = 64;

/// What a fragment says.
#[derive(Debug, PartialEq)]
pub(super) struct Fragment {
    /// Whose candidates they are (`ice-ufrag`).
    pub(super) user: Option<String>,
    pub(super) candidates: Vec<Candidate>,
}

impl Fragment {
    /// `None` for what is no fragment. Candidates whose address is a name, as browsers give it to strangers (mDNS), and those that
    /// are not by UDP, are left out: whoever has them is found by its own requests.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut fragment = Self {
            user: user_fragment(text).map(str::to_owned),
            candidates: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (kind, value) = line.split_once('=')?;
            if kind.len() != 1 {
                return None;
            }
            let candidate = Candidate::from_sdp_string(value).ok().filter(|_| kind == "a");
            if fragment.candidates.len() < MAX_CANDIDATES {
                fragment.candidates.extend(candidate);
            }
        }
        Some(fragment)
    }
}

/// The first part of the credentials of ICE in a description or in a fragment of one.
pub(super) fn user_fragment(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_from_a_fragment_and_names_are_not() {
        let text = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n\
                    a=candidate:1 1 UDP 2130706431 192.0.2.1 2000 typ host\r\n\
                    a=candidate:2 1 UDP 2130706431 e1b.local 2000 typ host\r\n\
                    a=candidate:3 1 UDP 2130706431 2001:db8::1 2000 typ host\r\na=end-of-candidates\r\n";
        let fragment = Fragment::parse(text).unwrap();
        assert_eq!(fragment.user.as_deref(), Some("EsAw"));
        let addresses: Vec<String> = fragment
            .candidates
            .iter()
            .map(|candidate| candidate.addr().to_string())
            .collect();
        assert_eq!(addresses, ["192.0.2.1:2000", "[2001:db8::1]:2000"]);
    }

    #[test]
    fn what_is_no_fragment_is_nothing() {
        for wrong in [
            "{}",
            "a",
            "candidate:1 1 UDP 1 192.0.2.1 1 typ host",
            "a=b\r\nhello",
        ] {
            assert_eq!(Fragment::parse(wrong), None, "{wrong}");
        }
        assert!(Fragment::parse("").unwrap().candidates.is_empty());
    }
}
