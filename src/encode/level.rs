//! Levels: limits of frame size, frame rate and bit rate, from which a decoder knows whether it can play a stream.
//!
//! For VP9 they are from its level definitions, for AV1 from annex A.3 of its specification.
use crate::encode::video_codec::VideoCodec;
use crate::media::VideoFormat;
use std::fmt;

/// Assumed frame rate of sources of unknown rate, in frames per second.
const DEFAULT_FRAME_RATE: f64 = 30.0;

/// What a stream requires of a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Demand {
    /// Width in pixels.
    pub(crate) width: u32,
    /// Height in pixels.
    pub(crate) height: u32,
    pub(crate) frames_per_second: f64,
    pub(crate) bits_per_second: u32,
}

impl Demand {
    pub(crate) fn new(format: VideoFormat, bits_per_second: u32) -> Self {
        Self {
            width: format.width,
            height: format.height,
            frames_per_second: format
                .frame_duration
                .map_or(DEFAULT_FRAME_RATE, |length| 1.0 / length.as_secs_f64()),
            bits_per_second,
        }
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { width, height, .. } = self;
        let rate = (self.frames_per_second * 1000.0).round() / 1000.0;
        let kilobits = self.bits_per_second / 1000;
        write!(
            f,
            "{width}×{height} at {rate} frames per second and {kilobits} kbit/s"
        )
    }
}

/// A level and its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    /// Code in the `codecs` parameter and in `CodecPrivate`.
    pub(crate) code: u8,
    /// Maximum number of pixels of a frame.
    pixels: u64,
    /// Maximum width in pixels.
    width: u32,
    /// Maximum height in pixels.
    height: u32,
    /// Maximum number of pixels per second.
    rate: u64,
    /// Maximum bit rate in kbit/s.
    kilobits: u32,
}

impl Level {
    pub(crate) fn holds(&self, demand: Demand) -> bool {
        let rate = demand.pixels() as f64 * demand.frames_per_second;
        demand.pixels() <= self.pixels
            && demand.width <= self.width
            && demand.height <= self.height
            // Frame durations are rounded to nanoseconds: a rate at the limit may be slightly above it.
            && rate <= self.rate as f64 * 1.000_01
            && u64::from(demand.bits_per_second) <= u64::from(self.kilobits) * 1000
    }
}

/// The lowest level that allows the stream; `None` if there is none, or the codec has no levels.
pub(crate) fn least(codec: VideoCodec, demand: Demand) -> Option<Level> {
    levels(codec).iter().copied().find(|level| level.holds(demand))
}

/// The level with this code; `None` if there is none.
pub(crate) fn of_code(codec: VideoCodec, code: u8) -> Option<Level> {
    levels(codec).iter().copied().find(|level| level.code == code)
}

const fn levels(codec: VideoCodec) -> &'static [Level] {
    match codec {
        VideoCodec::Vp8 => &[],
        VideoCodec::Vp9 => &VP9,
        #[cfg(feature = "av1")]
        VideoCodec::Av1 => &AV1,
    }
}

const fn vp9(code: u8, rate: u64, pixels: u64, side: u32, kilobits: u32) -> Level {
    Level {
        code,
        pixels,
        width: side,
        height: side,
        rate,
        kilobits,
    }
}

const VP9: [Level; 14] = [
    vp9(10, 829_440, 36_864, 512, 200),
    vp9(11, 2_764_800, 73_728, 768, 800),
    vp9(20, 4_608_000, 122_880, 960, 1_800),
    vp9(21, 9_216_000, 245_760, 1_344, 3_600),
    vp9(30, 20_736_000, 552_960, 2_048, 7_200),
    vp9(31, 36_864_000, 983_040, 2_752, 12_000),
    vp9(40, 83_558_400, 2_228_224, 4_160, 18_000),
    vp9(41, 160_432_128, 2_228_224, 4_160, 30_000),
    vp9(50, 311_951_360, 8_912_896, 8_384, 60_000),
    vp9(51, 588_251_136, 8_912_896, 8_384, 120_000),
    vp9(52, 1_176_502_272, 8_912_896, 8_384, 180_000),
    vp9(60, 1_176_502_272, 35_651_584, 16_832, 180_000),
    vp9(61, 2_353_004_544, 35_651_584, 16_832, 240_000),
    vp9(62, 4_706_009_088, 35_651_584, 16_832, 480_000),
];

/// The limits of the display rate, and of the bit rate in the main tier.
#[cfg(feature = "av1")]
const fn av1(code: u8, pixels: u64, (width, height): (u32, u32), rate: u64, kilobits: u32) -> Level {
    Level {
        code,
        pixels,
        width,
        height,
        rate,
        kilobits,
    }
}

#[cfg(feature = "av1")]
const AV1: [Level; 14] = [
    av1(0, 147_456, (2_048, 1_152), 4_423_680, 1_500),
    av1(1, 278_784, (2_816, 1_584), 8_363_520, 3_000),
    av1(4, 665_856, (4_352, 2_448), 19_975_680, 6_000),
    av1(5, 1_065_024, (5_504, 3_096), 31_950_720, 10_000),
    av1(8, 2_359_296, (6_144, 3_456), 70_778_880, 12_000),
    av1(9, 2_359_296, (6_144, 3_456), 141_557_760, 20_000),
    av1(12, 8_912_896, (8_192, 4_352), 267_386_880, 30_000),
    av1(13, 8_912_896, (8_192, 4_352), 534_773_760, 40_000),
    av1(14, 8_912_896, (8_192, 4_352), 1_069_547_520, 60_000),
    av1(15, 8_912_896, (8_192, 4_352), 1_069_547_520, 60_000),
    av1(16, 35_651_584, (16_384, 8_704), 1_069_547_520, 60_000),
    av1(17, 35_651_584, (16_384, 8_704), 2_139_095_040, 100_000),
    av1(18, 35_651_584, (16_384, 8_704), 4_278_190_080, 160_000),
    av1(19, 35_651_584, (16_384, 8_704), 4_278_190_080, 160_000),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::Color;
    use crate::media::PixelAspect;
    use std::time::Duration;

    fn code(codec: VideoCodec, (width, height): (u32, u32), fps: f64, bits: u32) -> Option<u8> {
        let format = VideoFormat {
            width,
            height,
            frame_duration: Some(Duration::from_secs_f64(1.0 / fps)),
            color: Color::UNSPECIFIED,
            pixel_aspect: PixelAspect::SQUARE,
            interlaced: false,
        };
        least(codec, Demand::new(format, bits)).map(|level| level.code)
    }

    #[test]
    fn the_least_vp9_level_follows_from_size_rate_and_bits() {
        let vp9 = |size, fps, bits| code(VideoCodec::Vp9, size, fps, bits);
        assert_eq!(vp9((256, 144), 15.0, 200_000), Some(10));
        assert_eq!(vp9((640, 480), 30.0, 2_500_000), Some(30));
        assert_eq!(vp9((1280, 720), 30.0, 2_500_000), Some(31));
        assert_eq!(vp9((1280, 720), 60.0, 2_500_000), Some(40));
        assert_eq!(vp9((1280, 720), 30.0, 20_000_000), Some(41));
        assert_eq!(vp9((1920, 1080), 30.0, 2_500_000), Some(40));
        // A narrow frame can exceed a level by its width alone.
        assert_eq!(vp9((4096, 16), 30.0, 200_000), Some(40));
        assert_eq!(vp9((16_000, 16_000), 30.0, 1), None);
        assert_eq!(code(VideoCodec::Vp8, (64, 64), 30.0, 1), None);
    }

    #[cfg(feature = "av1")]
    #[test]
    fn the_least_av1_level_follows_from_size_rate_and_bits() {
        let av1 = |size, fps, bits| code(VideoCodec::Av1, size, fps, bits);
        assert_eq!(av1((320, 240), 30.0, 500_000), Some(0));
        assert_eq!(av1((1280, 720), 30.0, 2_500_000), Some(5));
        assert_eq!(av1((1920, 1080), 30.0, 2_500_000), Some(8));
        assert_eq!(av1((1920, 1080), 60.0, 2_500_000), Some(9));
        assert_eq!(av1((1280, 720), 30.0, 11_000_000), Some(8));
    }
}
