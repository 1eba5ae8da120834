//! WebM and Matroska files: the writer, its seek index, a forgiving reader, and what can be said about a file.
//!
//! Neither threads nor clocks are known here, and container time (milliseconds) exists nowhere else.

mod block;
mod cue;
mod doc_type;
mod element;
mod header;
mod header_writer;
mod index_builder;
mod inspection;
mod inspector;
mod lacing;
mod reader;
mod seek_index;
mod tags;
#[cfg(test)]
mod test_media;
mod track;
mod track_stats;
mod writer;

pub use block::Block;
pub(crate) use doc_type::DocType;
pub use header::Header;
pub use inspection::{FileState, Inspection, PacketInspection, TrackInspection};
pub use inspector::Inspector;
pub use reader::Reader;
pub use seek_index::SeekIndex;
pub use track::{Track, TrackType};
pub use track_stats::Gap;
pub(crate) use writer::WebmWriter;
