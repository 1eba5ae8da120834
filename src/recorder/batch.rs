//! What a track hands to an encoder thread at a time.
use crate::media::{AudioBlock, EncodedFrame, VideoFrame};
use std::iter::once;

/// A single raw frame, or the encoded frames that were read from a file in one go: waking a thread takes longer than
/// copying one of them.
pub(crate) trait Batch {
    type Frame;

    fn into_frames(self) -> impl Iterator<Item = Self::Frame>;
}

impl Batch for VideoFrame {
    type Frame = Self;

    fn into_frames(self) -> impl Iterator<Item = Self> {
        once(self)
    }
}

impl Batch for AudioBlock {
    type Frame = Self;

    fn into_frames(self) -> impl Iterator<Item = Self> {
        once(self)
    }
}

impl Batch for Vec<EncodedFrame> {
    type Frame = EncodedFrame;

    fn into_frames(self) -> impl Iterator<Item = EncodedFrame> {
        self.into_iter()
    }
}
