//! What a recording hands out.
use std::sync::Arc;

/// A piece of the recorded file; all blobs of a recording, one behind the other, are the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The piece itself; may be empty.
    pub bytes: Vec<u8>,
    /// What the whole file is, such as `video/webm;codecs=vp8,opus`: the blob's `type`.
    pub mime_type: Arc<str>,
}

/// `dataavailable` (MediaStream Recording, 2.7).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct BlobEvent {
    /// The recorded data.
    pub data: Blob,
    /// Milliseconds of media from the beginning of the first blob to the beginning of this one; of an empty one, to the
    /// last that was gathered before it.
    pub timecode: f64,
    /// Extension: whether its first block begins a Cluster, so that it can be appended to what was before.
    pub begins_cluster: bool,
    /// Extension: whether its first picture is a key frame; None when there is no picture in it.
    pub key_frame: Option<bool>,
}

impl BlobEvent {
    /// An event of this blob.
    #[must_use]
    pub const fn new(data: Blob, timecode: f64) -> Self {
        Self {
            data,
            timecode,
            begins_cluster: false,
            key_frame: None,
        }
    }
}
