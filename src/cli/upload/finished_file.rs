//! A file that is finished, and can be uploaded.
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// A file that is finished.
#[derive(Debug)]
pub struct FinishedFile {
    pub path: PathBuf,
    /// When its media starts.
    pub start: Timestamp,
    pub duration: Duration,
    /// In bytes.
    pub size: u64,
}
