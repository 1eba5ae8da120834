//! Audio and video decoders, chosen by Matroska codec ID. They are synchronous: a packet goes in, pictures or samples come
//! out. They use no threads of their own and no clock.
#[cfg(feature = "av1")]
mod aom;
mod audio_decoder;
mod by_codec;
#[cfg(feature = "h264")]
mod openh264;
mod opus;
mod pcm;
mod picture_buffers;
#[cfg(feature = "audio-decoders")]
mod symphonia;
mod undecodable;
mod video_decoder;
mod vpx;

pub(crate) use audio_decoder::{AudioDecoder, EncodedAudio};
pub(crate) use by_codec::{audio_decoder, video_decoder};
#[cfg(test)]
pub(crate) use opus::OpusDecoder;
pub(crate) use opus::RATE as OPUS_RATE;
pub(crate) use pcm::SampleEncoding;
pub(crate) use video_decoder::VideoDecoder;
