//! How a stream is to be recorded (MediaStream Recording, 2.3, `MediaRecorderOptions`).
use crate::encode::KeyFrameInterval;
use crate::error::{Error, Result};
use std::time::Duration;

/// Pictures without a wish: what browsers take too.
pub(super) const USUAL_VIDEO_BITS: u32 = 2_500_000;
/// Sound without a wish.
const USUAL_AUDIO_BITS: u32 = 128_000;
/// Of a common rate, sound gets one part in so many, but not more than it can use.
const AUDIO_SHARE: u32 = 10;
/// More than this sound cannot use (Opus stereo).
const MOST_AUDIO_BITS: u32 = 510_000;
/// Neither rate is 0 when a common one is split.
const LEAST_BITS: u32 = 6_000;

/// Without a wish a key frame comes this often: far enough to cost little, close enough to seek well.
const USUAL_KEY_FRAMES: KeyFrameInterval = KeyFrameInterval::Duration(Duration::from_secs(4));

/// Wishes for a recording; the default has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaRecorderOptions {
    /// Container and codecs; `""` for what suits the tracks.
    pub mime_type: String,
    /// Target for all audio tracks together, in bit/s.
    pub audio_bits_per_second: Option<u32>,
    /// Target for all video tracks together, in bit/s.
    pub video_bits_per_second: Option<u32>,
    /// Target for everything together, in bit/s; overrides the other two.
    pub bits_per_second: Option<u32>,
    /// Whether packets of sound are all of one size.
    pub audio_bitrate_mode: BitrateMode,
    /// The first frame this long after a key frame is the next one; not together with a count.
    pub video_key_frame_interval_duration: Option<Duration>,
    /// The first frame after this many is the next key frame; not together with a duration.
    pub video_key_frame_interval_count: Option<u32>,
    /// Extension: the recording stops by itself after this much media.
    pub max_duration: Option<Duration>,
    /// Extension: the recording stops by itself before the finished file would exceed this many bytes.
    pub max_size: Option<u64>,
    /// Extension: the recording begins with a pause.
    pub start_paused: bool,
    /// Extension: a Cluster begins this far apart, so that the file can be cut there; before a picture, where there are
    /// pictures. Without it, as far apart as blobs are, if that is 250 ms or more.
    pub cluster_duration: Option<Duration>,
    /// Extension: encoder speed, 0 (careful) to 16 (fast), cut to the fastest that the codec knows: 16 for VP8, 9 for
    /// VP9, 10 for AV1. Without a wish a live recording whose encoder falls behind goes faster by itself.
    pub speed: Option<u8>,
    /// Extension: encoder threads a video track, at least 1.
    pub threads: Option<u32>,
    /// Extension: what a file has encoded is encoded anew, even when it suits the type and no other wish stands
    /// against recording it as it is.
    pub reencode: bool,
}

/// How sound's bits are spread (2.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BitrateMode {
    /// As many as each moment needs.
    #[default]
    Variable,
    /// The same for every moment.
    Constant,
}

/// Targets for each kind, in bit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BitRates {
    pub(crate) audio: u32,
    pub(crate) video: u32,
}

impl MediaRecorderOptions {
    /// The targets before it is known which kinds there are (2.3, step 9).
    pub(crate) fn bit_rates(&self) -> BitRates {
        match self.bits_per_second {
            Some(total) => split(total),
            None => BitRates {
                audio: self.audio_bits_per_second.unwrap_or(USUAL_AUDIO_BITS),
                video: self.video_bits_per_second.unwrap_or(USUAL_VIDEO_BITS),
            },
        }
    }

    /// The targets for the kinds that are really recorded (2.3, `start`, step 8).
    pub(crate) fn bit_rates_for(&self, has_audio: bool, has_video: bool) -> BitRates {
        match (self.bits_per_second, has_audio, has_video) {
            (Some(total), true, false) => BitRates {
                audio: total,
                video: 0,
            },
            (Some(total), false, true) => BitRates {
                audio: 0,
                video: total,
            },
            _ => self.bit_rates(),
        }
    }

    /// # Errors
    /// `NotSupported` when both a duration and a count are given.
    pub(crate) fn key_frames(&self) -> Result<KeyFrameInterval> {
        match (
            self.video_key_frame_interval_duration,
            self.video_key_frame_interval_count,
        ) {
            (None, None) => Ok(USUAL_KEY_FRAMES),
            (Some(duration), None) => Ok(KeyFrameInterval::Duration(duration)),
            (None, Some(count)) => Ok(KeyFrameInterval::Count(count)),
            (Some(_), Some(_)) => Err(Error::not_supported(
                "key frames come by duration or by count, not by both; leave one out",
            )),
        }
    }
}

fn split(total: u32) -> BitRates {
    let audio = (total / AUDIO_SHARE).clamp(LEAST_BITS, MOST_AUDIO_BITS);
    BitRates {
        audio,
        video: total.saturating_sub(audio).max(LEAST_BITS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(options: &MediaRecorderOptions) -> (u32, u32) {
        let BitRates { audio, video } = options.bit_rates();
        (audio, video)
    }

    #[test]
    fn a_common_rate_overrides_the_others_and_its_parts_add_up() {
        let with_total = |bits| MediaRecorderOptions {
            bits_per_second: Some(bits),
            audio_bits_per_second: Some(1),
            video_bits_per_second: Some(1),
            ..Default::default()
        };
        assert_eq!(rates(&with_total(1_000_000)), (100_000, 900_000));
        assert_eq!(rates(&with_total(100_000_000)), (510_000, 99_490_000));
        // MediaStream Recording: even a total of 0 leaves neither at 0.
        let (audio, video) = rates(&with_total(0));
        assert!(audio > 0 && video > 0 && audio + video < 100_000);
    }

    #[test]
    fn a_common_rate_goes_to_the_only_kind_there_is() {
        let options = MediaRecorderOptions {
            bits_per_second: Some(500_000),
            ..Default::default()
        };
        assert_eq!(
            options.bit_rates_for(true, false),
            BitRates {
                audio: 500_000,
                video: 0
            }
        );
        assert_eq!(
            options.bit_rates_for(false, true),
            BitRates {
                audio: 0,
                video: 500_000
            }
        );
    }

    #[test]
    fn single_rates_are_taken_as_they_are_also_zero() {
        let options = MediaRecorderOptions {
            audio_bits_per_second: Some(0),
            ..Default::default()
        };
        assert_eq!(rates(&options), (0, 2_500_000));
    }

    #[test]
    fn key_frames_by_both_measures_are_not_supported() {
        let options = MediaRecorderOptions {
            video_key_frame_interval_count: Some(1),
            video_key_frame_interval_duration: Some(Duration::ZERO),
            ..Default::default()
        };
        assert_eq!(options.key_frames().unwrap_err().name(), "NotSupportedError");
    }
}
