//! A small web server for the live page and for publishers: HTTP/1 with limits and time-outs, and TLS.
pub mod body;
mod client;
pub mod connection;
pub mod server;
mod tls;
