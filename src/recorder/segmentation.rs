//! How a recording is divided into several files.
use crate::error::{Error, Result};
use std::time::{Duration, SystemTime};

/// Extension: how a recording is divided into segments, files that are complete by themselves.
///
/// Together they have every packet of the recording once. A segment begins with a key frame where there is video; encoders are
/// made to have one there. Opus decoders need some audio before the first that is heard: it is repeated at the beginning of a
/// segment, where players discard it (RFC 7845, 4.6). The default divides only where
/// [`MediaRecorder::split`](crate::recorder::MediaRecorder::split) requests it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segmentation {
    /// Media in each segment, counted from the first packet of the recording; the last segment is shorter. Where frames are
    /// copied, a segment begins with the next key frame. Default: no limit.
    pub duration: Option<Duration>,
    /// Segments begin whole numbers of `duration` after this moment, by the clock: in pauses time passes, too, and the first
    /// segment is shorter. Default: counted in media, from the beginning.
    pub aligned_to: Option<SystemTime>,
    /// Maximum size of a finalized segment in bytes. It ends with a key frame interval that fits; only a single one may be
    /// larger. Default: no limit.
    pub size: Option<u64>,
}

impl Segmentation {
    /// # Errors
    /// `Type` for a duration of 0, and for an alignment without a duration.
    pub(crate) fn check(&self) -> Result<()> {
        match (self.duration, self.aligned_to) {
            (Some(Duration::ZERO), _) => Err(Error::type_error("segments cannot have a duration of 0")),
            (None, Some(_)) => Err(Error::type_error(
                "segments can only be aligned to the clock if they have a duration",
            )),
            _ => Ok(()),
        }
    }
}
