//! What a peer connection tells its owner.

/// An event of a [`PeerConnection`](crate::network::PeerConnection).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerEvent {
    /// Media can be sent and received from now on.
    Connected,
    /// The other side has lost a picture of this track and needs a key frame (PLI or FIR).
    KeyFrameRequest {
        /// Index of the track, in the order in which they were added.
        track: usize,
    },
    /// The network takes less than is recorded: video is dropped before it is sent. Told once.
    Congestion {
        /// What it takes, in bits a second.
        available: u64,
        /// What is recorded, in bits a second.
        recorded: u64,
    },
    /// The last event: the connection has ended.
    Closed {
        /// Why, unless this side has closed it.
        reason: Option<String>,
        /// Whether the other side has gone without a word.
        is_lost: bool,
    },
}
