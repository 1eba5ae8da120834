//! What a file says about one of its tracks.
use crate::media::Color;
use serde::Serialize;
use std::time::Duration;
use webm_iterable::matroska_spec::MatroskaSpec;

/// What a track carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackType {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
    /// Subtitles, buttons, or nothing that is said.
    #[default]
    Other,
}

/// A track's description; what the file does not say has Matroska's default.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// The number by which blocks name it.
    pub number: u64,
    /// What it carries.
    pub kind: TrackType,
    /// The Matroska codec ID, such as `V_VP8`.
    pub codec_id: String,
    /// The codec's set-up data; empty when it has none.
    pub codec_private: Vec<u8>,
    /// What a decoder produces before the first sample that is to be heard.
    pub codec_delay: Duration,
    /// How far before a seek target decoding must begin.
    pub seek_pre_roll: Duration,
    /// A name for people; may be empty.
    pub name: String,
    /// From one frame to the next, when it is said.
    pub default_duration: Option<Duration>,
    /// Pixels a row; 0 unless it is video.
    pub width: u32,
    /// Rows; 0 unless it is video.
    pub height: u32,
    /// How the numbers of its pictures are meant.
    pub color: Color,
    /// Sample frames a second.
    pub sample_rate: f64,
    /// Samples a sample frame.
    pub channels: u16,
    /// Whether its frames are compressed once more, or encrypted.
    pub wrapped: bool,
}

impl Default for Track {
    fn default() -> Self {
        Self {
            number: 0,
            kind: TrackType::Other,
            codec_id: String::new(),
            codec_private: Vec::new(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            default_duration: None,
            width: 0,
            height: 0,
            color: Color::UNSPECIFIED,
            sample_rate: 8_000.0,
            channels: 1,
            wrapped: false,
        }
    }
}

impl Track {
    /// The codec's name as a `codecs` parameter has it: `vp8`, `opus`, …; the codec ID when it has none.
    #[must_use]
    pub fn codec(&self) -> &str {
        match self.codec_id.as_str() {
            "V_VP8" => "vp8",
            "V_VP9" => "vp9",
            "V_AV1" => "av1",
            "V_MPEG4/ISO/AVC" => "avc1",
            "V_MPEGH/ISO/HEVC" => "hvc1",
            "A_OPUS" => "opus",
            "A_VORBIS" => "vorbis",
            "A_FLAC" => "flac",
            "A_AAC" => "mp4a.40.2",
            id if id.starts_with("A_PCM/") => "pcm",
            id => id,
        }
    }

    /// Takes in a child of the `TrackEntry`, at whatever depth; others are ignored.
    pub(super) fn set(&mut self, tag: MatroskaSpec) {
        match tag {
            MatroskaSpec::TrackNumber(number) => self.number = number,
            MatroskaSpec::TrackType(1) => self.kind = TrackType::Video,
            MatroskaSpec::TrackType(2) => self.kind = TrackType::Audio,
            MatroskaSpec::CodecID(id) => self.codec_id = trimmed(id),
            MatroskaSpec::CodecPrivate(data) => self.codec_private = data,
            MatroskaSpec::CodecDelay(nanos) => self.codec_delay = Duration::from_nanos(nanos),
            MatroskaSpec::SeekPreRoll(nanos) => self.seek_pre_roll = Duration::from_nanos(nanos),
            MatroskaSpec::Name(name) => self.name = trimmed(name),
            MatroskaSpec::DefaultDuration(0) => self.default_duration = None,
            MatroskaSpec::DefaultDuration(nanos) => {
                self.default_duration = Some(Duration::from_nanos(nanos));
            }
            MatroskaSpec::PixelWidth(width) => self.width = saturate(width, u32::MAX),
            MatroskaSpec::PixelHeight(height) => self.height = saturate(height, u32::MAX),
            MatroskaSpec::MatrixCoefficients(code) => self.color.matrix = saturate(code, u8::MAX),
            MatroskaSpec::TransferCharacteristics(code) => {
                self.color.transfer = saturate(code, u8::MAX);
            }
            MatroskaSpec::Primaries(code) => self.color.primaries = saturate(code, u8::MAX),
            MatroskaSpec::Range(range) => self.color.full_range = range == 2,
            MatroskaSpec::SamplingFrequency(rate) => self.sample_rate = rate,
            MatroskaSpec::ContentEncoding(_) => self.wrapped = true,
            MatroskaSpec::Channels(channels) => self.channels = saturate(channels, u16::MAX),
            _ => {}
        }
    }
}

fn saturate<T: TryFrom<u64>>(value: u64, max: T) -> T {
    T::try_from(value).unwrap_or(max)
}

/// Strings may end in zeros, as those of `GStreamer` do.
pub(super) fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end_matches('\0').len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_their_zeros_begin() {
        let mut track = Track::default();
        track.set(MatroskaSpec::CodecID("V_VP8\0\0".to_owned()));
        track.set(MatroskaSpec::Name("\0".to_owned()));
        assert_eq!((track.codec(), track.name.as_str()), ("vp8", ""));
    }

    #[test]
    fn numbers_out_of_range_are_the_largest_that_fit() {
        let mut track = Track::default();
        track.set(MatroskaSpec::PixelWidth(u64::MAX));
        track.set(MatroskaSpec::Channels(65_536));
        assert_eq!((track.width, track.channels), (u32::MAX, u16::MAX));
    }

    #[test]
    fn a_codec_that_has_no_short_name_is_called_by_its_id() {
        let track = Track {
            kind: TrackType::Audio,
            codec_id: "A_MPEG/L3".to_owned(),
            ..Track::default()
        };
        assert_eq!(track.codec(), "A_MPEG/L3");
    }
}
