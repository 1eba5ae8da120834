//! A digest of the data of all packets of a file, with which two files are compared.
use crate::error::Result;
use crate::webm::repair::packets::Packets;
use std::hash::{DefaultHasher, Hasher};
use std::io::Read;

/// The packets of a track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payload {
    /// Number of packets.
    pub packets: u64,
    /// Digest of their data, in their order. It is the same only within one version of this library.
    pub digest: u64,
}

/// The packets of each track of a file, in the order of its tracks: the same before and after [`fix`](super::fix).
///
/// # Errors
///
/// As [`diagnose`](super::diagnose).
pub fn payloads<R: Read>(input: R) -> Result<Vec<Payload>> {
    let mut packets = Packets::new(input)?;
    let mut tracks = vec![(0, DefaultHasher::new()); packets.tracks().len()];
    while let Some(packet) = packets.next()? {
        let (count, hasher) = &mut tracks[packet.track];
        *count += 1;
        hasher.write_usize(packet.data.len());
        hasher.write(&packet.data);
    }
    let payload = |(packets, hasher): (u64, DefaultHasher)| Payload {
        packets,
        digest: hasher.finish(),
    };
    Ok(tracks.into_iter().map(payload).collect())
}
