//! Audio and video encoders. They are synchronous: a frame goes in, packets come out. They use no threads of their
//! own and no clock.

mod audio_coder;
mod audio_encoder;
#[cfg(feature = "av1")]
mod av1;
mod encoder;
mod key_frames;
pub(crate) mod level;
mod opus;
mod pcm;
mod video_codec;
mod video_coder;
mod video_encoder;
mod video_options;
mod video_quality;
mod vpx;

pub(crate) use audio_coder::{AudioCodec, AudioOptions};
pub(crate) use audio_encoder::AudioEncoder;
pub(crate) use encoder::Encoder;
pub(crate) use key_frames::KeyFrames;
pub(crate) use video_codec::VideoCodec;
pub(crate) use video_encoder::VideoEncoder;
pub(crate) use video_options::{KeyFrameInterval, VideoOptions};
pub use video_quality::VideoQuality;
