//! The settings, capabilities and constraints of tracks.
use crate::fake_tracks::{camera, fakes, number, parsed, size};
use mediarec::constraints::{Constrain, EchoCancellation, MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::MediaDeviceKind;
use mediarec::error::Error;
use mediarec::media::{TrackKind, VideoFrame};
use mediarec::streams::TrackEvent;
use serde_json::{Value, json};
use std::time::Duration;

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
        .get_user_media(&MediaStreamConstraints::audio_video())
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
