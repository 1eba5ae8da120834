//! The terminal as a keyboard: unbuffered and without echo in the foreground, restored on every way out.
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{close, open, read_keys, resume, suspend};
#[cfg(windows)]
pub use windows::{close, open, read_keys};

/// What was read.
pub enum Keys {
    /// The first so many bytes of the buffer.
    Pressed(usize),
    /// No key yet.
    None,
    /// No key can follow.
    End,
}
