//! Which types can be recorded, and what they are called then.
use super::*;

fn parsed(text: &str) -> Option<(Option<VideoCodec>, Option<AudioCodec>)> {
    let mime = MimeType::parse(text).ok();
    mime.filter(|mime| mime.check_codecs().is_ok()).map(|mime| {
        (
            mime.video.map(|requested| requested.codec),
            mime.audio.map(|requested| requested.codec),
        )
    })
}

#[test]
fn case_blanks_quotes_and_repetition_do_not_matter() {
    let both = Some((Some(VideoCodec::Vp8), Some(AudioCodec::Opus)));
    for text in [
        "video/webm;codecs=vp8,opus",
        "Video/WebM; CODECS=\"VP8, opus\"",
        "video/webm ; a=\"x;codecs=h264\" ; codecs=\"vp8\\,opus\"",
        "video/x-matroska;codecs=opus,vp8;codecs=flac",
    ] {
        assert_eq!(parsed(text), both, "{text}");
    }
    assert_eq!(parsed(""), Some((None, None)));
    assert_eq!(parsed("video/webm;codecs="), Some((None, None)));
    assert_eq!(
        parsed("audio/webm;codecs=opus"),
        Some((None, Some(AudioCodec::Opus)))
    );
    let vp9 = Some((Some(VideoCodec::Vp9), None));
    // The profile does not count here, be it nonsense.
    for text in ["vp9", "vp09", "VP09.02.10.10", "vp09.x"] {
        assert_eq!(parsed(&format!("video/webm;codecs={text}")), vp9, "{text}");
    }
}

#[test]
fn what_cannot_be_recorded_is_not_supported() {
    for text in [
        "audio/banana",
        "video/pineapple",
        "video/mp4",
        "audio/ogg",
        "webm",
        ";codecs=vp8",
        "video/webm;codecs=vp8,vp8",
        "video/webm;codecs=vp8,vp9",
        "video/webm;codecs=opus,opus",
        "video/webm;codecs=h264",
        "audio/webm;codecs=vorbis",
        "audio/webm;codecs=vp8",
        "audio/webm;codecs=pcm",
        "video/webm;codecs=banana",
    ] {
        assert_eq!(parsed(text), None, "{text}");
    }
}

const ALIKE: &str = "";
const MP4: &str = "no MP4 is written";
const H264: &str = "no H.264 is encoded, and WebM may not carry it";
const TWO: &str = "the specification: no more than one codec of a kind";
const PCM: &str = "WebM carries Opus and Vorbis only; x-matroska carries pcm";
const NO_TYPE: &str = "parameters of no type are no MIME type";

/// What we answer, what Chromium 156 (Linux, `isTypeSupported`) answers, and the reason for each difference.
const BESIDE_CHROMIUM: [(&str, bool, bool, &str); 71] = [
    ("", true, true, ALIKE),
    ("video/webm", true, true, ALIKE),
    ("audio/webm", true, true, ALIKE),
    ("video/x-matroska", true, true, ALIKE),
    ("audio/x-matroska", true, true, ALIKE),
    (" video/webm ", true, true, ALIKE),
    ("VIDEO/WEBM;CODECS=vp8", true, true, ALIKE),
    ("video/webm;foo=bar", true, true, ALIKE),
    ("webm", false, false, ALIKE),
    ("video", false, false, ALIKE),
    ("video/", false, false, ALIKE),
    (";codecs=vp8", false, true, NO_TYPE),
    ("audio/banana", false, false, ALIKE),
    ("video/pineapple", false, false, ALIKE),
    ("audio/ogg", false, false, ALIKE),
    ("video/ogg", false, false, ALIKE),
    ("audio/ogg; codecs=\"vorbis\"", false, false, ALIKE),
    ("audio/ogg; codecs=\"opus\"", false, false, ALIKE),
    ("video/mp4", false, true, MP4),
    ("audio/mp4", false, true, MP4),
    ("video/mp4;codecs=vp9,opus", false, true, MP4),
    ("video/mp4;codecs=av01,opus", false, true, MP4),
    ("video/mp4;codecs=avc1,mp4a.40.2", false, false, ALIKE),
    ("audio/mp4;codecs=opus", false, true, MP4),
    ("video/webm;codecs=vp8", true, true, ALIKE),
    ("video/webm;codecs=vp9", true, true, ALIKE),
    ("video/webm;codecs=vp8,opus", true, true, ALIKE),
    ("video/webm;codecs=opus,vp8", true, true, ALIKE),
    ("video/webm;codecs=vp9,opus", true, true, ALIKE),
    ("video/webm;codecs=VP9,OPUS", true, true, ALIKE),
    ("video/webm; codecs=\"vp8, opus\"", true, true, ALIKE),
    ("video/webm ; codecs=vp8", true, true, ALIKE),
    ("video/webm;codecs=opus", true, true, ALIKE),
    ("video/webm;codecs=", true, true, ALIKE),
    ("video/webm;codecs=\"\"", true, true, ALIKE),
    ("video/webm;codecs=\"vp8", true, true, ALIKE),
    ("video/webm;codecs=vp8;codecs=banana", true, true, ALIKE),
    ("video/webm;codecs=vp8,", false, false, ALIKE),
    ("video/webm;codecs=,vp8", false, false, ALIKE),
    ("video/webm;codecs=banana", false, false, ALIKE),
    ("video/webm;codecs=vp8,vp9", false, true, TWO),
    ("video/webm;codecs=vp8,vp8", false, true, TWO),
    ("video/webm;codecs=opus,opus", false, true, TWO),
    ("video/webm;codecs=vp8.0", true, true, ALIKE),
    ("video/webm;codecs=vp9.0", true, true, ALIKE),
    ("video/webm;codecs=vp09", false, false, ALIKE),
    ("video/webm;codecs=vp09.00.41.08", false, false, ALIKE),
    ("video/webm;codecs=vp09.02.10.10", false, false, ALIKE),
    ("video/webm;codecs=av1", true, true, ALIKE),
    ("video/webm;codecs=av1,opus", true, true, ALIKE),
    ("video/webm;codecs=av01", true, true, ALIKE),
    ("video/webm;codecs=av01.0.04M.08,opus", true, true, ALIKE),
    ("video/webm;codecs=av01.0.04M.10", true, true, ALIKE),
    ("video/webm;codecs=h264", false, true, H264),
    ("video/webm;codecs=avc1.42E01E", false, true, H264),
    ("video/webm;codecs=avc3", false, true, H264),
    ("video/webm;codecs=hvc1", false, false, ALIKE),
    ("video/webm;codecs=vorbis", false, false, ALIKE),
    ("audio/webm; codecs=\"vorbis\"", false, false, ALIKE),
    ("audio/webm; codecs=\"opus\"", true, true, ALIKE),
    ("audio/webm;codecs=vp8", false, false, ALIKE),
    ("audio/webm;codecs=opus,vp8", false, false, ALIKE),
    ("audio/webm;codecs=flac", false, false, ALIKE),
    ("audio/webm;codecs=pcm", false, true, PCM),
    ("video/webm;codecs=vp8,pcm", false, true, PCM),
    ("video/x-matroska;codecs=vp8,pcm", true, true, ALIKE),
    ("audio/x-matroska;codecs=pcm", true, true, ALIKE),
    ("audio/x-matroska;codecs=opus", true, true, ALIKE),
    ("video/x-matroska;codecs=av1", true, true, ALIKE),
    ("video/x-matroska;codecs=avc1,opus", false, true, H264),
    ("video/x-matroska;codecs=flac", false, false, ALIKE),
];

/// Types of the table with a codec that is not on the list of the specification, which the constructor lets pass.
const DEFERRED: [&str; 10] = [
    "video/webm;codecs=vp8,",
    "video/webm;codecs=,vp8",
    "video/webm;codecs=banana",
    "video/webm;codecs=vp09",
    "video/webm;codecs=vp09.00.41.08",
    "video/webm;codecs=vp09.02.10.10",
    "video/webm;codecs=vorbis",
    "audio/webm; codecs=\"vorbis\"",
    "audio/webm;codecs=flac",
    "video/x-matroska;codecs=flac",
];

/// W8, W9, W10: nor do `isTypeSupported` and the constructor disagree, but on codecs that are not on the list.
#[test]
fn we_answer_as_chromium_does_where_there_is_no_reason_not_to() {
    for (text, ours, chromium, reason) in BESIDE_CHROMIUM {
        assert_eq!(ours == chromium, reason == ALIKE, "{text}");
        let ours = ours && (cfg!(feature = "av1") || !text.contains("av"));
        let parsed = MimeType::parse(text);
        assert_eq!(parsed.as_ref().is_ok_and(|mime| mime.is_exposed), ours, "{text}");
        assert_eq!(parsed.is_ok(), ours || DEFERRED.contains(&text), "{text}");
    }
}

#[test]
fn codecs_that_are_not_on_the_list_are_checked_at_the_start() {
    let checked = |codecs: &str| {
        let mime = MimeType::parse(&format!("video/webm;codecs={codecs}")).unwrap();
        assert!(!mime.is_exposed, "{codecs}");
        mime.check_codecs().is_ok()
    };
    assert!(checked("vp09.00.31.08") && checked("VP09,opus"));
    for codecs in ["banana", "vorbis", "mp4a.40.2", "vp8,flac", "vp8,", "vp10,opus"] {
        assert!(!checked(codecs), "{codecs}");
    }
    let audio = MimeType::parse("audio/webm;codecs=vp09").unwrap();
    assert!(audio.check_codecs().is_err());
}

#[test]
fn two_codecs_of_a_kind_are_refused_at_once_be_they_on_the_list_or_not() {
    for codecs in ["vp8,vp09", "vorbis,opus", "flac,vp8,mp4a", "vp09,h264"] {
        assert!(
            MimeType::parse(&format!("video/webm;codecs={codecs}")).is_err(),
            "{codecs}"
        );
    }
}

#[test]
fn only_the_part_before_the_first_dot_is_looked_at() {
    for (codecs, exposed) in [
        ("vp8.x", true),
        ("VP9.02.10.10", true),
        ("vp8x", false),
        (".vp8", false),
    ] {
        let mime = MimeType::parse(&format!("video/webm;codecs={codecs}")).unwrap();
        assert_eq!(mime.is_exposed, exposed, "{codecs}");
    }
}

#[test]
fn the_completed_type_names_what_is_recorded() {
    let complete = |text, has_video: bool, has_audio: bool| {
        let video = has_video.then_some((TrackKind::Video, "vp8"));
        let audio = has_audio.then_some((TrackKind::Audio, "opus"));
        let tracks: Vec<_> = audio.into_iter().chain(video).collect();
        MimeType::parse(text).unwrap().completed(&tracks)
    };
    assert_eq!(complete("", true, true), "video/webm;codecs=vp8,opus");
    assert_eq!(complete("video/webm", true, false), "video/webm;codecs=vp8");
    assert_eq!(complete("", false, true), "audio/webm;codecs=opus");
    assert_eq!(
        complete("audio/x-matroska", false, true),
        "audio/x-matroska;codecs=opus"
    );
    assert_eq!(
        complete("Video/WebM; codecs=\"Opus, VP9\"", true, true),
        "video/webm;codecs=vp9,opus"
    );
    assert_eq!(
        complete("video/x-matroska;codecs=VP09.00.31.08,pcm", true, true),
        "video/x-matroska;codecs=vp09.00.31.08,pcm"
    );
    let any = MimeType::parse("video/x-matroska").unwrap();
    let tracks = ["avc1", "vp8", "avc1"].map(|codec| (TrackKind::Video, codec));
    assert_eq!(any.completed(&tracks), "video/x-matroska;codecs=avc1,vp8");
}

#[test]
fn codecs_without_parameters_are_refused_with_them() {
    for text in ["opus.1", "vp8.0", "vp9.00.31.08", "vp09.00.31"] {
        let mime = MimeType::parse(&format!("video/webm;codecs={text}")).unwrap();
        assert_eq!(mime.profile().unwrap_err().name(), "NotSupportedError", "{text}");
    }
    let whole = MimeType::parse("video/webm;codecs=vp09.00.31.08").unwrap();
    assert_eq!(whole.profile().unwrap().unwrap().level, 31);
}
