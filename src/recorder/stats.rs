//! Counts of a recording, for people and scripts.
use std::sync::Arc;
use std::time::Duration;

/// Counts of a recording so far.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RecordingStats {
    /// A track each, in the order of the file.
    pub tracks: Vec<TrackStats>,
    /// Bytes handed out or about to be.
    pub bytes: u64,
    /// Length of what was muxed.
    pub duration: Duration,
}

/// Counts of one track of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TrackStats {
    /// Whether it carries pictures.
    pub is_video: bool,
    /// Name of the device or file.
    pub label: Arc<str>,
    /// Pictures, or packets of sound, in the file.
    pub packets: u64,
    /// Encoded bytes in the file.
    pub bytes: u64,
    /// Pictures, or blocks of sound, that were captured and lost.
    pub dropped: u64,
    /// Silence that stands for sound which never came.
    pub silence: Duration,
    /// Sound that was thrown away because its time was taken already.
    pub trimmed: Duration,
    /// How much longer sound is made now to keep it on the clock, in parts per million.
    pub slew_ppm: f64,
}
