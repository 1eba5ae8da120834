//! What the clients of the control socket control: the recorder at once, the rest through the thread of the recording.
use crate::cli::control::command::{Command, Kind};
use crate::cli::control::session_request::{SessionRequest, Task};
use crate::cli::signals::Signals;
use crossbeam_channel::{RecvTimeoutError, Sender, TrySendError, bounded};
use mediarec::error::{Error, Result};
use mediarec::media::TrackKind;
use mediarec::recorder::{MediaRecorder, RecordingState, Waker};
use serde_json::{Value, json};
use std::time::Duration;

/// How long the recording may take to answer: as long as it waits for a disk or the reader of its output, it cannot.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(3);

/// A running recording.
pub struct Controlled {
    pub recorder: MediaRecorder,
    pub signals: Signals,
    pub requests: Sender<SessionRequest>,
    pub waker: Waker,
}

impl Controlled {
    /// Does what is requested, and returns its result when it is done.
    ///
    /// # Errors
    /// `InvalidState` when the recording has ended or cannot do it; `NotFound` if there is no such track; `Abort` if the
    /// recording does not answer in time.
    pub fn execute(&self, command: Command) -> Result<Value> {
        match command {
            Command::Status {} => self.ask(Task::Status),
            Command::SaveHistory {} => self.ask(Task::SaveHistory),
            Command::Mark { text } => self.ask(Task::Mark(text)),
            Command::Pause {} => {
                self.recorder.pause().map_err(|_| ended())?;
                Ok(state(RecordingState::Paused))
            }
            Command::Resume {} => {
                self.recorder.resume().map_err(|_| ended())?;
                Ok(state(RecordingState::Recording))
            }
            Command::RequestData {} => {
                self.recorder.request_data().map_err(|_| ended())?;
                Ok(state(self.recorder.state()))
            }
            Command::Split {} => {
                self.recorder.split()?;
                Ok(state(self.recorder.state()))
            }
            Command::Mute { kind } => self.mute(kind, true),
            Command::Unmute { kind } => self.mute(kind, false),
            Command::Stop {} => {
                self.signals.stop_by_hand();
                Ok(state(RecordingState::Inactive))
            }
        }
    }

    fn mute(&self, kind: Kind, muted: bool) -> Result<Value> {
        let kind = TrackKind::from(kind);
        let mut tracks = self.recorder.stream().tracks();
        tracks.retain(|track| track.kind() == kind);
        if tracks.is_empty() {
            return Err(Error::NotFound {
                message: format!("the recording has no live {} track", kind.as_str()),
            });
        }
        for track in tracks {
            track.set_enabled(!muted);
        }
        Ok(json!({ "kind": kind.as_str(), "enabled": !muted }))
    }

    fn ask(&self, task: Task) -> Result<Value> {
        let (reply, result) = bounded(1);
        match self.requests.try_send(SessionRequest::new(task, reply)) {
            Ok(()) => self.waker.wake(),
            Err(TrySendError::Full(_)) => return Err(busy()),
            Err(TrySendError::Disconnected(_)) => return Err(ended()),
        }
        result
            .recv_timeout(ANSWER_TIMEOUT)
            .unwrap_or_else(|error| match error {
                RecvTimeoutError::Timeout => Err(busy()),
                RecvTimeoutError::Disconnected => Err(ended()),
            })
    }
}

fn state(state: RecordingState) -> Value {
    json!({ "state": state.as_str() })
}

fn ended() -> Error {
    Error::InvalidState {
        message: "the recording has ended".into(),
    }
}

fn busy() -> Error {
    Error::Abort {
        message: "timed out: the recording waits for its output; stop still works".into(),
    }
}
