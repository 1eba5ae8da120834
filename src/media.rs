//! The values that cross threads. Plain data: no locks, no handles, no clocks.
use crate::clock::Timestamp;
use crate::picture::Picture;
use std::sync::Arc;
use std::time::Duration;

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

/// One encoded frame on its way into the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Index of its track in the recording.
    pub track: usize,
    /// Media time of the first of what was encoded into it.
    ///
    /// For a codec with a delay this is the presentation time plus that delay, which is what a
    /// container with `CodecDelay` stores.
    pub time: Timestamp,
    /// How much media it holds, padding included; the next packet of an audio track starts just behind it.
    pub duration: Duration,
    /// Whether decoding can start here.
    pub key: bool,
    /// How much of its end is padding and not to be played; only the last packet of an audio track has any.
    pub padding: Duration,
    /// The codec's bytes.
    pub data: Vec<u8>,
}

/// One encoded frame as a file has it, for those who do not want it decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodedFrame {
    /// As it is to be muxed, but for the track's number; of an invisible picture the duration is 0.
    pub(crate) packet: Packet,
    /// By how much that is later than what is presented of it.
    pub(crate) delay: Duration,
    /// Whether it is sound, of which a part can be left out.
    pub(crate) is_sound: bool,
}

impl EncodedFrame {
    /// When it is presented; what would come before zero is not to be heard.
    pub(crate) fn time(&self) -> Timestamp {
        Timestamp::ZERO + (self.packet.time - Timestamp::ZERO).saturating_sub(self.delay)
    }
}

/// What the container must say about a track.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackInfo {
    /// What it carries, as encoded.
    pub format: MediaFormat,
    /// The Matroska codec ID, such as `V_VP8`.
    pub codec_id: &'static str,
    /// The codec's set-up data; empty when it has none.
    pub codec_private: Vec<u8>,
    /// What a decoder produces before the first sample that is to be heard.
    pub codec_delay: Duration,
    /// How far before a seek target decoding must begin.
    pub seek_pre_roll: Duration,
    /// A name for people: the label of the device; may be empty.
    pub name: String,
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
