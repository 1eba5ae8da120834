//! What a recorder tells the recording in progress.

/// A call of the recorder that the recording answers with events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Pause,
    Resume,
    RequestData,
    Stop,
}
