//! The video encoder: decides how long a frame lasts and when it is a key frame, and checks the size for the codec.
use crate::clock::Timestamp;
#[cfg(feature = "av1")]
use crate::encode::av1::Av1Coder;
use crate::encode::encoder::Encoder;
use crate::encode::key_frames::KeyFrames;
use crate::encode::level;
use crate::encode::video_codec::VideoCodec;
use crate::encode::video_coder::{CoderSettings, VideoCoder};
use crate::encode::video_options::VideoOptions;
use crate::encode::vpx::VpxCoder;
use crate::error::{Error, Result};
use crate::media::{
    DEFAULT_FRAME_DURATION, MediaFormat, Packet, Picture, TrackInfo, VideoFormat, VideoFrame,
};
use bytes::Bytes;
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::thread;
use std::time::Duration;

/// Minimum quantizer without a quality: finer ones cost bits that nobody sees.
const MIN_QUANTIZER: u32 = 4;

/// The encoder of one video track. All frames must have the same size.
pub(crate) struct VideoEncoder {
    coder: Box<dyn VideoCoder>,
    format: VideoFormat,
    key_frames: KeyFrames,
    /// Range of speeds; a single value if it is fixed.
    speeds: RangeInclusive<u8>,
    /// The one at which a live recording begins.
    live_speed: u8,
    last_time: Option<Timestamp>,
}

impl VideoEncoder {
    /// Creates an encoder for frames of this format.
    ///
    /// # Errors
    /// `NotSupported` for a size that the codec does not support; `Unknown` if its library fails.
    pub(crate) fn new(format: VideoFormat, options: VideoOptions) -> Result<Self> {
        let codec = options.codec;
        codec.check_size(format.width, format.height)?;
        let (usual, fastest) = codec.speeds().into_inner();
        let slowest = options.quality.map_or(usual, |quality| quality.speed(codec));
        let (speeds, live_speed) = match options.speed.map(|speed| speed.min(fastest)) {
            Some(speed) => (speed..=speed, speed),
            None => (slowest..=fastest, usual),
        };
        let demand = level::Demand::new(format, options.bits_per_second);
        let settings = CoderSettings {
            format,
            bits_per_second: options.bits_per_second,
            min_quantizer: options
                .quality
                .map_or(MIN_QUANTIZER, |quality| quality.min_quantizer(codec)),
            speed: *speeds.start(),
            threads: options.threads.unwrap_or_else(|| {
                if options.deterministic {
                    codec.tile_threads(format)
                } else {
                    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
                    codec.threads(format, u32::try_from(cores).unwrap_or(u32::MAX))
                }
            }),
            deterministic: options.deterministic,
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
            key_frames: KeyFrames::new(options.key_frames),
            speeds,
            live_speed,
            last_time: None,
        })
    }

    fn frame_duration(&self, frame: &VideoFrame) -> Duration {
        let since_last = self.last_time.map(|last| frame.time - last);
        frame.duration.or(since_last).unwrap_or(DEFAULT_FRAME_DURATION)
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
            "the frame size changed from {}×{} to {}×{} during the recording",
            was.0, was.1, is.0, is.1
        )))
    }
}

impl Encoder for VideoEncoder {
    type Input = VideoFrame;

    fn info(&self) -> TrackInfo {
        TrackInfo {
            format: MediaFormat::Video(self.format),
            codec_id: self.coder.codec_id().into(),
            codec_private: self.coder.codec_private().to_vec(),
            codec_delay: Duration::ZERO,
            seek_pre_roll: Duration::ZERO,
            name: String::new(),
            elements: None,
        }
    }

    fn encode(&mut self, frame: VideoFrame, packets: &mut Vec<Packet>) -> Result<()> {
        self.check_size(&frame.picture)?;
        let duration = self.frame_duration(&frame);
        let due = self.key_frames.is_due(frame.time);
        let key_frames = &mut self.key_frames;
        let mut sink = |key: bool, data: &[u8]| {
            key_frames.add(frame.time, key);
            packets.push(Packet {
                track: 0,
                time: frame.time,
                duration,
                key,
                padding: Duration::ZERO,
                early: Duration::ZERO,
                data: Bytes::copy_from_slice(data),
                side_data: None,
            });
        };
        self.coder
            .encode(&frame.picture, frame.time, duration, due, &mut sink)?;
        self.last_time = Some(frame.time);
        Ok(())
    }

    fn restart(&mut self) {
        self.key_frames.restart();
        self.last_time = None;
    }

    fn speeds(&self) -> RangeInclusive<u8> {
        self.speeds.clone()
    }

    fn live_speed(&self) -> u8 {
        self.live_speed
    }

    fn set_speed(&mut self, speed: u8) -> Result<()> {
        self.coder.set_speed(speed)
    }

    fn finish(&mut self, _: &mut Vec<Packet>) -> Result<()> {
        // All codecs run with a lag of 0: no frame is delayed.
        Ok(())
    }
}

#[cfg(test)]
mod tests;
