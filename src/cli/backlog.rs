//! Buffers lines for a reader that may be slow, so that writing them never blocks.
use crate::cli::stop_request::StopRequest;
use std::fs::File;
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

/// Maximum number of buffered bytes: hours of events, more than any reader that still reads falls behind.
const MAX_BUFFERED: usize = 16 << 20;

/// What a pipe that is ready for writing takes without blocking (POSIX, `PIPE_BUF`; one page on Linux).
const PIECE: usize = 4096;

/// How often the reader is checked while the last lines are written.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Lines on their way to a file, a pipe or a terminal.
pub struct Backlog {
    file: File,
    buffered: Vec<u8>,
}

impl Backlog {
    pub fn new(file: File) -> Self {
        Self {
            file,
            buffered: Vec::new(),
        }
    }

    /// Adds lines, and writes as much as the reader takes now.
    ///
    /// # Errors
    /// Those of the system; `OutOfMemory` if the reader has fallen too far behind.
    pub fn add(&mut self, lines: &str) -> io::Result<()> {
        self.buffered.extend(lines.as_bytes());
        self.flush()?;
        if self.buffered.len() > MAX_BUFFERED {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        Ok(())
    }

    /// Writes as much as the reader takes now.
    ///
    /// # Errors
    /// Those of the system.
    pub fn flush(&mut self) -> io::Result<()> {
        let mut written = 0;
        let result = loop {
            let rest = &self.buffered[written..];
            if rest.is_empty() || !has_room(&self.file) {
                break Ok(());
            }
            // Whole lines as far as they fit, so that other writers do not interleave with them.
            let piece = &rest[..rest.len().min(PIECE)];
            let end = piece.iter().rposition(|&byte| byte == b'\n');
            let piece = &piece[..end.map_or(piece.len(), |end| end + 1)];
            match self.file.write_all(piece) {
                Ok(()) => written += piece.len(),
                Err(error) => break Err(error),
            }
        };
        self.buffered.drain(..written);
        result
    }

    /// Waits until everything is written; after a stop, only until readers time out.
    ///
    /// # Errors
    /// Those of the system; `TimedOut` if something is left.
    pub fn finish(&mut self, stop: &StopRequest) -> io::Result<()> {
        loop {
            self.flush()?;
            if self.buffered.is_empty() {
                return Ok(());
            }
            if stop.readers_timed_out() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::sleep(POLL_INTERVAL);
        }
    }
}

#[cfg(unix)]
fn has_room(file: &File) -> bool {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;
    let mut descriptors = [PollFd::new(file.as_fd(), PollFlags::POLLOUT)];
    // A broken pipe counts as ready: the write returns its error.
    matches!(poll(&mut descriptors, PollTimeout::ZERO), Ok(1..))
}

#[cfg(not(unix))]
fn has_room(_file: &File) -> bool {
    true
}
