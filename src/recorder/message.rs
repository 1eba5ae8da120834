//! What encoder threads send to the recording.
use crate::error::Result;
use crate::media::Packet;

/// Packets of a track, or its end.
pub(crate) enum Message {
    Packets(Vec<Packet>),
    Ended { track: usize, result: Result<()> },
}
