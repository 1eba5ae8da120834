//! The live page of a recording: where it is served, and what it offers.
use crate::cli::args::preview::PreviewAccess;
use crate::cli::args::record::RecordArgs;
use crate::cli::preview::target::PreviewTarget;
use mediarec::error::{Error, Result};
use std::net::SocketAddr;
use std::path::PathBuf;

/// What is served.
#[derive(Clone, Debug)]
pub struct PreviewPlan {
    pub address: SocketAddr,
    /// Certificate chain and private key, if it is served by TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The token that was given.
    pub token: Option<String>,
    pub offers: Offers,
    /// Whether the desktop's browser opens the page.
    pub opens_browser: bool,
}

/// What viewers can do besides looking.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a button")]
pub struct Offers {
    /// Pause, resume and stop; without it, nothing.
    pub control: bool,
    pub mark: bool,
    pub split: bool,
    pub history: bool,
}

impl PreviewPlan {
    /// # Errors
    /// `Type` for a token that cannot be in a URL, and if this program was built without previews.
    pub fn new(args: &RecordArgs) -> Result<Option<Self>> {
        let Some(PreviewTarget::Page(address)) = args.preview.preview else {
            return Ok(None);
        };
        check_is_built()?;
        let PreviewAccess {
            preview_control,
            preview_token,
            tls_cert,
            tls_key,
        } = args.preview.access.clone();
        preview_token.as_deref().map_or(Ok(()), check_token)?;
        let control = preview_control.is_yes();
        Ok(Some(Self {
            address,
            tls: tls_cert.zip(tls_key),
            token: preview_token,
            offers: Offers {
                control,
                mark: control && args.output.events.is_some(),
                split: control && args.segments.divide(),
                history: control && args.history.history.is_some(),
            },
            opens_browser: args.output.opens_browser,
        }))
    }
}

fn check_token(token: &str) -> Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if token.len() < 8 || token.len() > 256 || !token.bytes().all(is_plain) {
        return Err(Error::Type {
            message: "the token of the preview needs 8 to 256 letters, digits or any of - . _ ~, as it is part of a URL".into(),
        });
    }
    Ok(())
}

fn check_is_built() -> Result<()> {
    if cfg!(feature = "preview") {
        Ok(())
    } else {
        Err(not_built())
    }
}

/// The error of a program that was built without previews.
pub fn not_built() -> Error {
    Error::Type {
        message: "this program was built without the feature preview; build it from its sources with: cargo install --path . --features \
                  preview, or watch the recording in a player: mediarec record -o - | ffplay -"
            .into(),
    }
}
