//! Where a connection leads, and through what.
use crate::network::ice_server::IceServer;
use std::net::SocketAddr;

/// Where a connection leads, and through what (`RTCConfiguration`).
#[derive(Clone, Debug, Default)]
pub struct PeerConfiguration {
    /// Addresses of the other side, such as those of its web server: media goes through the interfaces that lead there.
    pub peers: Vec<SocketAddr>,
    /// Servers that tell what this machine's address is beyond a NAT, and that pass media on where there is no other way. TURN servers
    /// are asked for an address before there is an offer or an answer, which takes three seconds if one does not answer.
    pub ice_servers: Vec<IceServer>,
}
