//! Single elements as bytes, for positions that are not written in one stream (webm-iterable).
use crate::error::{Error, Result};
use ebml_iterable::tools::Vint;
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

/// Writes a binary element whose data is in two parts, each of which is copied only once: packets are the bulk of a file.
///
/// The library must have nothing left to write: no master of known size is open, and none was [opened](open) last.
pub(super) fn write_parts(elements: &mut Elements<Vec<u8>>, id: u8, parts: [&[u8]; 2]) -> Result<()> {
    let size = parts.map(<[u8]>::len).iter().sum::<usize>() as u64;
    let size = size
        .as_vint()
        .map_err(|source| Error::unknown("a block is too large for the container", source))?;
    let bytes = elements.get_mut();
    bytes.push(id);
    for part in [&size, parts[0], parts[1]] {
        bytes.extend_from_slice(part);
    }
    Ok(())
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
    fn an_element_in_parts_is_what_the_library_writes() {
        const SIMPLE_BLOCK: u8 = 0xA3;
        for length in [0, 120, 122, 123, 124, 16_378, 16_379, 16_380] {
            let data = vec![7; length];
            let (mut whole, mut parts) = (Elements::new(Vec::new()), Elements::new(Vec::new()));
            let block = [&[0x81, 0, 0, 0][..], &data].concat();
            for elements in [&mut whole, &mut parts] {
                open(elements, &MatroskaSpec::Segment(Master::Start)).unwrap();
                open(elements, &MatroskaSpec::Cluster(Master::Start)).unwrap();
                write(elements, &MatroskaSpec::Timestamp(0)).unwrap();
            }
            write(&mut whole, &MatroskaSpec::SimpleBlock(block.clone())).unwrap();
            write_parts(&mut parts, SIMPLE_BLOCK, [&block[..4], &block[4..]]).unwrap();
            assert_eq!(whole.get_ref(), parts.get_ref());
        }
    }

    #[test]
    fn a_void_takes_exactly_the_room_it_was_given() {
        for total in [9, 11, 135, 136, 137, 160] {
            let bytes = inside(&[], |elements| write_void(elements, total)).unwrap();
            assert_eq!(bytes.len(), total);
        }
    }
}
