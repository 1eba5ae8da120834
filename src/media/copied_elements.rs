//! Matroska elements of a file that are copied as they were read.
use std::sync::Arc;
use webm_iterable::matroska_spec::{EbmlSpecification, EbmlTag, Master, MatroskaSpec};

/// Maximum number of elements that are kept of one parent, and of their bytes; no real file has as many.
const MAX_ELEMENTS: usize = 10_000;
const MAX_BYTES: usize = 64 << 20;

/// IDs of the EBML header, Segment and Cluster. A damaged file may have one within another element: readers of the copy would take
/// it for the end of what it is in.
const OF_THE_FILE: [u64; 3] = [0x1A45_DFA3, 0x1853_8067, 0x1F43_B675];

/// Elements as they were read. Clones share them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CopiedElements(Arc<[MatroskaSpec]>);

impl FromIterator<MatroskaSpec> for CopiedElements {
    fn from_iter<T: IntoIterator<Item = MatroskaSpec>>(elements: T) -> Self {
        Self(elements.into_iter().collect())
    }
}

/// No element is NaN: `ElementCollector` leaves such elements out.
impl Eq for CopiedElements {}

impl CopiedElements {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Of the children of a `TrackEntry`, those that hold for re-encoded media, too: not what describes the codec or an
    /// alpha channel, nor the display size and cropping unless the frame size is `same_size`.
    pub(crate) fn for_reencoding(&self, same_size: bool) -> Self {
        let kept = self.0.iter().filter(|element| !is_of_codec(element));
        let kept = kept.cloned().map(|element| match element {
            MatroskaSpec::Video(Master::Full(mut children)) => {
                children.retain(|child| !is_of_codec(child) && (same_size || !is_of_size(child)));
                MatroskaSpec::Video(Master::Full(children))
            }
            element => element,
        });
        Self(kept.collect())
    }

    /// All but those with this ID.
    pub(crate) fn without(&self, id: u64) -> Self {
        self.0
            .iter()
            .filter(|element| element.get_id() != id)
            .cloned()
            .collect()
    }

    /// Size of their binary data in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.iter().map(size).sum()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &MatroskaSpec> {
        self.0.iter()
    }

    /// The children of the first element with this ID.
    pub(crate) fn children_of(&self, id: u64) -> Option<&[MatroskaSpec]> {
        let parent = self.0.iter().find(|element| element.get_id() == id)?;
        match parent.as_master() {
            Some(Master::Full(children)) => Some(children),
            _ => None,
        }
    }
}

/// Builds [`CopiedElements`] from the starts, ends and values of a stream.
#[derive(Debug, Default)]
pub(crate) struct ElementCollector {
    complete: Vec<MatroskaSpec>,
    /// The children so far of each open master element, with its ID.
    open: Vec<(u64, Vec<MatroskaSpec>)>,
    elements: usize,
    bytes: usize,
}

impl ElementCollector {
    pub(crate) fn add(&mut self, element: MatroskaSpec) {
        let id = element.get_id();
        match element.as_master() {
            Some(Master::Start) => self.open.push((id, Vec::new())),
            Some(Master::End) => self.close(id),
            _ => self.append(element),
        }
    }

    /// Forgets the elements that are still open.
    pub(crate) fn abandon(&mut self) {
        self.open.clear();
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.complete.is_empty()
    }

    /// What was collected so far. Elements that are still open are left out.
    pub(crate) fn complete(&self) -> CopiedElements {
        CopiedElements(self.complete.as_slice().into())
    }

    /// What was collected. Elements that are still open are left out.
    pub(crate) fn finish(self) -> CopiedElements {
        CopiedElements(self.complete.into())
    }

    fn close(&mut self, id: u64) {
        if let Some((opened, children)) = self.open.pop()
            && opened == id
            && !OF_THE_FILE.contains(&id)
            && let Some(element) = MatroskaSpec::get_master_tag(id, Master::Full(children))
        {
            self.siblings().push(element);
        }
    }

    fn append(&mut self, element: MatroskaSpec) {
        let is_padding = matches!(element, MatroskaSpec::Void(_) | MatroskaSpec::Crc32(_));
        let is_nan = element.as_float().is_some_and(|value| value.is_nan());
        if is_padding || is_nan || OF_THE_FILE.contains(&element.get_id()) {
            return;
        }
        self.elements += 1;
        self.bytes += size(&element);
        if self.elements <= MAX_ELEMENTS && self.bytes <= MAX_BYTES {
            self.siblings().push(element);
        }
    }

    fn siblings(&mut self) -> &mut Vec<MatroskaSpec> {
        match self.open.last_mut() {
            Some((_, children)) => children,
            None => &mut self.complete,
        }
    }
}

const fn is_of_codec(element: &MatroskaSpec) -> bool {
    matches!(
        element,
        MatroskaSpec::Audio(_)
            | MatroskaSpec::CodecName(_)
            | MatroskaSpec::AlphaMode(_)
            | MatroskaSpec::MaxBlockAdditionID(_)
            | MatroskaSpec::BlockAdditionMapping(_)
            | MatroskaSpec::DefaultDuration(_)
            | MatroskaSpec::DefaultDecodedFieldDuration(_)
            | MatroskaSpec::RawTag(..)
    )
}

const fn is_of_size(element: &MatroskaSpec) -> bool {
    matches!(
        element,
        MatroskaSpec::DisplayWidth(_)
            | MatroskaSpec::DisplayHeight(_)
            | MatroskaSpec::DisplayUnit(_)
            | MatroskaSpec::PixelCropTop(_)
            | MatroskaSpec::PixelCropBottom(_)
            | MatroskaSpec::PixelCropLeft(_)
            | MatroskaSpec::PixelCropRight(_)
    )
}

fn size(element: &MatroskaSpec) -> usize {
    /// Of the header of an element, and of a number.
    const OVERHEAD: usize = 12;
    let content = if let Some(Master::Full(children)) = element.as_master() {
        children.iter().map(size).sum()
    } else {
        let text = element.as_utf8().map(str::len);
        element.as_binary().map(<[u8]>::len).or(text).unwrap_or(8)
    };
    OVERHEAD + content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_order_and_nesting_without_padding_and_what_is_not_closed_or_no_child() {
        let mut collector = ElementCollector::default();
        for element in [
            MatroskaSpec::FlagForced(1),
            MatroskaSpec::Video(Master::Start),
            MatroskaSpec::AlphaMode(1),
            MatroskaSpec::Segment(Master::Start),
            MatroskaSpec::Segment(Master::End),
            MatroskaSpec::Void(vec![0; 9]),
            MatroskaSpec::Projection(Master::Start),
            MatroskaSpec::ProjectionPoseRoll(90.0),
            MatroskaSpec::ProjectionPoseYaw(f64::NAN),
            MatroskaSpec::Projection(Master::End),
            MatroskaSpec::Video(Master::End),
            MatroskaSpec::Audio(Master::Start),
        ] {
            collector.add(element);
        }
        let elements = collector.finish();
        let projection = MatroskaSpec::Projection(Master::Full(vec![MatroskaSpec::ProjectionPoseRoll(90.0)]));
        let video = vec![MatroskaSpec::AlphaMode(1), projection];
        let expected = [
            MatroskaSpec::FlagForced(1),
            MatroskaSpec::Video(Master::Full(video.clone())),
        ];
        assert_eq!(*elements.0, expected);
        assert_eq!(elements.children_of(0xE0), Some(&*video));
        assert_eq!(elements.children_of(0xE1), None);
    }
}
