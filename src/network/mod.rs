//! WebRTC: media to and from other programs over the network, in real time.
//!
//! [`PeerConnection`] is a small `RTCPeerConnection` (WebRTC 1.0, 4.4) without a browser's event loop: a thread of its own
//! sends and receives. [`Publisher`] sends what a recording records to a media server (WHIP, RFC 9725), and [`WhipServer`] lets
//! another program send to this one: a [`MediaStream`](crate::streams::MediaStream) whose packets are recorded as they are.
//! [`Player`] gets such a stream from a media server (WHEP).
mod codec;
mod congestion_control;
mod engine;
#[cfg(test)]
mod hostile_tests;
mod ice_server;
mod outbox;
mod outlet;
mod paths;
mod peer_configuration;
mod peer_connection;
mod peer_event;
mod peer_handle;
mod peer_stats;
mod publication;
mod publisher;
mod received_stream;
mod received_time;
mod reception;
mod rejoining;
mod relay;
mod relay_failure;
mod sent_time;
mod sockets;
mod stun;
mod target;
mod trickle;
mod turn_link;
mod whep_player;
mod whip_client;
mod whip_request;
mod whip_server;

pub use ice_server::IceServer;
pub use peer_configuration::PeerConfiguration;
pub use peer_connection::PeerConnection;
pub use peer_event::PeerEvent;
pub use peer_stats::{PeerStats, PeerTrackStats};
pub use publication::{Publication, PublisherPlace};
pub use publisher::{Publisher, PublisherEvent, PublisherOptions, PublisherStats};
pub use target::HttpUrl;
pub use whep_player::{Player, PlayerOptions};
pub use whip_request::{WhipRequest, WhipResponse};
pub use whip_server::WhipServer;
