//! `mediarec serve`: what several programs publish is recorded, each to its own file.
pub mod plan;

#[cfg(all(feature = "network", feature = "preview"))]
mod publisher;
#[cfg(all(feature = "network", feature = "preview"))]
mod server;
#[cfg(not(all(feature = "network", feature = "preview")))]
#[path = "without.rs"]
mod server;

pub use server::run;
