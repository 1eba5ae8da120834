//! Tracks: their states, their frames, and several of them on one device.
use crate::fake_tracks::{camera, fakes, number, size};
use crate::judges::{assert_plays, numbers, probe};
use crate::library::unpaced;
use crate::util::{Folder, is_in_own_process, wait_until};
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::MediaDevices;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::media::{MediaFormat, TrackKind, VideoFrame};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use mediarec::streams::{MediaStream, ReadyState, TrackEvent};
use std::fs;
use std::thread;
use std::time::Duration;

// W118, W119
#[test]
fn a_new_track_is_live_enabled_and_has_an_id_of_its_own() {
    let tracks = unpaced().tracks();
    for track in &tracks {
        assert_eq!(
            (track.ready_state(), track.enabled(), track.muted()),
            (ReadyState::Live, true, false)
        );
        assert_eq!(track.id().len(), 36);
    }
    assert_eq!(
        (tracks[0].kind(), tracks[1].kind()),
        (TrackKind::Audio, TrackKind::Video)
    );
    assert_ne!(tracks[0].id(), tracks[1].id());
}

// W120
#[test]
fn a_disabled_track_of_sound_is_exact_silence_and_sounds_again() {
    let track = unpaced().audio_tracks()[0].clone();
    let blocks = track.audio_blocks(1).unwrap();
    track.set_enabled(false);
    // Two may be under way from before.
    let silent: Vec<f32> = blocks
        .skip(2)
        .take(25)
        .flat_map(|block| block.samples.to_vec())
        .collect();
    assert!(silent.len() >= 2 * 10 * 1024);
    assert!(silent.iter().all(|sample| *sample == 0.0));
    track.set_enabled(true);
    let mut blocks = track.audio_blocks(1).unwrap();
    assert!(blocks.any(|block| block.samples.iter().any(|sample| *sample != 0.0)));
}

#[test]
fn a_disabled_track_of_pictures_is_black_at_its_own_size_and_times() {
    let devices = fakes("unpaced");
    let track = camera(&devices, "width=500,height=400");
    track.set_enabled(false);
    let mut frames = track.video_frames(1).unwrap();
    let frame = frames.next().unwrap();
    assert_eq!(size(&frame), (500, 400));
    let [y, u, v] = frame.picture.planes();
    assert!(y.iter().all(|y| *y == 16) && u.iter().chain(v).all(|c| *c == 128));
    let next = frames.next().unwrap();
    assert_eq!((next.time - frame.time).as_millis(), 33);
}

// W127
#[test]
fn an_unplugged_device_ends_its_track_with_one_event_and_the_stream_with_the_last() {
    let devices = fakes("unpaced,unplug=camera1@500ms,unplug=mic1@1s");
    let stream = devices
        .get_user_media(&MediaStreamConstraints::audio_video())
        .unwrap();
    let (sound, pictures) = (stream.audio_tracks()[0].clone(), stream.video_tracks()[0].clone());
    let events = pictures.events();
    let frames = pictures.video_frames(1).unwrap();
    assert_eq!(frames.count(), 15);
    wait_until("the end", || pictures.ready_state() == ReadyState::Ended);
    assert!(matches!(
        events.next_timeout(Duration::from_secs(5)),
        Some(TrackEvent::Ended)
    ));
    assert!(events.try_next().is_none());
    assert_eq!(sound.ready_state(), ReadyState::Live);
    assert!(stream.active());
    assert_eq!(pictures.failure().unwrap().name(), "NotReadableError");
    assert_eq!(sound.audio_blocks(1).unwrap().count(), 100);
    wait_until("the other end", || !stream.active());
}

#[test]
fn who_waits_for_events_of_a_track_that_is_over_waits_for_nothing() {
    let unplugged = camera(&fakes("unpaced,unplug=camera1@500ms"), "");
    let events = unplugged.events();
    assert_eq!(unplugged.video_frames(1).unwrap().count(), 15);
    assert_eq!(events.count(), 1);
    let stopped = camera(&fakes(""), "");
    let events = stopped.events();
    stopped.stop();
    assert_eq!(events.count(), 0);
    let clone = stopped.clone_track().unwrap();
    assert_eq!((stopped.events().count(), clone.events().count()), (0, 0));
}

// W131
#[test]
fn one_device_can_be_opened_twice_and_is_shared() {
    let devices = fakes("");
    let first = camera(&devices, "");
    let id = first.get_settings().device_id.unwrap();
    let second = camera(&devices, &format!("deviceId=={id}"));
    assert_eq!(second.get_settings().device_id, Some(id));
    assert_ne!(first.id(), second.id());
    first.stop();
    assert_eq!(second.ready_state(), ReadyState::Live);
    assert!(second.video_frames(1).unwrap().next().is_some());
}

// W139
#[test]
fn a_track_goes_on_in_another_thread() {
    let track = unpaced().video_tracks()[0].clone();
    let id = track.id().to_owned();
    let there = thread::spawn(move || {
        (
            track.id().to_owned(),
            track.video_frames(1).unwrap().take(3).count(),
        )
    });
    assert_eq!(there.join().unwrap(), (id, 3));
}

// W140
#[test]
fn frames_are_counted_without_anybody_who_looks_and_those_left_out_apart() {
    let devices = MediaDevices::new(FakeDevices::default());
    let track = camera(&devices, "frameRate==10");
    wait_until("ten frames", || track.stats().delivered_frames >= 10);
    let stats = track.stats();
    assert!(
        stats.discarded_frames.abs_diff(2 * stats.delivered_frames) <= 3,
        "{stats:?}"
    );
    assert!(stats.total_frames >= stats.delivered_frames + stats.discarded_frames);
}

// Two recordings at once from one camera, each with its own settings.
#[test]
fn one_camera_is_recorded_twice_at_once_in_different_sizes() {
    let folder = Folder::new();
    let unpaced = FakeDevices::from_spec("unpaced").unwrap();
    let devices = MediaDevices::new(unpaced);
    let tracks = [
        camera(&devices, "width==640,height==360"),
        camera(&devices, "width==500,height==400,frameRate==10"),
    ];
    // The camera waits for both, so that neither can have left out what the other has.
    let recordings = tracks.map(|track| {
        let options = MediaRecorderOptions {
            max_duration: Some(Duration::from_secs(1)),
            ..Default::default()
        };
        let recorder = MediaRecorder::new(&MediaStream::new([track]), options).unwrap();
        recorder.start(None).unwrap()
    });
    let recordings = recordings.map(|events| {
        thread::spawn(move || {
            events
                .filter_map(|event| match event {
                    RecorderEvent::DataAvailable(blob) => Some(blob.data.bytes),
                    _ => None,
                })
                .flatten()
                .collect::<Vec<u8>>()
        })
    });
    let expected = [(640, 360, 1), (500, 400, 3)];
    for (recording, (width, height, step)) in recordings.into_iter().zip(expected) {
        let path = folder.path(&format!("{width}.webm"));
        fs::write(&path, recording.join().unwrap()).unwrap();
        assert_plays(&path);
        let video = probe(&path).streams("video")[0].clone();
        assert_eq!(
            (&video["width"], &video["height"]),
            (&width.into(), &height.into())
        );
        let numbers = numbers(&path);
        assert!(
            numbers.len() == 30 / step as usize && numbers.windows(2).all(|pair| pair[1] - pair[0] == step),
            "{numbers:?}"
        );
    }
}

// W200: the recording keeps its size; smaller pictures are scaled into it, with black at the sides.
#[test]
fn a_camera_that_changes_its_size_midway_is_recorded_in_the_first_size() {
    let folder = Folder::new();
    let stream = fakes("unpaced,resize=camera1:640x480@1s")
        .get_user_media(&MediaStreamConstraints::video())
        .unwrap();
    let track = stream.tracks()[0].clone();
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(2)),
        ..Default::default()
    };
    let recorder = MediaRecorder::new(&stream, options).unwrap();
    let mut bytes = Vec::new();
    let mut recording = recorder.start(None).unwrap();
    recording.stream_to(&mut bytes, |_| {}).unwrap();
    folder.write("a.webm", bytes);
    let path = folder.path("a.webm");
    assert_plays(&path);
    assert_eq!(probe(&path).times("video").len(), 60);
    let video = probe(&path).streams("video")[0].clone();
    assert_eq!((&video["width"], &video["height"]), (&1280.into(), &720.into()));
    let MediaFormat::Video(format) = track.format() else {
        panic!("a camera gives pictures")
    };
    assert_eq!((format.width, track.get_settings().width), (640, Some(640)));
}

#[test]
fn a_camera_that_changes_its_size_for_a_while_has_its_own_again_afterwards() {
    let track = camera(&fakes("unpaced,resize=camera1:640x480@200ms..400ms"), "");
    let frames: Vec<VideoFrame> = track.video_frames(1).unwrap().take(13).collect();
    let sizes = [5, 6, 11, 12].map(|number: usize| size(&frames[number]));
    assert_eq!(sizes, [(1280, 720), (640, 480), (640, 480), (1280, 720)]);
    assert_eq!(track.get_settings().width, Some(1280));
}

#[test]
fn a_muted_source_is_told_once_and_is_black_meanwhile() {
    let track = camera(&fakes("unpaced,mute=camera1@200ms..400ms"), "");
    let events = track.events();
    let frames: Vec<VideoFrame> = track.video_frames(1).unwrap().take(15).collect();
    let readable: Vec<bool> = frames.iter().map(|frame| number(frame).is_some()).collect();
    assert_eq!(readable.iter().filter(|readable| !**readable).count(), 6);
    assert!(!readable[6] && readable[5] && readable[12]);
    assert!(matches!(events.try_next(), Some(TrackEvent::Mute)));
    assert!(matches!(events.try_next(), Some(TrackEvent::Unmute)));
}

#[test]
fn ten_thousand_openings_leave_no_thread_and_no_memory_behind() {
    if !is_in_own_process("tracks::ten_thousand_openings_leave_no_thread_and_no_memory_behind") {
        return;
    }
    let resident = || -> u64 {
        let status = fs::read_to_string("/proc/self/statm").unwrap();
        status.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    let threads = || {
        let tasks = fs::read_dir("/proc/self/task").unwrap();
        let names = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok());
        names.filter(|name| name.trim() == "microphone").count()
    };
    let devices = fakes("unpaced");
    let open = |count: usize| {
        for _ in 0..count {
            drop(devices.get_user_media(&MediaStreamConstraints::audio()).unwrap());
        }
    };
    open(1000);
    let before = resident();
    open(9000);
    wait_until("all threads to end", || threads() == 0);
    // In pages of 4 KiB.
    assert!(resident() < before + 2048, "{} pages more", resident() - before);
}
