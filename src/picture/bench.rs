//! What `benches/pictures.rs` measures. Nothing of it is stable.
use crate::error::Result;
use crate::media::Picture;
use crate::picture::capture_format::CapturePixelFormat;
use crate::picture::convert::{Converter, FrameLayout};
use crate::picture::scaler::Scaler;

/// Converts the frames of a camera, without padding, to I420.
pub struct Conversion(Converter);

impl Conversion {
    /// Of JPEG files.
    #[must_use]
    pub fn mjpeg(width: u32, height: u32) -> Self {
        Self::new(CapturePixelFormat::Mjpeg, width, height)
    }

    /// Of packed 4:2:2.
    #[must_use]
    pub fn yuyv(width: u32, height: u32) -> Self {
        Self::new(CapturePixelFormat::Yuyv, width, height)
    }

    /// Of 4:2:0 with interleaved chroma.
    #[must_use]
    pub fn nv12(width: u32, height: u32) -> Self {
        Self::new(CapturePixelFormat::Nv12, width, height)
    }

    fn new(pixels: CapturePixelFormat, width: u32, height: u32) -> Self {
        Self(Converter::new(FrameLayout {
            pixels,
            width,
            height,
            stride: 0,
            full_range: false,
        }))
    }

    /// Returns `None` for a frame that is incomplete.
    #[must_use]
    pub fn convert(&self, frame: &[u8]) -> Option<Picture> {
        self.0.convert(frame)
    }
}

/// Scales pictures down.
pub struct Scaling(Scaler);

impl Scaling {
    /// From one size in pixels to another.
    ///
    /// # Errors
    /// `Type` if a side is 0 or larger than the source's.
    pub fn new(from: (u32, u32), to: (u32, u32)) -> Result<Self> {
        Scaler::new(from, to.0, to.1).map(Self)
    }

    /// Returns the picture in the other size.
    ///
    /// # Errors
    /// `NotReadable` if it is smaller than that.
    pub fn scale(&mut self, picture: &Picture) -> Result<Picture> {
        self.0.scale(picture)
    }
}
