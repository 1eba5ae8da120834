//! How a recording ended, and the errors that this is.
use mediarec::error::Error;
use mediarec::streams::MediaStreamTrack;
use std::sync::Arc;

/// How the recording ends.
pub enum SessionEnd {
    /// By a stop, a limit, or the end of its sources.
    Regular,
    /// The reader of the output has closed its end.
    ReaderClosed,
    /// The output cannot be written any more.
    OutputFailed(Error),
    /// The recording failed; what was recorded until then is written.
    Failed(Error),
}

impl SessionEnd {
    /// Whether nothing can be written any more.
    pub const fn is_of_output(&self) -> bool {
        matches!(self, Self::ReaderClosed | Self::OutputFailed(_))
    }

    /// The errors to report, with those of these tracks.
    pub fn into_errors(self, tracks: &[MediaStreamTrack]) -> Vec<Arc<Error>> {
        let failed = match self {
            Self::Failed(error) | Self::OutputFailed(error) => Some(Arc::new(error)),
            Self::ReaderClosed | Self::Regular => None,
        };
        let failures = tracks.iter().filter_map(MediaStreamTrack::failure);
        let mut errors: Vec<Arc<Error>> = failed.into_iter().chain(failures).collect();
        // The tracks of one file fail for the same reason, which is printed once.
        errors.dedup_by_key(|error| error.to_string());
        errors
    }
}
