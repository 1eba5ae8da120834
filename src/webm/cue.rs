//! A cue: a place in the file from which a player can start.

/// The header of Cues at its longest.
pub(super) const CUES_HEADER_MAX: u64 = 4 + 8;
/// A `CuePoint` at its longest: its header and time, its positions' header, track, cluster and offset.
pub(super) const CUE_MAX: u64 = 2 + 10 + 2 + 3 + 10 + 6;
/// A place to start playing from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cue {
    /// In ticks.
    pub(super) time: u64,
    /// Number of its Cluster.
    pub(super) cluster: u32,
    /// Bytes from the start of the Cluster's content to the block.
    pub(super) offset: u32,
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
