//! WebM and Matroska files.
//!
//! [`WebmWriter`] muxes packets in one pass, [`SeekIndex`] makes the written file seekable in place, [`Reader`]
//! demuxes any stream, truncated and damaged ones too, [`Inspector`] measures what is in a file, and [`check()`] names the
//! rules that it breaks.
//!
//! Everything here is synchronous, without threads and clocks. Container time (milliseconds) is used in this module
//! only.

pub(crate) mod annex_b;
mod beginning;
mod bit_rate_history;
mod block;
mod block_group;
mod check;
mod cluster_policy;
mod copied_elements;
mod cue;
mod date;
mod doc_type;
mod element;
mod foreign;
mod frame_duration;
mod frame_size;
mod header;
mod header_writer;
mod index_builder;
mod inspection;
mod inspector;
mod lacing;
#[cfg(feature = "network")]
pub(crate) mod live_track;
mod media_end;
mod metadata;
mod metadata_collector;
mod metadata_writer;
mod opus_head;
mod reader;
mod repair;
mod resync;
mod seek_index;
mod sequence_parameter_set;
mod size_changes;
mod structure;
mod tag_reader;
mod tags;
#[cfg(test)]
mod test_media;
mod track;
mod track_end;
mod track_remuxer;
mod track_stats;
mod vint;
mod writer;
mod written_track;

pub use bit_rate_history::BitRateHistory;
pub use block::Block;
pub use check::{Finding, Form, Level, Omitted, Report, check};
pub use doc_type::DocType;
pub use header::Header;
pub use inspection::{FileState, Inspection, PacketInspection, SeekableReason, TrackInspection};
pub use inspector::Inspector;
pub use metadata::{Metadata, SimpleTag};
pub use reader::Reader;
pub use repair::{
    Payload, PieceFinding, Repair, Repairs, check_pieces, diagnose, diagnose_structure, fix, fix_in_place,
    fix_stream, header_of, join, payloads,
};
pub use seek_index::SeekIndex;
pub use size_changes::SizeChange;
pub use track::{Track, TrackType};
pub use track_stats::Gap;
pub use writer::WebmWriter;

pub(crate) use beginning::{BEGINNING, EBML, missing_beginning};
pub(crate) use cluster_policy::Boundary;
pub(crate) use track::codec_name;
pub(crate) use track_remuxer::{TrackRemuxer, Unusable, nominal_step};
