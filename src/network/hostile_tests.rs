//! Connections of this machine to itself, and what strangers send to them: offers and datagrams that are wrong somewhere.
use crate::clock::Timestamp;
use crate::media::{Packet, TrackInfo};
use crate::network::peer_configuration::PeerConfiguration;
use crate::network::peer_connection::{Ending, PeerConnection};
use crate::network::peer_event::PeerEvent;
use crate::webm::live_track;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// The same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    /// Changes, removes or repeats some bytes.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes[at] = self.below(256) as u8,
                1 => drop(bytes.drain(at..(at + self.below(40)).min(bytes.len()))),
                2 => {
                    let part = bytes[at..(at + self.below(200)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, part);
                }
                _ => bytes[at] ^= 1 << self.below(8),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
    }
}

/// A track of stereo.
fn opus() -> TrackInfo {
    live_track::opus(&[0xFC]).unwrap()
}

fn configuration() -> PeerConfiguration {
    PeerConfiguration {
        peers: vec![SocketAddr::from(([127, 0, 0, 1], 9))],
        ice_servers: Vec::new(),
    }
}

/// A sender and a receiver that are connected, and the port of the receiver.
fn pair() -> (PeerConnection, PeerConnection, SocketAddr) {
    let mut sender = PeerConnection::new(&configuration(), &[opus()]).unwrap();
    let offer = sender.create_offer().unwrap();
    let (receiver, answer) = PeerConnection::answer(&configuration(), &offer).unwrap();
    let candidate = answer.split("a=candidate:").nth(1).unwrap();
    let port = candidate.split(' ').nth(5).unwrap();
    sender.set_answer(&answer).unwrap();
    assert_eq!(sender.next_event(PATIENCE), Some(PeerEvent::Connected));
    (sender, receiver, format!("127.0.0.1:{port}").parse().unwrap())
}

/// Sends this many packets and returns the data of those that came.
fn sent_and_received(sender: &PeerConnection, receiver: &PeerConnection, count: u64) -> Vec<Vec<u8>> {
    let mut came = Vec::new();
    for n in 0..count {
        let packet = Packet {
            track: 0,
            time: Timestamp::from_millis(n * 20),
            duration: Duration::from_millis(20),
            key: true,
            padding: Duration::ZERO,
            early: Duration::ZERO,
            data: vec![0xFC, n as u8, 3].into(),
            side_data: None,
        };
        assert!(sender.send(&packet));
    }
    while let Some(frame) = receiver.next_frame(Duration::from_secs(2)) {
        came.push(frame.data.to_vec());
        if came.len() as u64 == count {
            break;
        }
    }
    came
}

#[test]
fn packets_arrive_as_they_were_sent_and_the_goodbye_after_them() {
    let (sender, receiver, _) = pair();
    let came = sent_and_received(&sender, &receiver, 50);
    let expected: Vec<Vec<u8>> = (0..50).map(|n| vec![0xFC, n, 3]).collect();
    assert_eq!(came, expected);
    let stats = sender.close(PATIENCE);
    assert_eq!(stats.tracks[0].frames, 50);
    let begun = Instant::now();
    let ending = loop {
        if let Some(ending) = receiver.ending() {
            break ending;
        }
        assert!(begun.elapsed() < PATIENCE, "the goodbye");
        std::thread::sleep(Duration::from_millis(5));
    };
    assert_eq!(ending, Ending::Regular);
}

#[test]
fn datagrams_of_strangers_do_not_end_a_connection_nor_come_into_it() {
    let (sender, receiver, port) = pair();
    let stranger = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    // The beginnings of STUN, DTLS, RTP and RTCP.
    let beginnings: [&[u8]; 4] = [
        b"\x00\x01\x00\x08\x21\x12\xa4\x42abcdefghijkl\x00\x06\x00\x04user",
        b"\x16\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x01\x00\x20\x01\x00\x00\x14\x00\x00\x00\x00\x00\x00\x00\x14",
        b"\x80\x6f\x00\x01\x00\x00\x00\x01\x12\x34\x56\x78payload of nobody's",
        b"\x81\xc9\x00\x07\x00\x00\x00\x01\x12\x34\x56\x78and what is behind it",
    ];
    for n in 0..4_000 {
        let mut datagram = beginnings[n % beginnings.len()].to_vec();
        random.mutate(&mut datagram);
        let length = datagram.len().min(1400);
        stranger.send_to(&datagram[..length], port).unwrap();
        if n % 50 == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    let came = sent_and_received(&sender, &receiver, 20);
    let expected: Vec<Vec<u8>> = (0..20).map(|n| vec![0xFC, n, 3]).collect();
    assert_eq!(came, expected);
}

#[test]
fn a_thousand_offers_that_are_wrong_somewhere_are_refused_or_answered() {
    let mut sender = PeerConnection::new(&configuration(), &[opus()]).unwrap();
    let offer = sender.create_offer().unwrap();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut answered = 0;
    for _ in 0..1_000 {
        let mut bytes = offer.clone().into_bytes();
        random.mutate(&mut bytes);
        let offer = String::from_utf8_lossy(&bytes);
        answered += usize::from(PeerConnection::answer(&configuration(), &offer).is_ok());
    }
    assert!((1..1_000).contains(&answered), "{answered}");
}
