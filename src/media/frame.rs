//! What sources deliver: raw video frames and blocks of audio samples.
use super::format::{AudioFormat, TrackKind, VideoFormat};
use super::picture::Picture;
use crate::clock::Timestamp;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// What a source delivers: a [`VideoFrame`] or an [`AudioBlock`]; the trait is sealed.
pub trait Frame: sealed::Sealed + Clone + Send + Sync + 'static {
    /// The format of such frames.
    type Format: Copy + PartialEq + Send + Sync + Debug;

    /// The kind of tracks with such frames.
    const KIND: TrackKind;
}

impl Frame for VideoFrame {
    type Format = VideoFormat;

    const KIND: TrackKind = TrackKind::Video;
}

impl Frame for AudioBlock {
    type Format = AudioFormat;

    const KIND: TrackKind = TrackKind::Audio;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::VideoFrame {}
    impl Sealed for super::AudioBlock {}
}

/// A raw video frame. Clones share the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoFrame {
    /// Capture time; in the recorder, after its timeline, media time.
    pub time: Timestamp,
    /// Duration of the frame; `None` if the frame rate is not constant or unknown.
    pub duration: Option<Duration>,
    /// The pixels.
    pub picture: Arc<Picture>,
}

/// A block of interleaved audio samples from −1 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioBlock {
    /// Time of the first sample: capture time; in the recorder, after its timeline, media time.
    pub time: Timestamp,
    /// Sample rate in hertz.
    pub sample_rate: u32,
    /// Number of channels; at least 1.
    pub channels: u16,
    /// The samples: `frames() * channels`.
    pub samples: Arc<[f32]>,
}

impl AudioBlock {
    /// Number of sample frames: samples per channel.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.samples.len() / usize::from(self.channels)
    }

    /// Duration of the block.
    #[must_use]
    pub fn duration(&self) -> Duration {
        frames_to_duration(self.frames() as u64, self.sample_rate)
    }
}

/// Duration of `frames` sample frames, rounded to the nearest nanosecond. The rate must not be 0.
#[must_use]
pub fn frames_to_duration(frames: u64, sample_rate: u32) -> Duration {
    let rate = u128::from(sample_rate);
    let nanos = (u128::from(frames) * 1_000_000_000 + rate / 2) / rate;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// Number of sample frames in `length`, rounded to the nearest.
#[must_use]
pub fn duration_to_frames(length: Duration, sample_rate: u32) -> u64 {
    let frames = (length.as_nanos() * u128::from(sample_rate) + 500_000_000) / 1_000_000_000;
    u64::try_from(frames).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sample_counts_and_lengths_convert_to_the_nearest_both_ways() {
        for frames in [0, 1, 147, 44_100, 44_101, 158_760_001] {
            let length = frames_to_duration(frames, 44_100);
            assert_eq!(duration_to_frames(length, 44_100), frames);
        }
        assert_eq!(frames_to_duration(312, 48_000), Duration::from_micros(6500));
    }
}
