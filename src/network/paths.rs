//! All ways of a connection through the network: sockets of this machine, and addresses at TURN servers.
use crate::network::ice_server::{IceProtocol, IceServer};
use crate::network::relay::Relay;
use crate::network::sockets::{Datagram, MAX_WAITING, Sockets};
use crate::network::stun;
use crossbeam_channel::{Receiver, bounded};
use std::io;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};
use str0m::Candidate;

/// How long TURN servers may take to take addresses back.
const GIVE_BACK_TIMEOUT: Duration = Duration::from_millis(100);

/// The ways that are open.
pub(super) struct Paths {
    sockets: Sockets,
    relays: Vec<Relay>,
    candidates: Vec<Candidate>,
    /// Of servers that do not help: what, why and what to do.
    pub(super) failures: Vec<String>,
}

impl Paths {
    /// Opens those towards these addresses of the other side. Asks the servers, and waits for them, for three seconds at most.
    ///
    /// # Errors
    /// That of the system, if it has a way to none of the addresses.
    pub(super) fn open(peers: &[SocketAddr], servers: &[IceServer]) -> io::Result<Self> {
        let sockets = Sockets::towards(peers)?;
        let mut failures = Vec::new();
        let with_v6 = peers.iter().any(SocketAddr::is_ipv6);
        let relays = relays(servers, with_v6, &mut failures);
        let hosts = sockets.addresses().map(|address| Candidate::host(address, "udp"));
        let mut candidates: Vec<Candidate> = hosts.filter_map(Result::ok).collect();
        candidates.extend(reflexive(&sockets, servers, &mut failures));
        for relay in &relays {
            let relayed = relay.addresses().iter();
            let relayed = relayed.map(|address| Candidate::relayed(*address, relay.local(), "udp"));
            candidates.extend(relayed.filter_map(Result::ok));
        }
        Ok(Self {
            sockets,
            relays,
            candidates,
            failures,
        })
    }

    /// Under which addresses this machine can be reached (ICE candidates).
    pub(super) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Starts to read, until this is dropped.
    ///
    /// # Errors
    /// That of the system, if it has no thread for it.
    pub(super) fn read(&mut self) -> io::Result<Receiver<Datagram>> {
        let (sender, receiver) = bounded(MAX_WAITING);
        self.sockets.read(&sender)?;
        for (number, relay) in self.relays.iter_mut().enumerate() {
            relay.read(number, sender.clone())?;
        }
        Ok(receiver)
    }

    /// # Errors
    /// That of the system.
    pub(super) fn send(
        &mut self,
        from: SocketAddr,
        to: SocketAddr,
        bytes: &[u8],
        now: Instant,
    ) -> io::Result<()> {
        let mut relays = self.relays.iter_mut();
        match relays.find(|relay| relay.addresses().contains(&from)) {
            Some(relay) => relay.send(to, bytes, now),
            None => self.sockets.send(from, to, bytes),
        }
    }

    /// What the other side has sent, with its addresses; `None` for what was between this side and a TURN server.
    pub(super) fn received(&mut self, datagram: Datagram, now: Instant) -> Option<Datagram> {
        let Some(number) = datagram.relay else {
            return Some(datagram);
        };
        let (from, to, bytes) = self.relays.get_mut(number)?.receive(datagram.bytes, now)?;
        Some(Datagram {
            bytes,
            from,
            to,
            ..datagram
        })
    }

    /// Does what is due, and returns when it wants to be called again.
    pub(super) fn poll(&mut self, now: Instant) -> Option<Instant> {
        self.relays.iter_mut().map(|relay| relay.poll(now)).min()
    }

    /// Gives addresses at servers back, which they would keep for some minutes.
    pub(super) fn give_back(&mut self, datagrams: &Receiver<Datagram>) {
        let end = Instant::now() + GIVE_BACK_TIMEOUT;
        self.relays
            .iter_mut()
            .for_each(|relay| relay.give_back(Instant::now()));
        while !self.relays.iter().all(Relay::is_over) {
            let Ok(datagram) = datagrams.recv_deadline(end) else {
                return;
            };
            let now = Instant::now();
            self.received(datagram, now);
            self.poll(now);
        }
    }
}

/// The addresses at TURN servers, which are asked at once.
fn relays(servers: &[IceServer], with_v6: bool, failures: &mut Vec<String>) -> Vec<Relay> {
    let turn = servers.iter().filter_map(|server| match &server.protocol {
        IceProtocol::Turn(transport, credentials) => Some((server, *transport, credentials)),
        IceProtocol::Stun => None,
    });
    let results: Vec<Result<Relay, String>> = thread::scope(|scope| {
        let asked = turn.map(|(server, transport, credentials)| {
            let ask = move || Relay::allocate(server, transport, credentials, with_v6);
            thread::Builder::new()
                .name("turn".into())
                .spawn_scoped(scope, ask)
        });
        let asked: Vec<_> = asked.collect();
        let answers = asked.into_iter().map(|thread| match thread {
            Ok(thread) => thread.join().ok(),
            Err(error) => Some(Err(format!(
                "the system has no thread to ask a TURN server: {error}"
            ))),
        });
        answers.flatten().collect()
    });
    let mut relays = Vec::new();
    for result in results {
        match result {
            Ok(relay) => relays.push(relay),
            Err(failure) => failures.push(failure),
        }
    }
    relays
}

/// What STUN servers say of the sockets, before anything else reads them.
fn reflexive(sockets: &Sockets, servers: &[IceServer], failures: &mut Vec<String>) -> Vec<Candidate> {
    let mut addresses = Vec::new();
    for server in servers
        .iter()
        .filter(|server| server.protocol == IceProtocol::Stun)
    {
        match server.addresses() {
            Ok(found) => addresses.extend(found),
            Err(error) => failures.push(format!(
                "the STUN server {server} cannot be found: {error}; check its name"
            )),
        }
    }
    let mut candidates = Vec::new();
    for (local, socket) in sockets.iter() {
        let mut servers = addresses
            .iter()
            .filter(|server| server.is_ipv4() == local.is_ipv4());
        let reflexive = servers.find_map(|server| stun::public_address(socket, *server).ok());
        let reflexive = reflexive.filter(|address| *address != local);
        let candidate = reflexive.and_then(|address| Candidate::server_reflexive(address, local, "udp").ok());
        candidates.extend(candidate);
    }
    candidates
}
