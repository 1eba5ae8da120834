//! Single elements as bytes, for positions that are not written in one stream (webm-iterable).
use crate::error::{Error, Result};
use webm_iterable::matroska_spec::MatroskaSpec;
use webm_iterable::{WebmWriter as Elements, WriteOptions};

/// Size of the header of a master element of unknown size, in bytes: a 4-byte ID and an 8-byte size.
pub(super) const UNKNOWN_MASTER_HEADER: usize = 12;

/// Writes one element into memory; this fails only for an element that is not allowed there.
pub(super) fn write(elements: &mut Elements<Vec<u8>>, tag: &MatroskaSpec) -> Result<()> {
    elements.write(tag).map_err(misplaced)
}

/// Writes one element whose data is encoded already; Info or another master of known size is open.
pub(super) fn write_bytes(elements: &mut Elements<Vec<u8>>, id: u64, data: &[u8]) -> Result<()> {
    elements.write_raw(id, data).map_err(misplaced)
}

/// Opens a Segment or Cluster of unknown size. The size field has 8 bytes and can be patched later.
///
/// The bytes are written together with the next element.
pub(super) fn open(elements: &mut Elements<Vec<u8>>, master: &MatroskaSpec) -> Result<()> {
    elements
        .write_advanced(master, WriteOptions::is_unknown_sized_element())
        .map_err(misplaced)
}

/// Appends a Void of `total` bytes; the minimum is 9.
pub(super) fn write_void(elements: &mut Elements<Vec<u8>>, total: usize) -> Result<()> {
    const HEADER: usize = 9;
    let void = MatroskaSpec::Void(vec![0; total.saturating_sub(HEADER)]);
    elements
        .write_advanced(&void, WriteOptions::set_size_byte_count(8))
        .map_err(misplaced)
}

/// Returns what `content` writes, encoded as children of `parents`, which must have 4-byte IDs.
pub(super) fn inside(
    parents: &[MatroskaSpec],
    content: impl FnOnce(&mut Elements<Vec<u8>>) -> Result<()>,
) -> Result<Vec<u8>> {
    let mut elements = Elements::new(Vec::new());
    for parent in parents {
        open(&mut elements, parent)?;
    }
    content(&mut elements)?;
    let mut bytes = elements.into_inner().map_err(misplaced)?;
    bytes.drain(..parents.len() * UNKNOWN_MASTER_HEADER);
    Ok(bytes)
}

fn misplaced(source: webm_iterable::errors::TagWriterError) -> Error {
    Error::unknown("the container cannot be written", source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use webm_iterable::matroska_spec::Master;

    #[test]
    fn an_element_inside_parents_is_written_without_them() {
        let parents = [
            MatroskaSpec::Segment(Master::Start),
            MatroskaSpec::Info(Master::Start),
        ];
        let bytes = inside(&parents, |elements| write(elements, &MatroskaSpec::Duration(1.0)));
        let expected = [0x44, 0x89, 0x88, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0];
        assert_eq!(bytes.unwrap(), expected);
    }

    #[test]
    fn a_void_takes_exactly_the_room_it_was_given() {
        for total in [9, 11, 135, 136, 137, 160] {
            let bytes = inside(&[], |elements| write_void(elements, total)).unwrap();
            assert_eq!(bytes.len(), total);
        }
    }
}
