//! What is fuzzed: a function for each target, from bytes to a panic if a property does not hold.
//!
//! The libFuzzer programs of `fuzz_targets/` call them, and `replay.rs` runs the saved inputs through them as a test of
//! the package itself.
#![allow(missing_docs, reason = "not a library for others")]
#![allow(clippy::missing_panics_doc, reason = "panics are the findings")]

pub mod constraints;
pub mod fix;
pub mod join;
pub mod mime;
// Replayed only with the feature of the program.
#[cfg(feature = "preview")]
pub mod preview;
pub mod reader;
pub mod wav;
#[cfg(feature = "network")]
pub mod whip;
pub mod y4m;

mod file;
mod trickle;
