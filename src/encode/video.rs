//! What all encoders of pictures have in common: when key frames are due, how long a picture lasts, its one size.
#[cfg(feature = "av1")]
use super::av1::Av1Coder;
use super::vpx::VpxCoder;
use super::{Encoder, level};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet, Picture, TrackInfo, VideoFormat, VideoFrame};
use bytes::Bytes;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Frame length that rate control is told of while the real one is not known.
const USUAL_FRAME: Duration = Duration::from_nanos(33_333_333);

/// The codecs of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VideoCodec {
    Vp8,
    Vp9,
    #[cfg(feature = "av1")]
    Av1,
}

impl VideoCodec {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            #[cfg(feature = "av1")]
            Self::Av1 => "AV1",
        }
    }

    /// The largest side of a picture, in pixels: RFC 6386, 9.1, and the 16 bits that VP9 and AV1 have.
    const fn max_side(self) -> u32 {
        match self {
            Self::Vp8 => 16_383,
            Self::Vp9 => 65_535,
            #[cfg(feature = "av1")]
            Self::Av1 => 65_535,
        }
    }

    /// # Errors
    /// `NotSupported` for pictures that it cannot hold.
    pub(crate) fn check_size(self, width: u32, height: u32) -> Result<()> {
        let sides = 1..=self.max_side();
        if sides.contains(&width) && sides.contains(&height) {
            return Ok(());
        }
        Err(Error::not_supported(format!(
            "{} holds pictures of 1 to {} pixels a side, not {width}×{height}; scale the source down",
            self.name(),
            self.max_side(),
        )))
    }

    /// From the speed that is good enough for a machine at ease to the fastest there is.
    const fn speeds(self) -> RangeInclusive<u8> {
        match self {
            Self::Vp8 => 8..=16,
            Self::Vp9 => 8..=9,
            #[cfg(feature = "av1")]
            Self::Av1 => 9..=10,
        }
    }

    /// Threads that suit the picture and the machine.
    fn threads(self, format: VideoFormat) -> u32 {
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u32;
        let pixels = format.width * format.height;
        if self != Self::Vp8 {
            return cores.min(pixels.div_ceil(320 * 180)).clamp(1, 16);
        }
        // A second thread of VP8 spins more than it helps, unless there is much to do and room to spin.
        if pixels > 1280 * 720 && cores >= 4 { 2 } else { 1 }
    }
}

/// How a video track is to be encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VideoOptions {
    pub(crate) codec: VideoCodec,
    pub(crate) bits_per_second: u32,
    pub(crate) key_frames: KeyFrameInterval,
    /// 0 (careful) to 16 (fast), cut to what the codec knows; None for one that is stepped up when it must be.
    pub(crate) speed: Option<u8>,
    /// Encoder threads; None for what suits the picture and the machine.
    pub(crate) threads: Option<u32>,
    /// The level that was asked for, as the codec writes it; None for the least that holds the pictures.
    pub(crate) level: Option<u8>,
}

/// When the next key frame is due (MediaStream Recording, 2.3, videoKeyFrameInterval…).
#[derive(Clone, Copy, Debug)]
pub(crate) enum KeyFrameInterval {
    /// The first frame this long after the last key frame.
    Duration(Duration),
    /// The first frame after this many.
    Count(u32),
}

/// What a codec's coder is made for.
#[derive(Clone, Copy, Debug)]
pub(super) struct CoderSettings {
    pub(super) format: VideoFormat,
    pub(super) bits_per_second: u32,
    pub(super) speed: u8,
    pub(super) threads: u32,
    /// As the codec writes it where it is for us to write; None when the pictures are beyond every level.
    pub(super) level: Option<u8>,
}

/// Takes a finished frame: whether it is a key frame, and its bytes.
pub(super) type Sink<'a> = dyn FnMut(bool, &[u8]) + 'a;

/// One codec behind a [`VideoEncoder`]: it sees pictures of one size only, in order.
pub(super) trait Coder: Send {
    fn codec_id(&self) -> &'static str;

    fn codec_private(&self) -> &[u8];

    /// Encodes the next picture at this speed.
    fn set_speed(&mut self, speed: u8) -> Result<()>;

    /// Encodes a picture; `key` demands a key frame.
    fn encode(
        &mut self,
        picture: &Picture,
        time: Timestamp,
        length: Duration,
        key: bool,
        sink: &mut Sink,
    ) -> Result<()>;
}

/// The encoder of one video track, for pictures of one size.
pub(crate) struct VideoEncoder {
    coder: Box<dyn Coder>,
    format: VideoFormat,
    key_frames: KeyFrameInterval,
    /// Between which it may be stepped.
    speeds: RangeInclusive<u8>,
    /// Time of the last key frame and how many frames came since.
    last_key: Option<(Timestamp, u32)>,
    last_time: Option<Timestamp>,
}

impl VideoEncoder {
    /// # Errors
    /// `NotSupported` for a picture that the codec cannot hold; `Unknown` when its library refuses.
    pub(crate) fn new(format: VideoFormat, options: VideoOptions) -> Result<Self> {
        let codec = options.codec;
        codec.check_size(format.width, format.height)?;
        let (usual, fastest) = codec.speeds().into_inner();
        let speeds = options
            .speed
            .map_or(usual..=fastest, |speed| speed.min(fastest)..=speed.min(fastest));
        let demand = level::Demand::new(format, options.bits_per_second);
        let settings = CoderSettings {
            format,
            bits_per_second: options.bits_per_second,
            speed: *speeds.start(),
            threads: options.threads.unwrap_or_else(|| codec.threads(format)),
            level: options
                .level
                .or_else(|| level::least(codec, demand).map(|level| level.code)),
        };
        Ok(Self {
            coder: match codec {
                VideoCodec::Vp8 | VideoCodec::Vp9 => Box::new(VpxCoder::new(codec, settings)?),
                #[cfg(feature = "av1")]
                VideoCodec::Av1 => Box::new(Av1Coder::new(settings)?),
            },
            format,
            key_frames: options.key_frames,
            speeds,
            last_key: None,
            last_time: None,
        })
    }

    fn key_frame_is_due(&self, time: Timestamp) -> bool {
        match (self.last_key, self.key_frames) {
            (None, _) => true,
            (Some((last, _)), KeyFrameInterval::Duration(interval)) => time - last >= interval,
            (Some((_, frames)), KeyFrameInterval::Count(count)) => frames >= count,
        }
    }

    fn frame_length(&self, frame: &VideoFrame) -> Duration {
        let since_last = self.last_time.map(|last| frame.time - last);
        frame.duration.or(since_last).unwrap_or(USUAL_FRAME)
    }

    fn check_size(&self, picture: &Picture) -> Result<()> {
        let (was, is) = (
            (self.format.width, self.format.height),
            (picture.width(), picture.height()),
        );
        if was == is {
            return Ok(());
        }
        Err(Error::not_supported(format!(
            "the picture changed from {}×{} to {}×{} during the recording",
            was.0, was.1, is.0, is.1
        )))
    }
}

impl Encoder for VideoEncoder {
    type Input = VideoFrame;

    fn info(&self) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Video(self.format),
            codec_id: self.coder.codec_id(),
            codec_private: self.coder.codec_private().to_vec(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
        }
    }

    fn encode(&mut self, frame: &VideoFrame, packets: &mut Vec<Packet>) -> Result<()> {
        self.check_size(&frame.picture)?;
        let length = self.frame_length(frame);
        let due = self.key_frame_is_due(frame.time);
        let last_key = &mut self.last_key;
        let mut sink = |key: bool, data: &[u8]| {
            *last_key = match *last_key {
                Some((last, frames)) if !key => Some((last, frames + 1)),
                _ => Some((frame.time, 1)),
            };
            packets.push(Packet {
                track: 0,
                time: frame.time,
                duration: length,
                key,
                padding: Duration::ZERO,
                data: Bytes::copy_from_slice(data),
            });
        };
        self.coder
            .encode(&frame.picture, frame.time, length, due, &mut sink)?;
        self.last_time = Some(frame.time);
        Ok(())
    }

    fn restart(&mut self) {
        self.last_key = None;
        self.last_time = None;
    }

    fn speeds(&self) -> RangeInclusive<u8> {
        self.speeds.clone()
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        self.coder.set_speed(speed)
    }

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        // All coders run with a lag of 0: nothing is held back.
        Ok(())
    }
}

#[cfg(test)]
mod tests;
