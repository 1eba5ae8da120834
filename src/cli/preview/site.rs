//! Answers requests: the page, the stream, the state, and what the buttons do.
use crate::cli::events::described;
use crate::cli::http::body::Body;
use crate::cli::http::connection::Connection;
use crate::cli::http::server::Answers;
use crate::cli::preview::access::{Access, Refusal};
use crate::cli::preview::plan::Offers;
use crate::cli::preview::status_feed::StatusFeed;
use crate::cli::preview::{controls, metrics, page, query, snapshot, viewer, viewer_file};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use mediarec::error::{Error, Result};
use mediarec::recorder::{Broadcast, MediaRecorder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

/// The longest body of a request, such as the text of a mark, in bytes.
const MAX_BODY: usize = 4096;

/// How long it may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// How often the state is sent to those who follow it.
const EVENT_INTERVAL: Duration = Duration::from_millis(200);

/// Nothing of other hosts, no inline scripts, in no frame of another page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page of a recording.
pub struct Site {
    pub access: Access,
    pub broadcast: Broadcast,
    pub recorder: MediaRecorder,
    pub feed: Arc<StatusFeed>,
    pub offers: Offers,
}

impl Answers for Site {
    async fn answer(&self, request: Request<Incoming>, connection: &Arc<Connection>) -> Response<Body> {
        let is_head = request.method() == Method::HEAD;
        let mut response = match self.checked(request, connection).await {
            Ok(response) => response,
            Err(refusal) => failure(refusal.status, &json!({ "message": refusal.message })),
        };
        protect(&mut response);
        if is_head {
            *response.body_mut() = Body::Whole(None);
        }
        response
    }
}

impl Site {
    async fn checked(
        &self,
        request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> std::result::Result<Response<Body>, Refusal> {
        let path = request.uri().path().to_owned();
        // The page's own files are the same for everybody.
        if let Some(file) = page::file(&path).filter(|_| path != "/") {
            return Ok(whole(file.content_type, file.text.as_bytes().into()));
        }
        self.access.check(&request)?;
        if request.method() == Method::POST {
            return self.control(&path, request).await;
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Refusal {
                status: StatusCode::METHOD_NOT_ALLOWED,
                message: "use GET, or POST for what changes the recording",
            });
        }
        self.get(&path, request.uri().query(), connection).await
    }

    async fn get(
        &self,
        path: &str,
        query: Option<&str>,
        connection: &Arc<Connection>,
    ) -> std::result::Result<Response<Body>, Refusal> {
        Ok(match path {
            "/stream.webm" => {
                let has_all = query::value(query, "tracks") == Some("all");
                let mime_type = viewer_file::mime_type(self.broadcast.tracks());
                answered(
                    viewer::start(&self.broadcast, has_all, connection)
                        .map(|pieces| live(&mime_type, pieces)),
                )
            }
            "/snapshot.jpg" => {
                let recorder = self.recorder.clone();
                let taken = spawn_blocking(move || snapshot::take(&recorder)).await;
                let taken = taken.unwrap_or_else(|error| {
                    Err(Error::Abort {
                        message: error.to_string(),
                    })
                });
                answered(taken.map(|bytes| whole("image/jpeg", bytes.into())))
            }
            "/status.json" => json_of(&self.feed.status().await),
            "/events" => live("text/event-stream", self.events(connection)),
            "/metrics" => whole(
                metrics::CONTENT_TYPE,
                metrics::text(&self.feed.status().await).into(),
            ),
            _ => match page::file(path) {
                Some(file) => whole(file.content_type, file.text.as_bytes().into()),
                None => return Err(not_found()),
            },
        })
    }

    async fn control(
        &self,
        path: &str,
        request: Request<Incoming>,
    ) -> std::result::Result<Response<Body>, Refusal> {
        let body = Limited::new(request.into_body(), MAX_BODY).collect();
        let body = timeout(BODY_TIMEOUT, body)
            .await
            .ok()
            .and_then(std::result::Result::ok);
        let too_long = Refusal {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            message: "the body is longer than 4096 bytes, or came too slowly",
        };
        let body = body.ok_or(too_long)?.to_bytes();
        let text = String::from_utf8_lossy(&body);
        let Some(command) = controls::command(path, &text, self.offers) else {
            return Err(not_found());
        };
        Ok(answered(
            self.feed.execute(command).await.map(|result| json_of(&result)),
        ))
    }

    /// The state, again and again, until the recording has ended.
    fn events(&self, connection: &Arc<Connection>) -> Receiver<Bytes> {
        connection.stream();
        let (sender, receiver) = channel(1);
        let (feed, connection) = (self.feed.clone(), connection.clone());
        tokio::spawn(async move {
            loop {
                let event = format!("data: {}\n\n", feed.status().await);
                match timeout(Duration::from_secs(10), sender.send(event.into())).await {
                    Ok(Ok(())) if !feed.has_ended() => sleep(EVENT_INTERVAL).await,
                    Err(_) => return connection.close(),
                    _ => return,
                }
            }
        });
        receiver
    }
}

fn not_found() -> Refusal {
    Refusal {
        status: StatusCode::NOT_FOUND,
        message: "there is nothing here, or it is switched off",
    }
}

fn response(content_type: &str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

fn whole(content_type: &str, bytes: Bytes) -> Response<Body> {
    response(content_type, Body::Whole(Some(bytes)))
}

fn live(content_type: &str, pieces: Receiver<Bytes>) -> Response<Body> {
    response(content_type, Body::Live(pieces))
}

fn json_of(value: &Value) -> Response<Body> {
    whole("application/json", value.to_string().into())
}

fn failure(status: StatusCode, error: &Value) -> Response<Body> {
    let mut response = json_of(&json!({ "error": error }));
    *response.status_mut() = status;
    response
}

fn answered(result: Result<Response<Body>>) -> Response<Body> {
    result.unwrap_or_else(|error| {
        let status = match error {
            Error::NotFound { .. } => StatusCode::NOT_FOUND,
            Error::InvalidState { .. } => StatusCode::CONFLICT,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        failure(status, &described(&error))
    })
}

/// Nothing is kept, embedded elsewhere, or taken for something else.
fn protect(response: &mut Response<Body>) {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
