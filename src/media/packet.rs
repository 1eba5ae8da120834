//! Packets of encoded media, and what a container says about their track.
use super::copied_elements::CopiedElements;
use super::format::MediaFormat;
use super::side_data::SideData;
use crate::clock::Timestamp;
use bytes::Bytes;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// Encoded data of one video frame or one block of audio, with its place in the container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Index of the track in the recording or file, from 0.
    pub track: usize,
    /// Time stamp in the container.
    ///
    /// For a codec with a delay this is the presentation time plus [`TrackInfo::codec_delay`], as Matroska stores it
    /// (RFC 9559, 5.1.4.1.28, `CodecDelay`).
    pub time: Timestamp,
    /// Duration of its media, padding included. Zero if unknown; an audio packet ends where the next one of its track
    /// begins.
    pub duration: Duration,
    /// Whether decoding can start at this packet; always `true` for audio.
    pub key: bool,
    /// Padding at its end, which players discard (`DiscardPadding`). Only the last packet of an audio track has any.
    pub padding: Duration,
    /// How much earlier than `time` it is presented: not zero for frames that are encoded later than others that are presented
    /// after them (B-frames). Packets are in the order of encoding, and their `time` never decreases.
    pub early: Duration,
    /// The encoded frame. Clones of a packet share it.
    pub data: Bytes,
    /// What its file stores beside it, for copied packets; `None` for most packets.
    pub side_data: Option<Arc<SideData>>,
}

impl Packet {
    /// Size of its data and side data in bytes.
    pub(crate) fn size(&self) -> usize {
        let side_data = self.side_data.as_ref();
        self.data.len() + side_data.map_or(0, |side_data| side_data.size())
    }
}

/// A packet of a file, to be recorded without re-encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodedFrame {
    /// The packet as it will be muxed, except for the track index. The duration of a frame that is not shown is 0.
    pub(crate) packet: Packet,
    /// Codec delay: its time stamp less its presentation time.
    pub(crate) delay: Duration,
    /// Whether it is audio, of which a part can be discarded.
    pub(crate) is_sound: bool,
}

impl EncodedFrame {
    /// Presentation time. What would be presented before zero is discarded by the decoder.
    pub(crate) fn time(&self) -> Timestamp {
        Timestamp::ZERO + (self.packet.time - Timestamp::ZERO).saturating_sub(self.delay)
    }
}

/// Description of a track for the container.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackInfo {
    /// Format of the encoded media.
    pub format: MediaFormat,
    /// Matroska codec ID, such as `V_VP8` or `A_OPUS`.
    pub codec_id: Cow<'static, str>,
    /// Initialization data of the codec (`CodecPrivate`); empty if it has none.
    pub codec_private: Vec<u8>,
    /// Delay of the codec: how much of the decoder's first output players discard. Zero for video.
    pub codec_delay: Duration,
    /// How long before a seek target decoding must start.
    pub seek_pre_roll: Duration,
    /// Human-readable name, such as the label of the device; empty for none.
    pub name: String,
    /// For a copied track the further elements of its `TrackEntry`, such as language, flags, display size and alpha mode;
    /// `None` for an encoded one.
    pub elements: Option<CopiedElements>,
}
