//! What a file says before its first Cluster.
use crate::webm::track::Track;

/// What stands before the first Cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// `webm` or `matroska`.
    pub doc_type: String,
    /// The library that wrote the file.
    pub muxing_app: String,
    /// The program that wrote the file.
    pub writing_app: String,
    /// Nanoseconds a tick.
    pub timestamp_scale: u64,
    /// The Duration, in ticks, when it is said.
    pub duration_ticks: Option<f64>,
    /// The tracks, in the order of the file.
    pub tracks: Vec<Track>,
}

impl Header {
    /// The Duration in seconds, when the file says one that is possible.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a scale is a small number")]
    pub fn duration(&self) -> Option<f64> {
        let seconds = self.duration_ticks? * self.timestamp_scale as f64 / 1e9;
        (seconds.is_finite() && seconds > 0.0).then_some(seconds)
    }

    /// The track of this number.
    #[must_use]
    pub fn track(&self, number: u64) -> Option<&Track> {
        self.tracks.iter().find(|track| track.number == number)
    }
}
