//! Audio and video decoders. They are synchronous: a packet goes in, a picture or samples come out. They use no
//! threads of their own and no clock.
mod opus;
mod vpx;

pub(crate) use opus::{OpusDecoder, RATE as OPUS_RATE, packet_frames as opus_frames};
pub(crate) use vpx::{VpxCodec, VpxDecoder};
