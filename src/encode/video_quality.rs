//! Constant quality: how good every picture is, in place of how many bits a second has.
use crate::encode::video_codec::VideoCodec;
use crate::media::VideoFormat;

/// Least default bit rate, in bit/s: tiny pictures take more bits for each pixel.
const MIN_BIT_RATE: u32 = 250_000;

/// Greatest default bit rate, in bit/s.
const MAX_BIT_RATE: f64 = 200e6;

/// How good video is to look, whatever is in it: simple pictures then take few bits, and busy ones many, up to the bit rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VideoQuality {
    /// Small files, encoded fast: artefacts can be seen.
    Draft,
    /// Artefacts are seen by those who look for them.
    Good,
    /// Next to none can be seen. Files are encoded slowly.
    Best,
}

impl VideoQuality {
    /// The minimum quantizer, 0 (lossless) to 63. A value means much the same in all codecs, by PSNR and SSIM, except that high ones
    /// are coarser in VP9 and AV1 (`docs/quality.md`).
    pub(super) const fn min_quantizer(self, codec: VideoCodec) -> u32 {
        match (self, codec) {
            (Self::Draft, VideoCodec::Vp8) => 40,
            (Self::Draft, _) => 34,
            (Self::Good, _) => 24,
            (Self::Best, _) => 10,
        }
    }

    /// The speed for files, which may be slower than a live recording could be.
    pub(super) const fn speed(self, codec: VideoCodec) -> u8 {
        match (codec, self) {
            (VideoCodec::Vp8 | VideoCodec::Vp9, Self::Draft) => 8,
            (VideoCodec::Vp8, Self::Good) => 4,
            (VideoCodec::Vp8, Self::Best) => 2,
            (VideoCodec::Vp9, Self::Good) => 6,
            (VideoCodec::Vp9, Self::Best) => 5,
            #[cfg(feature = "av1")]
            (VideoCodec::Av1, Self::Draft) => 9,
            #[cfg(feature = "av1")]
            (VideoCodec::Av1, Self::Good) => 8,
            #[cfg(feature = "av1")]
            (VideoCodec::Av1, Self::Best) => 6,
        }
    }

    /// The bit rate, in bit/s, that video of this format does not exceed unless another limit is given.
    pub(crate) fn max_bit_rate(self, format: VideoFormat) -> u32 {
        let bits_per_pixel = match self {
            Self::Draft => 0.1,
            Self::Good => 0.2,
            Self::Best => 0.4,
        };
        let frame_seconds = format.usual_frame_duration().as_secs_f64();
        let pixels = f64::from(format.width) * f64::from(format.height) / frame_seconds;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "limited to what fits"
        )]
        let bits = (pixels * bits_per_pixel).min(MAX_BIT_RATE) as u32;
        bits.max(MIN_BIT_RATE)
    }
}
