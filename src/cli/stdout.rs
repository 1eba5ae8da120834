//! Standard output: what it is, and printing the requested data on it.
use anyhow::{Context, Result};
use std::env;
use std::io::{self, IsTerminal, Write};
use terminal_size::terminal_size_of;

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

/// Number of columns of the terminal on standard output; `None` if it is none, or does not tell.
pub fn terminal_width() -> Option<usize> {
    let (width, _) = terminal_size_of(io::stdout()).filter(|_| io::stdout().is_terminal())?;
    Some(usize::from(width.0))
}

/// Whether the locale has more than ASCII. Where it says nothing it is taken to, as the status line does.
pub fn takes_unicode() -> bool {
    let variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let mut set = variables.filter_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    set.next().is_none_or(|locale| is_utf8(&locale))
}

fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_encoding() {
        assert_eq!(
            ["de_DE.UTF-8", "C.utf8", "C", "POSIX", "de_DE.ISO-8859-1"].map(is_utf8),
            [true, true, false, false, false]
        );
    }
}
