//! One frame of a file.
use crate::clock::Timestamp;
use bytes::Bytes;
use std::time::Duration;

/// One frame, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Number of its track.
    pub track: u64,
    /// The block's time; what is presented comes earlier by the track's codec delay.
    pub time: Timestamp,
    /// Its `BlockDuration`, when it has one.
    pub duration: Option<Duration>,
    /// How many nanoseconds of its end are not to be played.
    pub discard_padding: i64,
    /// Whether decoding can start here.
    pub key: bool,
    /// Whether it is decoded but not shown.
    pub invisible: bool,
    /// How many frames stand before it in the same block; they share its time when the track does
    /// not say how long a frame lasts.
    pub lace: usize,
    /// Number of its Cluster, from 0.
    pub cluster: u64,
    /// Where its element begins in the file.
    pub position: u64,
    /// The encoded frame. Clones share it.
    pub data: Bytes,
}
