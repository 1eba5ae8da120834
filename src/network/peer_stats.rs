//! What a peer connection has sent and received (WebRTC Statistics).
use std::time::Duration;

/// Statistics of a [`PeerConnection`](crate::network::PeerConnection), as of its last second.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PeerStats {
    /// Time of a message to the other side and back; `None` before it is known.
    pub round_trip: Option<Duration>,
    /// What the network took when it was too slow for the last time, in bits a second; `None` if it never was, or if the other side does
    /// not report when packets have arrived (transport-wide congestion control).
    pub available_outgoing_bitrate: Option<u64>,
    /// Datagrams that were not sent, as too many waited for the network or the system refused them.
    pub unsent_datagrams: u64,
    /// For each track, in the order in which they were added.
    pub tracks: Vec<PeerTrackStats>,
}

/// Statistics of one track.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PeerTrackStats {
    /// Frames of video or packets of audio that were sent.
    pub frames: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Frames of video that were dropped, as the network takes less than is recorded.
    pub dropped: u64,
    /// RTP packets, with those that were sent again.
    pub rtp_packets: u64,
    /// Requests of the other side to send packets again (NACK).
    pub nacks: u64,
    /// Requests of the other side for a key frame (PLI and FIR).
    pub key_frame_requests: u64,
    /// RTP packets that the other side misses, as it has reported.
    pub lost: u64,
}

impl PeerTrackStats {
    /// Adds those of a further connection.
    pub(super) fn add(&mut self, other: &Self) {
        self.frames += other.frames;
        self.bytes += other.bytes;
        self.dropped += other.dropped;
        self.rtp_packets += other.rtp_packets;
        self.nacks += other.nacks;
        self.key_frame_requests += other.key_frame_requests;
        self.lost += other.lost;
    }
}
