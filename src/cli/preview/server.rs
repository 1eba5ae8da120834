//! The live page of a recording: its port, then its server.
use crate::cli::control::controlled::Controlled;
use crate::cli::control::session_request::SessionRequest;
use crate::cli::http::server::{HttpListener, HttpServer};
use crate::cli::preview::access::Access;
use crate::cli::preview::announce;
use crate::cli::preview::plan::PreviewPlan;
use crate::cli::preview::site::Site;
use crate::cli::preview::status_feed::StatusFeed;
use crate::cli::signals::Signals;
use crossbeam_channel::{Receiver, bounded, never};
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, Recording};
use std::sync::Arc;
use uuid::Uuid;

/// Requests that may wait for the recording.
const MAX_REQUESTS: usize = 16;

/// The port of the page, before anything is recorded.
pub struct PreviewListener {
    listener: HttpListener,
    access: Access,
    plan: PreviewPlan,
}

/// The page of a running recording; dropping it ends it.
pub struct Preview {
    requests: Receiver<SessionRequest>,
    _server: HttpServer,
}

impl PreviewListener {
    /// Takes the port.
    ///
    /// # Errors
    /// `InvalidState` if it is taken; `NotAllowed` if it may not be; otherwise `NotReadable`; those of the certificate.
    pub fn bind(plan: &PreviewPlan) -> Result<Self> {
        let listener = HttpListener::bind(plan.address, plan.tls.as_ref(), "the preview")?;
        let needs_token = !plan.address.ip().is_loopback();
        let new_token = || needs_token.then(|| Uuid::new_v4().simple().to_string());
        Ok(Self {
            listener,
            access: Access::new(plan.token.clone().or_else(new_token)),
            plan: plan.clone(),
        })
    }

    /// Serves the page of this recording.
    ///
    /// # Errors
    /// `Unknown` if the system has no thread for it.
    pub fn serve(
        self,
        recorder: &MediaRecorder,
        recording: &mut Recording,
        signals: &Signals,
    ) -> Result<Preview> {
        let url = self.url();
        let (sender, requests) = bounded(MAX_REQUESTS);
        let controlled = Controlled {
            recorder: recorder.clone(),
            signals: signals.clone(),
            requests: sender,
            waker: recording.waker(),
        };
        let (broadcast, offers) = (recording.broadcast(), self.plan.offers);
        let feed = StatusFeed::new(Arc::new(controlled), broadcast.clone(), offers);
        let site = Site {
            access: self.access,
            broadcast,
            recorder: recorder.clone(),
            feed: Arc::new(feed),
            offers,
        };
        let server = self.listener.serve("preview", site);
        let server = server.map_err(|error| Error::Unknown {
            message: "the preview cannot be started".into(),
            source: Some(error.into()),
        })?;
        announce::tell(&url);
        if self.plan.opens_browser {
            announce::open(&url);
        }
        Ok(Preview {
            requests,
            _server: server,
        })
    }

    /// Where a browser finds the page.
    fn url(&self) -> String {
        format!("{}/{}", self.listener.url(), self.access.query())
    }
}

impl Preview {
    /// The requests that wait for the thread of the recording now.
    pub fn waiting_requests(&self) -> Vec<SessionRequest> {
        self.requests.try_iter().take(self.requests.len()).collect()
    }

    /// The recording has ended: what was requested and not done is refused.
    pub fn end_requests(&mut self) {
        self.requests = never();
    }
}
