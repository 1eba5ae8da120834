//! An output that cannot be rewritten: a pipe, a terminal or a device, whose reader may be slow or gone.
use crate::cli::stop_request::StopRequest;
use std::fs::File;
use std::io::{self, Write};

#[cfg(unix)]
pub use unix::Stream;

#[cfg(unix)]
mod unix {
    use super::{File, StopRequest, Write, io};
    use crate::cli::file_lock;
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
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
}

#[cfg(not(unix))]
pub use portable::Stream;

#[cfg(not(unix))]
mod portable {
    use super::{File, StopRequest, Write, io};

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
}
