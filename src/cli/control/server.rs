//! Takes the clients of the control socket, a thread each, and passes on what the thread of the recording has to do.
use crate::cli::control::answer;
use crate::cli::control::client::{self, Answering};
use crate::cli::control::controlled::Controlled;
use crate::cli::control::session_request::SessionRequest;
use crate::cli::control::socket::{Connection, ControlSocket, Listener, admit};
use crate::cli::signals::Signals;
use crossbeam_channel::{Receiver, bounded, never};
use mediarec::error::Error;
use mediarec::recorder::{MediaRecorder, Waker};
use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

/// Maximum number of clients at once.
const MAX_CLIENTS: usize = 16;

/// Requests that may wait for the recording. A client waits for an answer before its next request, unless it timed out.
const MAX_REQUESTS: usize = 4 * MAX_CLIENTS;

/// How long the end of the program waits for answers that are being written. A client that does not read gets no more.
const LAST_ANSWERS_TIMEOUT: Duration = Duration::from_millis(100);

/// How often that is checked.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// How long to wait after a client could not be taken, as the system lacks what it needs.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);

/// The control socket of a running recording; dropping it removes the socket.
pub struct Control {
    /// Removed with it.
    _socket: ControlSocket,
    requests: Receiver<SessionRequest>,
    answering: Answering,
}

impl ControlSocket {
    /// Lets clients control this recording.
    ///
    /// # Errors
    /// If no thread can be started.
    pub fn listen(self, recorder: &MediaRecorder, signals: &Signals, waker: Waker) -> io::Result<Control> {
        let (sender, requests) = bounded(MAX_REQUESTS);
        let controlled = Controlled {
            recorder: recorder.clone(),
            signals: signals.clone(),
            requests: sender,
            waker,
        };
        let answering = Answering::default();
        let (listener, of_clients) = (self.listener()?, answering.clone());
        thread::Builder::new()
            .name("control".into())
            .spawn(move || accept_all(&listener, &Arc::new(controlled), &of_clients))?;
        Ok(Control {
            _socket: self,
            requests,
            answering,
        })
    }
}

impl Control {
    /// The requests that wait for the thread of the recording now. Those that clients make as soon as they have their answers
    /// are for the next time: in between there is media to write.
    pub fn waiting_requests(&self) -> Vec<SessionRequest> {
        self.requests.try_iter().take(self.requests.len()).collect()
    }

    /// The recording has ended: what was requested and not done is refused.
    pub fn end_requests(&mut self) {
        self.requests = never();
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let most = LAST_ANSWERS_TIMEOUT.as_millis() / POLL_INTERVAL.as_millis();
        for _ in 0..most {
            if self.answering.is_over() {
                return;
            }
            thread::sleep(POLL_INTERVAL);
        }
    }
}

fn accept_all(listener: &Listener, controlled: &Arc<Controlled>, answering: &Answering) {
    let clients = Arc::new(());
    for stream in listener.incoming() {
        let Ok(stream) = stream else {
            thread::sleep(RETRY_INTERVAL);
            continue;
        };
        // The thread of each client has one, too.
        if Arc::strong_count(&clients) > MAX_CLIENTS {
            refuse(&stream);
            continue;
        }
        let (client, controlled, answering) = (clients.clone(), controlled.clone(), answering.clone());
        let serve = move || {
            let execute = |command| controlled.execute(command);
            if admit(&stream) {
                // A connection that fails is closed; the others are not affected.
                let _ = client::serve(&stream, &stream, &execute, &answering);
            }
            drop(client);
        };
        // Without a thread the client finds its connection closed.
        let _ = thread::Builder::new().name("control-client".into()).spawn(serve);
    }
}

/// Tells a client that it is one too many, unless that would block.
fn refuse(mut stream: &Connection) {
    let error = Error::NotReadable {
        message: format!("the recording has {MAX_CLIENTS} clients already; close one of them"),
        source: None,
    };
    let answer = answer::line(None, &Err(error));
    if stream.set_nonblocking(true).is_ok() {
        let _ = stream.write_all(answer.as_bytes());
    }
}
