//! `--control`: a Unix domain socket that takes commands for a running recording, one JSON object a line.
#[cfg(unix)]
pub mod answer;
#[cfg_attr(not(unix), allow(dead_code))]
pub mod command;
#[cfg_attr(not(unix), allow(dead_code))]
pub mod session_request;
pub mod status;

#[cfg(unix)]
mod client;
#[cfg(unix)]
mod controlled;
#[cfg(unix)]
mod line;
#[cfg(unix)]
mod server;
#[cfg(unix)]
pub mod socket;

#[cfg(unix)]
pub use server::Control;
#[cfg(unix)]
pub use socket::ControlSocket;

#[cfg(not(unix))]
mod elsewhere;
#[cfg(not(unix))]
pub use elsewhere::{Control, ControlSocket};
