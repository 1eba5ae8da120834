//! The server: one thread, for all clients.
use crate::cli::http::body::Body;
use crate::cli::http::connection::Connection;
use crate::cli::http::{client, tls};
use crossbeam_channel::{Receiver, Sender, bounded};
use hyper::body::Incoming;
use hyper::{Request, Response};
use mediarec::error::{Error, Result};
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// Connections at once. A browser has two, and one for what it asks meanwhile.
const MAX_CONNECTIONS: usize = 100;

/// Threads that wait for what takes its time, such as a picture.
const MAX_WAITING: usize = 4;

/// How long the handshake of TLS may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long the end of the program waits for viewers to get the end.
const LAST_PIECES_TIMEOUT: Duration = Duration::from_millis(200);

const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// What answers requests.
pub trait Answers: Send + Sync + 'static {
    /// Answers a request; what is wrong with it is the answer, too.
    fn answer(
        &self,
        request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> impl Future<Output = Response<Body>> + Send;
}

/// A port that was taken.
pub struct HttpListener {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    address: SocketAddr,
}

/// A server that runs; dropping it ends it.
pub struct HttpServer {
    /// Dropping it ends the server.
    end: Option<oneshot::Sender<()>>,
    ended: Receiver<()>,
}

impl HttpListener {
    /// Takes the port, for what messages call `what`; `tls` are certificate chain and private key.
    ///
    /// # Errors
    /// `InvalidState` if it is taken; `NotAllowed` if it may not be; otherwise `NotReadable`; those of the certificate.
    pub fn bind(address: SocketAddr, tls: Option<&(PathBuf, PathBuf)>, what: &str) -> Result<Self> {
        let tls = tls.map(|(certificate, key)| tls::acceptor(certificate, key));
        let listener = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            Ok(listener)
        });
        let tls = tls.transpose()?;
        Ok(Self {
            listener: listener.map_err(|error| cannot_bind(address, what, error))?,
            tls,
            address,
        })
    }

    /// The URL of the server, without a path.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let address = self.listener.local_addr().unwrap_or(self.address);
        format!("{scheme}://{address}")
    }

    /// Serves on a thread of this name.
    ///
    /// # Errors
    /// That of the system, if it has no thread for it.
    pub fn serve(self, thread: &str, answers: impl Answers) -> io::Result<HttpServer> {
        let (end, is_over) = oneshot::channel();
        let (of_server, ended) = bounded(1);
        start(thread, self, answers, is_over, of_server)?;
        Ok(HttpServer {
            end: Some(end),
            ended,
        })
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.end = None;
        // A viewer that takes no more does not hold up the end.
        let _ = self.ended.recv_timeout(LAST_PIECES_TIMEOUT * 2);
    }
}

fn cannot_bind(address: SocketAddr, what: &str, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::AddrInUse => Error::InvalidState {
            message: format!(
                "another program listens at {address} already; choose another port for {what}, such as {}, or 0 \
                 for any",
                address.port().wrapping_add(1)
            ),
        },
        io::ErrorKind::PermissionDenied => Error::NotAllowed {
            message: format!("{what} may not listen at {address}; ports from 1024 on need no permission"),
            source: None,
        },
        _ => Error::NotReadable {
            message: format!("{what} cannot listen at {address}"),
            source: Some(error.into()),
        },
    }
}

fn start(
    thread: &str,
    listener: HttpListener,
    answers: impl Answers,
    end: oneshot::Receiver<()>,
    ended: Sender<()>,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_name(format!("{thread}-wait"))
        .max_blocking_threads(MAX_WAITING)
        .build()?;
    let serve = move || {
        serve_all(&runtime, listener, answers, end);
        runtime.shutdown_background();
        let _ = ended.send(());
    };
    thread::Builder::new().name(thread.to_owned()).spawn(serve)?;
    Ok(())
}

fn serve_all(runtime: &Runtime, listener: HttpListener, answers: impl Answers, end: oneshot::Receiver<()>) {
    let HttpListener { listener, tls, .. } = listener;
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let accept = accept_all(&listener, tls, Arc::new(answers), &slots);
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
    answers: Arc<impl Answers>,
    slots: &Arc<Semaphore>,
) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else {
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
        let (tls, answers) = (tls.clone(), answers.clone());
        tokio::spawn(async move {
            serve(stream, peer, tls, answers).await;
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

async fn serve(stream: TcpStream, peer: SocketAddr, tls: Option<TlsAcceptor>, answers: Arc<impl Answers>) {
    let Some(tls) = tls else {
        return client::serve(stream, peer, answers).await;
    };
    if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        client::serve(stream, peer, answers).await;
    }
}
