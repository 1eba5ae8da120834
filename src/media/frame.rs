//! What sources give: raw frames of video and blocks of audio samples.
use super::format::{AudioFormat, TrackKind, VideoFormat};
use super::picture::Picture;
use crate::clock::Timestamp;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

/// What a source delivers: a [`VideoFrame`] or an [`AudioBlock`]. There are no other frames.
pub trait Frame: sealed::Sealed + Clone + Send + Sync + 'static {
    /// What is known of a source's frames before the first one.
    type Format: Copy + PartialEq + Send + Sync + Debug;

    /// The kind of track that carries such frames.
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

/// One raw picture and when it was taken. Clones share the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoFrame {
    /// Capture time on the devices' side of the recorder, media time behind its timeline.
    pub time: Timestamp,
    /// How long it is shown, when the source knows: its frame rate is constant.
    pub duration: Option<Duration>,
    /// The pixels.
    pub picture: Arc<Picture>,
}

/// Interleaved samples in −1…1 and when the first of them was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioBlock {
    /// Capture time of the first sample on the devices' side of the recorder, media time behind its timeline.
    pub time: Timestamp,
    /// Sample frames a second.
    pub sample_rate: u32,
    /// Samples a sample frame; at least 1.
    pub channels: u16,
    /// `frames() * channels` samples.
    pub samples: Vec<f32>,
}

impl AudioBlock {
    /// Sample frames: one sample of each channel.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.samples.len() / usize::from(self.channels)
    }

    /// How long it sounds.
    #[must_use]
    pub fn duration(&self) -> Duration {
        frames_to_duration(self.frames() as u64, self.sample_rate)
    }
}

/// How long `frames` sample frames last, to the nearest nanosecond.
#[must_use]
pub fn frames_to_duration(frames: u64, sample_rate: u32) -> Duration {
    let rate = u128::from(sample_rate);
    let nanos = (u128::from(frames) * 1_000_000_000 + rate / 2) / rate;
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// How many sample frames last `length`, to the nearest.
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
