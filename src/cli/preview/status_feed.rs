//! The state of the recording, for all clients together: it is asked for only when somebody wants it, and at most ten times a
//! second.
use crate::cli::control::command::Command;
use crate::cli::control::controlled::Controlled;
use crate::cli::preview::plan::Offers;
use mediarec::error::Result;
use mediarec::recorder::{Broadcast, RecordingState};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

/// How long an answer is new.
const MAX_AGE: Duration = Duration::from_millis(100);

/// Asks the recording how it is.
pub struct StatusFeed {
    controlled: Arc<Controlled>,
    broadcast: Broadcast,
    offers: Offers,
    last: Mutex<Option<(Instant, Value)>>,
}

impl StatusFeed {
    pub fn new(controlled: Arc<Controlled>, broadcast: Broadcast, offers: Offers) -> Self {
        Self {
            controlled,
            broadcast,
            offers,
            last: Mutex::new(None),
        }
    }

    /// Does a command, outside of the thread of the server.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn execute(&self, command: Command) -> Result<Value> {
        let controlled = self.controlled.clone();
        // What it shows is old now.
        *self.last.lock().await = None;
        let done = spawn_blocking(move || controlled.execute(command)).await;
        done.unwrap_or_else(|error| {
            Err(mediarec::error::Error::Abort {
                message: error.to_string(),
            })
        })
    }

    /// How the recording is; one that cannot answer, as it waits for its output, is as it was.
    pub async fn status(&self) -> Value {
        let mut last = self.last.lock().await;
        if let Some((at, status)) = &*last
            && at.elapsed() < MAX_AGE
        {
            return status.clone();
        }
        let controlled = self.controlled.clone();
        let asked = spawn_blocking(move || controlled.execute(Command::Status {})).await;
        let before = last.take().map(|(_, status)| status);
        let mut status = match asked {
            Ok(Ok(status)) => status,
            _ => before.unwrap_or_else(|| json!({ "tracks": [] })),
        };
        status["state"] = self.controlled.recorder.state().as_str().into();
        status["preview"] = json!({
            "viewers": self.broadcast.subscriptions(),
            "control": self.offers.control,
            "mark": self.offers.mark,
            "split": self.offers.split,
            "saveHistory": self.offers.history,
        });
        *last = Some((Instant::now(), status.clone()));
        status
    }

    /// Whether the recording has ended.
    pub fn has_ended(&self) -> bool {
        self.controlled.recorder.state() == RecordingState::Inactive
    }
}
