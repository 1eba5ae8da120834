//! The recorder's states and events, case by case as the Web Platform Tests have them; each test names its cases.
use crate::fake_recordings::{KINDS, SLICE, bytes, empty, fake, labels, lasting, of_type, recorder};
use crate::judges::{assert_plays, numbers, pictures, probe, rms, sound};
use crate::library::{alone, label, name, within};
use crate::util::{Folder, wait_until};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, RecordingState};
use mediarec::streams::MediaStreamTrack;
use std::thread;
use std::time::{Duration, Instant};

/// W45, W53: and an empty stream cannot be recorded.
#[test]
fn what_was_not_started_cannot_be_steered_and_need_not_be_stopped() {
    let recorder = recorder(&empty());
    recorder.stop();
    for refused in [recorder.pause(), recorder.resume(), recorder.request_data()] {
        assert_eq!(name(refused), "InvalidStateError");
    }
    assert_eq!(name(recorder.start(None)), "NotSupportedError");
    assert_eq!(recorder.state(), RecordingState::Inactive);
}

/// W38, W40, W182.
#[test]
fn disabled_tracks_are_recorded_as_black_and_silence_and_answer_at_once() {
    let _alone = alone();
    let folder = Folder::new();
    for kinds in KINDS {
        let stream = fake("unpaced", kinds);
        stream.tracks().iter().for_each(|track| track.set_enabled(false));
        let recorder = MediaRecorder::new(&stream, lasting(1000)).unwrap();
        let mut recording = recorder.start(None).unwrap();
        recorder.request_data().unwrap();
        let asked = within(move || {
            let asked = recording.find(|event| matches!(event, RecorderEvent::DataAvailable(_)));
            let Some(RecorderEvent::DataAvailable(asked)) = asked else {
                panic!("no data")
            };
            assert_eq!(recorder.state(), RecordingState::Recording);
            (asked.data.bytes, recording)
        });
        let path = folder.write("a.webm", [asked.0, bytes(asked.1)].concat());
        assert_plays(&path);
        if kinds.1 {
            let black = pictures(&path, 0);
            assert_eq!(black.len(), 30);
            assert!(black.concat().iter().all(|&luma| luma < 24));
        }
        if kinds.0 {
            assert!(rms(&sound(&path, 0)) < 1e-4);
            assert_eq!(sound(&path, 0).len(), 48_000);
        }
    }
}

/// W41.
#[test]
fn a_track_that_joins_breaks_the_recording_off() {
    let _alone = alone();
    let stream = fake("", (false, true));
    let recorder = recorder(&stream);
    let mut recording = recorder.start(SLICE).unwrap();
    assert!(matches!(recording.next(), Some(RecorderEvent::Start)));
    stream.add_track(&fake("", (true, false)).tracks()[0]);
    let (state, rest) = within(move || {
        let error = recording.find(|event| matches!(event, RecorderEvent::Error(_)));
        let Some(RecorderEvent::Error(error)) = error else {
            panic!("no error")
        };
        assert_eq!(error.name(), "InvalidModificationError");
        (
            recorder.state(),
            recording.map(|event| label(&event)).collect::<Vec<_>>(),
        )
    });
    assert_eq!(state, RecordingState::Inactive);
    assert_eq!(rest, ["data", "stop"]);
}

/// W14, W43, W47, W48, W49: each step is taken when the one before is heard of.
#[test]
fn a_chain_of_pause_resume_and_stop_is_told_once_each_and_in_order() {
    let _alone = alone();
    let recorder = recorder(&fake("", (true, true)));
    let mut recording = recorder.start(None).unwrap();
    let log = within(move || {
        let mut log = Vec::new();
        while let Some(event) = recording.next() {
            log.push((label(&event), recorder.state()));
            match event {
                RecorderEvent::Start => {
                    assert_eq!(name(recorder.start(None)), "InvalidStateError");
                    // There is to be something in the file.
                    wait_until("media", || {
                        recording.stats().tracks.iter().all(|track| track.encoded > 0)
                    });
                    recorder.pause().unwrap();
                    recorder.pause().unwrap();
                }
                RecorderEvent::Pause => {
                    recorder.resume().unwrap();
                    recorder.resume().unwrap();
                }
                RecorderEvent::Resume => recorder.stop(),
                RecorderEvent::DataAvailable(blob) => assert!(!blob.data.bytes.is_empty()),
                _ => {
                    recorder.stop();
                    assert_eq!(name(recorder.pause()), "InvalidStateError");
                    assert_eq!(name(recorder.resume()), "InvalidStateError");
                    assert_eq!(name(recorder.request_data()), "InvalidStateError");
                }
            }
        }
        log
    });
    let names: Vec<&str> = log.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["start", "pause", "resume", "data", "stop"]);
    let states: Vec<RecordingState> = log.iter().map(|(_, state)| *state).collect();
    let (recording, paused, inactive) = (
        RecordingState::Recording,
        RecordingState::Paused,
        RecordingState::Inactive,
    );
    assert_eq!(states, [recording, paused, recording, inactive, inactive]);
}

/// W51, W52, W55, W56, W60.
#[test]
fn however_it_is_stopped_there_is_one_start_one_last_blob_and_one_stop() {
    type End = fn(&MediaRecorder);
    let _alone = alone();
    let stop_tracks: End = |recorder| recorder.stream().tracks().iter().for_each(MediaStreamTrack::stop);
    let both: End = |recorder| {
        recorder.stream().tracks().iter().for_each(MediaStreamTrack::stop);
        recorder.stop();
    };
    for (end, state_after) in [
        (stop_tracks, RecordingState::Recording),
        (MediaRecorder::stop as End, RecordingState::Inactive),
        (both, RecordingState::Inactive),
    ] {
        let recorder = recorder(&fake("", (true, true)));
        let recording = recorder.start(None).unwrap();
        end(&recorder);
        assert_eq!(recorder.state(), state_after);
        assert_eq!(labels(recording), ["start", "data", "stop"]);
        assert_eq!(recorder.state(), RecordingState::Inactive);
        recorder.stop();
        assert_eq!(recorder.state(), RecordingState::Inactive);
    }
}

/// W51: of every type.
#[test]
fn tracks_that_end_end_a_recording_of_any_type() {
    let _alone = alone();
    for mime_type in [
        "video/webm;codecs=vp8,opus",
        "video/webm;codecs=vp9,opus",
        #[cfg(feature = "av1")]
        "video/webm;codecs=av1,opus",
        "video/x-matroska;codecs=vp8,pcm",
    ] {
        let recorder = MediaRecorder::new(&fake("", (true, true)), of_type(mime_type)).unwrap();
        let recording = recorder.start(None).unwrap();
        recorder.stream().tracks().iter().for_each(MediaStreamTrack::stop);
        assert_eq!(recorder.state(), RecordingState::Recording);
        assert_eq!(labels(recording), ["start", "data", "stop"], "{mime_type}");
        assert_eq!(recorder.state(), RecordingState::Inactive);
    }
}

/// W67, W68.
#[test]
fn whoever_drops_a_recording_that_has_ended_hears_no_more_of_it() {
    let _alone = alone();
    let ends: [fn(&MediaRecorder); 2] = [MediaRecorder::stop, |recorder| {
        recorder.stream().tracks().iter().for_each(MediaStreamTrack::stop);
    }];
    for end in ends {
        let recorder = recorder(&fake("", (true, true)));
        let mut recording = recorder.start(None).unwrap();
        end(&recorder);
        within(move || {
            assert!(recording.any(|event| matches!(event, RecorderEvent::DataAvailable(_))));
            drop(recording);
        });
        assert_eq!(recorder.state(), RecordingState::Inactive);
    }
}

/// W181.
#[test]
fn a_muted_microphone_leaves_silence_of_the_same_length() {
    let _alone = alone();
    let folder = Folder::new();
    let recorder =
        MediaRecorder::new(&fake("unpaced,mute=mic1@1s..3s", (true, true)), lasting(4000)).unwrap();
    let path = folder.write("a.webm", bytes(recorder.start(SLICE).unwrap()));
    let samples = sound(&path, 0);
    assert_eq!(samples.len(), 4 * 48_000);
    let loud = |from: usize, to: usize| rms(&samples[from * 4_800..to * 4_800]);
    assert!(
        loud(2, 9) > 0.01 && loud(32, 39) > 0.01,
        "{} {}",
        loud(2, 9),
        loud(32, 39)
    );
    assert!(loud(11, 29) < 1e-3, "{}", loud(11, 29));
    assert_eq!(numbers(&path).len(), 120);
}

/// W183.
#[test]
fn one_track_that_ends_does_not_end_the_recording() {
    let _alone = alone();
    let folder = Folder::new();
    let stream = fake("unpaced,unplug=mic1@500ms", (true, true));
    let recorder = MediaRecorder::new(&stream, lasting(1500)).unwrap();
    let path = folder.write("a.webm", bytes(recorder.start(SLICE).unwrap()));
    assert_eq!(numbers(&path), (0..45).collect::<Vec<_>>());
    assert_eq!(sound(&path, 0).len(), 24_000);
    assert!(stream.tracks()[0].failure().is_some());
}

/// W200.
#[test]
fn a_camera_that_changes_its_size_keeps_it_in_the_file() {
    let _alone = alone();
    let folder = Folder::new();
    let recorder = MediaRecorder::new(
        &fake("unpaced,resize=camera1:640x480@1s", (false, true)),
        lasting(2000),
    )
    .unwrap();
    let path = folder.write("a.webm", bytes(recorder.start(SLICE).unwrap()));
    assert_eq!(probe(&path).streams("video")[0]["width"], 1280);
    assert_eq!(probe(&path).packets("video").len(), 60);
    assert_plays(&path);
}

#[test]
fn a_waker_ends_the_wait_for_the_next_event_from_any_thread() {
    let paused = MediaRecorderOptions {
        start_paused: true,
        ..Default::default()
    };
    let recorder = MediaRecorder::new(&fake("", (true, false)), paused).unwrap();
    let mut recording = recorder.start(None).unwrap();
    let (waker, other) = (recording.waker(), recording.waker());
    let begin = Instant::now();
    within(move || {
        let mut next = || recording.next_timeout(Duration::from_secs(600));
        assert_eq!(next().as_ref().map(label), Some("start"));
        assert_eq!(next().as_ref().map(label), Some("pause"));
        let later = thread::spawn(move || {
            thread::sleep(Duration::from_millis(50));
            other.wake();
        });
        assert!(next().is_none());
        later.join().unwrap();
        // One that comes before the wait is not lost.
        waker.wake();
        waker.wake();
        assert!(next().is_none());
        // Events are not.
        waker.wake();
        recorder.request_data().unwrap();
        assert_eq!(next().as_ref().map(label), Some("data"));
        recorder.stop();
        assert_eq!(
            recording.map(|event| label(&event)).collect::<Vec<_>>(),
            ["data", "stop"]
        );
    });
    assert!(begin.elapsed() < Duration::from_secs(30));
}
