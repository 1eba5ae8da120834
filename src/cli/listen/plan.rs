//! What is listened for.
use crate::cli::args::record::RecordArgs;
use crate::cli::device_flag;
use crate::cli::ice_plan::IcePlan;
use crate::cli::listen::url::ListenUrl;
use mediarec::error::{Error, Result};
use std::path::PathBuf;

/// Where publishers come to, and who may.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(all(feature = "network", feature = "preview")),
    expect(dead_code, reason = "nobody can publish")
)]
pub struct ListenPlan {
    pub url: ListenUrl,
    /// The token that was given.
    pub token: Option<String>,
    /// Certificate chain and private key, if it is served by TLS.
    pub tls: Option<(PathBuf, PathBuf)>,
    pub ice: IcePlan,
}

impl ListenPlan {
    /// # Errors
    /// `Type` for flags of devices, a token that no header can have, and if this program was built without the network.
    pub fn new(args: &RecordArgs, flag: &str) -> Result<Option<Self>> {
        let Some(url) = args.network.listen.clone() else {
            return Ok(None);
        };
        if !cfg!(all(feature = "network", feature = "preview")) {
            return Err(not_built(flag));
        }
        device_flag::refuse(&args.source, "--listen")?;
        let token = args.network.listen_token.clone();
        let is_plain = |token: &String| token.len() >= 8 && token.bytes().all(|byte| byte.is_ascii_graphic());
        if token.as_ref().is_some_and(|token| !is_plain(token)) {
            return Err(Error::Type {
                message: "--listen-token needs 8 letters, digits or signs at least, and no blanks".into(),
            });
        }
        let access = &args.preview.access;
        Ok(Some(Self {
            url,
            token,
            tls: access.tls_cert.clone().zip(access.tls_key.clone()),
            ice: IcePlan::new(&args.network.ice),
        }))
    }
}

/// The error of a program that was built without the network.
pub fn not_built(flag: &str) -> Error {
    Error::Type {
        message: format!(
            "this program was built without the features network and preview, which {flag} needs; build it from its sources with: \
             cargo install --path . --features network,preview"
        ),
    }
}
