//! Standard output: what it is, and printing the requested data on it.
use anyhow::{Context, Result};
use std::io::{self, IsTerminal, Write};

/// What standard output is connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StdoutKind {
    /// A terminal.
    Terminal,
    /// A pipe, a socket or a regular file: the shell has redirected it to take data.
    Data,
    /// Something else, such as `/dev/null`.
    Other,
}

impl StdoutKind {
    /// What it is connected to now.
    pub fn current() -> Self {
        if io::stdout().is_terminal() {
            Self::Terminal
        } else if takes_data() {
            Self::Data
        } else {
            Self::Other
        }
    }
}

#[cfg(unix)]
fn takes_data() -> bool {
    use std::fs::File;
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let metadata = io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|fd| File::from(fd).metadata());
    metadata.is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_file() || kind.is_fifo() || kind.is_socket()
    })
}

#[cfg(not(unix))]
fn takes_data() -> bool {
    true
}

/// Prints a text.
///
/// # Errors
/// Those of the system; `BrokenPipe` when the reader has closed its end.
pub fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.flush());
    written.context("cannot write to standard output")
}
