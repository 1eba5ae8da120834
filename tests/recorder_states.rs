//! The recorder's states and events, case by case as the Web Platform Tests have them; each test names its cases.
use crate::judges::{assert_plays, numbers, pictures, probe, rms, sound};
use crate::library::{alone, label, name, within};
use crate::util::{Folder, wait_until};
use mediarec::clock::Clock;
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent, Recording, RecordingState};
use mediarec::streams::{MediaStream, MediaStreamTrack};
use std::time::Duration;

const SLICE: Option<Duration> = Some(Duration::from_millis(100));
const KINDS: [(bool, bool); 3] = [(true, false), (false, true), (true, true)];

/// A stream of these fake devices; those that are not live stand on a clock that stands still.
fn fake(script: &str, (audio, video): (bool, bool)) -> MediaStream {
    let clock = if script.contains("unpaced") {
        Clock::manual()
    } else {
        Clock::monotonic()
    };
    let devices = FakeDevices::from_spec(script).unwrap();
    MediaDevices::with_clock(devices, clock)
        .get_user_media(&MediaStreamConstraints::new(audio, video))
        .unwrap()
}

fn empty() -> MediaStream {
    MediaStream::new([])
}

fn of_type(mime_type: &str) -> MediaRecorderOptions {
    MediaRecorderOptions {
        mime_type: mime_type.into(),
        ..Default::default()
    }
}

fn lasting(millis: u64) -> MediaRecorderOptions {
    MediaRecorderOptions {
        max_duration: Some(Duration::from_millis(millis)),
        ..Default::default()
    }
}

fn recorder(stream: &MediaStream) -> MediaRecorder {
    MediaRecorder::new(stream, MediaRecorderOptions::default()).unwrap()
}

fn rates(recorder: &MediaRecorder) -> (u32, u32) {
    (recorder.audio_bits_per_second(), recorder.video_bits_per_second())
}

fn labels(recording: Recording) -> Vec<&'static str> {
    within(move || recording.map(|event| label(&event)).collect())
}

/// All bytes of a recording that does not break.
fn bytes(recording: Recording) -> Vec<u8> {
    within(move || {
        let mut bytes = Vec::new();
        for event in recording {
            match event {
                RecorderEvent::DataAvailable(blob) => bytes.extend(blob.data.bytes),
                RecorderEvent::Error(error) => panic!("{error}"),
                _ => {}
            }
        }
        bytes
    })
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

/// W8, W9, W10, W44.
#[test]
fn the_constructor_and_is_type_supported_never_disagree() {
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
        if MediaRecorder::is_type_supported(mime_type) {
            assert_eq!(recorder.unwrap().mime_type(), mime_type);
        } else {
            assert_eq!(name(recorder), "NotSupportedError", "{mime_type}");
        }
    }
    assert!(MediaRecorder::is_type_supported("audio/webm; codecs=\"opus\""));
}

/// W186.
#[test]
fn types_are_read_as_the_specification_reads_them() {
    for (mime_type, supported) in [
        ("", true),
        ("video/webm;codecs=VP8", true),
        ("video/webm;codecs=vp8,vp9", false),
        ("audio/webm;codecs=vp8", false),
        ("video/webm;codecs=av01.0.19M.08", cfg!(feature = "av1")),
        ("video/webm;codecs=future1", false),
    ] {
        assert_eq!(
            MediaRecorder::is_type_supported(mime_type),
            supported,
            "{mime_type}"
        );
    }
    // Nobody has heard of it yet: that is decided at the start.
    let recorder = MediaRecorder::new(
        &fake("unpaced", (false, true)),
        of_type("video/webm;codecs=future1"),
    );
    assert_eq!(name(recorder.unwrap().start(None)), "NotSupportedError");
}

/// W18.
#[test]
fn a_type_of_sound_cannot_hold_a_camera() {
    let recorder = MediaRecorder::new(&fake("unpaced", (false, true)), of_type("audio/webm")).unwrap();
    assert_eq!(name(recorder.start(None)), "NotSupportedError");
    assert_eq!(recorder.state(), RecordingState::Inactive);
}

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

/// W58.
#[test]
fn without_a_wait_the_first_data_comes_and_nothing_but_data_until_it_is_stopped() {
    let _alone = alone();
    let recorder = recorder(&fake("", (true, true)));
    let recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let mut seen = within(move || {
        let mut seen = Vec::new();
        for event in recording {
            seen.push(label(&event));
            if matches!(event, RecorderEvent::DataAvailable(_)) {
                recorder.stop();
            }
        }
        seen
    });
    seen.dedup();
    assert_eq!(seen, ["start", "data", "stop"]);
}

/// W61, W63.
#[test]
fn short_blobs_come_soon_and_hold_something() {
    let _alone = alone();
    for (mime_type, kinds) in [
        ("", (true, false)),
        ("", (false, true)),
        ("", (true, true)),
        ("audio/webm;codecs=opus", (true, false)),
        ("video/webm;codecs=vp8", (false, true)),
        ("video/webm;codecs=vp8,opus", (true, true)),
        ("video/webm;codecs=vp9", (false, true)),
        ("video/webm;codecs=vp9,opus", (true, true)),
    ] {
        let recorder = MediaRecorder::new(&fake("", kinds), of_type(mime_type)).unwrap();
        let recording = recorder.start(Some(Duration::from_millis(200))).unwrap();
        let seen = within(move || {
            let (mut size, mut seen) = (0, Vec::new());
            for event in recording {
                seen.push(label(&event));
                if let RecorderEvent::DataAvailable(blob) = event {
                    size += blob.data.bytes.len();
                    if size >= 2000 {
                        recorder.stop();
                    }
                }
            }
            assert!(size >= 2000);
            seen
        });
        assert!(
            seen.iter().all(|name| ["start", "data", "stop"].contains(name)),
            "{seen:?}"
        );
        assert_eq!((seen.first(), seen.last()), (Some(&"start"), Some(&"stop")));
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

/// W174, W178: of any timeslice the blobs are the same file, cut in other places.
#[test]
fn blobs_put_together_play_for_as_long_as_was_recorded() {
    let _alone = alone();
    let folder = Folder::new();
    for (timeslice, blobs) in [
        (None, 1..=1),
        (SLICE, 15..=21),
        (Some(Duration::from_millis(500)), 4..=4),
    ] {
        let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), lasting(2000)).unwrap();
        let events: Vec<RecorderEvent> = recorder.start(timeslice).unwrap().collect();
        let mut file = Vec::new();
        let mut count = 0;
        for event in events {
            if let RecorderEvent::DataAvailable(blob) = event {
                count += usize::from(!blob.data.bytes.is_empty());
                file.extend(blob.data.bytes);
            }
        }
        assert!(blobs.contains(&count), "{count} blobs of {timeslice:?}");
        let path = folder.write("a.webm", file);
        assert_eq!(numbers(&path), (0..60).collect::<Vec<_>>());
        assert_eq!(sound(&path, 0).len(), 96_000);
    }
}

#[test]
fn clusters_that_are_closer_together_than_the_timeslice_end_no_blob() {
    let _alone = alone();
    let second = Some(Duration::from_secs(1));
    for (timeslice, cluster, blobs) in [(None, 250, 1), (second, 250, 3), (second, 100, 3)] {
        let options = MediaRecorderOptions {
            cluster_duration: Some(Duration::from_millis(cluster)),
            ..lasting(3000)
        };
        let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), options).unwrap();
        let recording = recorder.start(timeslice).unwrap();
        let times: Vec<f64> = within(move || {
            let blobs = recording.filter_map(|event| match event {
                RecorderEvent::DataAvailable(blob) => Some(blob.timecode),
                _ => None,
            });
            blobs.collect()
        });
        assert_eq!(times.len(), blobs, "{times:?}");
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] >= 1000.0),
            "{times:?}"
        );
    }
}

#[test]
fn what_is_encoded_and_not_taken_when_a_recording_breaks_is_delivered() {
    let _alone = alone();
    let stream = fake("unpaced", (true, true));
    let recorder = recorder(&stream);
    let mut recording = recorder.start(None).unwrap();
    // Encoders run ahead of who reads by half a second.
    let ahead = Duration::from_millis(400);
    wait_until("encoded media", || {
        let tracks = recording.stats().tracks;
        tracks.iter().all(|track| track.media_waiting > ahead)
    });
    stream.add_track(&fake("unpaced", (true, false)).tracks()[0]);
    let (labels, length) = within(move || {
        let labels: Vec<_> = recording.by_ref().map(|event| label(&event)).collect();
        (labels, recording.stats().duration)
    });
    assert_eq!(labels, ["start", "error", "data", "stop"]);
    assert!(length > ahead, "{length:?}");
}

/// W175, W177.
#[test]
fn data_that_is_asked_for_twice_comes_twice_and_every_millisecond_is_no_more_than_every_packet() {
    let _alone = alone();
    let recorder = MediaRecorder::new(&fake("", (true, true)), lasting(400)).unwrap();
    let mut recording = recorder.start(None).unwrap();
    assert!(matches!(recording.next(), Some(RecorderEvent::Start)));
    for state in [RecordingState::Recording, RecordingState::Paused] {
        if state == RecordingState::Paused {
            recorder.pause().unwrap();
            assert!(matches!(recording.next(), Some(RecorderEvent::Pause)));
        }
        recorder.request_data().unwrap();
        recorder.request_data().unwrap();
        // What is asked for goes before what is encoded, so nothing comes in between.
        assert!(matches!(recording.next(), Some(RecorderEvent::DataAvailable(_))));
        let Some(RecorderEvent::DataAvailable(second)) = recording.next() else {
            panic!("nothing was asked for twice")
        };
        assert_eq!((second.data.bytes.len(), recorder.state()), (0, state));
    }
    drop(recording);
    let recorder = MediaRecorder::new(&fake("unpaced", (true, true)), lasting(1000)).unwrap();
    let mut recording = recorder.start(Some(Duration::from_millis(1))).unwrap();
    let blobs = recording.by_ref().filter(|event| label(event) == "data").count();
    let packets: u64 = recording.stats().tracks.iter().map(|track| track.packets).sum();
    assert!(blobs as u64 <= packets + 1, "{blobs} blobs of {packets} packets");
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
