//! What the ending of an output's name says: which container is in it.
use mediarec::error::{Error, Result};
use std::path::Path;

/// Endings of containers that are written, and their type.
const WRITTEN: [(&str, &str); 5] = [
    ("webm", "video/webm"),
    ("weba", "audio/webm"),
    ("mkv", "video/x-matroska"),
    ("mka", "audio/x-matroska"),
    ("mk3d", "video/x-matroska"),
];

/// Endings of other containers for video.
const OTHER_VIDEO: [&str; 29] = [
    "3g2", "3gp", "asf", "avi", "f4v", "flv", "gif", "h264", "ivf", "m2ts", "m4v", "mjpeg", "mov", "mp4",
    "mpeg", "mpg", "mts", "mxf", "nut", "obu", "ogv", "ogx", "qt", "rm", "rmvb", "ts", "vob", "wmv", "y4m",
];

/// Endings of other containers for audio.
const OTHER_AUDIO: [&str; 18] = [
    "aac", "ac3", "aif", "aifc", "aiff", "amr", "au", "caf", "flac", "m4a", "m4b", "mp3", "oga", "ogg",
    "opus", "spx", "wav", "wma",
];

/// The type that the name of a file chooses; `None` if it says nothing.
///
/// # Errors
/// `Type` if it is the ending of a container that is not written.
pub fn mime_type(path: &Path) -> Result<Option<&'static str>> {
    let Some(ending) = ending(path) else {
        return Ok(None);
    };
    if !is_other(&ending) {
        return Ok(written(&ending));
    }
    let name = |ending: &str| path.with_extension(ending).display().to_string();
    let (first, second) = if OTHER_AUDIO.contains(&&*ending) {
        (name("weba"), name("mka"))
    } else {
        (name("webm"), name("mkv"))
    };
    Err(Error::Type {
        message: format!(
            "{} would not be a .{ending} file: only WebM and Matroska are written; use {first} or {second} and \
             convert it with ffmpeg, or choose the content of a file of this name with --mime",
            path.display()
        ),
    })
}

/// A warning if this type does not belong into a file of this name.
pub fn mismatch(path: &Path, mime_type: &str) -> Option<String> {
    let ending = ending(path)?;
    let essence = essence(mime_type);
    let right = of(&essence)?;
    let fits = match written(&ending) {
        Some(by_name) => by_name == essence || (is_video(by_name) && subtype(by_name) == subtype(&essence)),
        None => !is_other(&ending),
    };
    (!fits).then(|| {
        format!(
            "{} will contain {essence}, as --mime says; the usual ending is .{right}",
            path.display()
        )
    })
}

/// The usual ending for this type; `None` if it is not written.
pub fn of(mime_type: &str) -> Option<&'static str> {
    let essence = essence(mime_type);
    let found = WRITTEN.iter().find(|(_, mime_type)| *mime_type == essence);
    found.map(|&(ending, _)| ending)
}

/// The type without its parameters; nothing is `video/webm`.
fn essence(mime_type: &str) -> String {
    let essence = mime_type.split(';').next().unwrap_or_default();
    match essence.trim() {
        "" => "video/webm".to_owned(),
        essence => essence.to_ascii_lowercase(),
    }
}

fn ending(path: &Path) -> Option<String> {
    path.extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
}

fn written(ending: &str) -> Option<&'static str> {
    let found = WRITTEN.iter().find(|(known, _)| *known == ending);
    found.map(|&(_, mime_type)| mime_type)
}

fn is_other(ending: &str) -> bool {
    OTHER_VIDEO.contains(&ending) || OTHER_AUDIO.contains(&ending)
}

fn is_video(mime_type: &str) -> bool {
    mime_type.starts_with("video/")
}

fn subtype(mime_type: &str) -> Option<&str> {
    mime_type.split_once('/').map(|(_, subtype)| subtype)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_chooses_the_container_says_nothing_or_is_refused() {
        let chosen = |name: &str| mime_type(Path::new(name)).ok();
        assert_eq!(chosen("a.WebM"), Some(Some("video/webm")));
        assert_eq!(chosen("d/a.mka"), Some(Some("audio/x-matroska")));
        for name in ["a", "a.part", ".webm", "a.webm.tmp"] {
            assert_eq!(chosen(name), Some(None), "{name}");
        }
        for name in ["a.mp4", "a.MOV", "a.b.wav"] {
            assert_eq!(chosen(name), None, "{name}");
        }
    }

    #[test]
    fn a_type_fits_names_of_its_container_that_may_hold_its_kind() {
        let fits = |name: &str, mime_type: &str| mismatch(Path::new(name), mime_type).is_none();
        for (name, mime_type) in [
            ("a.webm", "Audio/WebM; codecs=opus"),
            ("a.mkv", "audio/x-matroska"),
            ("a.mk3d", "video/x-matroska"),
            ("a.webm", ""),
            ("a.part", "video/x-matroska"),
            ("a.mp4", "video/mp4"),
        ] {
            assert!(fits(name, mime_type), "{name} {mime_type}");
        }
        for (name, mime_type) in [
            ("a.webm", "video/x-matroska"),
            ("a.weba", "video/webm"),
            ("a.mka", "audio/webm"),
            ("a.mp4", "video/webm"),
        ] {
            assert!(!fits(name, mime_type), "{name} {mime_type}");
        }
    }

    #[test]
    fn types_have_an_ending() {
        let endings = [
            "",
            "audio/webm;codecs=opus",
            "video/x-matroska",
            "audio/x-matroska",
            "video/mp4",
        ]
        .map(of);
        assert_eq!(
            endings,
            [Some("webm"), Some("weba"), Some("mkv"), Some("mka"), None]
        );
    }
}
