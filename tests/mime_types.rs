//! What the recorder says its type is, from construction to the end: the Web Platform Tests' cases.
use crate::library::{alone, unpaced_with};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use mediarec::streams::MediaStream;
use std::time::Duration;

fn recorder(stream: &MediaStream, mime_type: &str) -> mediarec::error::Result<MediaRecorder> {
    let options = MediaRecorderOptions {
        mime_type: mime_type.to_owned(),
        max_duration: Some(Duration::from_millis(200)),
        ..Default::default()
    };
    MediaRecorder::new(stream, options)
}

/// The type right after the start, with the event `Start`, and after the end; how many `Start`s there were.
fn types(audio: bool, video: bool, mime_type: &str) -> ([String; 3], usize) {
    let recorder = recorder(&unpaced_with(audio, video), mime_type).unwrap();
    assert_eq!(recorder.mime_type(), mime_type);
    let mut recording = recorder.start(None).unwrap();
    let before = recorder.mime_type();
    assert!(matches!(recording.next(), Some(RecorderEvent::Start)));
    let during = recorder.mime_type();
    let more = recording.filter(|event| matches!(event, RecorderEvent::Start));
    let starts = 1 + more.count();
    ([before, during, recorder.mime_type()], starts)
}

#[test]
fn the_type_is_complete_with_the_start_event_and_what_was_asked_for_before_and_after() {
    let _alone = alone();
    // W6, W7, W12, W14, W15, W16
    for (audio, video, asked, complete) in [
        (true, false, "", "audio/webm;codecs=opus"),
        (false, true, "", "video/webm;codecs=vp8"),
        (true, true, "", "video/webm;codecs=vp8,opus"),
        (
            true,
            true,
            "video/webm; codecs=\"opus, VP9\"",
            "video/webm;codecs=vp9,opus",
        ),
        (
            true,
            true,
            "video/x-matroska;codecs=pcm",
            "video/x-matroska;codecs=vp8,pcm",
        ),
    ] {
        let (types, starts) = types(audio, video, asked);
        assert_eq!(types, [asked, complete, asked]);
        assert_eq!(starts, 1);
    }
}

#[test]
fn a_recording_that_is_stopped_before_its_start_is_told_keeps_the_type_that_was_asked_for() {
    let _alone = alone();
    let recorder = recorder(&unpaced_with(true, true), "").unwrap();
    let recording = recorder.start(None).unwrap();
    recorder.stop();
    let last = recording.last();
    assert!(matches!(last, Some(RecorderEvent::Stop)), "{last:?}");
    assert_eq!(recorder.mime_type(), "");
}

#[test]
#[expect(deprecated, reason = "it is what is tested")]
fn the_constructor_and_is_type_supported_agree_and_the_type_is_kept_as_it_was_written() {
    let empty = MediaStream::new(Vec::new());
    // W8, W9, W10; Vorbis is not on the list of the specification, so the constructor lets it pass.
    for mime_type in [
        "audio/banana",
        "video/pineapple",
        "audio/mp4",
        "audio/ogg",
        "audio/ogg; codecs=\"vorbis\"",
        "audio/ogg; codecs=\"opus\"",
        "audio/webm",
        "audio/webm; codecs=\"vorbis\"",
        "audio/webm; codecs=\"opus\"",
    ] {
        let supported = MediaRecorder::is_type_supported(mime_type);
        match recorder(&empty, mime_type) {
            Ok(recorder) => assert_eq!(recorder.mime_type(), mime_type),
            Err(error) => assert_eq!(error.name(), "NotSupportedError"),
        }
        let is_deferred = mime_type.starts_with("audio/webm") && mime_type.contains("vorbis");
        assert_eq!(
            recorder(&empty, mime_type).is_ok(),
            supported || is_deferred,
            "{mime_type}"
        );
    }
}

#[test]
fn what_cannot_be_recorded_together_is_refused_at_the_start_and_leaves_it_inactive() {
    let _alone = alone();
    // W18, and profiles and levels, which the constructor lets pass.
    for mime_type in [
        "audio/webm",
        "video/webm;codecs=vp09.00.10.08",
        "video/webm;codecs=vp09.02.10.10",
    ] {
        let recorder = recorder(&unpaced_with(false, true), mime_type).unwrap();
        let refused = recorder.start(None).err().expect("it is refused");
        assert_eq!(refused.name(), "NotSupportedError", "{mime_type}");
        assert_eq!(recorder.state().as_str(), "inactive");
        assert_eq!(recorder.mime_type(), mime_type);
    }
}

/// W186: the steps of `start` that run in parallel.
#[test]
fn a_codec_that_is_not_on_the_list_and_not_supported_gives_an_error_and_a_stop_after_the_start() {
    let _alone = alone();
    for mime_type in [
        "video/webm;codecs=banana",
        "video/webm;codecs=vp8,flac",
        "video/webm;codecs=vp8,",
    ] {
        let recorder = recorder(&unpaced_with(true, true), mime_type).unwrap();
        for _ in 0..2 {
            let mut recording = recorder.start(None).unwrap();
            assert_eq!(recorder.state().as_str(), "recording");
            assert_eq!(recorder.start(None).err().unwrap().name(), "InvalidStateError");
            let Some(RecorderEvent::Error(error)) = recording.next() else {
                panic!("the first event is an error");
            };
            assert_eq!(error.name(), "NotSupportedError", "{mime_type}");
            assert_eq!(
                (recorder.state().as_str(), &*recorder.mime_type()),
                ("inactive", mime_type)
            );
            assert!(matches!(recording.next(), Some(RecorderEvent::Stop)));
            assert!(recording.next().is_none() && recording.seek_index().is_none());
        }
        // Nobody takes its events: it ends with its recording.
        drop(recorder.start(None).unwrap());
        assert_eq!(recorder.state().as_str(), "inactive");
        let mut file = std::io::Cursor::new(Vec::new());
        let failure = recorder.start(None).unwrap().write_to(&mut file, |_| {});
        assert_eq!(failure.unwrap_err().name(), "NotSupportedError");
        assert!(file.get_ref().is_empty());
    }
}

#[test]
fn a_codec_that_is_not_on_the_list_but_supported_is_recorded() {
    let _alone = alone();
    let (types, starts) = types(false, true, "video/webm;codecs=vp09.00.31.08");
    assert_eq!((&*types[1], starts), ("video/webm;codecs=vp09.00.31.08", 1));
}
