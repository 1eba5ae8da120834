//! What the first bits of a video frame say: VP8 (RFC 6386, 9.1), VP9, AV1.
use crate::media::bit_reader::BitReader;
use crate::media::obu::Obu;
use crate::webm::frame_size;

/// A frame as its own header describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) key: bool,
    /// Whether it is shown when it is decoded.
    pub(super) shown: bool,
}

impl Frame {
    /// An earlier frame that is shown again.
    const REPEATED: Self = Self {
        key: false,
        shown: true,
    };
}

/// The OBUs of an AV1 block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TemporalUnit {
    pub(super) frame: Option<Frame>,
    pub(super) has_sequence_header: bool,
    /// Type of an OBU that should not be in a file.
    pub(super) unwanted: Option<u8>,
    /// Whether the sizes of the OBUs do not add up.
    pub(super) is_broken: bool,
}

/// Describes a frame of this codec; `None` if it is another codec or too short.
pub(super) fn describe(codec: &str, data: &[u8]) -> Option<Frame> {
    match codec {
        "V_VP8" => vp8(data),
        "V_VP9" => vp9(data),
        "V_AV1" => temporal_unit(data, false).frame,
        _ => None,
    }
}

fn vp8(data: &[u8]) -> Option<Frame> {
    let &[first, _, _] = data.first_chunk()?;
    let (key, shown) = (first & 1 == 0, first & 0x10 != 0);
    Some(Frame { key, shown })
}

fn vp9(data: &[u8]) -> Option<Frame> {
    const MARKER: u32 = 2;
    let mut bits = BitReader::new(data);
    if bits.number(2)? != MARKER {
        return None;
    }
    let profile = bits.number(1)? | bits.number(1)? << 1;
    if profile == 3 {
        bits.skip(1);
    }
    if bits.flag()? {
        return Some(Frame::REPEATED);
    }
    let key = !bits.flag()?;
    let shown = bits.flag()? || is_superframe(data);
    Some(Frame { key, shown })
}

/// Several frames in one packet, the last of which is shown.
fn is_superframe(data: &[u8]) -> bool {
    data.last().is_some_and(|last| last >> 5 == 0b110)
}

/// Looks at the OBUs of a block, all of which are there if it `is_whole`.
pub(super) fn temporal_unit(mut data: &[u8], is_whole: bool) -> TemporalUnit {
    const FORBIDDEN: u8 = 0x80;
    const FRAME_HEADER: u8 = 3;
    const FRAME: u8 = 6;
    const TILE_LIST: u8 = 8;
    const PADDING: u8 = 15;
    let mut unit = TemporalUnit::default();
    while let Some(&head) = data.first() {
        let Some(obu) = Obu::first(data).filter(|_| head & FORBIDDEN == 0) else {
            unit.is_broken = is_whole;
            break;
        };
        match obu.kind {
            Obu::SEQUENCE_HEADER => unit.has_sequence_header = true,
            FRAME_HEADER | FRAME if unit.frame.is_none() => unit.frame = av1(obu.payload),
            Obu::TEMPORAL_DELIMITER | TILE_LIST | PADDING => unit.unwanted = Some(obu.kind),
            _ => {}
        }
        data = obu.behind;
    }
    unit
}

fn av1(content: &[u8]) -> Option<Frame> {
    const KEY_FRAME: u32 = 0;
    let mut bits = BitReader::new(content);
    if bits.flag()? {
        return Some(Frame::REPEATED);
    }
    let key = bits.number(2)? == KEY_FRAME;
    Some(Frame { key, shown: true })
}

/// The size in the sequence header behind the four bytes of an AV1 `CodecPrivate`, if there is one.
pub(super) fn configured_size(private: &[u8]) -> Option<(u64, u64)> {
    size("V_AV1", private.get(4..)?)
}

/// The size that a key frame says.
pub(super) fn size(codec: &str, data: &[u8]) -> Option<(u64, u64)> {
    let (width, height) = frame_size::of_key_frame(codec, data)?;
    Some((width.into(), height.into()))
}
