//! WebM and Matroska files: the writer, its seek index, a forgiving reader, and what can be said about a file.
//!
//! Neither threads nor clocks are known here, and container time (milliseconds) exists nowhere else.

#[cfg(test)]
mod canned;
mod element;
mod header;
pub mod index;
pub mod inspect;
mod lacing;
mod measured;
pub mod reader;
mod tags;
pub mod track;
mod writer;

pub(crate) use header::DocType;
pub(crate) use writer::WebmWriter;
