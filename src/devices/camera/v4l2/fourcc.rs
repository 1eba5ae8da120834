//! The names that V4L2 has for pixel formats.
use crate::picture::capture_format::CapturePixelFormat;

impl CapturePixelFormat {
    /// The format with this V4L2 code; `None` if it cannot be converted.
    pub(super) const fn from_fourcc(fourcc: [u8; 4]) -> Option<Self> {
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

    /// The V4L2 code.
    pub(super) const fn fourcc(self) -> [u8; 4] {
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
