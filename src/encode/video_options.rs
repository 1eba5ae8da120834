//! How a video track is to be encoded.
use crate::encode::video_codec::VideoCodec;
use std::time::Duration;

/// How a video track is to be encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VideoOptions {
    pub(crate) codec: VideoCodec,
    pub(crate) bits_per_second: u32,
    pub(crate) key_frames: KeyFrameInterval,
    /// 0 (careful) to 16 (fast), cut to what the codec knows; None for one that is stepped up when it must be.
    pub(crate) speed: Option<u8>,
    /// Encoder threads; None for what suits the picture and the machine.
    pub(crate) threads: Option<u32>,
    /// The level that was asked for, as the codec writes it; None for the least that holds the pictures.
    pub(crate) level: Option<u8>,
}

/// When the next key frame is due (MediaStream Recording, 2.3, videoKeyFrameInterval…).
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyFrameInterval {
    /// The first frame this long after the last key frame.
    Duration(Duration),
    /// The first frame after this many.
    Count(u32),
}
