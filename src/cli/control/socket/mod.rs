//! Where the clients of a recording connect, by the name of a file: a Unix domain socket, or its stand-in on Windows.
#[cfg(any(not(unix), test))]
#[cfg_attr(unix, allow(dead_code, reason = "its tests run on every system"))]
mod loopback;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use loopback::{Connection, ControlSocket, Listener, admit, connect, remove};
#[cfg(unix)]
pub use unix::{Connection, ControlSocket, Listener, admit, connect, remove};
