//! What a video codec must offer to a [`VideoEncoder`](super::VideoEncoder), and its settings.
use crate::clock::Timestamp;
use crate::error::Result;
use crate::media::{Picture, VideoFormat};
use std::time::Duration;

/// What a codec's coder is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct CoderSettings {
    pub(super) format: VideoFormat,
    pub(super) bits_per_second: u32,
    pub(super) speed: u8,
    pub(super) threads: u32,
    /// As the codec writes it where it is for us to write; None when the pictures are beyond every level.
    pub(super) level: Option<u8>,
}

/// Takes a finished frame: whether it is a key frame, and its bytes.
pub(super) type Sink<'a> = dyn FnMut(bool, &[u8]) + 'a;

/// One codec behind a [`VideoEncoder`]: it sees pictures of one size only, in order.
pub(super) trait VideoCoder: Send {
    fn codec_id(&self) -> &'static str;

    fn codec_private(&self) -> &[u8];

    /// Encodes the next picture at this speed.
    fn set_speed(&mut self, speed: u8) -> Result<()>;

    /// Encodes a picture; `key` demands a key frame.
    fn encode(
        &mut self,
        picture: &Picture,
        time: Timestamp,
        length: Duration,
        key: bool,
        sink: &mut Sink,
    ) -> Result<()>;
}
