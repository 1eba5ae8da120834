//! Pixel formats of cameras that can be converted to I420.

/// A pixel format of a camera, in order of preference: the cheapest to convert without loss first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "nokhwa has fewer formats")
)]
pub(crate) enum CapturePixelFormat {
    /// Planar 4:2:0, Y, U, V: needs no conversion.
    I420,
    /// Planar 4:2:0, Y, V, U.
    Yv12,
    /// Semi-planar 4:2:0: a Y plane and a plane of interleaved U and V.
    Nv12,
    /// Packed 4:2:2, Y U Y V.
    Yuyv,
    /// Packed 4:2:2, U Y V Y.
    Uyvy,
    /// 24-bit RGB.
    Rgb24,
    /// 24-bit BGR.
    Bgr24,
    /// Motion JPEG: the most expensive to convert, and lossy.
    Mjpeg,
    /// Motion JPEG under its older name.
    Jpeg,
    /// Y only, without color: the last resort.
    Grey,
}

impl CapturePixelFormat {
    /// Row length of the first plane in bytes, without padding; 0 for compressed formats.
    pub(crate) const fn row_bytes(self, width: usize) -> usize {
        match self {
            Self::I420 | Self::Yv12 | Self::Nv12 | Self::Grey => width,
            Self::Yuyv | Self::Uyvy => 2 * width,
            Self::Rgb24 | Self::Bgr24 => 3 * width,
            Self::Mjpeg | Self::Jpeg => 0,
        }
    }

    /// Returns `true` if a frame is a compressed image with its own header.
    pub(crate) const fn is_compressed(self) -> bool {
        matches!(self, Self::Mjpeg | Self::Jpeg)
    }
}
