//! The pixel formats that cameras deliver and that become I420 here, and what each costs.

/// How a camera lays its pixels out; in the order in which they are preferred, the cheapest good one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pixels {
    /// Planes of Y, U and V, chroma halved both ways: what is wanted.
    I420,
    /// The same with V ahead of U.
    Yv12,
    /// A plane of Y and one of U and V in turn.
    Nv12,
    /// Y U Y V, chroma halved across.
    Yuyv,
    /// U Y V Y, chroma halved across.
    Uyvy,
    /// Red, green, blue.
    Rgb24,
    /// Blue, green, red.
    Bgr24,
    /// A JPEG file a frame: costs most, and detail.
    Mjpeg,
    /// The same under its older name.
    Jpeg,
    /// Y alone: has no colour, so it is taken when there is nothing else.
    Grey,
}

impl Pixels {
    /// Of V4L2's four characters; None when it cannot be converted.
    pub(crate) const fn of_fourcc(fourcc: [u8; 4]) -> Option<Self> {
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

    /// Bytes that a row of the first plane has at least; 0 for compressed pictures, which have no rows.
    pub(crate) const fn row(self, width: usize) -> usize {
        match self {
            Self::I420 | Self::Yv12 | Self::Nv12 | Self::Grey => width,
            Self::Yuyv | Self::Uyvy => 2 * width,
            Self::Rgb24 | Self::Bgr24 => 3 * width,
            Self::Mjpeg | Self::Jpeg => 0,
        }
    }

    /// What V4L2 calls it.
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

    /// Whether a frame is a file that says itself how it is to be read.
    pub(crate) const fn is_compressed(self) -> bool {
        matches!(self, Self::Mjpeg | Self::Jpeg)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uncompressed_colour_is_preferred_and_grey_is_the_last_resort() {
        let mut offered = [b"GREY", b"MJPG", b"YUYV", b"NV12"].map(|&code| Pixels::of_fourcc(code).unwrap());
        offered.sort();
        assert_eq!(offered, [Pixels::Nv12, Pixels::Yuyv, Pixels::Mjpeg, Pixels::Grey]);
    }

    #[test]
    fn every_format_is_found_by_the_name_that_it_is_asked_for_with() {
        for code in [
            b"YU12", b"YV12", b"NV12", b"YUYV", b"UYVY", b"RGB3", b"BGR3", b"MJPG", b"JPEG", b"GREY",
        ] {
            assert_eq!(Pixels::of_fourcc(*code).unwrap().fourcc(), *code);
        }
    }

    #[test]
    fn what_cannot_be_converted_is_not_offered() {
        for code in [b"H264", b"BA81", b"Z16 ", b"UVCH"] {
            assert_eq!(Pixels::of_fourcc(*code), None);
        }
    }
}
