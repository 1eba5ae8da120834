//! The elements of WebM: where they belong, what they hold, since which version, and how often they may be there (RFC 9559).
use ebml_iterable::specs::PathPart;
use webm_iterable::matroska_spec::Master::Full;
use webm_iterable::matroska_spec::{EbmlSpecification, MatroskaSpec, TagDataType};

pub(super) const ROOT: u64 = 0;
pub(super) const EBML: u64 = 0x1A45_DFA3;
pub(super) const SEGMENT: u64 = 0x1853_8067;
pub(super) const SEEK_HEAD: u64 = 0x114D_9B74;
pub(super) const INFO: u64 = 0x1549_A966;
pub(super) const TRACKS: u64 = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: u64 = 0xAE;
pub(super) const CLUSTER: u64 = 0x1F43_B675;
pub(super) const SIMPLE_BLOCK: u64 = 0xA3;
pub(super) const BLOCK_GROUP: u64 = 0xA0;
pub(super) const BLOCK: u64 = 0xA1;
pub(super) const CUES: u64 = 0x1C53_BB6B;
pub(super) const CHAPTERS: u64 = 0x1043_A770;
pub(super) const TAGS: u64 = 0x1254_C367;
pub(super) const ATTACHMENTS: u64 = 0x1941_A469;
pub(super) const VOID: u64 = 0xEC;
pub(super) const CRC32: u64 = 0xBF;
const LANGUAGE_BCP47: u64 = 0x0022_B59D;
/// The elements that may be parts of themselves.
const RECURSIVE: [u64; 2] = [0xB6, 0x67C8];

/// What an element holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Master,
    Unsigned,
    Signed,
    Float,
    Text,
    Binary,
    Date,
    /// Not in the specification.
    Unknown,
}

/// How often an element may be in its parent. An element with a default is there even if it is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occurs {
    /// Any number of times.
    Any,
    /// At most once.
    Optional,
    /// At least once.
    Repeated,
    Once,
}

use Kind::{Binary, Date, Float, Master, Signed, Text, Unsigned};
use Occurs::{Any, Once, Optional, Repeated};

type Row = (u64, u64, &'static str, Kind, u8, Occurs);

/// ID, parent, name, content, first version of the document type, occurrence.
#[rustfmt::skip]
const ELEMENTS: &[Row] = &[
    (EBML, ROOT, "EBML", Master, 1, Any),
    (0x4286, EBML, "EBMLVersion", Unsigned, 1, Optional),
    (0x42F7, EBML, "EBMLReadVersion", Unsigned, 1, Optional),
    (0x42F2, EBML, "EBMLMaxIDLength", Unsigned, 1, Optional),
    (0x42F3, EBML, "EBMLMaxSizeLength", Unsigned, 1, Optional),
    (0x4282, EBML, "DocType", Text, 1, Once),
    (0x4287, EBML, "DocTypeVersion", Unsigned, 1, Optional),
    (0x4285, EBML, "DocTypeReadVersion", Unsigned, 1, Optional),
    (SEGMENT, ROOT, "Segment", Master, 1, Any),
    (SEEK_HEAD, SEGMENT, "SeekHead", Master, 1, Any),
    (0x4DBB, SEEK_HEAD, "Seek", Master, 1, Repeated),
    (0x53AB, 0x4DBB, "SeekID", Binary, 1, Once),
    (0x53AC, 0x4DBB, "SeekPosition", Unsigned, 1, Once),
    (INFO, SEGMENT, "Info", Master, 1, Repeated),
    (0x002A_D7B1, INFO, "TimestampScale", Unsigned, 1, Optional),
    (0x4489, INFO, "Duration", Float, 1, Optional),
    (0x4461, INFO, "DateUTC", Date, 1, Optional),
    (0x7BA9, INFO, "Title", Text, 1, Optional),
    (0x4D80, INFO, "MuxingApp", Text, 1, Once),
    (0x5741, INFO, "WritingApp", Text, 1, Once),
    (CLUSTER, SEGMENT, "Cluster", Master, 1, Any),
    (0xE7, CLUSTER, "Timestamp", Unsigned, 1, Once),
    (0xAB, CLUSTER, "PrevSize", Unsigned, 1, Optional),
    (SIMPLE_BLOCK, CLUSTER, "SimpleBlock", Binary, 2, Any),
    (BLOCK_GROUP, CLUSTER, "BlockGroup", Master, 1, Any),
    (BLOCK, BLOCK_GROUP, "Block", Binary, 1, Once),
    (0x75A1, BLOCK_GROUP, "BlockAdditions", Master, 1, Optional),
    (0xA6, 0x75A1, "BlockMore", Master, 1, Repeated),
    (0xA5, 0xA6, "BlockAdditional", Binary, 1, Once),
    (0xEE, 0xA6, "BlockAddID", Unsigned, 1, Optional),
    (0x9B, BLOCK_GROUP, "BlockDuration", Unsigned, 1, Optional),
    (0xFB, BLOCK_GROUP, "ReferenceBlock", Signed, 1, Any),
    (0x75A2, BLOCK_GROUP, "DiscardPadding", Signed, 4, Optional),
    (TRACKS, SEGMENT, "Tracks", Master, 1, Any),
    (TRACK_ENTRY, TRACKS, "TrackEntry", Master, 1, Repeated),
    (0xD7, TRACK_ENTRY, "TrackNumber", Unsigned, 1, Once),
    (0x73C5, TRACK_ENTRY, "TrackUID", Unsigned, 1, Once),
    (0x83, TRACK_ENTRY, "TrackType", Unsigned, 1, Once),
    (0xB9, TRACK_ENTRY, "FlagEnabled", Unsigned, 2, Optional),
    (0x88, TRACK_ENTRY, "FlagDefault", Unsigned, 1, Optional),
    (0x55AA, TRACK_ENTRY, "FlagForced", Unsigned, 1, Optional),
    (0x9C, TRACK_ENTRY, "FlagLacing", Unsigned, 1, Optional),
    (0x0023_E383, TRACK_ENTRY, "DefaultDuration", Unsigned, 1, Optional),
    (0x536E, TRACK_ENTRY, "Name", Text, 1, Optional),
    (0x0022_B59C, TRACK_ENTRY, "Language", Text, 1, Optional),
    (0x86, TRACK_ENTRY, "CodecID", Text, 1, Once),
    (0x63A2, TRACK_ENTRY, "CodecPrivate", Binary, 1, Optional),
    (0x0025_8688, TRACK_ENTRY, "CodecName", Text, 1, Optional),
    (0x56AA, TRACK_ENTRY, "CodecDelay", Unsigned, 4, Optional),
    (0x56BB, TRACK_ENTRY, "SeekPreRoll", Unsigned, 4, Optional),
    (0xE0, TRACK_ENTRY, "Video", Master, 1, Optional),
    (0x9A, 0xE0, "FlagInterlaced", Unsigned, 2, Optional),
    (0x53B8, 0xE0, "StereoMode", Unsigned, 3, Optional),
    (0x53C0, 0xE0, "AlphaMode", Unsigned, 3, Optional),
    (0xB0, 0xE0, "PixelWidth", Unsigned, 1, Once),
    (0xBA, 0xE0, "PixelHeight", Unsigned, 1, Once),
    (0x54AA, 0xE0, "PixelCropBottom", Unsigned, 1, Optional),
    (0x54BB, 0xE0, "PixelCropTop", Unsigned, 1, Optional),
    (0x54CC, 0xE0, "PixelCropLeft", Unsigned, 1, Optional),
    (0x54DD, 0xE0, "PixelCropRight", Unsigned, 1, Optional),
    (0x54B0, 0xE0, "DisplayWidth", Unsigned, 1, Optional),
    (0x54BA, 0xE0, "DisplayHeight", Unsigned, 1, Optional),
    (0x54B2, 0xE0, "DisplayUnit", Unsigned, 1, Optional),
    (0x55B0, 0xE0, "Colour", Master, 4, Optional),
    (0x55B1, 0x55B0, "MatrixCoefficients", Unsigned, 4, Optional),
    (0x55B2, 0x55B0, "BitsPerChannel", Unsigned, 4, Optional),
    (0x55B3, 0x55B0, "ChromaSubsamplingHorz", Unsigned, 4, Optional),
    (0x55B4, 0x55B0, "ChromaSubsamplingVert", Unsigned, 4, Optional),
    (0x55B5, 0x55B0, "CbSubsamplingHorz", Unsigned, 4, Optional),
    (0x55B6, 0x55B0, "CbSubsamplingVert", Unsigned, 4, Optional),
    (0x55B7, 0x55B0, "ChromaSitingHorz", Unsigned, 4, Optional),
    (0x55B8, 0x55B0, "ChromaSitingVert", Unsigned, 4, Optional),
    (0x55B9, 0x55B0, "Range", Unsigned, 4, Optional),
    (0x55BA, 0x55B0, "TransferCharacteristics", Unsigned, 4, Optional),
    (0x55BB, 0x55B0, "Primaries", Unsigned, 4, Optional),
    (0x55BC, 0x55B0, "MaxCLL", Unsigned, 4, Optional),
    (0x55BD, 0x55B0, "MaxFALL", Unsigned, 4, Optional),
    (0x55D0, 0x55B0, "MasteringMetadata", Master, 4, Optional),
    (0x55D1, 0x55D0, "PrimaryRChromaticityX", Float, 4, Optional),
    (0x55D2, 0x55D0, "PrimaryRChromaticityY", Float, 4, Optional),
    (0x55D3, 0x55D0, "PrimaryGChromaticityX", Float, 4, Optional),
    (0x55D4, 0x55D0, "PrimaryGChromaticityY", Float, 4, Optional),
    (0x55D5, 0x55D0, "PrimaryBChromaticityX", Float, 4, Optional),
    (0x55D6, 0x55D0, "PrimaryBChromaticityY", Float, 4, Optional),
    (0x55D7, 0x55D0, "WhitePointChromaticityX", Float, 4, Optional),
    (0x55D8, 0x55D0, "WhitePointChromaticityY", Float, 4, Optional),
    (0x55D9, 0x55D0, "LuminanceMax", Float, 4, Optional),
    (0x55DA, 0x55D0, "LuminanceMin", Float, 4, Optional),
    (0x7670, 0xE0, "Projection", Master, 4, Optional),
    (0x7671, 0x7670, "ProjectionType", Unsigned, 4, Optional),
    (0x7672, 0x7670, "ProjectionPrivate", Binary, 4, Optional),
    (0x7673, 0x7670, "ProjectionPoseYaw", Float, 4, Optional),
    (0x7674, 0x7670, "ProjectionPosePitch", Float, 4, Optional),
    (0x7675, 0x7670, "ProjectionPoseRoll", Float, 4, Optional),
    (0xE1, TRACK_ENTRY, "Audio", Master, 1, Optional),
    (0xB5, 0xE1, "SamplingFrequency", Float, 1, Optional),
    (0x78B5, 0xE1, "OutputSamplingFrequency", Float, 1, Optional),
    (0x9F, 0xE1, "Channels", Unsigned, 1, Optional),
    (0x6264, 0xE1, "BitDepth", Unsigned, 1, Optional),
    (0x6D80, TRACK_ENTRY, "ContentEncodings", Master, 1, Optional),
    (0x6240, 0x6D80, "ContentEncoding", Master, 1, Repeated),
    (0x5031, 0x6240, "ContentEncodingOrder", Unsigned, 1, Optional),
    (0x5032, 0x6240, "ContentEncodingScope", Unsigned, 1, Optional),
    (0x5033, 0x6240, "ContentEncodingType", Unsigned, 1, Optional),
    (0x5035, 0x6240, "ContentEncryption", Master, 1, Optional),
    (0x47E1, 0x5035, "ContentEncAlgo", Unsigned, 1, Optional),
    (0x47E2, 0x5035, "ContentEncKeyID", Binary, 1, Optional),
    (0x47E7, 0x5035, "ContentEncAESSettings", Master, 4, Optional),
    (0x47E8, 0x47E7, "AESSettingsCipherMode", Unsigned, 4, Once),
    (CUES, SEGMENT, "Cues", Master, 1, Optional),
    (0xBB, CUES, "CuePoint", Master, 1, Repeated),
    (0xB3, 0xBB, "CueTime", Unsigned, 1, Once),
    (0xB7, 0xBB, "CueTrackPositions", Master, 1, Repeated),
    (0xF7, 0xB7, "CueTrack", Unsigned, 1, Once),
    (0xF1, 0xB7, "CueClusterPosition", Unsigned, 1, Once),
    (0xF0, 0xB7, "CueRelativePosition", Unsigned, 4, Optional),
    (0xB2, 0xB7, "CueDuration", Unsigned, 4, Optional),
    (0x5378, 0xB7, "CueBlockNumber", Unsigned, 1, Optional),
    (CHAPTERS, SEGMENT, "Chapters", Master, 1, Any),
    (0x45B9, CHAPTERS, "EditionEntry", Master, 1, Repeated),
    (0xB6, 0x45B9, "ChapterAtom", Master, 1, Repeated),
    (0x73C4, 0xB6, "ChapterUID", Unsigned, 1, Once),
    (0x5654, 0xB6, "ChapterStringUID", Text, 3, Optional),
    (0x91, 0xB6, "ChapterTimeStart", Unsigned, 1, Once),
    (0x92, 0xB6, "ChapterTimeEnd", Unsigned, 1, Optional),
    (0x80, 0xB6, "ChapterDisplay", Master, 1, Any),
    (0x85, 0x80, "ChapString", Text, 1, Once),
    (0x437C, 0x80, "ChapLanguage", Text, 1, Any),
    (0x437E, 0x80, "ChapCountry", Text, 1, Any),
    (TAGS, SEGMENT, "Tags", Master, 1, Any),
    (0x7373, TAGS, "Tag", Master, 1, Repeated),
    (0x63C0, 0x7373, "Targets", Master, 1, Once),
    (0x68CA, 0x63C0, "TargetTypeValue", Unsigned, 1, Optional),
    (0x63CA, 0x63C0, "TargetType", Text, 1, Optional),
    (0x63C5, 0x63C0, "TagTrackUID", Unsigned, 1, Any),
    (0x67C8, 0x7373, "SimpleTag", Master, 1, Repeated),
    (0x45A3, 0x67C8, "TagName", Text, 1, Once),
    (0x447A, 0x67C8, "TagLanguage", Text, 1, Optional),
    (0x4484, 0x67C8, "TagDefault", Unsigned, 1, Optional),
    (0x4487, 0x67C8, "TagString", Text, 1, Optional),
    (0x4485, 0x67C8, "TagBinary", Binary, 1, Optional),
];

/// An element of the WebM subset.
fn row(id: u64) -> Option<&'static Row> {
    ELEMENTS.iter().find(|row| row.0 == id)
}

/// Whether WebM has such an element.
pub(super) fn is_webm(id: u64) -> bool {
    row(id).is_some()
}

/// What an element holds.
pub(super) fn kind(id: u64) -> Kind {
    if id == VOID || id == CRC32 {
        return Binary;
    }
    if let Some(row) = row(id) {
        return row.3;
    }
    match MatroskaSpec::get_tag_data_type(id) {
        Some(TagDataType::Master) => Master,
        Some(TagDataType::UnsignedInt) => Unsigned,
        Some(TagDataType::Integer) => Signed,
        Some(TagDataType::Float) => Float,
        Some(TagDataType::Utf8) => Text,
        Some(TagDataType::Binary) => Binary,
        None => Kind::Unknown,
    }
}

/// The name of an element; its ID in hexadecimal if WebM has none.
pub(super) fn name(id: u64) -> String {
    match id {
        ROOT => return "the file".to_owned(),
        VOID => return "Void".to_owned(),
        CRC32 => return "CRC-32".to_owned(),
        // RFC 9559 renamed it.
        LANGUAGE_BCP47 => return "LanguageBCP47".to_owned(),
        _ => {}
    }
    row(id).map_or_else(|| other_name(id), |row| row.2.to_owned())
}

/// That of an element that WebM does not have.
fn other_name(id: u64) -> String {
    let spec = match kind(id) {
        Master => MatroskaSpec::get_master_tag(id, Full(Vec::new())),
        Unsigned => MatroskaSpec::get_unsigned_int_tag(id, 0),
        Signed => MatroskaSpec::get_signed_int_tag(id, 0),
        Float => MatroskaSpec::get_float_tag(id, 0.0),
        Text => MatroskaSpec::get_utf8_tag(id, String::new()),
        Binary | Date => MatroskaSpec::get_binary_tag(id, &[]),
        Kind::Unknown => None,
    };
    // The name of the variant, without its value.
    let name = spec.map(|spec| format!("{spec:?}"));
    let name = name.as_deref().and_then(|name| name.split('(').next());
    name.map_or_else(|| format!("element {id:X}"), str::to_owned)
}

/// The version of the document type in which an element was introduced; 1 if it is not known.
pub(super) fn version(id: u64) -> u8 {
    row(id).map_or(1, |row| row.4)
}

/// Whether an element may be in this parent. One that nobody knows may be anywhere.
pub(super) fn belongs(id: u64, parent: u64) -> bool {
    if id == VOID || id == CRC32 || (RECURSIVE.contains(&id) && parent == id) {
        return true;
    }
    if let Some(row) = row(id) {
        return row.1 == parent;
    }
    match MatroskaSpec::get_path_by_id(id).last() {
        Some(PathPart::Id(expected)) => *expected == parent,
        Some(PathPart::Global(_)) => true,
        None => MatroskaSpec::get_tag_data_type(id).is_none() || parent == ROOT,
    }
}

/// Whether an element may be there once at most.
pub(super) fn is_single(id: u64) -> bool {
    row(id).is_some_and(|row| matches!(row.5, Once | Optional))
}

/// The elements that must be in this parent, as they have no default.
pub(super) fn required(parent: u64) -> impl Iterator<Item = u64> {
    let children = ELEMENTS.iter().filter(move |row| row.1 == parent);
    children
        .filter(|row| matches!(row.5, Once | Repeated))
        .map(|row| row.0)
}
