//! Decoders are synchronous: a packet goes in, a picture or samples come out. They know neither threads nor clocks.
mod opus;
mod vpx;

pub(crate) use opus::{OpusDecoder, RATE as OPUS_RATE, packet_frames as opus_frames};
pub(crate) use vpx::{VpxCodec, VpxDecoder};
