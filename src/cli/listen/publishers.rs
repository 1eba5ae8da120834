//! Answers the requests of publishers.
use crate::cli::http::body::Body;
use crate::cli::http::connection::Connection;
use crate::cli::http::server::Answers;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use mediarec::network::{WhipRequest, WhipResponse, WhipServer};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// The longest offer, in bytes.
const MAX_BODY: usize = 64 << 10;

/// How long it may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The requests of publishers, and who answers them.
pub struct Publishers(pub Arc<WhipServer>);

impl Answers for Publishers {
    async fn answer(&self, request: Request<Incoming>, connection: &Arc<Connection>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let body = timeout(BODY_TIMEOUT, Limited::new(body, MAX_BODY).collect()).await;
        let Ok(Ok(body)) = body else {
            return response(&plain(
                413,
                "the body is longer than 64 KiB, or came too slowly\n",
            ));
        };
        let (server, peer, body) = (self.0.clone(), connection.peer, body.to_bytes());
        let answered = spawn_blocking(move || {
            server.answer(&WhipRequest {
                method: head.method.as_str(),
                path: head.uri.path(),
                authorization: text(&head.headers, &header::AUTHORIZATION),
                content_type: text(&head.headers, &header::CONTENT_TYPE),
                origin: text(&head.headers, &header::ORIGIN),
                body: &body,
                peer,
            })
        });
        let failed = |_| plain(500, "the request could not be answered\n");
        response(&answered.await.unwrap_or_else(failed))
    }
}

fn plain(status: u16, message: &str) -> WhipResponse {
    WhipResponse {
        status,
        headers: Vec::new(),
        body: message.into(),
    }
}

/// The value of a header; `""` for one that is no text, which is not the same as none.
fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn response(answer: &WhipResponse) -> Response<Body> {
    let mut response = Response::new(Body::Whole(Some(answer.body.clone().into())));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
