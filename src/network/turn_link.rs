//! The way to a TURN server: a UDP socket or a TCP connection of its own, over which messages go both ways.
use crate::network::ice_server::TurnTransport;
use crate::network::sockets::{Datagram, READ_TIMEOUT, bind_towards};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The largest message: what WebRTC sends is below 1,500 bytes, and the header of TURN is added.
const MAX_MESSAGE: usize = 2048;

/// Messages that may wait for a TCP connection: beyond that they are lost, as in a network.
const MAX_WAITING: usize = 256;

/// How long a TCP connection may take nothing before it is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(8);

/// The headers of STUN and of channels, in bytes.
const STUN_HEADER: usize = 20;
const CHANNEL_HEADER: usize = 4;

/// Sends to a TURN server.
pub(super) struct TurnLink {
    way: Way,
    pub(super) local: SocketAddr,
    pub(super) server: SocketAddr,
    has_ended: Arc<AtomicBool>,
}

enum Way {
    Udp(Arc<UdpSocket>),
    /// To the thread that writes.
    Tcp(Sender<Vec<u8>>),
}

/// Receives from it.
pub(super) enum TurnReader {
    Udp(Arc<UdpSocket>),
    Tcp(TcpStream, Vec<u8>),
}

impl TurnLink {
    /// Connects, within this time.
    ///
    /// # Errors
    /// That of the system.
    pub(super) fn connect(
        server: SocketAddr,
        transport: TurnTransport,
        wait: Duration,
    ) -> io::Result<(Self, TurnReader)> {
        let (way, local, reader) = match transport {
            TurnTransport::Udp => {
                let socket = bind_towards(server)?;
                // The system passes on what comes from the server only, and whether it is there at all.
                socket.connect(server)?;
                let socket = Arc::new(socket);
                let local = socket.local_addr()?;
                (Way::Udp(socket.clone()), local, TurnReader::Udp(socket))
            }
            TurnTransport::Tcp => {
                let stream = TcpStream::connect_timeout(&server, wait)?;
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
                let local = stream.local_addr()?;
                let reader = TurnReader::Tcp(stream.try_clone()?, Vec::new());
                let (sender, messages) = bounded(MAX_WAITING);
                thread::Builder::new()
                    .name("turn-write".into())
                    .spawn(move || write_all(stream, &messages))?;
                (Way::Tcp(sender), local, reader)
            }
        };
        let link = Self {
            way,
            local,
            server,
            has_ended: Arc::default(),
        };
        Ok((link, reader))
    }

    pub(super) fn transport(&self) -> TurnTransport {
        match self.way {
            Way::Udp(_) => TurnTransport::Udp,
            Way::Tcp(_) => TurnTransport::Tcp,
        }
    }

    /// Sends a message, without waiting.
    ///
    /// # Errors
    /// That of the system; `WouldBlock` if too much waits.
    pub(super) fn send(&self, mut message: Vec<u8>) -> io::Result<()> {
        match &self.way {
            Way::Udp(socket) => socket.send(&message).map(|_| ()),
            Way::Tcp(sender) => {
                // In a stream each message fills four bytes (RFC 8656, 12.5); those of STUN do anyway.
                message.resize(message.len().next_multiple_of(4), 0);
                sender.try_send(message).map_err(|error| match error {
                    TrySendError::Full(_) => io::ErrorKind::WouldBlock.into(),
                    TrySendError::Disconnected(_) => io::ErrorKind::BrokenPipe.into(),
                })
            }
        }
    }

    /// Starts to read, until this is dropped; `relay` says in each datagram where it came from.
    ///
    /// # Errors
    /// That of the system, if it has no thread for it.
    pub(super) fn read(&self, reader: TurnReader, relay: usize, to: Sender<Datagram>) -> io::Result<()> {
        let (server, local, has_ended) = (self.server, self.local, self.has_ended.clone());
        let datagram = move |bytes| Datagram {
            bytes,
            from: server,
            to: local,
            at: Instant::now(),
            relay: Some(relay),
        };
        thread::Builder::new()
            .name("peer-read".into())
            .spawn(move || read_all(reader, &has_ended, &to, datagram))?;
        Ok(())
    }
}

impl Drop for TurnLink {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::Relaxed);
    }
}

impl TurnReader {
    /// The next message; `None` if none has come within this time.
    ///
    /// # Errors
    /// That of the system; `UnexpectedEof` if the server has closed the connection, `InvalidData` for what is no message.
    pub(super) fn next(&mut self, wait: Duration) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = vec![0; MAX_MESSAGE];
        match self {
            Self::Udp(socket) => {
                socket.set_read_timeout(Some(wait))?;
                let length = none_if_late(socket.recv(&mut bytes))?;
                Ok(length.map(|length| {
                    bytes.truncate(length);
                    bytes
                }))
            }
            Self::Tcp(stream, buffer) => {
                if let Some(message) = first_message(buffer)? {
                    return Ok(Some(message));
                }
                stream.set_read_timeout(Some(wait))?;
                match none_if_late(stream.read(&mut bytes))? {
                    None => Ok(None),
                    Some(0) => Err(io::ErrorKind::UnexpectedEof.into()),
                    Some(length) => {
                        buffer.extend_from_slice(&bytes[..length]);
                        first_message(buffer)
                    }
                }
            }
        }
    }
}

/// A time-out is no error.
fn none_if_late(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(length) => Ok(Some(length)),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}

/// Takes the first message of a stream, without what fills it up to four bytes, once all of it is there.
fn first_message(buffer: &mut Vec<u8>) -> io::Result<Option<Vec<u8>>> {
    let Some(&[first, _, high, low]) = buffer.first_chunk() else {
        return Ok(None);
    };
    let payload = usize::from(u16::from_be_bytes([high, low]));
    let length = match first >> 6 {
        0 => STUN_HEADER + payload,
        1 => CHANNEL_HEADER + payload,
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    let filled = length.next_multiple_of(4);
    if buffer.len() < filled {
        return Ok(None);
    }
    let mut message: Vec<u8> = buffer.drain(..filled).collect();
    message.truncate(length);
    Ok(Some(message))
}

/// The thread that writes to a TCP connection, which may take its time.
fn write_all(mut stream: TcpStream, messages: &Receiver<Vec<u8>>) {
    for message in messages {
        if stream.write_all(&message).is_err() {
            break;
        }
    }
    // Whoever reads notices it, too.
    let _ = stream.shutdown(std::net::Shutdown::Both);
}

/// The thread that reads.
fn read_all(
    mut reader: TurnReader,
    has_ended: &AtomicBool,
    to: &Sender<Datagram>,
    datagram: impl Fn(Vec<u8>) -> Datagram,
) {
    let is_stream = matches!(reader, TurnReader::Tcp(..));
    while !has_ended.load(Ordering::Relaxed) {
        let is_over = match reader.next(READ_TIMEOUT) {
            // Nothing of a stream may be missing: the server waits.
            Ok(Some(message)) if is_stream => to.send(datagram(message)).is_err(),
            Ok(Some(message)) => matches!(to.try_send(datagram(message)), Err(TrySendError::Disconnected(_))),
            Ok(None) => false,
            // Of UDP it is that of a datagram that nobody has taken.
            Err(_) => is_stream,
        };
        if is_over {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn messages_of_a_stream_are_taken_one_by_one_wherever_it_is_cut() {
        let stun = [&[0x01, 0x13, 0, 4], &[7; 20][..]].concat();
        let channel = [0x40, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0];
        let stream = [&stun[..], &channel, &stun].concat();
        for cut in 1..stream.len() {
            let (mut buffer, mut found) = (Vec::new(), Vec::new());
            for part in stream.chunks(cut) {
                buffer.extend_from_slice(part);
                while let Some(message) = first_message(&mut buffer).unwrap() {
                    found.push(message);
                }
            }
            assert_eq!(found, [&stun[..], &channel[..9], &stun], "{cut}");
            assert!(buffer.is_empty());
        }
        assert!(first_message(&mut vec![0x80; 8]).is_err());
    }

    #[test]
    fn what_is_sent_over_tcp_fills_four_bytes_and_what_comes_is_read() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = listener.local_addr().unwrap();
        let (link, mut reader) =
            TurnLink::connect(server, TurnTransport::Tcp, Duration::from_secs(10)).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        link.send(vec![0x40, 0, 0, 1, 9]).unwrap();
        let mut sent = [1; 8];
        stream.read_exact(&mut sent).unwrap();
        assert_eq!(sent, [0x40, 0, 0, 1, 9, 0, 0, 0]);
        stream.write_all(&sent).unwrap();
        let message = reader.next(Duration::from_secs(10)).unwrap();
        assert_eq!(message, Some(vec![0x40, 0, 0, 1, 9]));
        drop(stream);
        assert!(reader.next(Duration::from_secs(10)).is_err());
    }
}
