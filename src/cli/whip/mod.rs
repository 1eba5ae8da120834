//! `--whip`: what is recorded is sent to a media server, too.
pub mod plan;

#[cfg(feature = "network")]
mod summary;
#[cfg(feature = "network")]
pub mod whip_output;
#[cfg(not(feature = "network"))]
#[path = "without.rs"]
pub mod whip_output;
