//! Rules about what a track says of itself.
use crate::webm::check::facts::Facts;
use crate::webm::check::faults::quoted;
use crate::webm::check::rules::{Fault, Judge, Rule, error, warning};
use crate::webm::check::track::Track;

pub(super) static RULES: &[Rule] = &[
    error("M21", Judge::Track(m21_number)),
    warning("M21", Judge::Track(m21_small_number)),
    error("M21", Judge::Track(m21_uid)),
    error("M21", Judge::Track(m21_type)),
    error("M24", Judge::Track(m24_duration)),
    warning("M24", Judge::File(m24_rate)),
    error("M25", Judge::Track(m25_codec)),
    error("M25", Judge::Track(m25_webm)),
    error("M31", Judge::Track(m31_audio)),
    error("M31", Judge::Track(m31_pcm)),
];

/// A track has a number of its own.
fn m21_number(track: &Track, facts: &Facts) -> Option<Fault> {
    let is_double = facts.tracks.iter().any(|other| other.number == track.number);
    let is_wrong = track.number == 0 || is_double;
    is_wrong.then(|| {
        Fault::new(
            track.offset,
            format!("TrackNumber {}", track.number),
            "a number above 0 that no other track has",
        )
    })
}

/// Up to 126, the header of each block needs one byte for the number.
fn m21_small_number(track: &Track, _: &Facts) -> Option<Fault> {
    (track.number > 126)
        .then(|| Fault::new(track.offset, format!("TrackNumber {}", track.number), "1 to 126"))
}

fn m21_uid(track: &Track, facts: &Facts) -> Option<Fault> {
    let is_double = facts.tracks.iter().any(|other| other.uid == track.uid);
    let is_wrong = track.uid == 0 || is_double;
    is_wrong.then(|| {
        Fault::new(
            track.offset,
            format!("TrackUID {}", track.uid),
            "a number above 0 that no other track has",
        )
    })
}

fn m21_type(track: &Track, _: &Facts) -> Option<Fault> {
    let is_known = matches!(track.kind, 1 | 2 | 3 | 0x10 | 0x11 | 0x12 | 0x20 | 0x21);
    let found = || format!("TrackType {}", track.kind);
    (!is_known).then(|| {
        Fault::new(
            track.offset,
            found(),
            "1 for video, 2 for audio, or another type of Matroska",
        )
    })
}

/// A frame lasts more than nothing.
fn m24_duration(track: &Track, _: &Facts) -> Option<Fault> {
    let is_zero = track.default_duration == Some(0);
    is_zero.then(|| Fault::new(track.offset, "DefaultDuration 0", "a duration, or none"))
}

/// Frames come as often as `DefaultDuration` says, most of the time.
fn m24_rate(facts: &Facts) -> Vec<Fault> {
    const MIN_STEPS: u64 = 10;
    let is_wrong = |track: &&Track| {
        let (right, wrong) = track.seen.steps;
        let is_comparable = track.is_video() && !track.seen.steps_back;
        is_comparable && right + wrong >= MIN_STEPS && wrong > right
    };
    let wrong = facts.tracks.iter().filter(is_wrong);
    wrong
        .map(|track| {
            let nanos = track.default_duration.unwrap_or(0);
            let found = format!("DefaultDuration {nanos}, but most frames are not as far apart");
            Fault::new(track.offset, found, "none, unless the frame rate is constant")
        })
        .collect()
}

/// A track has a codec of its type.
fn m25_codec(track: &Track, _: &Facts) -> Option<Fault> {
    let prefix = match track.kind {
        Track::VIDEO => "V_",
        Track::AUDIO => "A_",
        _ => "",
    };
    let is_right = !track.codec.is_empty() && track.codec.starts_with(prefix);
    let found = || format!("CodecID {}", quoted(&track.codec));
    let expected = || format!("an ID that begins with {}", quoted(prefix));
    (!is_right).then(|| Fault::new(track.offset, found(), expected()))
}

/// WebM has five codecs, and subtitles.
fn m25_webm(track: &Track, facts: &Facts) -> Option<Fault> {
    let is_webm = match &*track.codec {
        "V_VP8" | "V_VP9" | "V_AV1" | "A_OPUS" | "A_VORBIS" | "S_TEXT/WEBVTT" | "" => true,
        other => other.starts_with("D_WEBVTT/"),
    };
    let is_wrong = facts.is_webm() && !is_webm;
    let expected = "V_VP8, V_VP9, V_AV1, A_OPUS or A_VORBIS, or DocType \"matroska\"";
    is_wrong.then(|| {
        Fault::new(
            track.offset,
            format!("CodecID {}", quoted(&track.codec)),
            expected,
        )
    })
}

/// Audio has a sample rate and channels.
fn m31_audio(track: &Track, _: &Facts) -> Option<Fault> {
    let audio = &track.audio;
    if !track.is_audio() {
        return None;
    }
    if !audio.is_there {
        return Some(Fault::new(
            track.offset,
            "an audio track without Audio",
            "its sample rate and channels",
        ));
    }
    let is_right = audio.rate.is_finite() && audio.rate > 0.0 && audio.channels > 0;
    let found = || format!("SamplingFrequency {} and Channels {}", audio.rate, audio.channels);
    (!is_right).then(|| Fault::new(track.offset, found(), "numbers above 0"))
}

/// PCM cannot be decoded without the size of its samples.
fn m31_pcm(track: &Track, _: &Facts) -> Option<Fault> {
    let depth = track.audio.bit_depth;
    let is_right = match &*track.codec {
        "A_PCM/FLOAT/IEEE" => matches!(depth, Some(32 | 64)),
        codec if codec.starts_with("A_PCM/INT/") => depth.is_some_and(|depth| depth > 0 && depth % 8 == 0),
        _ => true,
    };
    let found = || depth.map_or("no BitDepth".to_owned(), |depth| format!("BitDepth {depth}"));
    (!is_right).then(|| Fault::new(track.offset, found(), "the bits of a sample"))
}
