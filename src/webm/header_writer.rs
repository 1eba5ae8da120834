//! Writes everything before the first Cluster: EBML header, Segment, Info, Tracks, and space for what is known at the
//! end only.
use crate::error::{Error, Result};
use crate::media::{AudioFormat, Color, CopiedElements, MediaFormat, TrackInfo, VideoFormat};
use crate::webm::copied_elements;
use crate::webm::doc_type::DocType;
use crate::webm::element;
use crate::webm::metadata::Metadata;
use crate::webm::metadata_writer;
use crate::webm::track::Track;
use std::time::Duration;
use webm_iterable::WebmWriter as Elements;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Space for a `SeekHead` with six entries, in bytes: 5, and at most 21 per entry.
pub(super) const SEEK_HEAD_SIZE: usize = 160;
/// Size of a Duration element in bytes: ID, size, and a 64-bit float.
pub(super) const DURATION_SIZE: usize = 11;
/// Maximum number of tracks: more would need two bytes for the track number in each block.
pub(super) const MAX_TRACKS: usize = 126;
/// Duration of a tick in nanoseconds (`TimestampScale`).
pub(super) const TIMESTAMP_SCALE: u64 = 1_000_000;

const APP: &str = concat!("mediarec ", env!("CARGO_PKG_VERSION"));

/// Offsets of the parts of the header, in bytes from the start of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeaderOffsets {
    /// The Segment's data: its 8-byte size is just before, the space for the `SeekHead` begins here.
    pub(super) segment: u64,
    pub(super) info: u64,
    /// The space for the Duration.
    pub(super) duration: u64,
    pub(super) tracks: u64,
    /// `None` without tags.
    pub(super) tags: Option<u64>,
}

/// Writes the header and leaves the Segment open.
pub(super) fn write(
    elements: &mut Elements<Vec<u8>>,
    doc_type: DocType,
    tracks: &[TrackInfo],
    metadata: &Metadata,
) -> Result<HeaderOffsets> {
    check(doc_type, tracks)?;
    metadata.check()?;
    element::write(elements, &ebml(doc_type))?;
    element::open(elements, &MatroskaSpec::Segment(Master::Start))?;
    element::write_void(elements, SEEK_HEAD_SIZE)?;
    let info = position(elements);
    write_info(elements, metadata)?;
    let tracks_at = position(elements);
    let entries = tracks
        .iter()
        .zip(1..)
        .map(|(track, number)| entry(track, number, doc_type));
    element::write(elements, &MatroskaSpec::Tracks(Master::Full(entries.collect())))?;
    Ok(HeaderOffsets {
        segment: info - SEEK_HEAD_SIZE as u64,
        info,
        duration: tracks_at - DURATION_SIZE as u64,
        tracks: tracks_at,
        tags: metadata_writer::write_tags(elements, &metadata.tags)?,
    })
}

/// Writes the header of a file with the tracks of another one, and leaves the Segment open. `info` is what Info has.
pub(super) fn write_copied(
    elements: &mut Elements<Vec<u8>>,
    doc_type: DocType,
    info: &[MatroskaSpec],
    tracks: &[Track],
) -> Result<HeaderOffsets> {
    check_count(tracks.len())?;
    element::write(elements, &ebml(doc_type))?;
    element::open(elements, &MatroskaSpec::Segment(Master::Start))?;
    element::write_void(elements, SEEK_HEAD_SIZE)?;
    let info_at = position(elements);
    element::write(elements, &MatroskaSpec::Info(Master::Start))?;
    element::write(elements, &MatroskaSpec::TimestampScale(TIMESTAMP_SCALE))?;
    element::write(elements, &MatroskaSpec::MuxingApp(APP.to_owned()))?;
    for child in copied_elements::of_info(info, APP) {
        element::write(elements, &child)?;
    }
    element::write_void(elements, DURATION_SIZE)?;
    element::write(elements, &MatroskaSpec::Info(Master::End))?;
    let tracks_at = position(elements);
    let entries = tracks
        .iter()
        .zip(1..)
        .map(|(track, number)| copied_elements::whole_track(track, number));
    element::write(elements, &MatroskaSpec::Tracks(Master::Full(entries.collect())))?;
    Ok(HeaderOffsets {
        segment: info_at - SEEK_HEAD_SIZE as u64,
        info: info_at,
        duration: tracks_at - DURATION_SIZE as u64,
        tracks: tracks_at,
        tags: None,
    })
}

fn position(elements: &Elements<Vec<u8>>) -> u64 {
    elements.get_ref().len() as u64
}

fn check(doc_type: DocType, tracks: &[TrackInfo]) -> Result<()> {
    check_count(tracks.len())?;
    match tracks.iter().find(|track| !doc_type.supports(&track.codec_id)) {
        Some(track) => Err(Error::not_supported(format!(
            "WebM does not support {}; record video/x-matroska instead",
            track.codec_id
        ))),
        None => Ok(()),
    }
}

fn check_count(tracks: usize) -> Result<()> {
    match tracks {
        1..=MAX_TRACKS => Ok(()),
        _ => Err(Error::not_supported(format!(
            "a file has 1 to {MAX_TRACKS} tracks, not {tracks}"
        ))),
    }
}

fn ebml(doc_type: DocType) -> MatroskaSpec {
    MatroskaSpec::Ebml(Master::Full(vec![
        MatroskaSpec::EbmlVersion(1),
        MatroskaSpec::EbmlReadVersion(1),
        MatroskaSpec::EbmlMaxIdLength(4),
        MatroskaSpec::EbmlMaxSizeLength(8),
        MatroskaSpec::DocType(doc_type.name().to_owned()),
        // Colour and CodecDelay are elements of version 4; players of version 2 can ignore them.
        MatroskaSpec::DocTypeVersion(4),
        MatroskaSpec::DocTypeReadVersion(2),
    ]))
}

/// The space for the Duration is at the end, so its offset follows from the end of Info.
fn write_info(elements: &mut Elements<Vec<u8>>, metadata: &Metadata) -> Result<()> {
    element::write(elements, &MatroskaSpec::Info(Master::Start))?;
    element::write(elements, &MatroskaSpec::TimestampScale(TIMESTAMP_SCALE))?;
    element::write(elements, &MatroskaSpec::MuxingApp(APP.to_owned()))?;
    element::write(elements, &MatroskaSpec::WritingApp(APP.to_owned()))?;
    metadata_writer::write_info(elements, metadata)?;
    element::write_void(elements, DURATION_SIZE)?;
    element::write(elements, &MatroskaSpec::Info(Master::End))
}

fn entry(track: &TrackInfo, number: u64, doc_type: DocType) -> MatroskaSpec {
    let mut tags = vec![
        MatroskaSpec::TrackNumber(number),
        // Not random: recordings of the same input are identical.
        MatroskaSpec::TrackUID(number),
        MatroskaSpec::TrackType(match track.format {
            MediaFormat::Video(_) => 1,
            MediaFormat::Audio(_) => 2,
        }),
        MatroskaSpec::FlagLacing(0),
    ];
    match &track.elements {
        // Without a Language, a track is English (RFC 9559, 5.1.4.1.19): that is kept, too.
        Some(elements) => tags.extend(copied_elements::of_track(elements, doc_type)),
        None => tags.push(MatroskaSpec::Language("und".to_owned())),
    }
    if !track.name.is_empty() {
        tags.push(MatroskaSpec::Name(track.name.clone()));
    }
    tags.push(MatroskaSpec::CodecID(track.codec_id.clone().into_owned()));
    if !track.codec_private.is_empty() {
        tags.push(MatroskaSpec::CodecPrivate(track.codec_private.clone()));
    }
    if !track.codec_delay.is_zero() {
        tags.push(MatroskaSpec::CodecDelay(nanos(track.codec_delay)));
    }
    if !track.seek_pre_roll.is_zero() {
        tags.push(MatroskaSpec::SeekPreRoll(nanos(track.seek_pre_roll)));
    }
    match track.format {
        MediaFormat::Video(format) => {
            let frame = format.frame_duration.map(nanos).filter(|&frame| frame > 0);
            tags.extend(frame.map(MatroskaSpec::DefaultDuration));
            tags.push(video(format, track.elements.as_ref(), doc_type));
        }
        MediaFormat::Audio(format) => tags.push(audio(format, track, doc_type)),
    }
    MatroskaSpec::TrackEntry(Master::Full(tags))
}

fn video(format: VideoFormat, elements: Option<&CopiedElements>, doc_type: DocType) -> MatroskaSpec {
    let mut tags = vec![
        MatroskaSpec::PixelWidth(format.width.into()),
        MatroskaSpec::PixelHeight(format.height.into()),
    ];
    match elements {
        Some(elements) => tags.extend(copied_elements::of_video(
            elements,
            (format.width, format.height),
            doc_type,
        )),
        None => tags.extend(scan_and_display_size(format)),
    }
    let has_colour = tags.iter().any(|tag| matches!(tag, MatroskaSpec::Colour(_)));
    // What is unspecified in a copied track stays so.
    if !has_colour && (elements.is_none() || format.color != Color::UNSPECIFIED) {
        tags.push(colour(format.color));
    }
    MatroskaSpec::Video(Master::Full(tags))
}

fn scan_and_display_size(format: VideoFormat) -> Vec<MatroskaSpec> {
    const INTERLACED: u64 = 1;
    const PROGRESSIVE: u64 = 2;
    let scan = if format.interlaced {
        INTERLACED
    } else {
        PROGRESSIVE
    };
    let mut tags = vec![MatroskaSpec::FlagInterlaced(scan)];
    let (width, height) = format.display_size();
    if (width, height) != (format.width, format.height) {
        tags.push(MatroskaSpec::DisplayWidth(width.into()));
        tags.push(MatroskaSpec::DisplayHeight(height.into()));
    }
    tags
}

fn colour(color: Color) -> MatroskaSpec {
    MatroskaSpec::Colour(Master::Full(vec![
        MatroskaSpec::MatrixCoefficients(color.matrix.into()),
        MatroskaSpec::Range(if color.full_range { 2 } else { 1 }),
        MatroskaSpec::TransferCharacteristics(color.transfer.into()),
        MatroskaSpec::Primaries(color.primaries.into()),
    ]))
}

fn audio(format: AudioFormat, track: &TrackInfo, doc_type: DocType) -> MatroskaSpec {
    let elements = track.elements.as_ref();
    let copied = elements.and_then(copied_elements::sampling_frequency);
    let mut tags = vec![
        MatroskaSpec::SamplingFrequency(copied.unwrap_or_else(|| format.sample_rate.into())),
        MatroskaSpec::Channels(format.channels.into()),
    ];
    if let Some(elements) = elements {
        tags.extend(copied_elements::of_audio(elements, doc_type));
    }
    if tags.iter().any(|tag| matches!(tag, MatroskaSpec::BitDepth(_))) {
        return MatroskaSpec::Audio(Master::Full(tags));
    }
    let bit_depth = match &*track.codec_id {
        "A_PCM/FLOAT/IEEE" => Some(32),
        "A_PCM/INT/LIT" => Some(16),
        _ => None,
    };
    tags.extend(bit_depth.map(MatroskaSpec::BitDepth));
    MatroskaSpec::Audio(Master::Full(tags))
}

fn nanos(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::test_media;
    use crate::webm::writer::WebmWriter;

    fn refusal(doc_type: DocType, tracks: &[TrackInfo]) -> Option<&'static str> {
        WebmWriter::new(doc_type, tracks).err().map(|error| error.name())
    }

    #[test]
    fn webm_takes_only_its_own_codecs_and_matroska_takes_any() {
        let pcm = TrackInfo {
            codec_id: "A_PCM/FLOAT/IEEE".into(),
            ..test_media::audio_track()
        };
        let tracks = [pcm];
        assert_eq!(refusal(DocType::Webm, &tracks), Some("NotSupportedError"));
        assert_eq!(refusal(DocType::Matroska, &tracks), None);
    }

    #[test]
    fn a_file_has_1_to_126_tracks() {
        let refused = |count| refusal(DocType::Webm, &vec![test_media::audio_track(); count]).is_some();
        assert_eq!([0, 1, 126, 127].map(refused), [true, false, false, true]);
    }
}
