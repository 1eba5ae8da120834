//! Trait of the video codecs of a [`VideoEncoder`](super::VideoEncoder), and their settings.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{Picture, VideoFormat};
use std::time::Duration;

/// Settings of a video codec.
#[derive(Clone, Copy, Debug)]
pub(super) struct CoderSettings {
    pub(super) format: VideoFormat,
    /// Target bit rate in bits per second.
    pub(super) bits_per_second: u32,
    /// Minimum quantizer, 0 (lossless) to 63.
    pub(super) min_quantizer: u32,
    pub(super) speed: u8,
    pub(super) threads: u32,
    /// Level for `CodecPrivate`, as the codec encodes it; `None` if the stream exceeds all levels.
    pub(super) level: Option<u8>,
    /// Whether packets must not depend on how threads are scheduled.
    pub(super) deterministic: bool,
}

/// Receives an encoded frame: whether it is a key frame, and its data.
pub(super) type Sink<'a> = dyn FnMut(bool, &[u8]) + 'a;

/// A video codec. It gets pictures of one size only, in order of time.
pub(super) trait VideoCoder: Send {
    /// Matroska codec ID.
    fn codec_id(&self) -> &'static str;

    /// `CodecPrivate`; empty if the codec has none.
    fn codec_private(&self) -> &[u8];

    /// Sets the speed from the next picture on.
    fn set_speed(&mut self, speed: u8) -> Result<()>;

    /// Encodes a picture of this duration; `key` forces a key frame.
    fn encode(
        &mut self,
        picture: &Picture,
        time: Timestamp,
        duration: Duration,
        key: bool,
        sink: &mut Sink,
    ) -> Result<()>;
}
