//! The UDP sockets of a peer connection: one for each family of addresses, and a thread for each that reads.
use crossbeam_channel::{Sender, TrySendError};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Datagrams that may wait for the connection's thread. Beyond that they are lost, as in the system's own queue.
pub(super) const MAX_WAITING: usize = 1024;

/// The largest datagram; WebRTC keeps below 1,500 bytes.
const MAX_DATAGRAM: usize = 2048;

/// How soon a reading thread notices the end.
pub(super) const READ_TIMEOUT: Duration = Duration::from_millis(200);

/// What came in.
pub(super) struct Datagram {
    pub(super) bytes: Vec<u8>,
    pub(super) from: SocketAddr,
    /// The address that it was sent to.
    pub(super) to: SocketAddr,
    pub(super) at: Instant,
    /// Number of the TURN server that it came from, still wrapped; `None` for one that came straight here.
    pub(super) relay: Option<usize>,
}

/// Sockets that are bound.
pub(super) struct Sockets {
    sockets: Vec<(SocketAddr, Arc<UdpSocket>)>,
    has_ended: Arc<AtomicBool>,
}

impl Sockets {
    /// Binds a socket for each family of these addresses of the other side, on the interface that leads there.
    ///
    /// # Errors
    /// That of the system, if it has a way to none of them.
    pub(super) fn towards(peers: &[SocketAddr]) -> io::Result<Self> {
        let mut sockets: Vec<(SocketAddr, Arc<UdpSocket>)> = Vec::new();
        let mut failure = None;
        for peer in peers {
            if sockets.iter().any(|(local, _)| local.is_ipv4() == peer.is_ipv4()) {
                continue;
            }
            match bind_towards(*peer) {
                Ok(socket) => sockets.push((socket.local_addr()?, Arc::new(socket))),
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if sockets.is_empty() => Err(error),
            _ => Ok(Self {
                sockets,
                has_ended: Arc::default(),
            }),
        }
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        self.sockets.iter().map(|(address, _)| *address)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (SocketAddr, &UdpSocket)> {
        self.sockets.iter().map(|(address, socket)| (*address, &**socket))
    }

    /// Starts to read, until this is dropped.
    ///
    /// # Errors
    /// That of the system, if it has no thread for it.
    pub(super) fn read(&self, sender: &Sender<Datagram>) -> io::Result<()> {
        for (local, socket) in &self.sockets {
            socket.set_read_timeout(Some(READ_TIMEOUT))?;
            let (local, socket) = (*local, socket.clone());
            let (sender, has_ended) = (sender.clone(), self.has_ended.clone());
            thread::Builder::new()
                .name("peer-read".into())
                .spawn(move || read_all(local, &socket, &sender, &has_ended))?;
        }
        Ok(())
    }

    /// # Errors
    /// That of the system.
    pub(super) fn send(&self, from: SocketAddr, to: SocketAddr, bytes: &[u8]) -> io::Result<()> {
        let socket = self.sockets.iter().find(|(local, _)| *local == from);
        let (_, socket) = socket.ok_or(io::ErrorKind::AddrNotAvailable)?;
        socket.send_to(bytes, to).map(|_| ())
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }
}

/// Binds a socket to the address of the interface that leads there.
pub(super) fn bind_towards(peer: SocketAddr) -> io::Result<UdpSocket> {
    let any: SocketAddr = if peer.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    // Nothing is sent by this: the system only looks up the way.
    let probe = UdpSocket::bind(any)?;
    probe.connect(peer)?;
    UdpSocket::bind((probe.local_addr()?.ip(), 0))
}

fn read_all(local: SocketAddr, socket: &UdpSocket, sender: &Sender<Datagram>, has_ended: &AtomicBool) {
    let mut buffer = [0; MAX_DATAGRAM];
    while !has_ended.load(Ordering::Relaxed) {
        // Errors are time-outs, or of a datagram that was sent and that nobody has taken; neither is the end.
        let Ok((length, from)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        let datagram = Datagram {
            bytes: buffer[..length].to_vec(),
            from,
            to: local,
            at: Instant::now(),
            relay: None,
        };
        if matches!(sender.try_send(datagram), Err(TrySendError::Disconnected(_))) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossbeam_channel::bounded;

    #[test]
    fn a_socket_is_bound_to_the_interface_that_leads_to_the_other_side() {
        let peers: Vec<SocketAddr> = vec!["127.0.0.1:9".parse().unwrap(), "127.0.0.2:9".parse().unwrap()];
        let sockets = Sockets::towards(&peers).unwrap();
        let addresses: Vec<SocketAddr> = sockets.addresses().collect();
        assert_eq!(addresses.len(), 1, "one for each family");
        assert!(addresses[0].ip().is_loopback());
    }

    #[test]
    fn what_is_sent_there_arrives_with_its_addresses() {
        let sockets = Sockets::towards(&["127.0.0.1:9".parse().unwrap()]).unwrap();
        let local = sockets.addresses().next().unwrap();
        let (sender, datagrams) = bounded(MAX_WAITING);
        sockets.read(&sender).unwrap();
        let other = UdpSocket::bind("127.0.0.1:0").unwrap();
        other.send_to(b"hello", local).unwrap();
        let datagram = datagrams.recv_timeout(Duration::from_secs(10)).unwrap();
        assert_eq!(
            (&*datagram.bytes, datagram.from, datagram.to),
            (&b"hello"[..], other.local_addr().unwrap(), local)
        );
        sockets.send(local, other.local_addr().unwrap(), b"back").unwrap();
        let mut buffer = [0; 16];
        assert_eq!(other.recv_from(&mut buffer).unwrap(), (4, local));
    }
}
