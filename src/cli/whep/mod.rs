//! `--input whep+https://…`: what a media server gives out is recorded.
pub mod plan;

#[cfg(feature = "network")]
pub mod whep_input;
#[cfg(not(feature = "network"))]
#[path = "without.rs"]
pub mod whep_input;
