//! Media files, and pipes that carry them, as sources: WebM and Matroska, Y4M, WAV, raw video.
//!
//! Files are read from front to end, so pipes work as well.
mod file_source;
mod input;
mod media_file;
mod open;
mod pacer;
mod raw_video;
mod wav;
mod webm;
mod y4m;
mod y4m_header;

pub use input::Input;
pub use open::{FileOptions, open_files};
pub use pacer::ReadRate;
pub use raw_video::RawVideo;
