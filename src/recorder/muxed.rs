//! How much of a track is in the file.
use crate::clock::Timestamp;
use crate::media::{MediaFormat, Packet, TrackInfo};
use std::time::Duration;

/// What is in the file of one track.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Muxed {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// End of its presentation.
    pub(crate) end: Duration,
}

impl Muxed {
    /// Adds a packet of a file that begins after `before` of media, and returns the end of its presentation: container time
    /// less the codec's delay.
    pub(crate) fn add(&mut self, packet: &Packet, track: &TrackInfo, before: Duration) -> Duration {
        let played = match track.format {
            MediaFormat::Video(_) => packet.duration,
            MediaFormat::Audio(_) => packet.duration.saturating_sub(packet.padding),
        };
        let end = (packet.time + played + before - Timestamp::ZERO).saturating_sub(track.codec_delay);
        self.packets += 1;
        self.bytes += packet.size() as u64;
        self.end = self.end.max(end);
        end
    }
}
