//! Targets as the recorder shows them before and after the start: the Web Platform Tests' cases.
use crate::library::{alone, unpaced_with};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions};

/// How far the parts of a common rate may be from it together, in bit/s.
const CLOSE: u32 = 100_000;

fn options(total: Option<u32>, audio: Option<u32>, video: Option<u32>) -> MediaRecorderOptions {
    MediaRecorderOptions {
        bits_per_second: total,
        audio_bits_per_second: audio,
        video_bits_per_second: video,
        ..Default::default()
    }
}

fn recorder(audio: bool, video: bool, options: MediaRecorderOptions) -> MediaRecorder {
    MediaRecorder::new(&unpaced_with(audio, video), options).unwrap()
}

/// Of sound and of pictures.
fn rates(recorder: &MediaRecorder) -> (u32, u32) {
    (recorder.audio_bits_per_second(), recorder.video_bits_per_second())
}

/// The same right after the start.
fn started(recorder: &MediaRecorder) -> (u32, u32) {
    let _recording = recorder.start(None).unwrap();
    rates(recorder)
}

#[test]
fn without_wishes_both_kinds_have_targets_and_the_start_changes_nothing() {
    let _alone = alone();
    // W1, W3, W20, W33
    for (audio, video) in [(true, false), (false, true), (true, true)] {
        let recorder = recorder(audio, video, options(None, None, None));
        let before = rates(&recorder);
        assert!(before.0 != 0 && before.1 != 0, "{before:?}");
        assert_eq!(started(&recorder), before);
    }
}

#[test]
fn single_targets_are_taken_as_they_are_also_zero() {
    let _alone = alone();
    // W22, W23, W27, W28, W29
    for (audio, video, with_video) in [
        (Some(0), None, true),
        (None, Some(0), true),
        (Some(100_000), None, true),
        (None, Some(1_000_000), true),
        (None, Some(1_000_000), false),
    ] {
        let (was_audio, was_video) = rates(&recorder(true, with_video, options(None, audio, video)));
        assert_eq!(audio.unwrap_or(was_audio), was_audio);
        assert_eq!(video.unwrap_or(was_video), was_video);
        assert!(was_audio != 0 || audio == Some(0));
        assert!(was_video != 0 || video == Some(0));
    }
}

#[test]
fn a_common_target_wins_and_is_split_into_parts_that_add_up() {
    let _alone = alone();
    // W21, W24, W26, W31, W32, W35
    for (total, with_audio, with_video) in [
        (0, true, true),
        (2_000_000, true, true),
        (2_000_000, true, false),
        (2_000_000, false, true),
    ] {
        let wishes = options(Some(total), Some(100_000), Some(1_000_000));
        let recorder = recorder(with_audio, with_video, wishes);
        let (audio, video) = rates(&recorder);
        assert!(audio != 0 && video != 0, "{audio} {video}");
        assert!((audio + video).abs_diff(total) <= CLOSE, "{audio} {video}");
        if with_audio && with_video {
            assert_eq!(started(&recorder), (audio, video));
        }
    }
}

#[test]
fn the_only_kind_there_is_gets_all_of_a_common_target_while_it_records() {
    let _alone = alone();
    // W36
    let recorder = recorder(true, false, options(Some(500_000), None, None));
    let before = rates(&recorder);
    let after = started(&recorder);
    assert!(after.0.abs_diff(500_000) <= CLOSE && after.1 == 0, "{after:?}");
    assert!(before.0 != after.0 && before.1 != after.1, "{before:?}");
    recorder.stop();
    assert_eq!(rates(&recorder), before);
}

#[test]
fn a_video_target_of_zero_still_records_pictures_as_small_as_they_can_be() {
    let _alone = alone();
    let size = |video| {
        let wishes = MediaRecorderOptions {
            max_duration: Some(std::time::Duration::from_secs(2)),
            ..options(None, None, Some(video))
        };
        let mut recording = recorder(false, true, wishes).start(None).unwrap();
        let events = recording.by_ref().count();
        assert_eq!(events, 3, "start, data, stop");
        let track = &recording.stats().tracks[0];
        assert_eq!(track.packets, 60);
        track.bytes
    };
    let (least, usual) = (size(0), size(2_500_000));
    assert!(least * 2 < usual, "{least} and {usual} bytes");
}
