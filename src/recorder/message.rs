//! What encoder threads send to the recording.
use crate::error::Result;
use crate::media::Packet;

/// Packets of a track, or its end.
pub(crate) enum Message {
    /// Packets of frames that were captured in the segment of this number.
    Packets(Vec<Packet>, u64),
    Ended {
        track: usize,
        result: Result<()>,
    },
}
