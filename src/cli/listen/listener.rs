//! Waits for a publisher.
use crate::cli::http::server::HttpListener;
use crate::cli::listen::plan::ListenPlan;
use crate::cli::listen::publishers::Publishers;
use crate::cli::stderr;
use mediarec::clock::Clock;
use mediarec::error::{Error, Result};
use mediarec::network::WhipServer;
use mediarec::streams::MediaStream;
use std::sync::Arc;
use uuid::Uuid;

/// The label of the tracks.
const LABEL: &str = "WHIP publisher";

/// Waits for the first publisher, however long that takes, and makes a stream of what it sends.
///
/// # Errors
/// Those of [`HttpListener::bind`]; `Unknown` if the system has no thread for it.
pub fn open(plan: &ListenPlan, clock: &Clock) -> Result<MediaStream> {
    let listener = HttpListener::bind(plan.url.address, plan.tls.as_ref(), "--listen")?;
    let needs_token = !plan.url.address.ip().is_loopback();
    let new_token = || needs_token.then(|| Uuid::new_v4().simple().to_string());
    let token = plan.token.clone().or_else(new_token);
    let told = match (&plan.token, &token) {
        (None, Some(token)) => format!(", with the token {token}"),
        _ => String::new(),
    };
    let url = format!("{}{}", listener.url(), plan.url.path);
    let (server, publishers) = WhipServer::new(&plan.url.path, token);
    let server = Arc::new(server);
    let http = listener.serve("listen", Publishers(server.clone()));
    let http = http.map_err(|error| Error::Unknown {
        message: "--listen cannot be started".into(),
        source: Some(error.into()),
    })?;
    stderr::say(format_args!("mediarec: waiting for a publisher at {url}{told}"));
    // It answers until the process ends: a publisher says goodbye, others are told that there is one already.
    std::mem::forget(http);
    loop {
        let connection = publishers.recv().map_err(|_| Error::Abort {
            message: "--listen has ended".into(),
        })?;
        match connection.into_stream(LABEL, clock) {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                stderr::say(format_args!(
                    "mediarec: a publisher came, but {error}; waiting for another"
                ));
                server.forget();
            }
        }
    }
}
