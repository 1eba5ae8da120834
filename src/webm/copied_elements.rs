//! Which elements of a file's `TrackEntry` are written again when the track is copied.
//!
//! What refers to other tracks or to attachments is left out, and what the writer writes itself.
use crate::media::CopiedElements;
use crate::webm::doc_type::DocType;
use webm_iterable::matroska_spec::MatroskaSpec;

const VIDEO: u64 = 0xE0;
const AUDIO: u64 = 0xE1;
/// `DisplayUnit` of sizes in pixels, the only one in WebM.
const PIXELS: u64 = 0;

/// Children of the `TrackEntry`, without Video and Audio.
pub(super) fn of_track(
    elements: &CopiedElements,
    doc_type: DocType,
) -> impl Iterator<Item = MatroskaSpec> + '_ {
    let kept = move |element: &&MatroskaSpec| match element {
        MatroskaSpec::FlagEnabled(_)
        | MatroskaSpec::FlagDefault(_)
        | MatroskaSpec::FlagForced(_)
        | MatroskaSpec::Language(_)
        | MatroskaSpec::CodecName(_)
        | MatroskaSpec::MaxBlockAdditionID(_)
        | MatroskaSpec::FlagHearingImpaired(_)
        | MatroskaSpec::FlagVisualImpaired(_)
        | MatroskaSpec::FlagTextDescriptions(_)
        | MatroskaSpec::FlagOriginal(_)
        | MatroskaSpec::FlagCommentary(_)
        | MatroskaSpec::BlockAdditionMapping(_) => true,
        MatroskaSpec::LanguageIETF(_)
        | MatroskaSpec::DefaultDecodedFieldDuration(_)
        | MatroskaSpec::RawTag(..) => doc_type == DocType::Matroska,
        _ => false,
    };
    elements.iter().filter(kept).cloned()
}

/// Children of Video, but for the size in pixels.
pub(super) fn of_video(
    elements: &CopiedElements,
    doc_type: DocType,
) -> impl Iterator<Item = MatroskaSpec> + '_ {
    let children = elements.children_of(VIDEO).unwrap_or_default();
    let unit = children.iter().find_map(|element| match element {
        MatroskaSpec::DisplayUnit(unit) => Some(*unit),
        _ => None,
    });
    let is_webm = doc_type == DocType::Webm;
    let is_display_allowed = !is_webm || unit.unwrap_or(PIXELS) == PIXELS;
    let kept = move |element: &&MatroskaSpec| match element {
        MatroskaSpec::PixelWidth(_) | MatroskaSpec::PixelHeight(_) => false,
        MatroskaSpec::DisplayWidth(_) | MatroskaSpec::DisplayHeight(_) | MatroskaSpec::DisplayUnit(_) => {
            is_display_allowed
        }
        MatroskaSpec::RawTag(..)
        | MatroskaSpec::OldStereoMode(_)
        | MatroskaSpec::GammaValue(_)
        | MatroskaSpec::FrameRate(_)
        | MatroskaSpec::UncompressedFourCC(_) => !is_webm,
        _ => true,
    };
    children.iter().filter(kept).cloned()
}

/// Children of Audio, but for sample rate and channels.
pub(super) fn of_audio(
    elements: &CopiedElements,
    doc_type: DocType,
) -> impl Iterator<Item = MatroskaSpec> + '_ {
    let children = elements.children_of(AUDIO).unwrap_or_default();
    let kept = move |element: &&MatroskaSpec| match element {
        MatroskaSpec::OutputSamplingFrequency(_) | MatroskaSpec::BitDepth(_) => true,
        MatroskaSpec::RawTag(..) => doc_type == DocType::Matroska,
        _ => false,
    };
    children.iter().filter(kept).cloned()
}
