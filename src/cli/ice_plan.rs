//! Servers that help to find a way through the network.
use crate::cli::args::ice::IceArgs;
#[cfg(feature = "network")]
use mediarec::error::{Error, Result};
#[cfg(feature = "network")]
use mediarec::network::IceServer;
use std::fmt;

/// ICE servers, and the user of those that pass media on.
#[derive(Clone, PartialEq, Eq)]
pub struct IcePlan {
    /// As typed.
    urls: Vec<String>,
    username: Option<String>,
    credential: Option<String>,
}

impl IcePlan {
    pub fn new(args: &IceArgs) -> Self {
        Self {
            urls: args.server.clone(),
            username: args.username.clone(),
            credential: args.credential.clone(),
        }
    }

    /// # Errors
    /// `Type` for a URL that is none, and for a TURN server without a user.
    #[cfg(feature = "network")]
    pub fn servers(&self) -> Result<Vec<IceServer>> {
        let server = |url: &String| {
            let server = IceServer::new(url, self.username.as_deref(), self.credential.as_deref());
            server.map_err(|error| Error::Type {
                message: if url.starts_with("turn:") {
                    format!(
                        "--ice-server: {error}; give them with --ice-username and MEDIAREC_ICE_CREDENTIAL"
                    )
                } else {
                    format!("--ice-server: {error}")
                },
            })
        };
        self.urls.iter().map(server).collect()
    }
}

/// Without the credential.
impl fmt::Debug for IcePlan {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("IcePlan")
            .field("urls", &self.urls)
            .finish_non_exhaustive()
    }
}
