//! The video codecs, and what each of them can do.
use crate::error::{Error, Result};
use crate::media::VideoFormat;
use std::ops::RangeInclusive;

/// The video codecs.
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

    /// As in the `codecs` parameter of a MIME type.
    pub(crate) const fn identifier(self) -> &'static str {
        match self {
            Self::Vp8 => "vp8",
            Self::Vp9 => "vp9",
            #[cfg(feature = "av1")]
            Self::Av1 => "av1",
        }
    }

    /// Maximum width and height in pixels: 14 bits in VP8 (RFC 6386, 9.1), 16 bits in VP9 and AV1.
    pub(super) const fn max_side(self) -> u32 {
        match self {
            Self::Vp8 => 16_383,
            Self::Vp9 => 65_535,
            #[cfg(feature = "av1")]
            Self::Av1 => 65_535,
        }
    }

    /// Checks a frame size.
    ///
    /// # Errors
    /// `NotSupported` for a width or height of 0 or above the codec's maximum.
    pub(crate) fn check_size(self, width: u32, height: u32) -> Result<()> {
        let sides = 1..=self.max_side();
        if sides.contains(&width) && sides.contains(&height) {
            return Ok(());
        }
        Err(Error::not_supported(format!(
            "{} supports 1 to {} pixels in width and height, not {width}×{height}; scale the source down",
            self.name(),
            self.max_side(),
        )))
    }

    /// Range of speeds, from the best quality in real time to the fastest.
    pub(super) const fn speeds(self) -> RangeInclusive<u8> {
        match self {
            Self::Vp8 => 8..=16,
            Self::Vp9 => 8..=9,
            #[cfg(feature = "av1")]
            Self::Av1 => 9..=10,
        }
    }

    /// Number of threads for this frame size on any machine: one for each tile, as bytes depend on the number of tiles.
    pub(super) fn tile_threads(self, format: VideoFormat) -> u32 {
        if self == Self::Vp8 {
            return 1;
        }
        (format.width / 256).clamp(1, 4)
    }

    /// Default number of threads for this frame size and so many cores.
    pub(crate) fn threads(self, format: VideoFormat, cores: u32) -> u32 {
        let pixels = format.width * format.height;
        if self != Self::Vp8 {
            return cores.min(pixels.div_ceil(320 * 180)).clamp(1, 16);
        }
        // libvpx's VP8 threads busy-wait: a second one pays off only for large frames, with cores to spare.
        if pixels > 1280 * 720 && cores >= 4 { 2 } else { 1 }
    }
}
