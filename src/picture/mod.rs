//! Processing of video frames: pixel formats and their conversion, cropping, scaling, letterboxing and frame-rate
//! decimation; still images as files.
pub(crate) mod adapter;
#[cfg(feature = "bench")]
#[doc(hidden)]
pub mod bench;
#[cfg(feature = "camera")]
pub(crate) mod capture_format;
#[cfg(feature = "camera")]
pub(crate) mod convert;
mod decimator;
mod image_file;
#[cfg(feature = "camera")]
mod jpeg;
pub(crate) mod letterbox;
pub(crate) mod pixel_format;
pub(crate) mod planes;
#[cfg(test)]
#[cfg(feature = "camera")]
mod portable_tests;
mod resampler;
mod scaler;

pub use image_file::{ImageType, Photo};
pub use pixel_format::PixelFormat;
