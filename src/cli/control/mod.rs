//! `--control`: a socket that takes commands for a running recording, one JSON object a line.
pub mod answer;
pub mod command;
pub mod controlled;
pub mod session_request;
pub mod socket;
pub mod status;

mod client;
mod line;
mod server;

pub use server::Control;
pub use socket::ControlSocket;
