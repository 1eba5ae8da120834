//! Pixel formats of cameras that can be converted to I420.

/// A pixel format of a camera, in order of preference: the cheapest to convert without loss first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// The format with this V4L2 code; `None` if it cannot be converted.
    pub(crate) const fn from_fourcc(fourcc: [u8; 4]) -> Option<Self> {
        Some(match &fourcc {
            b"YU12" => Self::I420,
            b"YV12" => Self::Yv12,
            b"NV12" => Self::Nv12,
            b"YUYV" => Self::Yuyv,
            b"UYVY" => Self::Uyvy,
            b"RGB3" => Self::Rgb24,
            b"BGR3" => Self::Bgr24,
            b"MJPG" => Self::Mjpeg,
            b"JPEG" => Self::Jpeg,
            b"GREY" => Self::Grey,
            _ => return None,
        })
    }

    /// Row length of the first plane in bytes, without padding; 0 for compressed formats.
    pub(crate) const fn row_bytes(self, width: usize) -> usize {
        match self {
            Self::I420 | Self::Yv12 | Self::Nv12 | Self::Grey => width,
            Self::Yuyv | Self::Uyvy => 2 * width,
            Self::Rgb24 | Self::Bgr24 => 3 * width,
            Self::Mjpeg | Self::Jpeg => 0,
        }
    }

    /// The V4L2 code.
    pub(crate) const fn fourcc(self) -> [u8; 4] {
        *match self {
            Self::I420 => b"YU12",
            Self::Yv12 => b"YV12",
            Self::Nv12 => b"NV12",
            Self::Yuyv => b"YUYV",
            Self::Uyvy => b"UYVY",
            Self::Rgb24 => b"RGB3",
            Self::Bgr24 => b"BGR3",
            Self::Mjpeg => b"MJPG",
            Self::Jpeg => b"JPEG",
            Self::Grey => b"GREY",
        }
    }

    /// Returns `true` if a frame is a compressed image with its own header.
    pub(crate) const fn is_compressed(self) -> bool {
        matches!(self, Self::Mjpeg | Self::Jpeg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uncompressed_colour_is_preferred_and_grey_is_the_last_resort() {
        let mut offered =
            [b"GREY", b"MJPG", b"YUYV", b"NV12"].map(|&code| CapturePixelFormat::from_fourcc(code).unwrap());
        offered.sort();
        assert_eq!(
            offered,
            [
                CapturePixelFormat::Nv12,
                CapturePixelFormat::Yuyv,
                CapturePixelFormat::Mjpeg,
                CapturePixelFormat::Grey
            ]
        );
    }

    #[test]
    fn every_format_is_found_by_the_name_that_it_is_asked_for_with() {
        for code in [
            b"YU12", b"YV12", b"NV12", b"YUYV", b"UYVY", b"RGB3", b"BGR3", b"MJPG", b"JPEG", b"GREY",
        ] {
            assert_eq!(CapturePixelFormat::from_fourcc(*code).unwrap().fourcc(), *code);
        }
    }

    #[test]
    fn what_cannot_be_converted_is_not_offered() {
        for code in [b"H264", b"BA81", b"Z16 ", b"UVCH"] {
            assert_eq!(CapturePixelFormat::from_fourcc(*code), None);
        }
    }
}
