//! How long and how large a recording becomes, and where it is divided.
use std::time::Duration;

/// Blobs of at least this much media end where Clusters do: each can be appended to a media source (MSE). Shorter ones
/// are for low latency, and a Cluster for each would cost too much.
const MIN_ALIGNED: Duration = Duration::from_millis(250);

/// The options of a recording as a whole; `None` is no limit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecordingLimits {
    /// Media in each blob, at least.
    pub(crate) timeslice: Option<Duration>,
    /// Media in the recording.
    pub(crate) max_duration: Option<Duration>,
    /// Bytes of the finalised file.
    pub(crate) max_size: Option<u64>,
    /// Whether it is divided into segments.
    pub(crate) has_segments: bool,
    /// Bytes of each finalised segment.
    pub(crate) segment_size: Option<u64>,
    /// Media between the beginnings of Clusters.
    pub(crate) cluster_duration: Option<Duration>,
}

impl RecordingLimits {
    /// Whether blobs end where Clusters do.
    pub(crate) fn aligns_blobs(&self) -> bool {
        self.timeslice.is_none_or(|slice| slice >= MIN_ALIGNED)
    }

    /// With a timeslice of 0, packets that are ready together are one blob: the maximum of media in it. Otherwise `None`.
    pub(crate) fn max_joined(&self) -> Option<Duration> {
        let is_shortest = self.timeslice == Some(Duration::ZERO);
        is_shortest.then(|| self.cluster_duration.unwrap_or(Duration::MAX))
    }

    /// How far apart Clusters begin; `None` when neither option is long enough to say so.
    pub(crate) fn cluster_interval(&self) -> Option<Duration> {
        let lengths = [self.cluster_duration, self.timeslice];
        let mut lengths = lengths.into_iter().flatten();
        lengths.find(|length| *length >= MIN_ALIGNED)
    }

    /// Whether a Cluster ends where a blob is requested.
    pub(crate) fn ends_clusters_on_request(&self) -> bool {
        self.aligns_blobs() || self.cluster_interval().is_some()
    }
}
