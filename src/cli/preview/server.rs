//! The server of the live page: one thread, for all clients.
use crate::cli::control::controlled::Controlled;
use crate::cli::control::session_request::SessionRequest;
use crate::cli::preview::access::Access;
use crate::cli::preview::announce;
use crate::cli::preview::client;
use crate::cli::preview::plan::PreviewPlan;
use crate::cli::preview::site::Site;
use crate::cli::preview::status_feed::StatusFeed;
use crate::cli::preview::tls;
use crate::cli::signals::Signals;
use crossbeam_channel::{Receiver, Sender, bounded, never};
use mediarec::error::{Error, Result};
use mediarec::recorder::{MediaRecorder, Recording};
use std::io::{self, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;

/// Connections at once. A browser has two, and one for what it asks meanwhile.
const MAX_CONNECTIONS: usize = 100;

/// Threads that wait for the recording or a picture.
const MAX_WAITING: usize = 4;

/// Requests that may wait for the recording.
const MAX_REQUESTS: usize = 16;

/// How long the handshake of TLS may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the end of the program waits for viewers to get the end.
const LAST_PIECES_TIMEOUT: Duration = Duration::from_millis(200);

const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// The port of the page, before anything is recorded.
pub struct PreviewListener {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    access: Access,
    plan: PreviewPlan,
}

/// The page of a running recording; dropping it ends it.
pub struct Preview {
    requests: Receiver<SessionRequest>,
    /// Dropping it ends the server.
    end: Option<oneshot::Sender<()>>,
    ended: Receiver<()>,
}

impl PreviewListener {
    /// Takes the port.
    ///
    /// # Errors
    /// `InvalidState` if it is taken; `NotAllowed` if it may not be; otherwise `NotReadable`; those of the certificate.
    pub fn bind(plan: &PreviewPlan) -> Result<Self> {
        let tls = plan.tls.as_ref();
        let tls = tls.map(|(certificate, key)| tls::acceptor(certificate, key));
        let listener = TcpListener::bind(plan.address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        let needs_token = !plan.address.ip().is_loopback();
        let new_token = || needs_token.then(|| Uuid::new_v4().simple().to_string());
        Ok(Self {
            tls: tls.transpose()?,
            listener: listener.map_err(|error| cannot_bind(plan, error))?,
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
        let (end, is_over) = oneshot::channel();
        let (of_server, ended) = bounded(1);
        start(self.listener, self.tls, site, is_over, of_server).map_err(|error| Error::Unknown {
            message: "the preview cannot be started".into(),
            source: Some(error.into()),
        })?;
        announce::tell(&url);
        if self.plan.opens_browser {
            announce::open(&url);
        }
        Ok(Preview {
            requests,
            end: Some(end),
            ended,
        })
    }

    /// Where a browser finds the page.
    fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let address = self.listener.local_addr().unwrap_or(self.plan.address);
        format!("{scheme}://{address}/{}", self.access.query())
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

impl Drop for Preview {
    fn drop(&mut self) {
        self.end_requests();
        self.end = None;
        // A viewer that takes no more does not hold up the end.
        let _ = self.ended.recv_timeout(LAST_PIECES_TIMEOUT * 2);
    }
}

fn cannot_bind(plan: &PreviewPlan, error: io::Error) -> Error {
    let address = plan.address;
    match error.kind() {
        io::ErrorKind::AddrInUse => Error::InvalidState {
            message: format!(
                "another program listens at {address} already; choose another port for the preview, such as {}, or 0 \
                 for any",
                address.port().wrapping_add(1)
            ),
        },
        io::ErrorKind::PermissionDenied => Error::NotAllowed {
            message: format!(
                "the preview may not listen at {address}; ports from 1024 on need no permission"
            ),
            source: None,
        },
        _ => Error::NotReadable {
            message: format!("the preview cannot listen at {address}"),
            source: Some(error.into()),
        },
    }
}

fn start(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    site: Site,
    end: oneshot::Receiver<()>,
    ended: Sender<()>,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_name("preview-wait")
        .max_blocking_threads(MAX_WAITING)
        .build()?;
    let serve = move || {
        serve_all(&runtime, listener, tls, site, end);
        runtime.shutdown_background();
        let _ = ended.send(());
    };
    thread::Builder::new().name("preview".into()).spawn(serve)?;
    Ok(())
}

fn serve_all(
    runtime: &Runtime,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    site: Site,
    end: oneshot::Receiver<()>,
) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let accept = accept_all(&listener, tls, Arc::new(site), &slots);
        tokio::select! {
            () = accept => {}
            _ = end => {}
        }
        let all = u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX);
        // Those that are idle need not be waited for, but cannot be told apart.
        let _ = timeout(LAST_PIECES_TIMEOUT, slots.acquire_many(all)).await;
    });
}

async fn accept_all(
    listener: &tokio::net::TcpListener,
    tls: Option<TlsAcceptor>,
    site: Arc<Site>,
    slots: &Arc<Semaphore>,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // The system lacks what a connection needs.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let Ok(slot) = slots.clone().try_acquire_owned() else {
            refuse(stream);
            continue;
        };
        // Packets are small, and late if they are gathered.
        let _ = stream.set_nodelay(true);
        let (tls, site) = (tls.clone(), site.clone());
        tokio::spawn(async move {
            serve(stream, tls, site).await;
            drop(slot);
        });
    }
}

/// Tells a client that it is one too many, unless that would block.
fn refuse(stream: TcpStream) {
    let _ = stream
        .into_std()
        .and_then(|mut stream| stream.write_all(TOO_MANY));
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, site: Arc<Site>) {
    let Some(tls) = tls else {
        return client::serve(stream, site).await;
    };
    if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        client::serve(stream, site).await;
    }
}
