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
        match element {
            MatroskaSpec::Info(edge)
            | MatroskaSpec::Tags(edge)
            | MatroskaSpec::Chapters(edge)
            | MatroskaSpec::Attachments(edge) => {
                let begins = matches!(edge, Master::Start);
                if begins {
                    self.elements.abandon();
                }
                self.is_inside = begins;
                self.elements.add(element.clone());
            }
            // The end of the one before may be lost.
            MatroskaSpec::Ebml(_)
            | MatroskaSpec::SeekHead(_)
            | MatroskaSpec::Tracks(_)
            | MatroskaSpec::Cluster(_)
            | MatroskaSpec::Cues(_) => {
                self.is_inside = false;
                self.elements.abandon();
            }
            _ if self.is_inside => self.elements.add(element.clone()),
            _ => {}
        }
    }

    pub(super) fn elements(&self) -> CopiedElements {
        self.elements.complete()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lost_its_end_takes_nothing_of_what_follows() {
        let mut collector = MetadataCollector::default();
        let title = MatroskaSpec::Title("Talk".into());
        for element in [
            MatroskaSpec::Tags(Master::Start),
            MatroskaSpec::Tag(Master::Start),
            MatroskaSpec::Cues(Master::Start),
            MatroskaSpec::CuePoint(Master::Start),
            MatroskaSpec::CuePoint(Master::End),
            MatroskaSpec::Cues(Master::End),
            MatroskaSpec::Tags(Master::Start),
            MatroskaSpec::Info(Master::Start),
            title.clone(),
            MatroskaSpec::Info(Master::End),
        ] {
            collector.add(&element);
        }
        let info = MatroskaSpec::Info(Master::Full(vec![title]));
        assert_eq!(collector.elements(), [info].into_iter().collect());
    }
}
