//! An address at a TURN server (RFC 8656): what is sent there comes here, and what is sent from there looks as if it came from the
//! server. The protocol is `turn-client-proto`'s, which nothing else knows.
use crate::network::ice_server::{IceServer, TurnCredentials, TurnTransport};
use crate::network::relay_failure::Failure;
use crate::network::sockets::Datagram;
use crate::network::stun;
use crate::network::turn_link::{TurnLink, TurnReader};
use crossbeam_channel::Sender;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tracing::debug;
use turn_client_proto::api::{Transmit, TurnConfig, TurnEvent, TurnPollRet, TurnRecvRet};
use turn_client_proto::client::TurnClient;
use turn_client_proto::prelude::TurnClientApi;
use turn_client_proto::tcp::TurnClientTcp;
use turn_client_proto::types::{self, AddressFamily, TransportType};
use turn_client_proto::udp::TurnClientUdp;

/// How long a server may take to give an address: connections are begun without it then.
const ALLOCATE_TIMEOUT: Duration = Duration::from_secs(3);

/// Addresses of the other side that may be sent to: one that has more does not mean well.
const MAX_PEERS: usize = 64;

/// Datagrams that wait until the server knows whom they are for: the first checks of ICE.
const MAX_WAITING: usize = 64;

/// How often the client may have more to do at once.
const MAX_STEPS: usize = 64;

/// When to look again at a client that has more to do than that.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The error code of a request without the right name and password.
const UNAUTHORIZED: u16 = 401;

/// An allocation at a TURN server.
pub(super) struct Relay {
    client: TurnClient,
    link: TurnLink,
    /// Until a thread reads.
    reader: Option<TurnReader>,
    /// The zero of the client's clock.
    epoch: Instant,
    /// Those at the server: one for each family that it has.
    addresses: Vec<SocketAddr>,
    /// Those of the other side that were sent to.
    peers: Vec<SocketAddr>,
    waiting: VecDeque<(SocketAddr, Vec<u8>)>,
    has_failed: bool,
}

impl Relay {
    /// Asks a server for an address, and waits for it; `with_v6` asks for one of IPv6, too.
    ///
    /// # Errors
    /// What failed, and what to do.
    pub(super) fn allocate(
        server: &IceServer,
        transport: TurnTransport,
        credentials: &TurnCredentials,
        with_v6: bool,
    ) -> Result<Self, String> {
        let told = |failure: Failure| failure.message(server, transport);
        let addresses = server
            .addresses()
            .map_err(|error| told(Failure::Unknown(error)))?;
        let mut failure = Failure::Silent;
        for address in addresses {
            match Self::allocate_at(address, transport, credentials, with_v6) {
                Ok(relay) => return Ok(relay),
                Err(error) => failure = error,
            }
        }
        Err(told(failure))
    }

    fn allocate_at(
        address: SocketAddr,
        transport: TurnTransport,
        credentials: &TurnCredentials,
        with_v6: bool,
    ) -> Result<Self, Failure> {
        let (link, reader) = TurnLink::connect(address, transport, ALLOCATE_TIMEOUT)?;
        let TurnCredentials { username, credential } = credentials;
        let mut config = TurnConfig::new(types::TurnCredentials::new(username, credential));
        if with_v6 {
            config.add_address_family(AddressFamily::IPV6);
        }
        let client = match transport {
            TurnTransport::Udp => TurnClientUdp::allocate(link.local, link.server, config).into(),
            TurnTransport::Tcp => TurnClientTcp::allocate(link.local, link.server, config).into(),
        };
        let mut relay = Self {
            client,
            link,
            reader: None,
            epoch: Instant::now(),
            addresses: Vec::new(),
            peers: Vec::new(),
            waiting: VecDeque::new(),
            has_failed: false,
        };
        relay.wait_for_address(reader)?;
        debug!(addresses = ?relay.addresses, "a TURN server passes on");
        Ok(relay)
    }

    fn wait_for_address(&mut self, mut reader: TurnReader) -> Result<(), Failure> {
        let end = self.epoch + ALLOCATE_TIMEOUT;
        let (mut code, mut unauthorized) = (None, 0);
        while self.addresses.is_empty() {
            let now = Instant::now();
            let wake = self.poll(now);
            if self.has_failed {
                return Err(code.map_or(Failure::Silent, Failure::Refused));
            }
            if now >= end {
                return Err(Failure::Silent);
            }
            let wait = wake
                .min(end)
                .saturating_duration_since(now)
                .max(Duration::from_millis(1));
            let Some(message) = reader.next(wait)? else {
                continue;
            };
            code = stun::error_code(&message).or(code);
            // The first one asks for the name and the password.
            unauthorized += u32::from(stun::error_code(&message) == Some(UNAUTHORIZED));
            if unauthorized > 1 {
                return Err(Failure::Refused(UNAUTHORIZED));
            }
            self.receive(message, Instant::now());
            self.poll(Instant::now());
        }
        self.reader = Some(reader);
        Ok(())
    }

    /// Its addresses at the server.
    pub(super) fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The address of this machine on the way to the server.
    pub(super) fn local(&self) -> SocketAddr {
        self.link.local
    }

    /// Starts to read; `number` says in each datagram where it came from.
    ///
    /// # Errors
    /// That of the system, if it has no thread for it.
    pub(super) fn read(&mut self, number: usize, to: Sender<Datagram>) -> io::Result<()> {
        match self.reader.take() {
            Some(reader) => self.link.read(reader, number, to),
            None => Ok(()),
        }
    }

    /// Does what is due, and returns when it wants to be called again.
    pub(super) fn poll(&mut self, now: Instant) -> Instant {
        for _ in 0..MAX_STEPS {
            while let Some(transmit) = self.client.poll_transmit(self.time(now)) {
                // It is sent again without an answer.
                let _ = self.link.send(transmit.data.to_vec());
            }
            while let Some(event) = self.client.poll_event() {
                self.on_event(&event, now);
            }
            match self.client.poll(self.time(now)) {
                TurnPollRet::WaitUntil(at) => {
                    let at = at.to_std(self.epoch);
                    if at > now {
                        return at;
                    }
                }
                TurnPollRet::Closed => {
                    self.has_failed = true;
                    return now + ALLOCATE_TIMEOUT;
                }
                // Of allocations for TCP, which this is none of.
                TurnPollRet::AllocateTcpSocket { .. } | TurnPollRet::TcpClose { .. } => {}
            }
        }
        now + LOOK_AGAIN
    }

    /// Sends to the other side, through the server.
    ///
    /// # Errors
    /// That of the system; `WouldBlock` if too much waits; `NotConnected` for a server that does not pass on any more.
    pub(super) fn send(&mut self, to: SocketAddr, bytes: &[u8], now: Instant) -> io::Result<()> {
        if !self.peers.contains(&to) {
            if self.peers.len() >= MAX_PEERS {
                return Err(io::ErrorKind::AddrNotAvailable.into());
            }
            self.peers.push(to);
            self.admit(to, now);
        }
        if !self.client.have_permission(TransportType::Udp, to.ip()) {
            if self.waiting.len() >= MAX_WAITING {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.waiting.push_back((to, bytes.to_vec()));
            return Ok(());
        }
        let time = self.time(now);
        match self.client.send_to(TransportType::Udp, to, bytes, time) {
            Ok(Some(transmit)) => self.link.send(transmit.build().data),
            Ok(None) => Ok(()),
            Err(_) => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// Takes a message of the server; returns what the other side has sent in it, and at which of the addresses it came in.
    pub(super) fn receive(
        &mut self,
        message: Vec<u8>,
        now: Instant,
    ) -> Option<(SocketAddr, SocketAddr, Vec<u8>)> {
        let transport = match self.link.transport() {
            TurnTransport::Udp => TransportType::Udp,
            TurnTransport::Tcp => TransportType::Tcp,
        };
        let transmit = Transmit::new(message, transport, self.link.server, self.link.local);
        let TurnRecvRet::PeerData(data) = self.client.recv(transmit, self.time(now)) else {
            return None;
        };
        let mut addresses = self.addresses.iter();
        let at = addresses.find(|address| address.is_ipv4() == data.peer.is_ipv4())?;
        Some((data.peer, *at, data.data().to_vec()))
    }

    /// Gives the address back. The server may ask to say it again.
    pub(super) fn give_back(&mut self, now: Instant) {
        let _ = self.client.delete(self.time(now));
        self.poll(now);
    }

    /// Whether the server has taken it back, or never gave one.
    pub(super) fn is_over(&self) -> bool {
        self.has_failed
    }

    /// Tells the server whom to let through.
    fn admit(&mut self, peer: SocketAddr, now: Instant) {
        debug!(%peer, "a TURN server is told whom to let through");
        let time = self.time(now);
        // What fails is asked for already, for another port of this address.
        let _ = if self.client.have_permission(TransportType::Udp, peer.ip()) {
            self.client
                .bind_channel(TransportType::Udp, peer, time)
                .map_err(drop)
        } else {
            self.client
                .create_permission(TransportType::Udp, peer.ip(), time)
                .map_err(drop)
        };
    }

    fn on_event(&mut self, event: &TurnEvent, now: Instant) {
        debug!(?event, "turn");
        match event {
            TurnEvent::AllocationCreated(_, address) => self.addresses.push(*address),
            TurnEvent::AllocationCreateFailed(family) => {
                self.has_failed |= *family == AddressFamily::IPV4 && self.addresses.is_empty();
            }
            TurnEvent::PermissionCreated(_, ip) => {
                let time = self.time(now);
                for peer in self.peers.iter().filter(|peer| peer.ip() == *ip) {
                    // Four bytes instead of thirty-six for each datagram; without it they are sent all the same.
                    let _ = self.client.bind_channel(TransportType::Udp, *peer, time);
                }
                for (to, bytes) in std::mem::take(&mut self.waiting) {
                    let _ = self.send(to, &bytes, now);
                }
            }
            TurnEvent::PermissionCreateFailed(_, ip) => self.waiting.retain(|(to, _)| to.ip() != *ip),
            _ => {}
        }
    }

    /// A time by the client's clock.
    fn time(&self, at: Instant) -> types::Instant {
        let since = at.saturating_duration_since(self.epoch);
        types::Instant::from_nanos(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
    }
}
