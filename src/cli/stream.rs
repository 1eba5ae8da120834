//! An output that cannot be rewritten: a pipe, a terminal or a device, whose reader may be slow or gone.
#[cfg(not(unix))]
mod elsewhere;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use elsewhere::Stream;
#[cfg(unix)]
pub use unix::Stream;
