//! What a file is that is neither WebM nor Matroska, as far as its first bytes tell.
use crate::error::Error;

/// The first bytes of formats that files are mistaken for, or are packed in.
const FORMATS: [(&[u8], &str); 10] = [
    (b"\x1F\x8B", "a gzip file: unpack it first"),
    (b"PK\x03\x04", "a ZIP archive: unpack it first"),
    (b"\xFD7zXZ", "an xz file: unpack it first"),
    (b"OggS", "an Ogg file"),
    (b"RIFF", "a WAV or AVI file"),
    (b"FLV", "an FLV file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GkXfo", "WebM as base64 text: decode it first, with base64 -d"),
    (
        b"data:",
        "a data URL: decode what is behind its comma, with base64 -d",
    ),
];
/// Where the type of an MP4 file is.
const FTYP: std::ops::Range<usize> = 4..8;

/// The error for a file that begins with these bytes.
pub(super) fn error(bytes: &[u8]) -> Error {
    let what = what(bytes);
    Error::not_readable(match what {
        Some(what) => format!("not a WebM or Matroska file, but {what}"),
        None => "not a WebM or Matroska file".to_owned(),
    })
}

fn what(bytes: &[u8]) -> Option<&'static str> {
    if bytes.is_empty() {
        return Some("an empty one");
    }
    if bytes.iter().all(|&byte| byte == 0) {
        return Some("zeros");
    }
    if bytes.get(FTYP).is_some_and(|kind| kind == b"ftyp") {
        return Some("an MP4 or QuickTime file");
    }
    if is_page(bytes) {
        return Some("an HTML page");
    }
    let known = FORMATS.iter().find(|(first, _)| bytes.starts_with(first));
    known.map(|(_, name)| *name)
}

fn is_page(bytes: &[u8]) -> bool {
    let begin = bytes.trim_ascii_start().to_ascii_lowercase();
    begin.starts_with(b"<!doctype") || begin.starts_with(b"<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_formats_are_named() {
        for (bytes, name) in [
            (&b""[..], "an empty one"),
            (&[0; 16], "zeros"),
            (b"\0\0\0\x20ftypisom\0\0", "an MP4 or QuickTime file"),
            (b"\x1F\x8B\x08\0", "a gzip file: unpack it first"),
            (b"  <!DOCTYPE html>", "an HTML page"),
            (b"OggS\0\x02", "an Ogg file"),
        ] {
            let expected = format!("not a WebM or Matroska file, but {name}");
            assert_eq!(error(bytes).to_string(), expected);
        }
        assert_eq!(error(b"some text").to_string(), "not a WebM or Matroska file");
    }
}
