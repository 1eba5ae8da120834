//! MIME types of recordings: parse, is it supported, what it becomes (MediaStream Recording, 2.3 and 2.4).
use crate::error::{Error, Result};
use std::fmt;

/// The file formats that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// `…/webm`.
    Webm,
    /// `…/x-matroska`.
    Matroska,
}

/// The codecs that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Vp8,
    Opus,
}

/// Codecs that the specification knows or that we know of, but that this build does not write.
const KNOWN_ELSEWHERE: [&str; 14] = [
    "vp9", "vp09", "av1", "av01", "h264", "avc1", "avc3", "hvc1", "hev1", "pcm", "vorbis", "flac", "mp4a",
    "mp3",
];

/// What a recording is to be: the MIME type that was asked for, completed where it was silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MimeType {
    /// Whether it is `audio/…`, which holds no pictures.
    pub(crate) audio_only: bool,
    pub(crate) container: Container,
    pub(crate) video: Option<Codec>,
    pub(crate) audio: Option<Codec>,
}

impl Codec {
    const fn is_video(self) -> bool {
        matches!(self, Self::Vp8)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Vp8 => "vp8",
            Self::Opus => "opus",
        }
    }
}

impl MimeType {
    /// Reads a MIME type; `""` leaves everything open. `defer_unknown`: codecs that nobody has heard of yet are
    /// let through here and refused at the start.
    ///
    /// # Errors
    /// `NotSupported`, with what is.
    pub(crate) fn parse(text: &str, defer_unknown: bool) -> Result<Self> {
        let mut parameters = split_parameters(text);
        let essence = parameters.next().unwrap_or_default().to_ascii_lowercase();
        let (audio_only, container) = match essence.trim() {
            "" | "video/webm" => (false, Container::Webm),
            "audio/webm" => (true, Container::Webm),
            "video/x-matroska" => (false, Container::Matroska),
            "audio/x-matroska" => (true, Container::Matroska),
            _ => return Err(unsupported(text, "its container is not written")),
        };
        if essence.trim().is_empty() && !text.trim().is_empty() {
            return Err(unsupported(text, "it names no container"));
        }
        let mut mime = Self {
            audio_only,
            container,
            video: None,
            audio: None,
        };
        if let Some(codecs) = parameters.find_map(codecs_value) {
            for codec in codecs.split(',').map(str::trim).filter(|codec| !codec.is_empty()) {
                mime.add(text, codec, defer_unknown)?;
            }
        }
        Ok(mime)
    }

    fn add(&mut self, text: &str, codec: &str, defer_unknown: bool) -> Result<()> {
        let identifier = codec.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let codec = match identifier.as_str() {
            "vp8" => Codec::Vp8,
            "opus" => Codec::Opus,
            other if defer_unknown && !KNOWN_ELSEWHERE.contains(&other) => return Ok(()),
            other => return Err(unsupported(text, &format!("this build does not encode {other}"))),
        };
        if codec.is_video() && self.audio_only {
            return Err(unsupported(text, "an audio type holds no video codec"));
        }
        let slot = if codec.is_video() {
            &mut self.video
        } else {
            &mut self.audio
        };
        match slot.replace(codec) {
            None => Ok(()),
            Some(_) => Err(unsupported(text, "it names two codecs of one kind")),
        }
    }
}

/// The completed type, as `mimeType` shows it after the start: only what is really recorded.
pub(crate) struct Completed {
    pub(crate) mime: MimeType,
    pub(crate) has_video: bool,
    pub(crate) has_audio: bool,
}

impl fmt::Display for Completed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.has_video && !self.mime.audio_only {
            "video"
        } else {
            "audio"
        };
        let container = match self.mime.container {
            Container::Webm => "webm",
            Container::Matroska => "x-matroska",
        };
        let video = self.has_video.then_some(Codec::Vp8);
        let audio = self.has_audio.then_some(Codec::Opus);
        let codecs: Vec<&str> = video.into_iter().chain(audio).map(Codec::name).collect();
        write!(f, "{kind}/{container};codecs={}", codecs.join(","))
    }
}

fn unsupported(text: &str, why: &str) -> Error {
    Error::not_supported(format!(
        "'{text}' cannot be recorded: {why}; video/webm, audio/webm, video/x-matroska and audio/x-matroska can, \
         with the codecs vp8 and opus"
    ))
}

/// Splits at semicolons that stand outside of quotes.
fn split_parameters(text: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |c| {
        let separates = c == ';' && !quoted;
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        separates
    })
}

/// The value of a `codecs` parameter, without its quotes.
fn codecs_value(parameter: &str) -> Option<String> {
    let (name, value) = parameter.split_once('=')?;
    name.trim()
        .eq_ignore_ascii_case("codecs")
        .then(|| unquoted(value.trim()))
}

fn unquoted(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        match c {
            '"' => break,
            '\\' => text.extend(characters.next()),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codecs(text: &str) -> Option<(Option<Codec>, Option<Codec>)> {
        MimeType::parse(text, false)
            .ok()
            .map(|mime| (mime.video, mime.audio))
    }

    #[test]
    fn case_blanks_quotes_and_repetition_do_not_matter() {
        let both = Some((Some(Codec::Vp8), Some(Codec::Opus)));
        for text in [
            "video/webm;codecs=vp8,opus",
            "Video/WebM; CODECS=\"VP8, opus\"",
            "video/webm ; a=\"x;codecs=h264\" ; codecs=\"vp8\\,opus\"",
            "video/x-matroska;codecs=opus,vp8;codecs=flac",
        ] {
            assert_eq!(codecs(text), both, "{text}");
        }
        assert_eq!(codecs(""), Some((None, None)));
        assert_eq!(codecs("video/webm;codecs="), Some((None, None)));
        assert_eq!(codecs("audio/webm;codecs=opus"), Some((None, Some(Codec::Opus))));
    }

    #[test]
    fn what_cannot_be_recorded_is_not_supported() {
        for text in [
            "audio/banana",
            "video/pineapple",
            "video/mp4",
            "webm",
            ";codecs=vp8",
            "video/webm;codecs=vp8,vp8",
            "video/webm;codecs=h264",
            "video/webm;codecs=vp9",
            "audio/webm;codecs=vp8",
            "video/webm;codecs=banana",
        ] {
            assert_eq!(codecs(text), None, "{text}");
        }
    }

    #[test]
    fn only_unheard_of_codecs_are_deferred() {
        assert!(MimeType::parse("video/webm;codecs=banana", true).is_ok());
        assert!(MimeType::parse("video/webm;codecs=vp9", true).is_err());
    }

    #[test]
    fn the_completed_type_names_what_is_recorded() {
        let complete = |text, has_video, has_audio| {
            let mime = MimeType::parse(text, false).unwrap();
            Completed {
                mime,
                has_video,
                has_audio,
            }
            .to_string()
        };
        assert_eq!(complete("", true, true), "video/webm;codecs=vp8,opus");
        assert_eq!(complete("video/webm", true, false), "video/webm;codecs=vp8");
        assert_eq!(complete("", false, true), "audio/webm;codecs=opus");
        assert_eq!(
            complete("audio/x-matroska", false, true),
            "audio/x-matroska;codecs=opus"
        );
    }
}
