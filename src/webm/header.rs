//! The header of a file that is read.
use crate::webm::metadata::SimpleTag;
use crate::webm::track::Track;
use std::time::SystemTime;

/// What a file says before its first Cluster. The default is that of Matroska, for elements that a file does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Document type: `webm` or `matroska`; `matroska` by default.
    pub doc_type: String,
    /// Name of the library that wrote the file; may be empty.
    pub muxing_app: String,
    /// Name of the program that wrote the file; may be empty.
    pub writing_app: String,
    /// Title; may be empty.
    pub title: String,
    /// `DateUTC`, when the recording began; `None` if the file has none.
    pub date: Option<SystemTime>,
    /// Tags of the whole file, 1000 at most; those of tracks, chapters and attachments are left out.
    pub tags: Vec<SimpleTag>,
    /// Duration of a tick in nanoseconds; 1 000 000 by default, never 0.
    pub timestamp_scale: u64,
    /// `Duration` in ticks as it is in the file; `None` if it has none. May be negative, infinite or NaN.
    pub duration_ticks: Option<f64>,
    /// The tracks in the order of the file, 1000 at most.
    pub tracks: Vec<Track>,
    /// Number of tags so far, but for those that the muxer of a file writes about itself and its statistics.
    pub tag_count: u64,
    /// Number of chapters so far.
    pub chapters: u64,
    /// Number of attached files so far.
    pub attachments: u64,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            doc_type: "matroska".to_owned(),
            muxing_app: String::new(),
            writing_app: String::new(),
            title: String::new(),
            date: None,
            tags: Vec::new(),
            timestamp_scale: 1_000_000,
            duration_ticks: None,
            tracks: Vec::new(),
            tag_count: 0,
            chapters: 0,
            attachments: 0,
        }
    }
}

impl Header {
    /// Duration in seconds; `None` if the file has none that is finite and greater than 0.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a scale is a small number")]
    pub fn duration(&self) -> Option<f64> {
        let seconds = self.duration_ticks? * self.timestamp_scale as f64 / 1e9;
        (seconds.is_finite() && seconds > 0.0).then_some(seconds)
    }

    /// The track with this number; `None` if there is none.
    #[must_use]
    pub fn track(&self, number: u64) -> Option<&Track> {
        self.tracks.iter().find(|track| track.number == number)
    }
}
