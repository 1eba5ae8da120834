//! `--upload`: finished files go to an object store, from a thread of their own. The files on the disk are the spool, and a
//! journal beside them says what has arrived; what has not is sent by the next recording there, or by `mediarec upload`.
pub mod command;
pub mod destination;
pub mod finished_file;
pub mod plan;
pub mod report;

#[cfg(feature = "upload")]
mod entry;
#[cfg(feature = "upload")]
mod index;
#[cfg(feature = "upload")]
mod journal;
#[cfg(feature = "upload")]
mod key;
#[cfg(feature = "upload")]
mod parts;
#[cfg(feature = "upload")]
mod path_text;
#[cfg(feature = "upload")]
mod queue;
#[cfg(feature = "upload")]
mod sender;
#[cfg(feature = "upload")]
mod spool;
#[cfg(feature = "upload")]
mod store;
#[cfg(feature = "upload")]
mod summary;
#[cfg(feature = "upload")]
mod transfer;
#[cfg(feature = "upload")]
mod trouble;
#[cfg(feature = "upload")]
pub mod uploads;
#[cfg(not(feature = "upload"))]
#[path = "without.rs"]
pub mod uploads;
