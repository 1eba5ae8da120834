//! The video codecs, and what each of them can do.
use crate::error::{Error, Result};
use crate::media::VideoFormat;
use std::ops::RangeInclusive;

/// The codecs of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VideoCodec {
    Vp8,
    Vp9,
    #[cfg(feature = "av1")]
    Av1,
}

impl VideoCodec {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            #[cfg(feature = "av1")]
            Self::Av1 => "AV1",
        }
    }

    /// The largest side of a picture, in pixels: RFC 6386, 9.1, and the 16 bits that VP9 and AV1 have.
    pub(super) const fn max_side(self) -> u32 {
        match self {
            Self::Vp8 => 16_383,
            Self::Vp9 => 65_535,
            #[cfg(feature = "av1")]
            Self::Av1 => 65_535,
        }
    }

    /// # Errors
    /// `NotSupported` for pictures that it cannot hold.
    pub(crate) fn check_size(self, width: u32, height: u32) -> Result<()> {
        let sides = 1..=self.max_side();
        if sides.contains(&width) && sides.contains(&height) {
            return Ok(());
        }
        Err(Error::not_supported(format!(
            "{} holds pictures of 1 to {} pixels a side, not {width}×{height}; scale the source down",
            self.name(),
            self.max_side(),
        )))
    }

    /// From the speed that is good enough for a machine at ease to the fastest there is.
    pub(super) const fn speeds(self) -> RangeInclusive<u8> {
        match self {
            Self::Vp8 => 8..=16,
            Self::Vp9 => 8..=9,
            #[cfg(feature = "av1")]
            Self::Av1 => 9..=10,
        }
    }

    /// Threads that suit the picture and the machine.
    pub(super) fn threads(self, format: VideoFormat) -> u32 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u32;
        let pixels = format.width * format.height;
        if self != Self::Vp8 {
            return cores.min(pixels.div_ceil(320 * 180)).clamp(1, 16);
        }
        // A second thread of VP8 spins more than it helps, unless there is much to do and room to spin.
        if pixels > 1280 * 720 && cores >= 4 { 2 } else { 1 }
    }
}
