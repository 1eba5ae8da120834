//! Tracks: their states, their settings, and several of them on one device.
use crate::judges::{assert_plays, numbers, probe};
use crate::library::unpaced;
use crate::util::{Folder, is_in_own_process, wait_until};
use mediarec::clock::Clock;
use mediarec::constraints::{Constrain, EchoCancellation, MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::synthetic::{FakeDevices, read_frame_number};
use mediarec::devices::{MediaDeviceKind, MediaDevices};
use mediarec::error::Error;
use mediarec::media::{MediaFormat, TrackKind, VideoFrame};
use mediarec::recorder::{MediaRecorder, MediaRecorderOptions, RecorderEvent};
use mediarec::streams::{MediaStream, MediaStreamTrack, ReadyState, TrackEvent};
use serde_json::{Value, json};
use std::fs;
use std::thread;
use std::time::Duration;

fn fakes(spec: &str) -> MediaDevices {
    MediaDevices::with_clock(FakeDevices::from_spec(spec).unwrap(), Clock::manual())
}

fn camera(devices: &MediaDevices, asked: &str) -> MediaStreamTrack {
    let mut constraints = MediaStreamConstraints::new(false, true);
    constraints.video = Some(parsed(asked));
    devices.get_user_media(&constraints).unwrap().tracks()[0].clone()
}

fn parsed(asked: &str) -> MediaTrackConstraints {
    MediaTrackConstraints::parse(asked).unwrap().value
}

fn size(frame: &VideoFrame) -> (u32, u32) {
    (frame.picture.width(), frame.picture.height())
}

fn number(frame: &VideoFrame) -> Option<u32> {
    let (width, height) = size(frame);
    read_frame_number(frame.picture.planes()[0], width, height)
}

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
    let silent: Vec<f32> = blocks.skip(2).take(25).flat_map(|block| block.samples).collect();
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

// W122, W123
#[test]
fn another_group_can_be_wished_for_but_not_required() {
    let track = camera(&fakes("unpaced"), "");
    let before = track.get_settings();
    let mut asked = MediaTrackConstraints::default();
    asked.basic.group_id = Some(Constrain::exact(["INVALID"].into()));
    let Err(Error::Overconstrained { constraint, .. }) = track.apply_constraints(&asked) else {
        panic!("there is no such group")
    };
    assert_eq!(constraint, "groupId");
    assert!(track.get_constraints().is_empty());
    track.apply_constraints(&parsed("groupId=INVALID")).unwrap();
    assert_eq!(track.get_settings(), before);
    assert!(!track.get_constraints().is_empty());
}

// W127
#[test]
fn an_unplugged_device_ends_its_track_with_one_event_and_the_stream_with_the_last() {
    let devices = fakes("unpaced,unplug=camera1@500ms,unplug=mic1@1s");
    let stream = devices
        .get_user_media(&MediaStreamConstraints::new(true, true))
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

// W133, W134, W135, W136
#[test]
fn settings_are_whole_and_of_a_stopped_track_its_device_is_left() {
    let devices = fakes("unpaced");
    for device in devices.enumerate_devices().unwrap() {
        let mut asked = MediaTrackConstraints::default();
        asked.basic.device_id = Some(Constrain::exact([device.device_id.as_str()].into()));
        let constraints = match device.kind {
            MediaDeviceKind::AudioInput => MediaStreamConstraints {
                audio: Some(asked),
                video: None,
            },
            MediaDeviceKind::VideoInput => MediaStreamConstraints {
                audio: None,
                video: Some(asked),
            },
            MediaDeviceKind::AudioOutput => continue,
        };
        let stream = devices.get_user_media(&constraints).unwrap();
        let track = &stream.tracks()[0];
        let settings = track.get_settings();
        assert_eq!(
            (settings.device_id.as_ref(), settings.group_id.as_ref()),
            (Some(&device.device_id), Some(&device.group_id))
        );
        assert!(!device.group_id.is_empty());
        if track.kind() == TrackKind::Audio {
            assert!(settings.sample_rate.unwrap() > 0 && settings.sample_size.unwrap() > 0);
            assert!(settings.channel_count.unwrap() > 0 && settings.latency.unwrap() >= 0.0);
            assert_eq!(settings.echo_cancellation, Some(EchoCancellation::Switch(false)));
            assert_eq!(
                (settings.auto_gain_control, settings.noise_suppression),
                (Some(false), Some(false))
            );
        } else {
            assert!(settings.width.unwrap() > 0 && settings.height.unwrap() > 0);
            assert!(settings.aspect_ratio.unwrap() > 0.0 && settings.frame_rate.unwrap() > 0.0);
            assert!(["user", "environment"].contains(&settings.facing_mode.as_deref().unwrap()));
            assert_eq!(settings.resize_mode.as_deref(), Some("none"));
        }
        track.stop();
        let left = track.get_settings();
        assert_eq!(
            (left.device_id, left.group_id),
            (settings.device_id, settings.group_id)
        );
        assert_eq!((left.width, left.sample_rate), (None, None));
        // What was asked of an ended track is asked of nobody.
        track.apply_constraints(&parsed("")).unwrap();
    }
}

// W128, W129
#[test]
fn capabilities_are_those_of_the_list_and_every_setting_lies_in_them() {
    let devices = fakes("");
    let list = devices.enumerate_devices().unwrap();
    let stream = devices
        .get_user_media(&MediaStreamConstraints::new(true, true))
        .unwrap();
    for track in stream.tracks() {
        let settings = track.get_settings();
        let mut listed = list.iter();
        let listed = listed.find(|device| Some(&device.device_id) == settings.device_id.as_ref());
        let can = track.get_capabilities();
        assert_eq!(listed.unwrap().as_input().unwrap().get_capabilities(), can);
        let (can, settings) = (json!(can), json!(settings));
        let names = match track.kind() {
            TrackKind::Audio => {
                "sampleRate sampleSize latency channelCount echoCancellation autoGainControl noiseSuppression"
            }
            TrackKind::Video => "width height aspectRatio frameRate facingMode resizeMode",
        };
        for name in names.split(' ').chain(["deviceId", "groupId"]) {
            assert!(can.get(name).is_some(), "{name}");
        }
        for (name, range) in can.as_object().unwrap() {
            let value = &settings[name];
            let is_inside = match range {
                Value::Object(range) => {
                    let ends = ["min", "max"].map(|end| range[end].as_f64().unwrap());
                    (ends[0]..=ends[1]).contains(&value.as_f64().unwrap())
                }
                Value::Array(list) => list.contains(value),
                one => one == value,
            };
            assert!(is_inside, "{name}: {value} of {range}");
        }
    }
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

#[test]
fn a_track_can_be_asked_to_be_smaller_and_slower_while_it_runs() {
    let devices = fakes("unpaced");
    let track = camera(&devices, "");
    assert_eq!(
        track.video_frames(1).unwrap().next().map(|frame| size(&frame)),
        Some((1280, 720))
    );
    track
        .apply_constraints(&parsed("width==320,height==180,frameRate==10"))
        .unwrap();
    let settings = track.get_settings();
    assert_eq!(
        (settings.width, settings.height, settings.frame_rate),
        (Some(320), Some(180), Some(10.0))
    );
    let frames: Vec<VideoFrame> = track.video_frames(1).unwrap().take(5).collect();
    assert!(frames.iter().all(|frame| size(frame) == (320, 180)));
    let steps: Vec<u32> = frames
        .windows(2)
        .map(|pair| number(&pair[1]).unwrap() - number(&pair[0]).unwrap())
        .collect();
    assert_eq!(steps, [3; 4]);
    track
        .apply_constraints(&MediaTrackConstraints::default())
        .unwrap();
    assert_eq!(track.get_settings().width, Some(1280));
    assert!(track.get_constraints().is_empty());
}

#[test]
fn a_mode_that_others_do_not_need_is_left_for_one_that_is_required() {
    let devices = fakes("");
    let track = camera(&devices, "deviceId=x,width==640,height==480,resizeMode==none");
    let other = track.clone_track().unwrap();
    other
        .apply_constraints(&MediaTrackConstraints::default())
        .unwrap();
    // The clone asks for nothing, but the first does: the camera stays as it is.
    let Err(Error::Overconstrained { message, .. }) = other.apply_constraints(&parsed("width==1280")) else {
        panic!("both cannot be had")
    };
    assert!(message.contains("other tracks"), "{message}");
    assert_eq!(other.get_settings().width, Some(640));
    track.stop();
    other.apply_constraints(&parsed("width==1280")).unwrap();
    assert_eq!(
        other.video_frames(2).unwrap().next().map(|frame| size(&frame)),
        Some((1280, 720))
    );
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
        .get_user_media(&MediaStreamConstraints::new(false, true))
        .unwrap();
    let track = stream.tracks()[0].clone();
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(2)),
        ..Default::default()
    };
    let recorder = MediaRecorder::new(&stream, options).unwrap();
    let mut bytes = Vec::new();
    for event in recorder.start(None).unwrap() {
        match event {
            RecorderEvent::DataAvailable(blob) => bytes.extend(blob.data.bytes),
            RecorderEvent::Error(error) => panic!("{error}"),
            _ => {}
        }
    }
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
fn a_camera_without_pace_goes_on_where_it_was_in_another_mode() {
    let track = camera(&fakes("unpaced"), "");
    let last = track.video_frames(1).unwrap().take(10).last().unwrap();
    track
        .apply_constraints(&parsed("width==640,height==480,resizeMode==none"))
        .unwrap();
    let first = track.video_frames(1).unwrap().next().unwrap();
    assert_eq!(size(&first), (640, 480));
    assert!(first.time > last.time, "{:?} after {:?}", first.time, last.time);
    assert!(number(&first) > number(&last));
}

#[test]
fn a_source_that_can_no_longer_do_what_is_required_says_so() {
    let track = camera(&fakes("unpaced,resize=camera1:640x480@200ms"), "width>=1000");
    let events = track.events();
    let frames: Vec<VideoFrame> = track.video_frames(1).unwrap().take(12).collect();
    assert_eq!((size(&frames[5]), size(&frames[6])), ((1280, 720), (640, 480)));
    let Some(TrackEvent::Overconstrained(error)) = events.next_timeout(Duration::from_secs(5)) else {
        panic!("the width is not to be had any more")
    };
    assert!(matches!(&*error, Error::Overconstrained { constraint, .. } if constraint == "width"));
    assert_eq!(track.get_constraints().basic.width, Some(Constrain::min(1000)));
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
            drop(
                devices
                    .get_user_media(&MediaStreamConstraints::new(true, false))
                    .unwrap(),
            );
        }
    };
    open(1000);
    let before = resident();
    open(9000);
    wait_until("all threads to end", || threads() == 0);
    // In pages of 4 KiB.
    assert!(resident() < before + 2048, "{} pages more", resident() - before);
}
