//! `record --history`, as users run it: what has just happened is saved on request.
use crate::control_client::{Client, live, record_on};
use crate::judges::{assert_clean, assert_plays, numbers, probe};
use crate::segments::names;
use crate::steering::validated;
use crate::util::{Folder, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const RECORD: &str =
    "record --fake-devices --width 160 --height 120 --keyframe-interval 500ms --control s --events e";

/// The events of clips that are complete.
fn clips(folder: &Folder) -> Vec<Value> {
    let mut events = folder.events("e");
    events.retain(|event| event["type"] == "history");
    events
}

/// The clip that `ctl` names.
fn save(client: &mut Client) -> String {
    client.does("save-history")["file"].as_str().unwrap().to_owned()
}

fn length(event: &Value) -> f64 {
    event["end"].as_f64().unwrap() - event["begin"].as_f64().unwrap()
}

/// Demands that a clip is whole: finished, seekable, every frame after the one before it.
fn assert_whole(path: &Path, event: &Value) {
    assert_clean(path);
    let numbers = numbers(path);
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{numbers:?}"
    );
    assert!(probe(path).packets("video")[0].key);
    let duration = probe(path).duration().unwrap();
    assert!((duration - length(event)).abs() < 0.002, "{duration} {event}");
    assert_eq!(event["size"], fs::metadata(path).unwrap().len());
}

#[test]
fn signals_and_commands_save_the_last_second_and_what_follows_beside_the_recording() {
    let folder = Folder::new();
    let words = format!("{RECORD} --history 1s --history-after 500ms -o a.webm");
    let running = live(&folder, &words);
    let mut client = Client::of(&folder);
    record_on(&mut client, 2.0);
    let first = save(&mut client);
    assert!(first.starts_with("a-history-2"), "{first}");
    wait_until("the first clip", || clips(&folder).len() == 1);
    running.real_time_signal(0);
    wait_until("the second clip", || clips(&folder).len() == 2);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    validated(&folder.events("e"));
    let clips = clips(&folder);
    assert_eq!(clips[0]["file"], first.as_str());
    for clip in &clips {
        assert_whole(&folder.path(clip["file"].as_str().unwrap()), clip);
        // Up to a key frame interval before the second, and the frame at the end.
        assert!((1.45..2.15).contains(&length(clip)), "{clip}");
    }
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn without_an_output_only_clips_are_written_and_a_stop_ends_the_one_that_is_open() {
    let folder = Folder::new();
    let words = format!("{RECORD} --history 1s --history-after 60s --history-file clips/%i.webm");
    fs::create_dir(folder.path("clips")).unwrap();
    fs::write(folder.path("clips/6.webm"), "").unwrap();
    let running = live(&folder, &words);
    let mut client = Client::of(&folder);
    assert_eq!(client.does("status")["file"], Value::Null);
    record_on(&mut client, 1.5);
    assert_eq!(save(&mut client), "clips/7.webm");
    record_on(&mut client, 1.0);
    // It plays already, and what is requested meanwhile is in it, too.
    assert_plays(&folder.path("clips/7.webm"));
    assert_eq!(save(&mut client), "clips/7.webm");
    client.does("stop");
    let outcome = running.wait();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert_eq!(names(&folder, "clips"), ["6.webm", "7.webm"]);
    assert_whole(&folder.path("clips/7.webm"), &clips(&folder)[0]);
    assert_eq!(names(&folder, "."), ["clips", "e"]);
}

#[test]
fn what_was_recorded_before_a_pause_is_saved_in_it() {
    let folder = Folder::new();
    let running = live(&folder, &format!("{RECORD} --history 10s"));
    let mut client = Client::of(&folder);
    record_on(&mut client, 1.0);
    client.does("pause");
    let file = save(&mut client);
    wait_until("the clip", || clips(&folder).len() == 1);
    assert_whole(&folder.path(&file), &clips(&folder)[0]);
    client.does("resume");
    record_on(&mut client, 0.5);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn a_clip_that_cannot_be_written_is_reported_and_the_recording_goes_on() {
    let folder = Folder::new();
    let words = format!("{RECORD} --history 1s --history-file missing/%i.webm -o a.webm");
    let running = live(&folder, &words);
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.5);
    let (name, message) = client.is_refused(&json!({ "command": "save-history" }));
    assert_eq!(name, "UnknownError");
    assert!(message.starts_with("the history cannot be saved"), "{message}");
    running.real_time_signal(0);
    wait_until("the refusal", || clips(&folder).len() == 1);
    record_on(&mut client, 0.3);
    running.signal(Signal::SIGINT);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0));
    assert!(
        outcome
            .stderr
            .contains("cannot create missing/0.webm; check that its folder exists"),
        "{}",
        outcome.stderr
    );
    validated(&folder.events("e"));
    assert!(clips(&folder)[0]["error"]["message"].is_string());
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_killed_recording_leaves_a_clip_that_plays() {
    let folder = Folder::new();
    let running = live(&folder, &format!("{RECORD} --history 1s --history-after 60s"));
    let mut client = Client::of(&folder);
    record_on(&mut client, 1.5);
    let file = save(&mut client);
    record_on(&mut client, 1.0);
    running.signal(Signal::SIGKILL);
    assert_eq!(running.wait().code, None);
    assert_plays(&folder.path(&file));
    assert!(numbers(&folder.path(&file)).len() > 50);
}

#[test]
fn flags_without_a_history_and_names_that_stay_the_same_are_mistakes_of_usage() {
    let folder = Folder::new();
    for (words, what) in [
        ("--history-after 3s", "--history <DUR>"),
        ("--history-file %i.webm", "--history <DUR>"),
        ("--history 0s", "longer than 0"),
        ("--history 5s --history-file clip.webm", "clip-%03i.webm"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices {words} -o a.webm")));
        assert_eq!(outcome.code, Some(2), "{words}");
        assert!(outcome.stderr.contains(what), "{words}: {}", outcome.stderr);
    }
}
