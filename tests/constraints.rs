//! What is asked of devices, from the command line: the fake devices answer.
use crate::judges::{numbers, probe};
use crate::util::{Folder, run};
use serde_json::{Value, json};

/// Standard output as JSON.
fn printed(folder: &Folder, words: &str) -> Value {
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    serde_json::from_slice(&outcome.stdout).unwrap()
}

fn video_settings(folder: &Folder, words: &str) -> Value {
    printed(folder, &format!("probe --fake-devices --json --no-audio {words}"))["video"][0]["settings"]
        .clone()
}

fn size_and_rate(settings: &Value) -> (u64, u64, f64) {
    (
        settings["width"].as_u64().unwrap(),
        settings["height"].as_u64().unwrap(),
        settings["frameRate"].as_f64().unwrap(),
    )
}

/// The id of the fake device of this label.
fn device_id(folder: &Folder, label: &str) -> String {
    let list = printed(folder, "list-devices --fake-devices --json");
    let device = list
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["label"] == label);
    device.unwrap()["deviceId"].as_str().unwrap().to_owned()
}

#[test]
fn an_explanation_tells_what_was_denied_or_busy_and_what_was_opened_instead() {
    let folder = Folder::new();
    let denied = run(&mut folder.mediarec("probe --fake-devices=deny=camera1 --no-audio"));
    assert_eq!(denied.code, Some(0), "{}", denied.stderr);
    let lines = |label: &str, fate: &str| {
        let said = |line: &&str| line.starts_with(label) && line.ends_with(fate);
        denied.stderr.lines().filter(said).count()
    };
    assert!(lines("Fake camera 1", "not opened: NotAllowedError") > 0);
    assert_eq!(lines("Fake camera 1", ", selected"), 0);
    assert_eq!(lines("Fake camera 2", ", selected"), 1);
    assert_eq!(
        lines(
            "not opened: Fake camera 1 (user): permission denied for camera1",
            "(deny=camera1 in the script of the fake devices)"
        ),
        1
    );
    assert!(denied.stderr.contains("selected: Fake camera 2"));
    let neither = run(&mut folder.mediarec("probe --fake-devices=deny=camera1,busy=camera2 --no-audio"));
    assert_eq!(neither.code, Some(6), "{}", neither.stderr);
    for said in [
        "not opened: NotAllowedError",
        "not opened: NotReadableError",
        "selected: nothing",
    ] {
        assert!(neither.stderr.contains(said), "{}", neither.stderr);
    }
    assert!(!neither.stderr.contains(", selected"), "{}", neither.stderr);
}

#[test]
fn without_a_wish_it_is_the_first_camera_as_it_is() {
    let folder = Folder::new();
    let settings = video_settings(&folder, "");
    assert_eq!(size_and_rate(&settings), (1280, 720, 30.0));
    assert_eq!(settings["deviceId"], device_id(&folder, "Fake camera 1 (user)"));
    assert_eq!(settings["resizeMode"], "none");
}

#[test]
fn ideal_sizes_are_met_by_scaling_and_recorded_so() {
    let folder = Folder::new();
    let words =
        "record --fake-devices=unpaced --no-audio --width 500 --height 400 --duration 500ms -o a.webm";
    assert_eq!(run(&mut folder.mediarec(words)).code, Some(0));
    let file = probe(&folder.path("a.webm"));
    let video = file.streams("video")[0];
    assert_eq!((&video["width"], &video["height"]), (&json!(500), &json!(400)));
}

#[test]
fn a_third_of_the_rate_is_every_third_picture_at_its_time() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced --no-audio --frame-rate ==10 --duration 2s -o a.webm";
    assert_eq!(run(&mut folder.mediarec(words)).code, Some(0));
    let path = folder.path("a.webm");
    assert_eq!(numbers(&path), (0..60).step_by(3).collect::<Vec<u32>>());
    assert_eq!(
        probe(&path).times("video"),
        (0..2000).step_by(100).collect::<Vec<i64>>()
    );
}

#[test]
fn an_impossible_width_is_overconstrained_and_says_what_is_offered() {
    // W72, from the command line.
    let folder = Folder::new();
    let words = "record --fake-devices --width >=100000000 -o a.webm --events e";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(4), "{}", outcome.stderr);
    for part in ["width", "100000000", "1280", "1920"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
    let events = folder.events("e");
    assert_eq!(events.last().unwrap()["constraint"], "width");
    assert!(!folder.path("a.webm").exists());
}

#[test]
fn a_named_camera_is_taken_and_no_other() {
    let folder = Folder::new();
    let id = device_id(&folder, "Fake camera 2 (environment)");
    for name in [
        &id,
        "camera2",
        "environment",
        "4",
        "'Fake camera 2 (environment)'",
    ] {
        let name = name.trim_matches('\'');
        let mut command = folder.mediarec("probe --fake-devices --json --no-audio --camera");
        let outcome = run(command.arg(name));
        let found: Value = serde_json::from_slice(&outcome.stdout).unwrap();
        assert_eq!(
            found["video"][0]["label"], "Fake camera 2 (environment)",
            "{name}"
        );
    }
    let missing = run(&mut folder.mediarec("probe --fake-devices --camera nobody"));
    assert_eq!(missing.code, Some(4), "{}", missing.stderr);
    let ambiguous = run(&mut folder.mediarec("probe --fake-devices --camera fake"));
    assert_eq!(ambiguous.code, Some(2), "{}", ambiguous.stderr);
}

#[test]
fn a_number_of_the_list_is_that_device_and_never_part_of_a_label() {
    let folder = Folder::new();
    for (words, said) in [
        (
            "--camera 1",
            "device 1 is not a camera but the microphone 'Fake microphone 1'",
        ),
        (
            "--camera 2",
            "device 2 is not a camera but the microphone 'Fake microphone 2'",
        ),
        (
            "--microphone 4",
            "device 4 is not a microphone but the camera 'Fake camera 2",
        ),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("probe --fake-devices {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{words}: {}", outcome.stderr);
    }
}

#[test]
fn all_ways_of_asking_mean_the_same() {
    let folder = Folder::new();
    let expected = (640, 480, 60.0);
    for words in [
        "--video=width==640,frameRate>=50",
        "--width ==640 --frame-rate >=50",
        r#"--video={"width":{"exact":640},"frameRate":{"min":50}}"#,
    ] {
        assert_eq!(
            size_and_rate(&video_settings(&folder, words)),
            expected,
            "{words}"
        );
    }
    folder.write(
        "c.json",
        br#"{"video":{"width":{"exact":640},"frameRate":{"min":50}}}"#,
    );
    let found = printed(&folder, "probe --fake-devices --json --constraints @c.json");
    assert_eq!(size_and_rate(&found["video"][0]["settings"]), expected);
    assert_eq!(found["audio"], json!([]));
}

#[test]
fn unknown_names_are_ignored_with_a_word_and_refused_when_that_is_wanted() {
    let folder = Folder::new();
    let lenient = run(&mut folder.mediarec("probe --fake-devices --json --video=colour=blue,width=640"));
    assert_eq!(lenient.code, Some(0), "{}", lenient.stderr);
    assert!(lenient.stderr.contains("colour"), "{}", lenient.stderr);
    let strict = run(&mut folder.mediarec("probe --fake-devices --strict --video=colour=blue"));
    assert_eq!(strict.code, Some(2), "{}", strict.stderr);
    let senseless = run(&mut folder.mediarec("probe --fake-devices --width wide"));
    assert_eq!(senseless.code, Some(2), "{}", senseless.stderr);
}

#[test]
fn an_explanation_names_every_candidate_and_the_choice() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("probe --fake-devices --explain --no-audio --width 1000"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for part in ["Fake camera 1", "Fake camera 2", "width"] {
        assert!(outcome.stderr.contains(part), "{part}: {}", outcome.stderr);
    }
}

#[test]
fn several_tracks_of_a_kind_stand_in_one_file_each_with_its_settings() {
    let folder = Folder::new();
    let camera = device_id(&folder, "Fake camera 2 (environment)");
    let microphone = device_id(&folder, "Fake microphone 2");
    let words = format!(
        "record --fake-devices=unpaced --video=width==640 --video=deviceId=={camera},width==320,frameRate==15 \
         --audio=deviceId=={microphone} --audio --duration 1s -o a.webm"
    );
    let outcome = run(&mut folder.mediarec(&words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let tracks = printed(&folder, "inspect --json a.webm")["tracks"].clone();
    let labels: Vec<&str> = tracks
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["label"].as_str().unwrap())
        .collect();
    let expected = [
        "Fake microphone 2",
        "Fake camera 1 (user)",
        "Fake microphone 1",
        "Fake camera 2 (environment)",
    ];
    assert_eq!(labels, expected);
    let widths: Vec<u64> = tracks
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|t| t["width"].as_u64())
        .collect();
    assert_eq!(widths, [640, 320]);
}

#[test]
fn capabilities_are_listed_when_they_are_asked_for() {
    let folder = Folder::new();
    let list = printed(&folder, "list-devices --fake-devices --json --capabilities");
    let camera = &list.as_array().unwrap()[2];
    assert_eq!(camera["capabilities"]["width"], json!({ "min": 1, "max": 1280 }));
    assert_eq!(camera["capabilities"]["facingMode"], json!(["user"]));
    assert!(list.as_array().unwrap()[5].get("capabilities").is_none());
    let supported = printed(&folder, "constraints --json");
    assert_eq!(supported["frameRate"], true);
}
