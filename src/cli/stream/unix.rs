//! A stream of Unix: it is written to when it is ready, so that a slow reader cannot hold up a stop.
use crate::cli::file_lock;
use crate::cli::stop_request::StopRequest;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Duration;

/// What a pipe that is ready for writing takes without blocking (POSIX, `PIPE_BUF`; one page on Linux).
const PIECE: usize = 4096;

/// How often the stop's timeout is checked while the reader is not ready.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A pipe, a terminal or a device, whose reader may be slow or gone.
#[derive(Debug)]
pub struct Stream {
    file: File,
    stop: StopRequest,
}

impl Stream {
    pub fn new(file: File, stop: &StopRequest) -> Self {
        Self {
            file,
            stop: stop.clone(),
        }
    }

    /// Lets other programs write to a file that was locked.
    pub fn unlock(&self) {
        file_lock::unlock(&self.file);
    }

    /// Writes piece by piece, whenever the reader is ready.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            self.wait_until_ready()?;
            self.file.write_all(piece)?;
        }
        Ok(())
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let timeout = PollTimeout::try_from(POLL_INTERVAL).unwrap_or(PollTimeout::ZERO);
        loop {
            let mut descriptors = [PollFd::new(self.file.as_fd(), PollFlags::POLLOUT)];
            match poll(&mut descriptors, timeout) {
                Ok(0) | Err(Errno::EINTR) if self.stop.readers_timed_out() => {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                Ok(0) | Err(Errno::EINTR) => {}
                // Ready, or broken: then the write returns the error.
                Ok(_) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
