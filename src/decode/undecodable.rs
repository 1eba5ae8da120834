//! The error for a codec that cannot be decoded.
use crate::error::Error;
use crate::media::TrackKind;

/// Says what cannot be decoded, why, and what to do.
pub(super) fn undecodable(codec_id: &str, kind: TrackKind) -> Error {
    let (name, feature) = name_and_feature(codec_id);
    let why = match feature {
        Some(feature) => format!("is not built in (cargo feature {feature})"),
        None => "is not supported".to_owned(),
    };
    Error::not_supported(match kind {
        TrackKind::Video => format!(
            "decoding {name} video {why}; ffmpeg -i IN -c:v libvpx -b:v 4M -c:a copy OUT.mkv converts it to VP8"
        ),
        TrackKind::Audio => format!(
            "decoding {name} audio {why}; ffmpeg -i IN -c:v copy -c:a libopus OUT.mkv converts it to Opus"
        ),
    })
}

/// The usual name of a codec, and the feature that has a decoder for it, if there is one.
fn name_and_feature(codec_id: &str) -> (&str, Option<&'static str>) {
    const AUDIO: Option<&str> = Some("audio-decoders");
    match codec_id {
        "V_AV1" => ("AV1", Some("av1")),
        "V_MPEG4/ISO/AVC" => ("H.264", Some("h264")),
        "V_MPEGH/ISO/HEVC" => ("HEVC", None),
        "V_MJPEG" => ("MJPEG", None),
        "V_MPEG2" => ("MPEG-2", None),
        "A_AAC" => ("AAC", AUDIO),
        "A_FLAC" => ("FLAC", AUDIO),
        "A_MPEG/L3" => ("MP3", AUDIO),
        "A_VORBIS" => ("Vorbis", AUDIO),
        "A_AC3" => ("AC-3", None),
        "A_EAC3" => ("E-AC-3", None),
        id => (id, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codec_is_named_with_the_feature_that_decodes_it_or_a_command_that_converts_it() {
        let hevc = undecodable("V_MPEGH/ISO/HEVC", TrackKind::Video).to_string();
        assert!(hevc.starts_with("decoding HEVC video is not supported; ffmpeg"));
        let aac = undecodable("A_AAC", TrackKind::Audio).to_string();
        assert!(aac.starts_with("decoding AAC audio is not built in (cargo feature audio-decoders); ffmpeg"));
        let other = undecodable("A_QUICKTIME", TrackKind::Audio).to_string();
        assert!(other.starts_with("decoding A_QUICKTIME audio is not supported"));
    }
}
