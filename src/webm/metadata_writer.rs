//! Writes title and date into Info, and the Tags.
use crate::error::Result;
use crate::webm::date;
use crate::webm::element;
use crate::webm::metadata::{Metadata, SimpleTag};
use webm_iterable::WebmWriter as Elements;
use webm_iterable::matroska_spec::{EbmlTag, Master, MatroskaSpec};

/// The level of the whole file (RFC 9559, 5.1.8.1.1.1, `TargetTypeValue`: ALBUM, MOVIE, …), which is also the default.
const WHOLE: u64 = 50;

/// Writes title and date; Info is open.
pub(super) fn write_info(elements: &mut Elements<Vec<u8>>, metadata: &Metadata) -> Result<()> {
    if let Some(date) = metadata.date {
        let nanos = date::to_matroska(date);
        // A date has 8 bytes (RFC 8794, 7.6); written as a number it would have as few as it needs.
        element::write_bytes(
            elements,
            MatroskaSpec::DateUTC(nanos).get_id(),
            &nanos.to_be_bytes(),
        )?;
    }
    if !metadata.title.is_empty() {
        element::write(elements, &MatroskaSpec::Title(metadata.title.clone()))?;
    }
    Ok(())
}

/// Writes the Tags, and returns the offset in bytes at which they begin; `None` without tags, as Tags must not be empty.
pub(super) fn write_tags(elements: &mut Elements<Vec<u8>>, tags: &[SimpleTag]) -> Result<Option<u64>> {
    if tags.is_empty() {
        return Ok(None);
    }
    let position = elements.get_ref().len() as u64;
    let targets = MatroskaSpec::Targets(Master::Full(vec![MatroskaSpec::TargetTypeValue(WHOLE)]));
    let children = std::iter::once(targets).chain(tags.iter().map(simple_tag));
    let tag = MatroskaSpec::Tag(Master::Full(children.collect()));
    element::write(elements, &MatroskaSpec::Tags(Master::Full(vec![tag])))?;
    Ok(Some(position))
}

fn simple_tag(tag: &SimpleTag) -> MatroskaSpec {
    MatroskaSpec::SimpleTag(Master::Full(vec![
        MatroskaSpec::TagName(tag.name.clone()),
        MatroskaSpec::TagString(tag.value.clone()),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::doc_type::DocType;
    use crate::webm::reader::Reader;
    use crate::webm::tags::Tags;
    use crate::webm::test_media;
    use crate::webm::writer::WebmWriter;
    use std::io::Cursor;
    use std::time::{Duration, SystemTime};

    fn about(seconds: u64) -> Metadata {
        let tag = |name: &str, value: &str| SimpleTag {
            name: name.to_owned(),
            value: value.to_owned(),
        };
        Metadata {
            title: "Übung 1".to_owned(),
            date: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)),
            tags: vec![tag("ARTIST", "Ana"), tag("COMMENT", "")],
        }
    }

    /// A file with a frame of video, live and finalized.
    fn files(metadata: &Metadata) -> [Vec<u8>; 2] {
        let tracks = [test_media::video_track()];
        let mut writer = WebmWriter::with_metadata(DocType::Webm, &tracks, metadata).unwrap();
        writer.write(&test_media::frame(0, 0, true)).unwrap();
        let live = writer.take();
        let mut file = Cursor::new(live.clone());
        writer.into_index().finalize(&mut file, 0, |_| Ok(())).unwrap();
        [live, file.into_inner()]
    }

    #[test]
    fn what_is_written_about_a_file_is_read_before_its_first_cluster() {
        let metadata = about(1_700_000_000);
        for file in files(&metadata) {
            let reader = Reader::new(&*file).unwrap();
            let header = reader.header();
            assert_eq!((&header.title, header.date), (&metadata.title, metadata.date));
            assert_eq!(header.tags, metadata.tags);
        }
    }

    #[test]
    fn a_file_about_which_nothing_is_said_has_no_elements_for_it() {
        let [live, _] = files(&Metadata::default());
        let (plain, _) = test_media::write(&[test_media::video_track()], &[test_media::frame(0, 0, true)]);
        assert_eq!(live, plain);
    }

    #[test]
    fn a_date_has_eight_bytes_whatever_it_is() {
        let [live, _] = files(&about(978_307_200));
        let date = [0x44, 0x61, 0x88, 0, 0, 0, 0, 0, 0, 0, 0];
        assert!(live.windows(date.len()).any(|bytes| bytes == date));
    }

    /// The offsets of the Tags, and where the `SeekHead` says they are.
    fn tags_and_entries(file: &[u8]) -> (Vec<u64>, Vec<u64>) {
        let mut elements = Tags::new(file).unwrap();
        let (mut segment, mut tags, mut entries, mut is_tags) = (0, Vec::new(), Vec::new(), false);
        while let Some(element) = elements.next().unwrap() {
            match element.spec {
                MatroskaSpec::Segment(Master::Start) => segment = element.position + 12,
                MatroskaSpec::Tags(Master::Start) => tags.push(element.position),
                MatroskaSpec::SeekID(id) => is_tags = id == [0x12, 0x54, 0xC3, 0x67],
                MatroskaSpec::SeekPosition(position) if is_tags => entries.push(segment + position),
                _ => {}
            }
        }
        (tags, entries)
    }

    #[test]
    fn the_seek_head_of_a_finished_file_leads_to_the_tags() {
        let [_, finished] = files(&about(0));
        let (tags, entries) = tags_and_entries(&finished);
        assert_eq!((tags.len(), &entries), (1, &tags));
        let [_, finished] = files(&Metadata::default());
        assert_eq!(tags_and_entries(&finished), (Vec::new(), Vec::new()));
    }

    #[test]
    fn a_finished_file_that_was_cut_in_its_tags_does_not_lead_to_them() {
        let tracks = [test_media::video_track()];
        let mut writer = WebmWriter::with_metadata(DocType::Webm, &tracks, &about(0)).unwrap();
        let (live, index) = (writer.take(), writer.into_index());
        let at = index.offsets.tags.unwrap();
        let mut file = Cursor::new(live[..usize::try_from(at).unwrap()].to_vec());
        index
            .cut_at(at, Duration::ZERO)
            .finalize(&mut file, 0, |_| Ok(()))
            .unwrap();
        assert_eq!(tags_and_entries(file.get_ref()).1, Vec::<u64>::new());
    }
}
