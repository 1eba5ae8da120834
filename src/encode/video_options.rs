//! How a video track is to be encoded.
use crate::encode::video_codec::VideoCodec;
use crate::encode::video_quality::VideoQuality;
use std::time::Duration;

/// How a video track is to be encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VideoOptions {
    pub(crate) codec: VideoCodec,
    /// Target bit rate in bits per second; with a quality, its limit.
    pub(crate) bits_per_second: u32,
    /// Constant quality; `None` for as good as the bit rate allows.
    pub(crate) quality: Option<VideoQuality>,
    pub(crate) key_frames: KeyFrameInterval,
    /// Fixed speed, 0 (slowest) to 16 (fastest), limited to the codec's maximum; `None` for that of the
    /// quality, or one that follows the load.
    pub(crate) speed: Option<u8>,
    /// Number of encoder threads; `None` for a default by frame size and machine.
    pub(crate) threads: Option<u32>,
    /// Requested level, as the codec encodes it; `None` for the lowest that allows the stream.
    pub(crate) level: Option<u8>,
    /// Whether the same frames give the same packets, on machines of any number of processors.
    pub(crate) deterministic: bool,
}

/// When the next key frame is due (MediaStream Recording, 2.3, `videoKeyFrameIntervalDuration` and
/// `videoKeyFrameIntervalCount`).
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyFrameInterval {
    /// At the first frame that is at least this much later than the last key frame.
    Duration(Duration),
    /// After this number of frames, the key frame included.
    Count(u32),
}
