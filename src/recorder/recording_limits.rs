//! How long and how large a recording becomes, and where it is divided.
use std::time::Duration;

/// The options of a recording as a whole; `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecordingLimits {
    /// Media in each blob, at least.
    pub(crate) timeslice: Option<Duration>,
    /// Media in the recording.
    pub(crate) max_duration: Option<Duration>,
    /// Bytes of the finalised file.
    pub(crate) max_size: Option<u64>,
    /// Media between the beginnings of Clusters.
    pub(crate) cluster_duration: Option<Duration>,
}
