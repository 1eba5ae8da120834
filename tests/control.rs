//! `--control`: every command does what it says, and is answered when it is done.
use crate::control_client::{Client, RECORD, assert_conforms, live, record_on};
use crate::judges::{assert_clean, pictures, probe, rms, sound};
use crate::steering::validated;
use crate::util::{Folder, Running, count, has, only, parse_events, wait_until};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

#[test]
fn commands_pause_resume_mark_request_data_and_stop() {
    let folder = Folder::new();
    let running = live(&folder, &format!("{RECORD} --timeslice none"));
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.5);
    assert_eq!(client.does("pause"), json!({ "state": "paused" }));
    let paused = client.does("status");
    assert_eq!(paused["state"], "paused");
    // Pausing twice is as good as once.
    client.does("pause");
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    let mark = client.requests(&json!({ "command": "mark", "text": "Köln \"1\"\n", "id": "m" }));
    assert_eq!(mark["id"], "m");
    assert_eq!(client.does("resume"), json!({ "state": "recording" }));
    record_on(&mut client, 0.3);
    assert_eq!(count(&folder, "dataavailable"), 0);
    assert_eq!(client.does("requestData"), json!({ "state": "recording" }));
    wait_until("data", || count(&folder, "dataavailable") == 1);
    for (command, what) in [("split", "without segments"), ("save-history", "no history")] {
        let (name, message) = client.is_refused(&json!({ "command": command }));
        assert_eq!(name, "InvalidStateError");
        assert!(message.contains(what), "{message}");
    }
    assert_eq!(client.does("stop"), json!({ "state": "inactive" }));
    assert_eq!(running.wait().code, Some(0));
    assert!(client.is_closed());
    assert!(!folder.path("s").exists());
    let events = folder.events("e");
    validated(&events);
    let event = only(&events, "mark");
    assert_eq!(
        (&event["text"], &event["state"]),
        (&"Köln \"1\"\n".into(), &"paused".into())
    );
    assert_eq!(event["mediaTime"], mark["result"]["mediaTime"]);
    assert!(event["mediaTime"].as_f64() >= only(&events, "pause")["mediaTime"].as_f64());
    assert!(has(&events, "resume") && has(&events, "stop"));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_status_has_what_stats_have_and_the_file_and_what_is_muted() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut client = Client::of(&folder);
    wait_until("stats", || has(&folder.events("e"), "stats"));
    let asked = client.does("status");
    assert_eq!(asked["file"], "a.webm");
    assert_eq!(asked["mimeType"], "video/webm;codecs=vp8,opus");
    assert_eq!(asked["alarms"], json!([]));
    let events = folder.events("e");
    let stats = events.iter().find(|event| event["type"] == "stats").unwrap();
    for (track, of_stats) in asked["tracks"]
        .as_array()
        .unwrap()
        .iter()
        .zip(stats["tracks"].as_array().unwrap())
    {
        assert_eq!(track["label"], of_stats["label"]);
        for name in of_stats.as_object().unwrap().keys() {
            assert!(track.get(name).is_some(), "{name}");
        }
        assert_eq!(
            (&track["muted"], &track["enabled"]),
            (&false.into(), &true.into())
        );
        assert!(track["packets"].as_u64() >= of_stats["packets"].as_u64());
        assert!(track["bitRate"].as_u64().unwrap() > 1000, "{track}");
    }
    let answer = client.requests(&json!({ "command": "mute", "kind": "video" }));
    assert_eq!(answer["result"], json!({ "kind": "video", "enabled": false }));
    let tracks = client.does("status")["tracks"].clone();
    let enabled = |kind: &str| {
        let mut tracks = tracks.as_array().unwrap().iter();
        tracks.find(|track| track["kind"] == kind).unwrap()["enabled"].clone()
    };
    assert_eq!((enabled("video"), enabled("audio")), (false.into(), true.into()));
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn muted_tracks_are_black_and_silent_until_they_are_unmuted() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.5);
    for kind in ["audio", "video"] {
        client.requests(&json!({ "command": "mute", "kind": kind }));
    }
    record_on(&mut client, 1.0);
    for kind in ["audio", "video"] {
        let answer = client.requests(&json!({ "command": "unmute", "kind": kind }));
        assert_eq!(answer["result"], json!({ "kind": kind, "enabled": true }));
    }
    record_on(&mut client, 0.7);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    let path = folder.path("a.webm");
    let samples = sound(&path, 0);
    let loudness: Vec<f64> = samples.chunks(4800).map(rms).collect();
    let is_loud = |level: &f64| *level > 1e-2;
    assert!(
        is_loud(&loudness[1]) && is_loud(&loudness[loudness.len() - 2]),
        "{loudness:?}"
    );
    let silent = loudness.iter().filter(|level| **level < 1e-3).count();
    assert!(silent >= 7, "{loudness:?}");
    let is_black = |picture: &Vec<u8>| picture[..160 * 120].iter().all(|&luma| luma < 40);
    let pictures = pictures(&path, 0);
    let black = pictures.iter().filter(|picture| is_black(picture)).count();
    assert!(
        (15..pictures.len() - 10).contains(&black),
        "{black} of {}",
        pictures.len()
    );
}

#[test]
fn what_cannot_be_done_is_refused_with_a_reason() {
    let folder = Folder::new();
    let words = "record --fake-devices --mime audio/webm --control s -o a.webm";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("the socket", || folder.path("s").exists());
    let mut client = Client::of(&folder);
    let (name, message) = client.is_refused(&json!({ "command": "mute", "kind": "video" }));
    assert_eq!(name, "NotFoundError");
    assert_eq!(message, "the recording has no live video track");
    let (name, message) = client.is_refused(&json!({ "command": "mark", "text": "x" }));
    assert_eq!(name, "InvalidStateError");
    assert!(message.contains("--events"), "{message}");
    record_on(&mut client, 0.1);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn a_stop_by_command_loses_nothing_of_a_recording_that_began_paused() {
    let folder = Folder::new();
    let running = live(&folder, &format!("{RECORD} --start-paused"));
    let mut client = Client::of(&folder);
    assert_eq!(client.does("status")["state"], "paused");
    client.does("resume");
    record_on(&mut client, 0.5);
    let recorded = client.does("status")["mediaTime"].as_f64().unwrap();
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    let length = probe(&folder.path("a.webm")).duration().unwrap();
    // Both are rounded to the microsecond.
    assert!(length > recorded - 2e-6, "{length} s of {recorded}");
}

#[test]
fn the_answers_in_the_documents_are_as_the_schema_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/control.md");
    let page = fs::read_to_string(page).unwrap();
    let block = page
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let answers = parse_events(block);
    assert_eq!(answers.len(), 2);
    for answer in &answers {
        assert_conforms("answer", answer);
    }
    let requests = page.split('`').filter(|code| code.starts_with("{\"command\""));
    let requests: Vec<Value> = requests.map(|code| serde_json::from_str(code).unwrap()).collect();
    assert_eq!(requests.len(), 8);
    for request in &requests {
        assert_conforms("request", request);
    }
}
