//! Headless Chromium and Firefox judge our files: how long they are, what is shown after a seek, whether they play to the end,
//! and whether a `MediaSource` takes them.
use crate::browser::{Browser, Kind};
use crate::judges::{numbers, probe};
use crate::util::{Folder, Running, fixture, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

const FAKE: &str = "--fake-devices=unpaced --width 320 --height 180 --keyframe-interval 1s --duration 3s";
/// The same in real time.
const REAL: &str = "record --fake-devices --width 320 --height 180 --keyframe-interval 1s";

/// In seconds; forth and back, on frames and between them.
const SEEKS: [f64; 5] = [1.75, 0.1, 1.2345, 0.6, 1.5];

/// Demands that a finished file has its duration in a browser, that it shows the right frames, and that it plays to the end.
/// Returns the numbers of the fake camera in those frames.
pub(crate) fn assert_plays_and_seeks(browser: &Browser, folder: &Folder, name: &str) -> Vec<Value> {
    let answer = browser.ask(json!({"task": "play", "file": name, "seeks": SEEKS}));
    let probed = probe(&folder.path(name));
    let duration = probed.duration().unwrap();
    let what = format!("{:?}, {name}, {duration} s: {answer}", browser.kind());
    let is_near = |value: &Value, tolerance: f64| {
        value
            .as_f64()
            .is_some_and(|value| (value - duration).abs() <= tolerance)
    };
    assert!(is_near(&answer["duration"], 0.001), "{what}");
    // Firefox ends with the last sample, the delay of the codec included.
    assert!(is_near(&answer["end"], 0.05), "{what}");
    let shown = answer["shown"].as_array().unwrap();
    if probed.streams("video").is_empty() {
        return vec![];
    }
    let times = probed.times("video");
    for (seek, shown) in SEEKS.iter().zip(shown) {
        let (begin, end) = frame_at(&times, *seek);
        let time = shown["time"].as_f64().unwrap() * 1000.0;
        // Firefox tells the time that was sought instead of that of the frame.
        let is_frame = begin - 1.0 <= time && time < end;
        // Chromium takes every frame to be shown for as long as those before it on average, so where frames are captured
        // unevenly it begins with the one before.
        let is_before =
            times.contains(&(time.round() as i64)) && time < begin && time + longest(&times) >= seek * 1000.0;
        assert!(is_frame || is_before, "seek to {seek}: {what}");
    }
    shown.iter().map(|shown| shown["number"].clone()).collect()
}

/// The longest time from one frame to the next, in milliseconds.
fn longest(times: &[i64]) -> f64 {
    let distances = times.windows(2).map(|pair| pair[1] - pair[0]);
    distances.max().unwrap_or_default() as f64
}

/// When the frame that is shown at this time in seconds begins and ends, in milliseconds.
fn frame_at(times: &[i64], seconds: f64) -> (f64, f64) {
    let frame = index_at(times, seconds);
    let end = times.get(frame + 1).map_or(f64::INFINITY, |&end| end as f64);
    (times[frame] as f64, end)
}

fn index_at(times: &[i64], seconds: f64) -> usize {
    times
        .iter()
        .rposition(|&ms| ms as f64 <= seconds * 1000.0)
        .unwrap()
}

/// The same for a file of the fake camera, whose frames have numbers.
fn assert_shows_its_frames(browser: &Browser, folder: &Folder, name: &str) {
    let shown = assert_plays_and_seeks(browser, folder, name);
    let path = folder.path(name);
    let (times, numbers) = (probe(&path).times("video"), numbers(&path));
    let expected = SEEKS.map(|seek| json!(numbers[index_at(&times, seek)]));
    assert_eq!(shown, expected, "{:?}, {name}", browser.kind());
}

/// Demands that a `SourceBuffer` takes these pieces as one range of media.
fn assert_appends(browser: &Browser, kind: &str, pieces: &[String], seconds: f64) {
    let answer = browser.ask(json!({"task": "append", "type": kind, "pieces": pieces}));
    let what = format!("{:?}, {kind}, {pieces:?}: {answer}", browser.kind());
    assert!(answer["error"].is_null(), "{what}");
    let ranges = answer["buffered"].as_array().unwrap();
    assert_eq!(ranges.len(), 1, "{what}");
    let [start, end] = [0, 1].map(|n| ranges[0][n].as_f64().unwrap());
    assert!(start < 0.05 && (end - seconds).abs() < 0.05, "{what}");
}

/// Two recordings in real time: one that `fix` finished after `kill -9`, and one with a pause in the middle.
fn make_repaired_and_paused(folder: &Folder) {
    let record = |words: &str| Running::start(&mut folder.mediarec(&format!("{REAL} {words}")));
    let killed = record("-o repaired.webm --events killed.events");
    let paused = record("-o paused.webm --events paused.events");
    let wait_for = |events: &str, name: &str, count: usize| {
        wait_until(name, || {
            let events = folder.events(events);
            events.iter().filter(|event| event["type"] == name).count() >= count
        });
    };
    wait_for("paused.events", "dataavailable", 9);
    paused.signal(Signal::SIGUSR1);
    wait_for("paused.events", "pause", 1);
    paused.signal(Signal::SIGUSR2);
    wait_for("killed.events", "dataavailable", 22);
    killed.signal(Signal::SIGKILL);
    assert_eq!(killed.wait().code, None);
    wait_for("paused.events", "dataavailable", 23);
    paused.signal(Signal::SIGINT);
    assert_eq!(paused.wait().code, Some(0));
    succeeds(folder, "fix repaired.webm");
}

fn succeeds(folder: &Folder, words: &str) {
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
}

/// The three pieces of a recording.
fn chunks() -> [String; 3] {
    [0, 1, 2].map(|n| format!("chunks/{n:06}.webm"))
}

/// Files whose frames have numbers; one without video is `audio.webm`, and one of Chromium's is `copied.webm`.
const NUMBERED: [&str; 6] = [
    "vp8.webm",
    "vp9.webm",
    "av1.webm",
    "repaired.webm",
    "paused.webm",
    "joined.webm",
];

fn make_files(folder: &Folder) {
    for codec in ["vp8", "vp9", "av1"] {
        folder.record(&format!(
            "{FAKE} --mime video/webm;codecs={codec},opus -o {codec}.webm"
        ));
    }
    folder.record("--fake-devices=unpaced --no-video --duration 3s -o audio.webm");
    folder.record(&format!(
        "--input {} -o copied.webm",
        fixture("chromium.webm").display()
    ));
    folder.record(&format!("{FAKE} --timeslice 1s --chunks chunks"));
    folder.record(&format!("{FAKE} --live -o live.webm"));
    succeeds(folder, &format!("join {} -o joined.webm", chunks().join(" ")));
    make_repaired_and_paused(folder);
}

#[test]
fn browsers_play_our_files_and_seek_in_them_to_the_frame_and_append_them_whole_and_in_chunks() {
    let folder = Folder::new();
    make_files(&folder);
    for kind in [Kind::Chromium, Kind::Firefox] {
        let Some(browser) = Browser::start(kind, &folder) else {
            continue;
        };
        for name in NUMBERED {
            assert_shows_its_frames(&browser, &folder, name);
        }
        assert_plays_and_seeks(&browser, &folder, "audio.webm");
        assert_plays_and_seeks(&browser, &folder, "copied.webm");
        for (name, kind, seconds) in [
            ("vp8", "video/webm;codecs=vp8,opus", 3.0),
            ("vp9", "video/webm;codecs=vp9,opus", 3.0),
            ("av1", "video/webm;codecs=av01.0.00M.08,opus", 3.0),
            ("audio", "audio/webm;codecs=opus", 3.0),
            ("live", "video/webm;codecs=vp8,opus", 3.0),
            ("joined", "video/webm;codecs=vp8,opus", 3.0),
            ("copied", "video/webm;codecs=vp8,opus", 2.1),
        ] {
            assert_appends(&browser, kind, &[format!("{name}.webm")], seconds);
        }
        // Each begins with a key frame: without one, Firefox drops frames up to the next.
        assert_appends(&browser, "video/webm;codecs=vp8,opus", &chunks(), 3.0);
    }
}
