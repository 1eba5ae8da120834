//! A stream where pipes do not tell whether they are ready.
use crate::cli::stop_request::StopRequest;
use std::fs::File;
use std::io::{self, Write};

/// A pipe; the watchdog ends a write that blocks for too long.
#[derive(Debug)]
pub enum Stream {
    File(File),
    Stdout,
}

impl Stream {
    pub fn new(file: File, _stop: &StopRequest) -> Self {
        Self::File(file)
    }

    pub fn stdout(_stop: &StopRequest) -> Self {
        Self::Stdout
    }

    /// Nothing: files are locked on Unix only.
    #[allow(clippy::unused_self, reason = "as on Unix")]
    pub const fn unlock(&self) {}

    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.write_all(bytes),
            Self::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()
            }
        }
    }
}
