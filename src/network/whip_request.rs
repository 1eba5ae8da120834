//! What publishers ask an endpoint for, and what they are told.
use std::net::SocketAddr;

/// A request of HTTP's.
#[derive(Clone, Copy, Debug)]
pub struct WhipRequest<'a> {
    /// Such as `POST`.
    pub method: &'a str,
    /// The path of the URL.
    pub path: &'a str,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
    /// The value of `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The value of `Origin`, which browsers send.
    pub origin: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
    /// The address of whoever made it.
    pub peer: SocketAddr,
}

/// The answer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhipResponse {
    /// Such as 201.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl WhipRequest<'_> {
    /// Whether the body has this media type.
    pub(super) fn has_type(&self, expected: &str) -> bool {
        let kind = self.content_type.and_then(|kind| kind.split(';').next());
        kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(expected))
    }
}

impl WhipResponse {
    /// An answer without a body.
    pub(super) fn empty(status: u16, headers: Vec<(&'static str, String)>) -> Self {
        Self {
            status,
            headers,
            body: String::new(),
        }
    }

    /// A refusal with its reason.
    pub(super) fn refusal(status: u16, message: &str) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", "text/plain; charset=utf-8".into())],
            body: format!("{message}\n"),
        }
    }
}
