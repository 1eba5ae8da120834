//! Reads the tags of a file: those of the whole file are kept, those of tracks, chapters and attachments only counted.
use crate::webm::header::Header;
use crate::webm::metadata::SimpleTag;
use crate::webm::track::trimmed;
use webm_iterable::matroska_spec::{Master, MatroskaSpec};

/// Maximum number of tags, and maximum size in bytes of all of them, that are kept of a file.
const MAX_TAGS: usize = 1_000;
const MAX_SIZE: usize = 1 << 20;

/// The elements of a Tag that were read.
#[derive(Default)]
pub(super) struct TagReader {
    /// Whether its targets are parts of the file.
    is_of_part: bool,
    /// The `SimpleTag` that is being read.
    current: Option<SimpleTag>,
    /// Those that were read.
    ready: Vec<SimpleTag>,
    size: usize,
}

impl TagReader {
    /// Reads an element, and adds tags to those of the header when a Tag ends. Other elements are ignored.
    pub(super) fn read(&mut self, element: MatroskaSpec, header: &mut Header) {
        match element {
            MatroskaSpec::Tag(Master::Start) => {
                self.is_of_part = false;
                self.ready.clear();
            }
            MatroskaSpec::Tag(_) => {
                let room = MAX_TAGS.saturating_sub(header.tags.len());
                let tags = std::mem::take(&mut self.ready).into_iter();
                header.tags.extend(tags.filter(|_| !self.is_of_part).take(room));
            }
            MatroskaSpec::TagTrackUID(uid)
            | MatroskaSpec::TagEditionUID(uid)
            | MatroskaSpec::TagChapterUID(uid)
            | MatroskaSpec::TagAttachmentUID(uid) => self.is_of_part |= uid != 0,
            MatroskaSpec::SimpleTag(Master::Start) => {
                // One that is within another ends it here: each is listed by itself.
                self.end();
                self.current = Some(SimpleTag {
                    name: String::new(),
                    value: String::new(),
                });
            }
            MatroskaSpec::SimpleTag(_) => self.end(),
            MatroskaSpec::TagName(name) => {
                header.tag_count += u64::from(!is_of_muxer(&name));
                self.set(|tag| tag.name = trimmed(name));
            }
            MatroskaSpec::TagString(value) => self.set(|tag| tag.value = trimmed(value)),
            _ => {}
        }
    }

    fn set(&mut self, set: impl FnOnce(&mut SimpleTag)) {
        if let Some(tag) = &mut self.current {
            set(tag);
        }
    }

    fn end(&mut self) {
        let Some(tag) = self.current.take() else {
            return;
        };
        self.size += tag.name.len() + tag.value.len();
        if self.size <= MAX_SIZE && self.ready.len() < MAX_TAGS && !tag.name.is_empty() {
            self.ready.push(tag);
        }
    }
}

/// Whether a tag is one that muxers write themselves, about the file as it was.
fn is_of_muxer(name: &str) -> bool {
    const NAMES: [&str; 8] = [
        "ENCODER",
        "ENCODER_OPTIONS",
        "DURATION",
        "BPS",
        "NUMBER_OF_FRAMES",
        "NUMBER_OF_BYTES",
        "CREATION_TIME",
        "ALPHA_MODE",
    ];
    let name = name.trim_end_matches('\0');
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.starts_with("_STATISTICS_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simple(name: &str, value: &str) -> Vec<MatroskaSpec> {
        vec![
            MatroskaSpec::SimpleTag(Master::Start),
            MatroskaSpec::TagName(name.to_owned()),
            MatroskaSpec::TagString(value.to_owned()),
            MatroskaSpec::SimpleTag(Master::End),
        ]
    }

    fn tag(target: Option<MatroskaSpec>, children: Vec<Vec<MatroskaSpec>>) -> Vec<MatroskaSpec> {
        let mut elements = vec![MatroskaSpec::Tag(Master::Start)];
        elements.extend(target);
        elements.extend(children.into_iter().flatten());
        elements.push(MatroskaSpec::Tag(Master::End));
        elements
    }

    fn read(elements: impl IntoIterator<Item = MatroskaSpec>) -> Vec<(String, String)> {
        let (mut reader, mut header) = (TagReader::default(), Header::default());
        for element in elements {
            reader.read(element, &mut header);
        }
        header.tags.into_iter().map(|tag| (tag.name, tag.value)).collect()
    }

    #[test]
    fn tags_of_the_whole_file_are_kept_and_those_of_its_parts_are_not() {
        let whole = tag(
            Some(MatroskaSpec::TagTrackUID(0)),
            vec![simple("ARTIST", "Ana\0")],
        );
        let part = tag(Some(MatroskaSpec::TagTrackUID(1)), vec![simple("BPS", "1")]);
        let last = tag(None, vec![simple("COMMENT", "")]);
        let expected = [("ARTIST", "Ana"), ("COMMENT", "")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(read([whole, part, last].concat()), expected);
    }

    #[test]
    fn a_tag_within_a_tag_is_listed_by_itself() {
        let mut outer = simple("ARTIST", "Ana");
        let end = outer.pop();
        outer.extend(simple("URL", "a.example"));
        outer.extend(end);
        let names: Vec<_> = read(tag(None, vec![outer]))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["ARTIST", "URL"]);
    }

    #[test]
    fn no_file_makes_the_list_long() {
        let many = tag(None, vec![simple("A", "b"); 2_000]);
        assert_eq!(read([many.clone(), many].concat()).len(), MAX_TAGS);
        let large = tag(None, vec![simple("A", &"b".repeat(300_000)); 10]);
        assert_eq!(read(large).len(), 3);
        let nothing = [
            MatroskaSpec::TagName("A".to_owned()),
            MatroskaSpec::Tag(Master::End),
        ];
        assert!(read(nothing).is_empty());
    }
}
