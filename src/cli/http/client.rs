//! Takes the requests of a client.
use crate::cli::http::connection::Connection;
use crate::cli::http::server::Answers;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a client may take for the header of a request, and between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest header of a request, in bytes.
const MAX_HEADER: usize = 16 << 10;

/// Answers the requests of a client until its connection ends.
pub async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    peer: SocketAddr,
    answers: Arc<impl Answers>,
) {
    let connection = Arc::new(Connection::new(peer));
    let (shared, of_requests) = (answers, connection.clone());
    let service = service_fn(move |request| {
        let (answers, connection) = (shared.clone(), of_requests.clone());
        async move { Ok::<_, Infallible>(answers.answer(request, &connection).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADER)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // What goes wrong with a connection is nobody's concern but the client's.
        _ = served => {}
        () = connection.is_closed() => {}
    }
}
