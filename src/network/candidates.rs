//! Under which addresses this machine can be reached (ICE candidates).
use crate::network::sockets::Sockets;
use crate::network::stun;
use std::net::SocketAddr;
use str0m::Candidate;

/// Those of the sockets, and what STUN servers say of them. Servers are asked here, before anything else reads the sockets.
pub(super) fn of(sockets: &Sockets, stun_servers: &[SocketAddr]) -> Vec<Candidate> {
    let hosts = sockets
        .addresses()
        .filter_map(|address| Candidate::host(address, "udp").ok());
    let mut candidates: Vec<Candidate> = hosts.collect();
    for (local, socket) in sockets.iter() {
        let mut servers = stun_servers
            .iter()
            .filter(|server| server.is_ipv4() == local.is_ipv4());
        let reflexive = servers.find_map(|server| stun::public_address(socket, *server).ok());
        let reflexive = reflexive.filter(|address| *address != local);
        let candidate = reflexive.and_then(|address| Candidate::server_reflexive(address, local, "udp").ok());
        candidates.extend(candidate);
    }
    candidates
}
