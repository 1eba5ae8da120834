//! Values passed between threads: formats, frames, encoded packets, and pictures with their buffer pool.
mod format;
mod frame;
mod packet;
mod picture;

pub use format::{AudioFormat, Color, MediaFormat, TrackKind, VideoFormat};
pub use frame::{AudioBlock, Frame, VideoFrame, duration_to_frames, frames_to_duration};
pub(crate) use packet::EncodedFrame;
pub use packet::{Packet, TrackInfo};
pub use picture::{Picture, PicturePool};
