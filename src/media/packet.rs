//! Encoded frames, and what a container says about the track that they belong to.
use super::format::MediaFormat;
use crate::clock::Timestamp;
use bytes::Bytes;
use std::time::Duration;

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
    /// The encoded frame. Clones of a packet share it.
    pub data: Bytes,
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
