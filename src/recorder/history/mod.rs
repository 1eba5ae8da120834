//! The history: the last part of a recording, which is saved on request.
mod buffer;
mod clip;
mod options;
mod saver;

pub(crate) use buffer::HistoryBuffer;
pub use options::History;
pub(crate) use saver::HistorySaver;
