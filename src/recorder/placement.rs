//! The packets of one file of a recording: at their times in the file, and in the order of these.
use crate::clock::Timestamp;
use crate::media::Packet;
use crate::recorder::segment_start::SegmentStart;
use std::collections::VecDeque;
use std::time::Duration;

/// Puts packets of the recording where they belong in the file. Codec delays may be larger in the file, so a packet is held
/// back while others may follow whose time in the file is earlier.
pub(crate) struct Placement {
    start: SegmentStart,
    held: VecDeque<PlacedPacket>,
    /// Up to this time in the file nothing is held back.
    until: Timestamp,
}

/// A packet that has its time in the file.
pub(crate) struct PlacedPacket {
    pub(crate) packet: Packet,
    /// It is in the file before, too.
    pub(crate) is_repeated: bool,
}

impl Placement {
    /// That of a file that begins so. Packets of the pre-roll are repeated.
    pub(crate) fn new(start: SegmentStart, pre_roll: Vec<Packet>) -> Self {
        let mut placement = Self {
            start,
            held: VecDeque::new(),
            until: Timestamp::ZERO,
        };
        for packet in pre_roll {
            placement.hold(packet, true);
        }
        placement
    }

    /// Media in the recording before the file.
    pub(crate) fn before(&self) -> Duration {
        self.start.before()
    }

    /// Adds the next packet of the recording.
    pub(crate) fn add(&mut self, packet: Packet) {
        self.until = self.start.earliest_after(packet.time);
        self.hold(self.start.placed(packet), false);
    }

    /// No packet follows.
    pub(crate) fn end(&mut self) {
        self.until = Timestamp::from_nanos(u64::MAX);
    }

    /// The next packet of the file, if none before it can follow.
    pub(crate) fn pop(&mut self) -> Option<PlacedPacket> {
        let is_due = |next: &PlacedPacket| next.packet.time <= self.until;
        self.held
            .front()
            .is_some_and(is_due)
            .then(|| self.held.pop_front())?
    }

    fn hold(&mut self, packet: Packet, is_repeated: bool) {
        let place = self.held.partition_point(|held| held.packet.time <= packet.time);
        self.held.insert(place, PlacedPacket { packet, is_repeated });
    }
}
