//! The two document types of the container: WebM and Matroska.

/// The document type of a file, `DocType` in its EBML header (RFC 8794, 11.2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocType {
    /// `webm`: VP8, VP9, AV1, Opus and Vorbis only.
    Webm,
    /// `matroska`: any codec.
    Matroska,
}

impl DocType {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Webm => "webm",
            Self::Matroska => "matroska",
        }
    }

    /// Whether it may contain a track with this Matroska codec ID.
    pub(crate) fn supports(self, codec_id: &str) -> bool {
        const WEBM: [&str; 5] = ["V_VP8", "V_VP9", "V_AV1", "A_OPUS", "A_VORBIS"];
        self == Self::Matroska || WEBM.contains(&codec_id)
    }
}
