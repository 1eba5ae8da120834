//! Repairs files that players cannot seek in, that were cut off or are damaged. The data of packets stays as it is.
mod beginning;
mod codec_of_packets;
mod counts;
mod in_place;
mod join;
mod layout;
mod merge;
mod opening;
mod opus_delay;
mod packets;
mod payloads;
mod placement;
mod remux;
mod repairs;
mod survey;
mod track_header;
mod track_recovery;
mod transfer;

pub use in_place::fix_in_place;
pub use join::{PieceFinding, check_pieces, header_of, join};
pub use layout::diagnose_structure;
pub use payloads::{Payload, payloads};
pub use remux::{diagnose, fix, fix_stream};
#[cfg(test)]
mod tests;

pub use repairs::{Repair, Repairs};
