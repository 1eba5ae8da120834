//! How much of a recording's end is kept in memory, to be saved on request.
use crate::error::{Error, Result};
use std::time::Duration;

/// Extension: keeps the last part of a recording in memory, so that
/// [`MediaRecorder::save_history`](crate::recorder::MediaRecorder::save_history) can save what has just happened as a file of
/// its own.
///
/// What is kept are the packets of the recording, so nothing is encoded twice and the recording itself stays as it is. They take
/// as much memory as the recording takes on the disk in this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// Media before the request. A clip begins with the last key frame before that, so it is longer by up to a key frame
    /// interval.
    pub span: Duration,
    /// Media after the request that is in the clip, too.
    pub after: Duration,
}

impl History {
    /// # Errors
    /// `Type` for a span of 0.
    pub(crate) fn check(&self) -> Result<()> {
        if self.span.is_zero() {
            return Err(Error::type_error("a history cannot have a span of 0"));
        }
        Ok(())
    }
}
