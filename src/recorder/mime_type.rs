//! MIME types of recordings: parsed, supported, completed (MediaStream Recording, 2.3 and 2.4).
use crate::encode::{AudioCodec, VideoCodec};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::profile::{self, Profile};
use crate::webm::DocType;

/// Supported file formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    /// `…/webm`.
    Webm,
    /// `…/x-matroska`.
    Matroska,
}

impl Container {
    pub(crate) const fn doc_type(self) -> DocType {
        match self {
            Self::Webm => DocType::Webm,
            Self::Matroska => DocType::Matroska,
        }
    }
}

/// A codec of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Video(VideoCodec),
    Audio(AudioCodec),
}

/// The list of synchronously exposed codec identifiers (2.4, `isTypeSupported`, draft of March 2026). Codecs that are not on it
/// are refused at the start only.
const EXPOSED: [&str; 11] = [
    "vp8", "vp9", "h264", "avc1", "av1", "av01", "hvc1", "hev1", "avc3", "opus", "pcm",
];

/// A requested codec, and its codec string in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requested<C> {
    pub(crate) codec: C,
    pub(crate) text: String,
}

/// The requested MIME type of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MimeType {
    /// Whether it is `audio/…`, which cannot contain video.
    pub(crate) audio_only: bool,
    pub(crate) container: Container,
    pub(crate) video: Option<Requested<VideoCodec>>,
    pub(crate) audio: Option<Requested<AudioCodec>>,
    /// Whether all its codecs are on the list of those that `isTypeSupported` tells.
    pub(crate) is_exposed: bool,
    /// Why it is refused at the start.
    refusal: Option<String>,
}

impl Codec {
    /// By the part of a codec string before its first dot, in lower case.
    fn named(identifier: &str) -> Option<Self> {
        Some(match identifier {
            "vp8" => Self::Video(VideoCodec::Vp8),
            "vp9" | "vp09" => Self::Video(VideoCodec::Vp9),
            #[cfg(feature = "av1")]
            "av1" | "av01" => Self::Video(VideoCodec::Av1),
            "opus" => Self::Audio(AudioCodec::Opus),
            "pcm" => Self::Audio(AudioCodec::Pcm),
            _ => return None,
        })
    }
}

impl Codec {
    /// By its Matroska codec ID.
    pub(crate) fn of_id(codec_id: &str) -> Option<Self> {
        Some(match codec_id {
            "V_VP8" => Self::Video(VideoCodec::Vp8),
            "V_VP9" => Self::Video(VideoCodec::Vp9),
            #[cfg(feature = "av1")]
            "V_AV1" => Self::Video(VideoCodec::Av1),
            "A_OPUS" => Self::Audio(AudioCodec::Opus),
            id if id.starts_with("A_PCM/") => Self::Audio(AudioCodec::Pcm),
            _ => return None,
        })
    }
}

impl MimeType {
    /// Parses a MIME type as the constructor does (2.3); `""` is any. Codecs that are not on the list of the specification are
    /// accepted here, and refused at the start if they are not supported: see [`check_codecs`](Self::check_codecs).
    ///
    /// Only the names of codecs are checked here, not what follows a dot: that is for [`profile`](Self::profile).
    ///
    /// # Errors
    /// `NotSupported` with what is supported.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut parameters = split_parameters(text);
        let essence = parameters.next().unwrap_or_default().to_ascii_lowercase();
        let (audio_only, container) = match essence.trim() {
            "" | "video/webm" => (false, Container::Webm),
            "audio/webm" => (true, Container::Webm),
            "video/x-matroska" => (false, Container::Matroska),
            "audio/x-matroska" => (true, Container::Matroska),
            word if !word.contains('/') && !word.is_empty() => {
                return Err(unsupported(
                    text,
                    "it is no MIME type; write 'video/webm;codecs=vp9', with the quotes",
                ));
            }
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
            is_exposed: true,
            refusal: None,
        };
        // An empty list is none; an empty name in a list is no codec.
        let codecs = parameters.find_map(codecs_value);
        if let Some(codecs) = codecs.filter(|codecs| !codecs.trim().is_empty()) {
            let codecs: Vec<&str> = codecs.split(',').map(str::trim).collect();
            let count = |kind| codecs.iter().filter(|codec| kind_of(codec) == Some(kind)).count();
            if count(TrackKind::Video) > 1 || count(TrackKind::Audio) > 1 {
                return Err(unsupported(text, "it names two codecs of one kind"));
            }
            codecs.iter().try_for_each(|codec| mime.add(text, codec))?;
        }
        Ok(mime)
    }

    fn add(&mut self, text: &str, codec: &str) -> Result<()> {
        let is_exposed = EXPOSED.contains(&&*identifier(codec));
        self.is_exposed &= is_exposed;
        let Err(why) = self.request(codec) else {
            return Ok(());
        };
        if is_exposed {
            return Err(unsupported(text, &why));
        }
        self.refusal.get_or_insert_with(|| refusal(text, &why));
        Ok(())
    }

    /// Requests this codec, or says why that is impossible.
    fn request(&mut self, codec: &str) -> std::result::Result<(), String> {
        let identifier = identifier(codec);
        let text = profile::canonical(codec);
        match Codec::named(&identifier) {
            None if identifier.is_empty() => {
                return Err("there is a codec without a name in its list".to_owned());
            }
            None => return Err(format!("this build does not encode {identifier}")),
            Some(Codec::Video(_)) if self.audio_only => {
                return Err("an audio type cannot contain a video codec".to_owned());
            }
            Some(Codec::Audio(AudioCodec::Pcm)) if self.container == Container::Webm => {
                return Err("WebM does not carry pcm, x-matroska does".to_owned());
            }
            Some(Codec::Video(codec)) => self.video = Some(Requested { codec, text }),
            Some(Codec::Audio(codec)) => self.audio = Some(Requested { codec, text }),
        }
        Ok(())
    }

    /// Checks the codecs that the constructor does not check.
    ///
    /// # Errors
    /// `NotSupported` with what is supported.
    pub(crate) fn check_codecs(&self) -> Result<()> {
        self.refusal
            .as_ref()
            .map_or(Ok(()), |why| Err(Error::not_supported(why)))
    }

    /// The video codec; VP8 by default, as in browsers.
    pub(crate) fn video_codec(&self) -> VideoCodec {
        self.video
            .as_ref()
            .map_or(VideoCodec::Vp8, |requested| requested.codec)
    }

    /// The audio codec; Opus by default.
    pub(crate) fn audio_codec(&self) -> AudioCodec {
        self.audio
            .as_ref()
            .map_or(AudioCodec::Opus, |requested| requested.codec)
    }

    /// The complete type, as `mimeType` is after the start: only what is recorded, by the kinds and codecs of all tracks.
    pub(crate) fn completed(&self, tracks: &[(TrackKind, &str)]) -> String {
        let has_video = tracks.iter().any(|(kind, _)| *kind == TrackKind::Video);
        let kind = if has_video && !self.audio_only {
            "video"
        } else {
            "audio"
        };
        let container = match self.container {
            Container::Webm => "webm",
            Container::Matroska => "x-matroska",
        };
        let mut codecs = Vec::new();
        for kind in [TrackKind::Video, TrackKind::Audio] {
            for (_, codec) in tracks.iter().filter(|track| track.0 == kind) {
                let codec = self.codec_text(kind).unwrap_or(codec);
                if !codecs.contains(&codec) {
                    codecs.push(codec);
                }
            }
        }
        format!("{kind}/{container};codecs={}", codecs.join(","))
    }

    /// The requested codec string for tracks of this kind.
    fn codec_text(&self, kind: TrackKind) -> Option<&str> {
        match kind {
            TrackKind::Video => self.video.as_ref().map(|requested| &*requested.text),
            TrackKind::Audio => self.audio.as_ref().map(|requested| &*requested.text),
        }
    }

    /// The requested codec for tracks of this kind.
    pub(crate) fn codec(&self, kind: TrackKind) -> Option<Codec> {
        match kind {
            TrackKind::Video => self.video.as_ref().map(|requested| Codec::Video(requested.codec)),
            TrackKind::Audio => self.audio.as_ref().map(|requested| Codec::Audio(requested.codec)),
        }
    }

    /// Profile and level of the video codec string, if it has them.
    ///
    /// # Errors
    /// `NotSupported` for codec strings that are malformed or not supported.
    pub(crate) fn profile(&self) -> Result<Option<Profile>> {
        if let Some(audio) = self.audio.as_ref().filter(|audio| audio.text.contains('.')) {
            return Err(Error::not_supported(format!(
                "'{}' cannot be encoded: it takes no parameters",
                audio.text
            )));
        }
        match &self.video {
            Some(video) => Profile::parse(video.codec, &video.text),
            None => Ok(None),
        }
    }
}

/// For messages.
const CODECS: &str = if cfg!(feature = "av1") {
    "vp8, vp9, av1, opus and, in x-matroska, pcm"
} else {
    "vp8, vp9, opus and, in x-matroska, pcm"
};

fn unsupported(text: &str, why: &str) -> Error {
    Error::not_supported(refusal(text, why))
}

fn refusal(text: &str, why: &str) -> String {
    format!(
        "'{text}' cannot be recorded: {why}; video/webm, audio/webm, video/x-matroska and audio/x-matroska can, \
         with the codecs {CODECS}"
    )
}

/// The part of a codec string before its first dot, in lower case: all that is looked at before the start.
fn identifier(codec: &str) -> String {
    codec.split('.').next().unwrap_or_default().to_ascii_lowercase()
}

/// The kind of a codec string; `None` if it is unknown.
fn kind_of(codec: &str) -> Option<TrackKind> {
    Some(match &*identifier(codec) {
        "vp8" | "vp9" | "vp09" | "av1" | "av01" | "h264" | "avc1" | "avc3" | "hvc1" | "hev1" => {
            TrackKind::Video
        }
        "opus" | "pcm" | "vorbis" | "flac" | "mp4a" | "mp3" | "ac-3" | "ec-3" => TrackKind::Audio,
        _ => return None,
    })
}

/// Splits at semicolons outside of quotes.
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
mod tests;
