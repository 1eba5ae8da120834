//! Which elements of a file's `TrackEntry` are written again when the track is copied.
//!
//! What refers to other tracks or to attachments is left out, and what the writer writes itself.
use crate::media::CopiedElements;
use crate::webm::doc_type::DocType;
use crate::webm::track::{Track, TrackType};
use std::time::Duration;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

const VIDEO: u64 = 0xE0;
const AUDIO: u64 = 0xE1;
/// `DisplayUnit` of sizes in pixels, the only unit in WebM.
const PIXELS: u64 = 0;

/// Children of the `TrackEntry`, without Video and Audio. The duration of video frames is written as their format has it.
pub(super) fn of_track(
    elements: &CopiedElements,
    doc_type: DocType,
) -> impl Iterator<Item = MatroskaSpec> + '_ {
    let is_audio = elements.children_of(AUDIO).is_some();
    let kept = move |element: &&MatroskaSpec| match element {
        MatroskaSpec::DefaultDuration(_) => is_audio,
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

/// Children of Video, but for the size in pixels, which is `width` × `height`.
pub(super) fn of_video(
    elements: &CopiedElements,
    (width, height): (u32, u32),
    doc_type: DocType,
) -> Vec<MatroskaSpec> {
    let children = elements.children_of(VIDEO).unwrap_or_default();
    let is_webm = doc_type == DocType::Webm;
    let display = display_size(children, width.into(), height.into()).filter(|_| is_webm);
    let kept = |element: &&MatroskaSpec| match element {
        MatroskaSpec::PixelWidth(_) | MatroskaSpec::PixelHeight(_) => false,
        MatroskaSpec::DisplayWidth(_) | MatroskaSpec::DisplayHeight(_) => display.is_none(),
        MatroskaSpec::DisplayUnit(unit) => !is_webm || *unit == PIXELS,
        MatroskaSpec::RawTag(..)
        | MatroskaSpec::OldStereoMode(_)
        | MatroskaSpec::GammaValue(_)
        | MatroskaSpec::FrameRate(_)
        | MatroskaSpec::UncompressedFourCC(_) => !is_webm,
        _ => true,
    };
    let mut kept: Vec<MatroskaSpec> = children.iter().filter(kept).cloned().collect();
    if let Some((width, height)) = display {
        kept.extend([
            MatroskaSpec::DisplayWidth(width),
            MatroskaSpec::DisplayHeight(height),
        ]);
    }
    kept
}

/// The display size in pixels, where it is in another unit: one side is that of the frame, the other one longer.
fn display_size(children: &[MatroskaSpec], width: u64, height: u64) -> Option<(u64, u64)> {
    let value = |of: fn(&MatroskaSpec) -> Option<u64>| children.iter().find_map(of);
    let unit = value(|element| match element {
        MatroskaSpec::DisplayUnit(unit) => Some(*unit),
        _ => None,
    })?;
    let wide = value(|element| match element {
        MatroskaSpec::DisplayWidth(width) => Some(*width),
        _ => None,
    })?;
    let high = value(|element| match element {
        MatroskaSpec::DisplayHeight(height) => Some(*height),
        _ => None,
    })?;
    if unit == PIXELS || wide == 0 || high == 0 {
        return None;
    }
    let scale = |side: u64, by: u64, to: u64| {
        let scaled = (u128::from(side) * u128::from(by) + u128::from(to) / 2) / u128::from(to);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    };
    let by_height = scale(height, wide, high);
    Some(if by_height >= width {
        (by_height, height)
    } else {
        (width, scale(width, high, wide))
    })
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

/// The sample rate that the file says, in Hz; that of Opus may be the rate before its encoder.
pub(super) fn sampling_frequency(elements: &CopiedElements) -> Option<f64> {
    let children = elements.children_of(AUDIO).unwrap_or_default();
    children.iter().find_map(|element| match element {
        MatroskaSpec::SamplingFrequency(rate) if rate.is_finite() && *rate > 0.0 => Some(*rate),
        _ => None,
    })
}

/// Children of Info, but for what is of the written file: its times and its muxer. `WritingApp` is needed.
pub(super) fn of_info(children: &[MatroskaSpec], app: &str) -> Vec<MatroskaSpec> {
    let is_kept = |element: &&MatroskaSpec| {
        !matches!(
            element,
            MatroskaSpec::TimestampScale(_) | MatroskaSpec::MuxingApp(_) | MatroskaSpec::Duration(_)
        )
    };
    let mut kept: Vec<MatroskaSpec> = children.iter().filter(is_kept).cloned().collect();
    if !kept
        .iter()
        .any(|element| matches!(element, MatroskaSpec::WritingApp(_)))
    {
        kept.insert(0, MatroskaSpec::WritingApp(app.to_owned()));
    }
    kept
}

/// The `TrackEntry` of a track that is written again as a whole, with another number, and without lacing. What the fields of the
/// track say may be restored, and replaces its elements.
pub(super) fn whole_track(track: &Track, number: u64) -> MatroskaSpec {
    let has_uid = track
        .elements
        .iter()
        .any(|element| matches!(element, MatroskaSpec::TrackUID(1..)));
    let mut children = vec![MatroskaSpec::TrackNumber(number)];
    children.extend((!has_uid).then_some(MatroskaSpec::TrackUID(number)));
    let kept = track.elements.iter().filter(|element| is_kept(track, element));
    children.extend(kept.cloned());
    if track.kind == TrackType::Video {
        children.extend([MatroskaSpec::TrackType(1), video(track)]);
    } else if track.kind == TrackType::Audio {
        children.extend([MatroskaSpec::TrackType(2), audio(track)]);
    }
    children.push(MatroskaSpec::CodecID(track.codec_id.clone()));
    let private = Some(&track.codec_private).filter(|private| !private.is_empty());
    children.extend(private.cloned().map(MatroskaSpec::CodecPrivate));
    children.push(MatroskaSpec::FlagLacing(0));
    let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
    let delay = Some(nanos(track.codec_delay)).filter(|&delay| delay > 0);
    children.extend(delay.map(MatroskaSpec::CodecDelay));
    let pre_roll = Some(nanos(track.seek_pre_roll)).filter(|&pre_roll| pre_roll > 0);
    children.extend(pre_roll.map(MatroskaSpec::SeekPreRoll));
    MatroskaSpec::TrackEntry(Master::Full(children))
}

/// Whether an element of a `TrackEntry` is written as it is.
fn is_kept(track: &Track, element: &MatroskaSpec) -> bool {
    match element {
        MatroskaSpec::TrackNumber(_)
        | MatroskaSpec::FlagLacing(_)
        | MatroskaSpec::CodecID(_)
        | MatroskaSpec::CodecPrivate(_)
        | MatroskaSpec::CodecDelay(_)
        | MatroskaSpec::SeekPreRoll(_)
        | MatroskaSpec::DefaultDuration(0)
        | MatroskaSpec::TrackUID(0) => false,
        MatroskaSpec::TrackType(_) => track.kind == TrackType::Other,
        MatroskaSpec::Video(_) => track.kind != TrackType::Video,
        MatroskaSpec::Audio(_) => track.kind != TrackType::Audio,
        _ => true,
    }
}

fn video(track: &Track) -> MatroskaSpec {
    let children = track.elements.children_of(VIDEO).unwrap_or_default();
    let is_kept =
        |child: &&MatroskaSpec| !matches!(child, MatroskaSpec::PixelWidth(_) | MatroskaSpec::PixelHeight(_));
    let mut kept: Vec<MatroskaSpec> = children.iter().filter(is_kept).cloned().collect();
    kept.push(MatroskaSpec::PixelWidth(track.width.into()));
    kept.push(MatroskaSpec::PixelHeight(track.height.into()));
    MatroskaSpec::Video(Master::Full(kept))
}

fn audio(track: &Track) -> MatroskaSpec {
    let children = track.elements.children_of(AUDIO).unwrap_or_default();
    let is_kept = |child: &&MatroskaSpec| {
        !matches!(
            child,
            MatroskaSpec::SamplingFrequency(_) | MatroskaSpec::Channels(_)
        )
    };
    let mut kept: Vec<MatroskaSpec> = children.iter().filter(is_kept).cloned().collect();
    kept.push(MatroskaSpec::SamplingFrequency(track.sample_rate));
    kept.push(MatroskaSpec::Channels(track.channels.into()));
    MatroskaSpec::Audio(Master::Full(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(unit: u64, width: u64, height: u64) -> Option<(u64, u64)> {
        let children = [
            MatroskaSpec::DisplayUnit(unit),
            MatroskaSpec::DisplayWidth(width),
            MatroskaSpec::DisplayHeight(height),
        ];
        display_size(&children, 160, 90)
    }

    #[test]
    fn a_display_size_in_another_unit_is_converted_to_pixels_and_none_of_the_frame_is_lost() {
        const CENTIMETERS: u64 = 1;
        const ASPECT_RATIO: u64 = 3;
        assert_eq!(display(ASPECT_RATIO, 4, 3), Some((160, 120)));
        assert_eq!(display(ASPECT_RATIO, 16, 9), Some((160, 90)));
        assert_eq!(display(CENTIMETERS, 64, 27), Some((213, 90)));
        assert_eq!(
            display(ASPECT_RATIO, u64::MAX, 1).map(|(_, height)| height),
            Some(90)
        );
        assert_eq!(display(PIXELS, 4, 3), None);
        assert_eq!(display(ASPECT_RATIO, 0, 3), None);
        assert_eq!(display_size(&[], 160, 90), None);
    }
}
