//! What encoder threads send to the recording.
use crate::error::Result;
use crate::media::Packet;

/// A packet of a track, or its end.
pub(crate) enum Message {
    Packet(Packet),
    Ended { track: usize, result: Result<()> },
}
