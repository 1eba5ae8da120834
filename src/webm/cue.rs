//! A cue: a position in the file from which a player can start.

/// Maximum size of the header of Cues, in bytes.
pub(super) const CUES_HEADER_MAX: u64 = 4 + 8;
/// Maximum size of a `CuePoint` in bytes: its header and time, the positions' header, track, Cluster and offset.
pub(super) const CUE_MAX: u64 = 2 + 10 + 2 + 3 + 10 + 6;
/// A position from which a player can start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    /// In ticks.
    pub(super) time: u64,
    /// Index of its Cluster.
    pub(super) cluster: u32,
    /// Bytes from the start of the Cluster's data to the block.
    pub(super) offset: u32,
    /// Track number, from 1.
    pub(super) track: u8,
}

impl Cue {
    pub(super) fn new(time: u64, cluster: usize, offset: u64, track: usize) -> Self {
        Self {
            time,
            cluster: u32::try_from(cluster).unwrap_or(u32::MAX),
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            track: u8::try_from(track + 1).expect("the header allows 126 tracks"),
        }
    }
}
