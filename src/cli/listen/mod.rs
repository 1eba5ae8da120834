//! `--listen`: what another program sends is recorded.
pub mod plan;
pub mod url;

#[cfg(all(feature = "network", feature = "preview"))]
pub mod listener;
#[cfg(not(all(feature = "network", feature = "preview")))]
#[path = "without.rs"]
pub mod listener;
#[cfg(all(feature = "network", feature = "preview"))]
mod publishers;
