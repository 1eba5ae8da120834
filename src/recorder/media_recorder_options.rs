//! The options of a recorder (MediaStream Recording, 2.3, `MediaRecorderOptions`).
use crate::encode::{KeyFrameInterval, VideoQuality};
use crate::error::{Error, Result};
use crate::recorder::alarms::Alarm;
use crate::recorder::history::History;
use crate::recorder::recording_date::RecordingDate;
use crate::recorder::segmentation::Segmentation;
use crate::webm::{Metadata, SimpleTag};
use std::num::NonZeroU32;
use std::time::{Duration, SystemTime};

/// Default of video, as in browsers.
pub(super) const DEFAULT_VIDEO_BITS: u32 = 2_500_000;
/// Default of audio.
const DEFAULT_AUDIO_BITS: u32 = 128_000;
/// Audio gets this fraction of a total bit rate, but no more than it can use.
const AUDIO_SHARE: u32 = 10;
/// Maximum that audio can use (Opus stereo).
const MAX_AUDIO_BITS: u32 = 510_000;
/// Minimum of each kind when a total bit rate is split.
const MIN_BITS: u32 = 6_000;

/// Default interval of key frames: long enough to cost little, short enough to seek well.
const DEFAULT_KEY_FRAMES: KeyFrameInterval = KeyFrameInterval::Duration(Duration::from_secs(4));

/// Options of a recorder (MediaStream Recording, 2.3, `MediaRecorderOptions`).
///
/// Every field has a default. Those marked as extensions are not in the specification.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaRecorderOptions {
    /// Container and codecs, such as `video/webm;codecs=vp9,opus`. Containers are `video/webm`, `audio/webm`,
    /// `video/x-matroska` and `audio/x-matroska`; codecs are vp8, vp9, av1, opus and, in Matroska, pcm. Default: `""`,
    /// which is WebM with the codecs of copied tracks, or else VP8 and Opus.
    pub mime_type: String,
    /// Target bit rate of all audio tracks together, in bit/s. Default: 128,000.
    pub audio_bits_per_second: Option<u32>,
    /// Target bit rate of all video tracks together, in bit/s. Default: 2,500,000.
    pub video_bits_per_second: Option<u32>,
    /// Target bit rate of all tracks together, in bit/s. Overrides the other two. Default: none.
    pub bits_per_second: Option<u32>,
    /// Whether the audio encoder varies its bit rate. Default: variable.
    pub audio_bitrate_mode: BitrateMode,
    /// Time between key frames: the first frame this long after one is the next one. Cannot be combined with a count. Default: 4 s, if there is no count either.
    pub video_key_frame_interval_duration: Option<Duration>,
    /// Frames between key frames: the first frame after this many is the next one. Cannot be combined with a duration. Default: none.
    pub video_key_frame_interval_count: Option<u32>,
    /// Extension: the recording stops after this much media. Default: no limit.
    pub max_duration: Option<Duration>,
    /// Extension: the recording stops before the finalized file would exceed this size in bytes. Default: no limit.
    pub max_size: Option<u64>,
    /// Extension: the recording begins paused. Default: `false`.
    pub start_paused: bool,
    /// Extension: Clusters begin this far apart, so that the file can be divided there; with a video frame, if there is
    /// video. At least 250 ms; a shorter one is ignored. Default: the timeslice, if that is 250 ms or more; otherwise
    /// Clusters begin with key frames and after 5 s or 5 MB.
    pub cluster_duration: Option<Duration>,
    /// Extension: constant quality of video. The bit rate is then no target but a limit; without one it is 0.1 (draft), 0.2 (good) or
    /// 0.4 bits (best) for each pixel. Files are encoded more slowly than live recordings could be, and live ones so where the machine
    /// has time. Default: none, video is as good as its bit rate allows.
    pub video_quality: Option<VideoQuality>,
    /// Extension: speed of the video encoders, 0 (best quality) to 16 (fastest), limited to the maximum of the codec: 16
    /// for VP8, 9 for VP9, 10 for AV1. Default: adapted in live recordings to what the machine can do.
    pub speed: Option<u8>,
    /// Extension: encoder threads of each video track, at least 1. Default: by the size of the video and the machine.
    pub threads: Option<u32>,
    /// Extension: encoders of each video track of a file or an unpaced fake device; all others have one. Each takes whole key frame
    /// intervals, so that the packets depend on their number, and up to 256 MiB of frames wait for them all. A stop encodes for
    /// half a second what was read already. Default: as many as the machine has processors and that memory keeps busy; one if the
    /// recording is to be [`reproducible`](Self::reproducible).
    pub jobs: Option<NonZeroU32>,
    /// Extension: encoded tracks of files are re-encoded even where they could be copied. Default: `false`.
    pub reencode: bool,
    /// Extension: the recording is divided into several files. Default: it is one file.
    pub segments: Option<Segmentation>,
    /// Extension: the last part of the recording is kept in memory and can be saved. Default: none.
    pub history: Option<History>,
    /// Extension: what is watched for, and reported by [`RecorderEvent::Alarm`](crate::recorder::RecorderEvent::Alarm); each
    /// alarm once at most. Measuring takes about a hundredth of the time of encoding the pictures of a camera. Default: none.
    pub alarms: Vec<Alarm>,
    /// Extension: title of the recording. Default: `""`, which is none.
    pub title: String,
    /// Extension: tags of the whole recording, such as `ARTIST` and `COMMENT`; title and tags have 64 KiB at most. Default:
    /// none.
    pub tags: Vec<SimpleTag>,
    /// Extension: the date that is written. Default: the system's time at the start.
    pub date: RecordingDate,
    /// Extension: the same input, recorded as fast as it can be, gives the same bytes, if it also has the same date or none.
    /// Video encoders then use fewer threads, as many as the size of the video allows on any machine. Default: `false`, with
    /// which VP9 may differ.
    pub reproducible: bool,
}

/// How an audio encoder uses its bit rate (MediaStream Recording, 2.6, `BitrateMode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BitrateMode {
    /// As many bits as each packet needs; the target is an average.
    #[default]
    Variable,
    /// The same number of bits for every packet.
    Constant,
}

/// Target bit rates of each kind, in bit/s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BitRates {
    pub(crate) audio: u32,
    pub(crate) video: u32,
}

impl MediaRecorderOptions {
    /// What is written about a recording that starts now.
    pub(crate) fn metadata(&self, now: SystemTime) -> Metadata {
        Metadata {
            title: self.title.clone(),
            date: self.date.of_start(now),
            tags: self.tags.clone(),
        }
    }

    /// The targets before the kinds of tracks are known (2.3, step 9).
    pub(crate) fn bit_rates(&self) -> BitRates {
        match self.bits_per_second {
            Some(total) => split(total),
            None => BitRates {
                audio: self.audio_bits_per_second.unwrap_or(DEFAULT_AUDIO_BITS),
                video: self.video_bits_per_second.unwrap_or(DEFAULT_VIDEO_BITS),
            },
        }
    }

    /// The targets of the kinds that are recorded (2.3, `start`, step 8).
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

    /// Whether a bit rate of video is given.
    pub(crate) const fn has_video_bits(&self) -> bool {
        self.bits_per_second.is_some() || self.video_bits_per_second.is_some()
    }

    /// The key frame interval.
    ///
    /// # Errors
    /// `NotSupported` if both a duration and a count are given.
    pub(crate) fn key_frames(&self) -> Result<KeyFrameInterval> {
        match (
            self.video_key_frame_interval_duration,
            self.video_key_frame_interval_count,
        ) {
            (None, None) => Ok(DEFAULT_KEY_FRAMES),
            (Some(duration), None) => Ok(KeyFrameInterval::Duration(duration)),
            (None, Some(count)) => Ok(KeyFrameInterval::Count(count)),
            (Some(_), Some(_)) => Err(Error::not_supported(
                "the key frame interval is given as a duration and as a count; use one of them",
            )),
        }
    }
}

fn split(total: u32) -> BitRates {
    let audio = (total / AUDIO_SHARE).clamp(MIN_BITS, MAX_AUDIO_BITS);
    BitRates {
        audio,
        video: total.saturating_sub(audio).max(MIN_BITS),
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
