//! Formats of tracks, known before the first frame.
use std::time::Duration;

/// Duration of a frame while none is known: 30 frames per second.
pub(crate) const DEFAULT_FRAME_DURATION: Duration = Duration::from_nanos(33_333_333);

/// The kind of a track (`MediaStreamTrack.kind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackKind {
    /// Audio.
    Audio,
    /// Video.
    Video,
}

impl TrackKind {
    /// The name in the specification: `audio` or `video`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// The format of a track.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MediaFormat {
    /// Format of a video track.
    Video(VideoFormat),
    /// Format of an audio track.
    Audio(AudioFormat),
}

/// The format of video frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoFormat {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Duration of a frame; `None` if the frame rate is not constant or unknown.
    pub frame_duration: Option<Duration>,
    /// Color space.
    pub color: Color,
    /// Shape of its pixels.
    pub pixel_aspect: PixelAspect,
    /// Whether each frame is two fields, captured one after the other.
    pub interlaced: bool,
}

impl VideoFormat {
    /// The duration of a frame, above 0; that of 30 frames per second if it is unknown.
    pub(crate) fn usual_frame_duration(&self) -> Duration {
        let known = self.frame_duration.filter(|frame| !frame.is_zero());
        known.unwrap_or(DEFAULT_FRAME_DURATION)
    }

    /// Size at which frames are displayed, in square pixels: the frame size with one side enlarged, unless its pixels are
    /// square.
    #[must_use]
    pub fn display_size(&self) -> (u32, u32) {
        let PixelAspect { width, height } = self.pixel_aspect;
        let enlarged = |side: u32, by: u32, to: u32| {
            let (by, to) = (u64::from(by), u64::from(to));
            u32::try_from((u64::from(side) * by + to / 2) / to).unwrap_or(u32::MAX)
        };
        match (width, height) {
            (0, _) | (_, 0) => (self.width, self.height),
            _ if width > height => (enlarged(self.width, width, height), self.height),
            _ => (self.width, enlarged(self.height, height, width)),
        }
    }
}

/// The pixel aspect ratio: the width of a pixel to its height, in any unit. It is unknown if one is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelAspect {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl PixelAspect {
    /// Square pixels.
    pub const SQUARE: Self = Self { width: 1, height: 1 };
}

/// The format of audio samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioFormat {
    /// Sample rate in hertz.
    pub sample_rate: u32,
    /// Number of channels; at least 1.
    pub channels: u16,
}

/// A color space, in code points of ITU-T H.273; 2 is "unspecified".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// `MatrixCoefficients`.
    pub matrix: u8,
    /// `TransferCharacteristics`.
    pub transfer: u8,
    /// `ColourPrimaries`.
    pub primaries: u8,
    /// `true` for full range (0–255), `false` for limited range (luma 16–235, chroma 16–240).
    pub full_range: bool,
}

impl Color {
    /// Limited range, everything else unspecified.
    pub const UNSPECIFIED: Self = Self {
        matrix: 2,
        transfer: 2,
        primaries: 2,
        full_range: false,
    };

    /// ITU-R BT.601 (525 lines), limited range, as VP8 decoders assume.
    pub const BT601: Self = Self {
        matrix: 6,
        transfer: 6,
        primaries: 6,
        full_range: false,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_displayed_with_one_side_enlarged_unless_their_pixels_are_square() {
        let display_size = |width, height| {
            let format = VideoFormat {
                width: 720,
                height: 576,
                frame_duration: None,
                color: Color::UNSPECIFIED,
                pixel_aspect: PixelAspect { width, height },
                interlaced: false,
            };
            format.display_size()
        };
        assert_eq!(display_size(1, 1), (720, 576));
        assert_eq!(display_size(2, 2), (720, 576));
        assert_eq!(display_size(64, 45), (1024, 576));
        assert_eq!(display_size(8, 9), (720, 648));
        assert_eq!(display_size(0, 0), (720, 576));
        assert_eq!(display_size(u32::MAX, 1), (u32::MAX, 576));
    }
}
