//! What a recorder tells the recording in progress.
use crate::clock::Timestamp;

/// A call of the recorder that the recording answers with events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Pause,
    Resume,
    RequestData,
    /// Requested at this time.
    SaveHistory(Timestamp),
    Stop,
}
