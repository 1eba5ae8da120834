//! A file that is finished, and can be uploaded.
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Told of a file, before there is data in it, and of when its media starts.
pub type Announcer = Box<dyn Fn(&Path, Timestamp)>;

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
