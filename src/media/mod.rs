//! Values passed between threads: formats, frames, encoded packets, and pictures with their buffer pool; and what packets say of
//! themselves.
pub(crate) mod av1_sequence;
pub(crate) mod bit_reader;
mod copied_elements;
mod format;
mod frame;
pub(crate) mod obu;
mod opus_packet;
mod packet;
mod picture;
mod side_data;

pub use copied_elements::CopiedElements;
pub(crate) use copied_elements::ElementCollector;
pub(crate) use format::DEFAULT_FRAME_DURATION;
pub use format::{AudioFormat, Color, MediaFormat, PixelAspect, TrackKind, VideoFormat};
pub use frame::{AudioBlock, Frame, VideoFrame, duration_to_frames, frames_to_duration};
pub(crate) use opus_packet::opus_packet_duration;
pub(crate) use packet::EncodedFrame;
pub use packet::{Packet, TrackInfo};
pub use picture::{Picture, PicturePool};
pub use side_data::SideData;
