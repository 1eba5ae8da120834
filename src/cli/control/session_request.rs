//! What the control socket asks of the thread that runs the recording.
use crossbeam_channel::Sender;
use mediarec::error::Result;
use serde_json::Value;

/// What only that thread can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    Status,
    /// Adds this text to the event log.
    Mark(String),
    SaveHistory,
}

/// A task, and where its result is waited for.
#[derive(Debug)]
pub struct SessionRequest {
    pub task: Task,
    reply: Sender<Result<Value>>,
}

impl SessionRequest {
    pub fn new(task: Task, reply: Sender<Result<Value>>) -> Self {
        Self { task, reply }
    }

    /// Hands over the result; the client may have given up.
    pub fn answer(self, result: Result<Value>) {
        let _ = self.reply.try_send(result);
    }
}
