//! The data of a recording and its event.
use std::sync::Arc;
use std::time::Duration;

/// A part of the recorded file. All blobs of a recording in order are the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The bytes; may be empty.
    pub bytes: Vec<u8>,
    /// Complete MIME type of the file, such as `video/webm;codecs=vp8,opus` (`type`).
    pub mime_type: Arc<str>,
}

/// The event `dataavailable` (MediaStream Recording, 2.7, `BlobEvent`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BlobEvent {
    /// The recorded data.
    pub data: Blob,
    /// Time from the first packet of the first blob to the first packet of this one, in milliseconds of media; for a blob
    /// without packets, to the last packet before it.
    pub timecode: f64,
    /// Extension: whether its first packet begins a Cluster, so that it can be appended to a media source (MSE).
    pub begins_cluster: bool,
    /// Extension: whether its first video frame is a key frame; `None` if there is no video in it.
    pub key_frame: Option<bool>,
    /// Extension: duration of the media in the file up to the end of this blob.
    pub duration: Duration,
    /// Extension: packets of each track in the file up to the end of this blob.
    pub packets: Vec<u64>,
}

impl BlobEvent {
    /// An event of this blob, which does not begin a Cluster and has no video.
    #[must_use]
    pub const fn new(data: Blob, timecode: f64) -> Self {
        Self {
            data,
            timecode,
            begins_cluster: false,
            key_frame: None,
            duration: Duration::ZERO,
            packets: Vec::new(),
        }
    }
}
