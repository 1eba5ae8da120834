//! A track as a file describes it.
use crate::media::{Color, CopiedElements};
use serde::Serialize;
use std::time::Duration;
use webm_iterable::matroska_spec::MatroskaSpec;

/// Type of a track (RFC 9559, 5.1.4.1.3, `TrackType`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackType {
    /// Video.
    Video,
    /// Audio.
    Audio,
    /// Any other type, such as subtitles, and tracks without one.
    #[default]
    Other,
}

/// Description of a track. Fields that the file does not set have Matroska's default value.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Track number, to which blocks refer; 0 if the file has none.
    pub number: u64,
    /// Type of its media.
    pub kind: TrackType,
    /// Matroska codec ID, such as `V_VP8`.
    pub codec_id: String,
    /// Initialization data of the codec (`CodecPrivate`); empty if there is none.
    pub codec_private: Vec<u8>,
    /// Delay of the codec: blocks are presented earlier than their time stamps by this. Zero by default.
    pub codec_delay: Duration,
    /// How long before a seek target decoding must start. Zero by default.
    pub seek_pre_roll: Duration,
    /// Human-readable name; may be empty.
    pub name: String,
    /// Duration of a frame (`DefaultDuration`); `None` if the file has none.
    pub default_duration: Option<Duration>,
    /// Width in pixels; 0 for other tracks than video.
    pub width: u32,
    /// Height in pixels; 0 for other tracks than video.
    pub height: u32,
    /// Color space of its frames; [`Color::UNSPECIFIED`] by default.
    pub color: Color,
    /// Sample rate in Hz; 8000 by default. Any number, as it is in the file.
    pub sample_rate: f64,
    /// Number of channels; 1 by default.
    pub channels: u16,
    /// Bits per audio sample (`BitDepth`); `None` if the file has none.
    pub bit_depth: Option<u64>,
    /// Whether its frames are encrypted or compressed by the container (`ContentEncoding`).
    pub wrapped: bool,
    /// All elements of its `TrackEntry`.
    pub elements: CopiedElements,
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
            bit_depth: None,
            wrapped: false,
            elements: CopiedElements::default(),
        }
    }
}

impl Track {
    /// The codec as in the `codecs` parameter of a MIME type: `vp8`, `opus`, …; the Matroska codec ID for codecs
    /// without such a name.
    #[must_use]
    pub fn codec(&self) -> &str {
        codec_name(&self.codec_id)
    }

    /// How the media of another track differs, so that a decoder of this one cannot go on with it; `None` if it does not.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        if self.codec_id != other.codec_id {
            return Some(format!(
                "has the codec {} instead of {}",
                other.codec(),
                self.codec()
            ));
        }
        if (self.width, self.height) != (other.width, other.height) {
            return Some(format!(
                "has {}×{} pixels instead of {}×{}",
                other.width, other.height, self.width, self.height
            ));
        }
        if (self.sample_rate, self.channels) != (other.sample_rate, other.channels) {
            return Some(format!(
                "has {} channels at {} Hz instead of {} at {} Hz",
                other.channels, other.sample_rate, self.channels, self.sample_rate
            ));
        }
        (self.parameters() != other.parameters()).then(|| "has other parameters of its codec".to_owned())
    }

    /// What a decoder is set up with. How much of its first output players discard makes no difference to it: that is the pre-skip
    /// in the header of Opus.
    fn parameters(&self) -> Vec<u8> {
        let mut parameters = self.codec_private.clone();
        if self.codec_id == "A_OPUS"
            && let Some(pre_skip) = parameters.get_mut(10..12)
        {
            pre_skip.fill(0);
        }
        parameters
    }

    /// Sets the field of an element of the `TrackEntry`, at any depth. Other elements are ignored.
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
            MatroskaSpec::BitDepth(bits) => self.bit_depth = Some(bits),
            MatroskaSpec::Channels(channels) => self.channels = saturate(channels, u16::MAX),
            _ => {}
        }
    }
}

/// The codec with this Matroska codec ID as in the `codecs` parameter of a MIME type, where it has such a name.
pub(crate) fn codec_name(id: &str) -> &str {
    match id {
        "V_VP8" => "vp8",
        "V_VP9" => "vp9",
        "V_AV1" => "av1",
        "V_MPEG4/ISO/AVC" => "avc1",
        "V_MPEGH/ISO/HEVC" => "hvc1",
        "A_OPUS" => "opus",
        "A_VORBIS" => "vorbis",
        "A_FLAC" => "flac",
        "A_AAC" => "mp4a.40.2",
        "A_MPEG/L3" => "mp3",
        id if id.starts_with("A_PCM/") => "pcm",
        id => id,
    }
}

fn saturate<T: TryFrom<u64>>(value: u64, max: T) -> T {
    T::try_from(value).unwrap_or(max)
}

/// Strings can be padded with zeros, as `GStreamer` does.
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
            codec_id: "A_WAVPACK4".to_owned(),
            ..Track::default()
        };
        assert_eq!(track.codec(), "A_WAVPACK4");
    }
}
