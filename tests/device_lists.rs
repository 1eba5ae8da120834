//! What a session shows of its devices: `enumerateDevices`, ids, policies, changes.
use crate::util::{Folder, run};
use mediarec::clock::Clock;
use mediarec::constraints::{Constrain, MediaStreamConstraints, MediaTrackConstraints};
use mediarec::devices::synthetic::FakeDevices;
use mediarec::devices::{MediaDeviceInfo, MediaDeviceKind, MediaDevices, SessionOptions};
use mediarec::error::Error;
use serde_json::Value;
use std::time::Duration;

/// A session of fake devices on a clock that stands still.
fn session(spec: &str, options: SessionOptions) -> (MediaDevices, Clock) {
    let clock = Clock::manual();
    let backend = FakeDevices::from_spec(spec).unwrap();
    (MediaDevices::with_options(backend, clock.clone(), options), clock)
}

fn plain(spec: &str) -> MediaDevices {
    session(spec, SessionOptions::default()).0
}

fn labels(list: &[MediaDeviceInfo]) -> Vec<&str> {
    list.iter().map(|device| device.label.as_str()).collect()
}

fn video(change: impl FnOnce(&mut MediaTrackConstraints)) -> MediaStreamConstraints {
    let mut constraints = MediaStreamConstraints::video();
    change(constraints.video.as_mut().unwrap());
    constraints
}

// W69
#[test]
fn a_denied_camera_is_not_allowed_and_names_no_constraint() {
    let devices = plain("deny=camera1,deny=camera2");
    let error = devices.get_user_media(&MediaStreamConstraints::video()).err();
    assert!(matches!(error, Some(Error::NotAllowed { .. })), "{error:?}");
}

#[test]
fn a_busy_or_denied_camera_is_passed_over_for_the_next() {
    for spec in ["busy=camera1", "deny=camera1"] {
        let stream = plain(spec)
            .get_user_media(&MediaStreamConstraints::video())
            .unwrap();
        assert_eq!(
            stream.tracks()[0].label(),
            "Fake camera 2 (environment)",
            "{spec}"
        );
    }
    let busy = plain("busy=camera1,busy=camera2").get_user_media(&MediaStreamConstraints::video());
    assert_eq!(busy.err().map(|error| error.name()), Some("NotReadableError"));
}

#[test]
fn a_denied_camera_is_no_reason_where_another_is_only_busy() {
    let refused = plain("deny=camera1,busy=camera2").get_user_media(&MediaStreamConstraints::video());
    assert_eq!(refused.err().map(|error| error.name()), Some("NotReadableError"));
}

// W81
#[test]
fn an_exact_group_is_a_camera_of_that_group_or_overconstrained() {
    let devices = plain("unpaced");
    let list = devices.enumerate_devices().unwrap();
    for device in &list {
        let wanted = Constrain::exact([device.group_id.as_str()].into());
        let result = devices.get_user_media(&video(|asked| asked.basic.group_id = Some(wanted)));
        let cameras: Vec<&str> = list
            .iter()
            .filter(|other| other.kind == MediaDeviceKind::VideoInput && other.group_id == device.group_id)
            .map(|camera| camera.device_id.as_str())
            .collect();
        match result {
            Ok(stream) => {
                let id = stream.tracks()[0].get_settings().device_id.unwrap();
                assert!(cameras.contains(&id.as_str()));
            }
            Err(Error::Overconstrained { constraint, .. }) => {
                assert_eq!((constraint.as_str(), cameras.len()), ("groupId", 0));
            }
            Err(other) => panic!("{other}"),
        }
    }
}

// W87
#[test]
fn a_closed_session_opens_nothing() {
    let devices = plain("");
    devices.close();
    let error = devices
        .get_user_media(&MediaStreamConstraints::audio_video())
        .err();
    assert_eq!(error.map(|error| error.name()), Some("InvalidStateError"));
}

// W88, W96
#[test]
fn under_the_webs_policy_nothing_is_told_before_something_was_captured() {
    let options = SessionOptions {
        web_exposure: true,
        ..SessionOptions::default()
    };
    let (devices, _) = session("unpaced", options);
    let before = devices.enumerate_devices().unwrap();
    let kinds: Vec<&str> = before.iter().map(|device| device.kind.as_str()).collect();
    assert_eq!(kinds, ["audioinput", "videoinput", "audiooutput"]);
    let hidden = |device: &MediaDeviceInfo| {
        device.device_id.is_empty() && device.label.is_empty() && device.group_id.is_empty()
    };
    assert!(before.iter().all(hidden));
    let refused = devices.get_user_media(&video(|asked| asked.basic.width = Some(Constrain::exact(99_999))));
    let Some(Error::Overconstrained { constraint, .. }) = refused.err() else {
        panic!("nothing is that wide")
    };
    assert_eq!(constraint, "");

    let _stream = devices.get_user_media(&MediaStreamConstraints::video()).unwrap();
    let after = devices.enumerate_devices().unwrap();
    let told: Vec<&str> = after
        .iter()
        .filter(|device| !hidden(device))
        .map(|device| device.kind.as_str())
        .collect();
    assert_eq!(told, ["videoinput", "videoinput"]);
}

#[test]
fn what_failed_was_no_capture_even_if_the_microphone_could_be_opened() {
    let options = SessionOptions {
        web_exposure: true,
        ..SessionOptions::default()
    };
    let (devices, _) = session("unpaced,deny=camera1,deny=camera2", options);
    let before = devices.enumerate_devices().unwrap();
    let refused = devices.get_user_media(&MediaStreamConstraints::audio_video());
    assert_eq!(refused.err().map(|error| error.name()), Some("NotAllowedError"));
    assert_eq!(devices.enumerate_devices().unwrap(), before);
}

// W90
#[test]
fn inputs_have_capabilities_and_outputs_have_none() {
    for device in plain("").enumerate_devices().unwrap() {
        let is_input = device.kind != MediaDeviceKind::AudioOutput;
        assert_eq!(device.as_input().is_some(), is_input, "{}", device.label);
        if let Some(input) = device.as_input() {
            assert_eq!(input.get_capabilities().device_id, Some(device.device_id.clone()));
        }
    }
}

// W91
#[test]
fn a_policy_without_cameras_lists_and_opens_none() {
    let options = SessionOptions {
        cameras: false,
        ..SessionOptions::default()
    };
    let (devices, _) = session("unpaced", options);
    let list = devices.enumerate_devices().unwrap();
    assert!(
        !list.is_empty()
            && list
                .iter()
                .all(|device| device.kind != MediaDeviceKind::VideoInput)
    );
    let error = devices
        .get_user_media(&MediaStreamConstraints::audio_video())
        .err();
    assert_eq!(error.map(|error| error.name()), Some("NotAllowedError"));
    assert!(devices.get_user_media(&MediaStreamConstraints::audio()).is_ok());
}

#[test]
fn what_a_policy_forbids_is_forbidden_whatever_else_is_missing() {
    let options = SessionOptions {
        cameras: false,
        ..SessionOptions::default()
    };
    let (devices, _) = session("none", options);
    let refused = devices.get_user_media(&MediaStreamConstraints::audio_video());
    assert_eq!(refused.err().map(|error| error.name()), Some("NotAllowedError"));
}

// W93
#[test]
fn two_lists_in_a_row_are_equal_and_independent() {
    let devices = plain("");
    let mut first = devices.enumerate_devices().unwrap();
    let second = devices.enumerate_devices().unwrap();
    assert_eq!(first, second);
    first[0].label.clear();
    first.truncate(1);
    assert_eq!(devices.enumerate_devices().unwrap(), second);
}

// W94
#[test]
fn ids_are_the_same_in_every_session_of_a_salt_and_groups_in_none() {
    let salted = |salt: &str| {
        let options = SessionOptions {
            salt: salt.into(),
            ..SessionOptions::default()
        };
        session("", options).0.enumerate_devices().unwrap()
    };
    for (one, other) in salted("a").iter().zip(&salted("a")) {
        assert_eq!(
            (&one.device_id, &one.label, one.kind),
            (&other.device_id, &other.label, other.kind)
        );
        assert_ne!(one.group_id, other.group_id);
    }
    let ids = |salt| salted(salt).into_iter().map(|device| device.device_id);
    assert!(
        ids("a")
            .zip(ids("b"))
            .all(|(one, other)| one != other || one == "default")
    );
}

#[test]
fn a_webcams_camera_and_microphone_are_one_group() {
    let list = plain("").enumerate_devices().unwrap();
    let group = |label: &str| &list.iter().find(|device| device.label == label).unwrap().group_id;
    assert_eq!(group("Fake camera 1 (user)"), group("Fake microphone 1"));
    assert_ne!(
        group("Fake camera 1 (user)"),
        group("Fake camera 2 (environment)")
    );
}

// W194
#[test]
fn a_change_of_the_list_is_told_once_with_what_was_plugged_in() {
    let (devices, clock) = session(
        "unpaced,unplug=camera1@1s,plug=camera1@3s",
        SessionOptions::default(),
    );
    let mut watch = devices.watch().unwrap();
    assert_eq!(watch.poll().unwrap(), None);
    clock.advance(Duration::from_secs(1));
    let gone = watch.poll().unwrap().unwrap();
    assert!(!labels(&gone.devices).contains(&"Fake camera 1 (user)"));
    assert_eq!(labels(&gone.user_inserted_devices), [""; 0]);
    clock.advance(Duration::from_secs(1));
    assert_eq!(watch.poll().unwrap(), None);
    clock.advance(Duration::from_secs(1));
    let back = watch.poll().unwrap().unwrap();
    assert_eq!(labels(&back.user_inserted_devices), ["Fake camera 1 (user)"]);
    assert_eq!(back.devices, devices.enumerate_devices().unwrap());
}

#[test]
fn a_machine_without_devices_has_an_empty_list_and_records_nothing() {
    let folder = Folder::new();
    let list = run(&mut folder.mediarec("list-devices --fake-devices=none"));
    assert_eq!(list.code, Some(0));
    assert!(list.stderr.contains("--fake-devices"), "{}", list.stderr);
    let json = run(&mut folder.mediarec("list-devices --fake-devices=none --json"));
    assert_eq!((json.code, json.stdout.as_slice()), (Some(0), b"[]\n".as_slice()));
    let record = run(&mut folder.mediarec("record --fake-devices=none -o a.webm"));
    assert_eq!(record.code, Some(3), "{}", record.stderr);
    assert!(!folder.path("a.webm").exists());
}

#[test]
fn the_list_as_json_has_the_four_members_and_ours_apart() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("list-devices --fake-devices --json"));
    let list: Vec<Value> = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(list.len(), 6);
    for device in &list {
        let members: Vec<&String> = device.as_object().unwrap().keys().collect();
        assert_eq!(members, ["deviceId", "kind", "label", "groupId", "mediarec"]);
    }
    assert_eq!(list[0]["mediarec"]["names"][0], "mic1");
    assert_eq!(list[2]["mediarec"]["default"], true);
    assert_eq!(list[4]["deviceId"], "default");
}

#[test]
#[cfg(target_os = "linux")]
fn a_sound_server_that_is_not_there_is_told_once_and_fails_only_who_wants_sound() {
    let folder = Folder::new();
    let list = |kind: &str| {
        let words = format!("list-devices --json --microphone-backend pulseaudio {kind}");
        let mut command = folder.mediarec(&words);
        run(command.env("PULSE_SERVER", folder.path("nowhere")))
    };
    let sound = list("--kind audioinput");
    assert_eq!((sound.code, sound.text()), (Some(3), ""));
    assert_eq!(sound.stderr.matches("no PulseAudio server").count(), 1);
    // There may be cameras here, or none, or some that are denied.
    let cameras = list("--kind videoinput");
    assert!(matches!(cameras.code, Some(0 | 5)), "{}", cameras.stderr);
    assert!(!cameras.stderr.contains("PulseAudio"), "{}", cameras.stderr);
}

#[test]
fn a_watch_prints_a_line_for_every_change() {
    let folder = Folder::new();
    // It comes and goes for as long as the watch may take to begin, and whatever it misses while it is not looking.
    let absences = (1..120).map(|half| format!("unplug=camera2@{}ms..{}ms", half * 1000, half * 1000 + 500));
    let absences: Vec<String> = absences.collect();
    let mut command = folder.mediarec("list-devices --watch");
    command.arg(format!("--fake-devices={}", absences.join(",")));
    let mut watcher = crate::util::Running::start(&mut command);
    let lines = watcher.first_lines(2);
    watcher.signal(nix::sys::signal::Signal::SIGINT);
    assert_eq!(watcher.wait().code, Some(0));
    let changes: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let count = |change: &Value| change["devices"].as_array().unwrap().len();
    let inserted = |change: &Value| change["userInsertedDevices"].as_array().unwrap().clone();
    let is_back = |change: &&Value| count(change) == 6;
    let (back, gone): (Vec<_>, Vec<_>) = changes.iter().partition(is_back);
    assert_eq!((back.len(), gone.len()), (1, 1), "{changes:#?}");
    assert!(changes.iter().all(|change| change["type"] == "devicechange"));
    assert_eq!((count(gone[0]), inserted(gone[0])), (5, Vec::new()));
    assert_eq!(inserted(back[0])[0]["label"], "Fake camera 2 (environment)");
}
