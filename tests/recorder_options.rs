//! The recorder's bit rates and types, case by case as the Web Platform Tests have them.
use crate::fake_recordings::{KINDS, empty, fake, of_type};
use crate::library::{alone, name};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecordingState, VideoQuality};

fn rates(recorder: &MediaRecorder) -> (u32, u32) {
    (recorder.audio_bits_per_second(), recorder.video_bits_per_second())
}

/// W1, W3, W20–W24, W26–W29, W31, W32.
#[test]
fn bit_rates_are_those_that_were_asked_for_and_a_total_wins() {
    let options = |total, audio, video| MediaRecorderOptions {
        bits_per_second: total,
        audio_bits_per_second: audio,
        video_bits_per_second: video,
        ..Default::default()
    };
    for kinds in KINDS {
        let of = |options| rates(&MediaRecorder::new(&fake("unpaced", kinds), options).unwrap());
        let (audio, video) = of(options(None, None, None));
        assert!(audio > 0 && video > 0);
        for (total, audio, video) in [
            (0, None, None),
            (0, Some(100_000), Some(1_000_000)),
            (2_000_000, None, None),
        ] {
            let (audio, video) = of(options(Some(total), audio, video));
            assert!(audio > 0 && video > 0);
            assert!((audio + video).abs_diff(total) <= 100_000, "{audio} + {video}");
        }
        for bits in [0, 100_000] {
            assert_eq!(of(options(None, Some(bits), None)), (bits, video));
            assert_eq!(of(options(None, None, Some(bits))), (audio, bits));
        }
    }
}

#[test]
fn with_a_quality_the_bit_rate_of_video_is_a_limit_that_follows_its_size() {
    let _alone = alone();
    let limit = |bits| {
        let options = MediaRecorderOptions {
            video_quality: Some(VideoQuality::Good),
            video_bits_per_second: bits,
            ..Default::default()
        };
        let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), options).unwrap();
        let _recording = recorder.start(None).unwrap();
        recorder.video_bits_per_second()
    };
    assert_eq!(limit(Some(100_000)), 100_000);
    assert!(limit(None).abs_diff(5_529_600) < 10, "{}", limit(None));
}

/// W33, W35, W36, W185.
#[test]
fn a_start_gives_all_bits_to_the_kind_there_is_and_a_stop_takes_that_back() {
    let _alone = alone();
    for (kinds, total) in [
        ((true, true), None),
        ((true, true), Some(2_000_000)),
        ((true, false), Some(500_000)),
    ] {
        let options = MediaRecorderOptions {
            bits_per_second: total,
            ..Default::default()
        };
        let recorder = MediaRecorder::new(&fake("unpaced", kinds), options).unwrap();
        let before = rates(&recorder);
        let recording = recorder.start(None).unwrap();
        if kinds == (true, false) {
            assert_eq!(rates(&recorder), (500_000, 0));
            assert_ne!(rates(&recorder), before);
        } else {
            assert_eq!(rates(&recorder), before);
        }
        recorder.stop();
        assert_eq!(rates(&recorder), before);
        drop(recording);
    }
}

/// W8, W9, W10, W44; but on codecs that are not on the list of the specification.
#[test]
#[expect(deprecated, reason = "it is what is tested")]
fn the_constructor_and_is_type_supported_disagree_on_codecs_off_the_list_only() {
    for mime_type in [
        "audio/banana",
        "video/pineapple",
        "video/invalid",
        "audio/mp4",
        "audio/ogg",
        "audio/ogg; codecs=\"vorbis\"",
        "audio/ogg; codecs=\"opus\"",
        "audio/webm",
        "audio/webm; codecs=\"vorbis\"",
        "audio/webm; codecs=\"opus\"",
    ] {
        let recorder = MediaRecorder::new(&empty(), of_type(mime_type));
        let is_deferred = mime_type == "audio/webm; codecs=\"vorbis\"";
        assert!(!is_deferred || !MediaRecorder::is_type_supported(mime_type));
        if is_deferred || MediaRecorder::is_type_supported(mime_type) {
            assert_eq!(recorder.unwrap().mime_type(), mime_type);
        } else {
            assert_eq!(name(recorder), "NotSupportedError", "{mime_type}");
        }
    }
    assert!(MediaRecorder::is_type_supported("audio/webm; codecs=\"opus\""));
}

/// W186.
#[test]
#[expect(deprecated, reason = "it is what is tested")]
fn types_are_read_as_the_specification_reads_them() {
    for (mime_type, supported) in [
        ("", true),
        ("video/webm;codecs=VP8", true),
        ("video/webm;codecs=vp8,vp9", false),
        ("audio/webm;codecs=vp8", false),
        ("video/webm;codecs=av01.0.19M.08", cfg!(feature = "av1")),
        ("video/webm;codecs=future1", false),
        ("video/webm;codecs=vp09.00.31.08", false),
        ("video/webm;codecs=vp9.00.31.08", true),
    ] {
        assert_eq!(
            MediaRecorder::is_type_supported(mime_type),
            supported,
            "{mime_type}"
        );
    }
}

/// W18.
#[test]
fn a_type_of_sound_cannot_hold_a_camera() {
    let recorder = MediaRecorder::new(&fake("unpaced", (false, true)), of_type("audio/webm")).unwrap();
    assert_eq!(name(recorder.start(None)), "NotSupportedError");
    assert_eq!(recorder.state(), RecordingState::Inactive);
}
