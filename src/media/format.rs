//! The formats of tracks: what is known of a track before its first frame.
use std::time::Duration;

/// Whether a track carries sound or pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrackKind {
    /// Sound.
    Audio,
    /// Pictures.
    Video,
}

impl TrackKind {
    /// The specification's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// What a track carries, as far as it is known before its first frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MediaFormat {
    /// Pictures.
    Video(VideoFormat),
    /// Sound.
    Audio(AudioFormat),
}

/// The shape of a video track's pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoFormat {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// From one picture to the next, when the source's rate is constant.
    pub frame_duration: Option<Duration>,
    /// How its numbers are meant.
    pub color: Color,
}

/// The shape of an audio track's samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioFormat {
    /// Sample frames a second.
    pub sample_rate: u32,
    /// Samples a sample frame.
    pub channels: u16,
}

/// What the numbers of a picture mean, in the code points of ITU-T H.273; 2 is "unspecified".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// `MatrixCoefficients`.
    pub matrix: u8,
    /// `TransferCharacteristics`.
    pub transfer: u8,
    /// `ColourPrimaries`.
    pub primaries: u8,
    /// Whether all of 0–255 is used, not only 16–235.
    pub full_range: bool,
}

impl Color {
    /// Limited range, everything else unsaid.
    pub const UNSPECIFIED: Self = Self {
        matrix: 2,
        transfer: 2,
        primaries: 2,
        full_range: false,
    };

    /// ITU-R BT.601 (525 lines), limited range: what VP8 decoders assume.
    pub const BT601: Self = Self {
        matrix: 6,
        transfer: 6,
        primaries: 6,
        full_range: false,
    };
}
