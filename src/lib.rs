//! The W3C *Media Capture and Streams* and *MediaStream Recording* APIs, native.
pub mod clock;
pub mod error;
pub mod media;
pub mod picture;

mod encode;
mod webm;
