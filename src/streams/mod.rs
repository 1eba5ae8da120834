//! Streams and their tracks: what sources capture, and who listens to it. Sources that a program feeds itself, and still
//! images of a track.
pub(crate) mod canvas;
pub(crate) mod encoded;
mod frames;
mod generator;
mod image_capture;
pub(crate) mod listener;
pub(crate) mod medium;
mod notices;
pub(crate) mod shared_device;
pub(crate) mod source;
mod stream;
pub(crate) mod tap;
pub(crate) mod track;

pub use canvas::{Canvas, CanvasTrack};
pub use frames::{AudioBlocks, VideoFrames};
pub use generator::{AudioTrackGenerator, Feeding, VideoTrackGenerator};
pub use image_capture::{
    FillLightMode, ImageCapture, ImageFrame, PhotoCapabilities, PhotoRange, PhotoSettings, RedEyeReduction,
};
pub use notices::Notices;
pub(crate) use stream::WeakStream;
pub use stream::{MediaStream, StreamEvent};
pub use track::{MediaStreamTrack, ReadyState, TrackEvent, TrackFrameStats};
