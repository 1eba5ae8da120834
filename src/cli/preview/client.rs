//! Takes the requests of a client.
use crate::cli::preview::connection::Connection;
use crate::cli::preview::site::Site;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};

/// How long a client may take for the header of a request, and between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest header of a request, in bytes.
const MAX_HEADER: usize = 16 << 10;

/// Answers the requests of a client until its connection ends.
pub async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, site: Arc<Site>) {
    let connection = Arc::new(Connection::default());
    let (of_site, of_requests) = (site, connection.clone());
    let service = service_fn(move |request| {
        let (site, connection) = (of_site.clone(), of_requests.clone());
        async move { site.answer(request, &connection).await }
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
