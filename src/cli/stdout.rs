//! What is printed on standard output: the data that was asked for, whole, or it is said that it is not.
use anyhow::{Context, Result};
use std::io::{self, Write};

/// Prints a text.
///
/// # Errors
/// Those of the system; `BrokenPipe` when the reader has enough.
pub fn print(text: impl AsRef<[u8]>) -> Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text.as_ref()).and_then(|()| stdout.flush());
    written.context("standard output cannot be written")
}
