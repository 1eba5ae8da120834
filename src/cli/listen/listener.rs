//! Waits for publishers.
use crate::cli::http::server::{HttpListener, HttpServer};
use crate::cli::listen::plan::ListenPlan;
use crate::cli::listen::publishers::Publishers;
use crate::cli::stderr;
use crossbeam_channel::Receiver;
use mediarec::clock::Clock;
use mediarec::error::{Error, Result};
use mediarec::network::{PeerConnection, Publication, WhipServer};
use mediarec::streams::MediaStream;
use std::sync::Arc;
use uuid::Uuid;

/// The label of the tracks.
const LABEL: &str = "WHIP publisher";

/// An endpoint that answers publishers, until it is dropped.
pub struct Endpoint {
    pub server: Arc<WhipServer>,
    /// The publishers as they come.
    pub publications: Receiver<Publication>,
    http: HttpServer,
}

/// Begins to listen, and says where: for one publisher at a time, or for so many, each with a name.
///
/// # Errors
/// Those of [`HttpListener::bind`]; `Unknown` if the system has no thread for it.
pub fn start(plan: &ListenPlan, max_named: Option<usize>, flag: &str) -> Result<Endpoint> {
    let listener = HttpListener::bind(plan.url.address, plan.tls.as_ref(), flag)?;
    let needs_token = !plan.url.address.ip().is_loopback();
    let new_token = || needs_token.then(|| Uuid::new_v4().simple().to_string());
    let token = plan.token.clone().or_else(new_token);
    let told = match (&plan.token, &token) {
        (None, Some(token)) => format!(", with the token {token}"),
        _ => String::new(),
    };
    let url = format!("{}{}", listener.url(), plan.url.path);
    let (server, publications) = match max_named {
        Some(max) => WhipServer::with_names(&plan.url.path, token, max),
        None => WhipServer::new(&plan.url.path, token),
    };
    let server = Arc::new(server.with_ice_servers(plan.ice.servers()?));
    let http = listener.serve("listen", Publishers(server.clone()));
    let http = http.map_err(|error| Error::Unknown {
        message: format!("{flag} cannot be started"),
        source: Some(error.into()),
    })?;
    stderr::say(match max_named {
        Some(_) => format!("mediarec: waiting for publishers at {url}/NAME{told}"),
        None => format!("mediarec: waiting for a publisher at {url}{told}"),
    });
    Ok(Endpoint {
        server,
        publications,
        http,
    })
}

/// Waits for the first publisher, however long that takes, and makes a stream of what it sends.
///
/// # Errors
/// Those of [`start`].
pub fn open(plan: &ListenPlan, clock: &Clock) -> Result<MediaStream> {
    let endpoint = start(plan, None, "--listen")?;
    // It answers until the process ends: a publisher says goodbye, others are told that there is one already.
    std::mem::forget(endpoint.http);
    loop {
        let Publication {
            connection, place, ..
        } = endpoint.publications.recv().map_err(|_| Error::Abort {
            message: "--listen has ended".into(),
        })?;
        tell_failures(&connection);
        match connection.into_stream(LABEL, clock) {
            Ok(stream) => {
                std::mem::forget(place);
                return Ok(stream);
            }
            Err(error) => {
                stderr::say(format_args!(
                    "mediarec: a publisher came, but {error}; waiting for another"
                ));
            }
        }
    }
}

/// Says which ICE servers do not help.
pub fn tell_failures(connection: &PeerConnection) {
    for failure in connection.ice_failures() {
        stderr::say(format_args!("mediarec: {failure}; going on without it"));
    }
}
