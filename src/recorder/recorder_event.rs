//! The events of a recording.
use crate::error::Error;
use crate::recorder::blob::BlobEvent;

/// What happens in a recording, in order (MediaStream Recording, 2.9).
#[derive(Debug)]
#[non_exhaustive]
pub enum RecorderEvent {
    /// Recording has begun and the MIME type is complete; always the first.
    Start,
    /// A blob is complete: the timeslice has passed, data was requested, or the recording has ended.
    DataAvailable(BlobEvent),
    /// Recording is paused.
    Pause,
    /// Recording goes on after a pause.
    Resume,
    /// The recording failed; what was recorded until then follows.
    Error(Error),
    /// The recording has ended; always the last.
    Stop,
}
