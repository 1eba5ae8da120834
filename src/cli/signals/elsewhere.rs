//! Where there are no signals: the console's Ctrl-C is handled with SIGINT's handler, and there is nothing else.
use crate::cli::signals::Signals;
use std::io;

/// # Errors
/// None.
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub const fn install(_signals: &Signals) -> io::Result<()> {
    Ok(())
}

/// # Errors
/// None.
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub fn on_termination(_run: impl Fn() + Send + 'static) -> io::Result<()> {
    Ok(())
}

/// Nothing: a write beyond a limit fails by itself.
pub const fn survive_size_limits() {}
