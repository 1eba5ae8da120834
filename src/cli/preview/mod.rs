//! `--preview` and `mediarec preview`: a live page of what is recorded, from the packets of the recording. A thread of its own
//! serves it; `site.rs` answers requests, `access.rs` decides who may make them, `viewer.rs` is a viewer's stream.
pub mod command;
pub mod graphics;
pub mod picture_screen;
pub mod plan;
pub mod target;
pub mod terminal_picture;

#[cfg(feature = "preview")]
mod access;
#[cfg(feature = "preview")]
mod announce;
mod blocks;
#[cfg(feature = "preview")]
mod controls;
mod kitty;
#[cfg(feature = "preview")]
mod metrics;
#[cfg(feature = "preview")]
mod page;
mod page_address;
mod picture_layout;
mod pixels;
mod place;
#[cfg(feature = "preview")]
mod query;
#[cfg(feature = "preview")]
pub mod server;
#[cfg(not(feature = "preview"))]
#[path = "without.rs"]
pub mod server;
#[cfg(feature = "preview")]
mod site;
mod sixel;
#[cfg(feature = "preview")]
mod snapshot;
#[cfg(feature = "preview")]
mod status_feed;
#[cfg(feature = "preview")]
mod viewer;
#[cfg(feature = "preview")]
mod viewer_file;
