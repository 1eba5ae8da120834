//! What the first bytes of a stream tell: whether it is a WebM or Matroska file, or one without its beginning.
use crate::error::Error;
use crate::webm::lacing::BlockHeader;
use crate::webm::vint::Vint;

/// The first bytes of an EBML file.
pub(crate) const EBML: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];
pub(super) const CLUSTER: [u8; 4] = [0x1F, 0x43, 0xB6, 0x75];
const SIMPLE_BLOCK: u8 = 0xA3;
/// How many bytes are needed to tell.
pub(crate) const BEGINNING: usize = 9;

/// Why a stream cannot be read that begins as WebM does after its beginning; `None` if it is something else, or intact.
pub(crate) fn missing_beginning(bytes: &[u8]) -> Option<Error> {
    let is_piece = bytes.starts_with(&CLUSTER) || begins_with_block(bytes);
    let why = if bytes.starts_with(&EBML[1..]) {
        "the first byte of the file is missing: put it back with printf '\\032' | cat - FILE >WHOLE"
    } else if is_piece {
        "the file is a later piece of a recording, without its header: put it behind the first piece with cat FIRST FILE >WHOLE"
    } else {
        return None;
    };
    Some(Error::not_readable(why))
}

/// A `SimpleBlock` of one of the first tracks, without flags that do not exist.
pub(super) fn begins_with_block(bytes: &[u8]) -> bool {
    const RESERVED: u8 = 0x70;
    const MAX_TRACK: u64 = 16;
    let Some((&SIMPLE_BLOCK, rest)) = bytes.split_first() else {
        return false;
    };
    let block = Vint::parse(rest).and_then(|size| BlockHeader::parse(rest.get(size.length..)?));
    block.is_some_and(|block| block.flags & RESERVED == 0 && (1..=MAX_TRACK).contains(&block.track))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_its_beginning_is_told_from_other_files() {
        let says = |bytes: &[u8]| missing_beginning(bytes).map(|error| error.to_string());
        let is_piece = |bytes: &[u8]| says(bytes).is_some_and(|text| text.contains("later piece"));
        assert!(is_piece(b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF"));
        assert!(is_piece(b"\xA3\x43\x21\x81\x00\x10\x80\x00\x00"));
        assert!(
            says(b"\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42").is_some_and(|text| text.contains("first byte"))
        );
        for other in [
            &EBML[..],
            b"\xA3\x43\x21\x80\x00\x10\x80\x00\x00",
            b"\xA3\x43",
            b"",
            b"OggS\0\x02\0\0\0",
        ] {
            assert_eq!(says(other), None);
        }
    }
}
