//! What encoder threads send to the recording.
use crate::error::Result;
use crate::media::Packet;
use crate::recorder::alarms::AlarmEvent;

/// Packets of a track, an alarm, or its end.
pub(crate) enum Message {
    /// Packets of frames that were captured in the segment of this number.
    Packets(Vec<Packet>, u64),
    Alarm(AlarmEvent),
    Ended {
        track: usize,
        result: Result<()>,
    },
}
