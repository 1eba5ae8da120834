//! Keeps the elements of a file that are no media, to write them again.
use crate::media::{CopiedElements, ElementCollector};
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Keeps Info, Tags, Chapters and Attachments as they are read.
#[derive(Debug, Default)]
pub(super) struct MetadataCollector {
    is_inside: bool,
    elements: ElementCollector,
}

impl MetadataCollector {
    pub(super) fn add(&mut self, element: &MatroskaSpec) {
        let (MatroskaSpec::Info(edge)
        | MatroskaSpec::Tags(edge)
        | MatroskaSpec::Chapters(edge)
        | MatroskaSpec::Attachments(edge)) = element
        else {
            if self.is_inside {
                self.elements.add(element.clone());
            }
            return;
        };
        self.is_inside = matches!(edge, Master::Start);
        self.elements.add(element.clone());
    }

    pub(super) fn elements(&self) -> CopiedElements {
        self.elements.complete()
    }
}
