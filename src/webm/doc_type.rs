//! The two document types of the container: WebM and Matroska.

/// Which of the two flavours of the container it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DocType {
    /// VP8, VP9, AV1, Opus and Vorbis only.
    Webm,
    /// Any codec.
    Matroska,
}

impl DocType {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Webm => "webm",
            Self::Matroska => "matroska",
        }
    }

    pub(super) fn may_carry(self, codec_id: &str) -> bool {
        const WEBM: [&str; 5] = ["V_VP8", "V_VP9", "V_AV1", "A_OPUS", "A_VORBIS"];
        self == Self::Matroska || WEBM.contains(&codec_id)
    }
}
