//! Formats of tracks, known before the first frame.
use std::time::Duration;

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
