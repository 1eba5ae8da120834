//! Lines for a reader who may be slow: what he does not take yet waits here, and keeps nobody else waiting.
use crate::cli::stop_request::StopRequest;
use std::fs::File;
use std::io::{self, Write};
use std::thread;
use std::time::Duration;

/// More than a reader leaves lying who reads at all: hours of events.
const MOST_WAITING: usize = 16 << 20;

/// What a pipe that is ready for anything takes without blocking (POSIX, `PIPE_BUF`; Linux's is a page).
const PIECE: usize = 4096;

/// How often it is looked whether a reader has made room.
const LOOK_AROUND: Duration = Duration::from_millis(20);

/// Lines on their way to a file, a pipe or a terminal.
pub struct Backlog {
    file: File,
    waiting: Vec<u8>,
}

impl Backlog {
    pub fn new(file: File) -> Self {
        Self {
            file,
            waiting: Vec::new(),
        }
    }

    /// Adds lines, and writes as many as the reader takes now.
    ///
    /// # Errors
    /// Those of the system; `OutOfMemory` when the reader has left too much lying.
    pub fn add(&mut self, lines: &str) -> io::Result<()> {
        self.waiting.extend(lines.as_bytes());
        self.flush()?;
        if self.waiting.len() > MOST_WAITING {
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
            let rest = &self.waiting[written..];
            if rest.is_empty() || !has_room(&self.file) {
                break Ok(());
            }
            // Whole lines as far as they fit, so that others who write there do not come between.
            let piece = &rest[..rest.len().min(PIECE)];
            let end = piece.iter().rposition(|&byte| byte == b'\n');
            let piece = &piece[..end.map_or(piece.len(), |end| end + 1)];
            match self.file.write_all(piece) {
                Ok(()) => written += piece.len(),
                Err(error) => break Err(error),
            }
        };
        self.waiting.drain(..written);
        result
    }

    /// Waits until the reader has everything, after a stop no longer than it may take.
    ///
    /// # Errors
    /// Those of the system; `TimedOut` when something is left.
    pub fn finish(&mut self, stop: &StopRequest) -> io::Result<()> {
        loop {
            self.flush()?;
            if self.waiting.is_empty() {
                return Ok(());
            }
            if stop.readers_timed_out() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::sleep(LOOK_AROUND);
        }
    }
}

#[cfg(unix)]
fn has_room(file: &File) -> bool {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;
    let mut descriptors = [PollFd::new(file.as_fd(), PollFlags::POLLOUT)];
    // What is broken takes everything: then the write says how.
    matches!(poll(&mut descriptors, PollTimeout::ZERO), Ok(1..))
}

#[cfg(not(unix))]
fn has_room(_file: &File) -> bool {
    true
}
