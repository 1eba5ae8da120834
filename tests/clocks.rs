//! A machine that was suspended, a system's clock that is set, a process that is stopped: the times in the file stay right.
use crate::judges::{assert_clean, flashes_and_beeps, numbers, probe};
use crate::util::{Folder, Outcome, Running, has, only, run};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// Records for 7 s, while the clocks leap after 3 s, into segments that begin every 2 s of the system's time.
fn record_with_leap(folder: &Folder, leap: &[(&str, &str)]) -> Outcome {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/clock.c");
    let words = format!("-shared -fPIC -o clock.so {}", source.display());
    assert_eq!(run(&mut folder.program("cc", &words)).code, Some(0));
    let words = "record --fake-devices --width 320 --duration 7s --segment-time 2s --segment-clock -o %03i.webm --events e";
    let mut command = folder.mediarec(words);
    command
        .envs(leap.iter().copied())
        .env("LEAP_AFTER_MS", "3000")
        .env("LD_PRELOAD", folder.path("clock.so"));
    run(&mut command)
}

/// When the segments began, in milliseconds of the system's time.
fn starts(events: &[Value]) -> Vec<i64> {
    let segments = events.iter().filter(|event| event["type"] == "segment");
    let start = |event: &Value| {
        event["startTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    segments.map(|event| start(event).as_millisecond()).collect()
}

/// No frame is missing, none is there twice, and each follows the one before.
fn assert_whole(folder: &Folder, seconds: usize) {
    let files: Vec<String> = folder
        .names()
        .into_iter()
        .filter(|name| name.contains(".webm"))
        .collect();
    let frames: Vec<u32> = files
        .iter()
        .flat_map(|name| numbers(&folder.path(name)))
        .collect();
    assert!(frames.len().abs_diff(seconds * 30) <= 1, "{}", frames.len());
    assert!(frames.windows(2).all(|pair| pair[1] == pair[0] + 1), "{frames:?}");
    for name in &files {
        assert_clean(&folder.path(name));
    }
}

/// All segments but the first begin with a multiple of 2 s of the system's time, or with the first frame after it.
fn assert_aligned(starts: &[i64]) {
    let late: Vec<i64> = starts[1..].iter().map(|start| start % 2000).collect();
    assert!(late.iter().all(|&late| late <= 34), "{late:?}");
}

#[test]
fn a_suspended_machine_leaves_no_gap_and_names_have_the_times_of_the_system() {
    let folder = Folder::new();
    let outcome = record_with_leap(&folder, &[("SUSPENDED_MS", "3600000")]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "mediarec: the machine was suspended for 1h: nothing of that time is recorded\n"
    );
    let events = folder.events("e");
    let change = only(&events, "clock");
    assert!(
        (change["suspended"].as_f64().unwrap() - 3600.0).abs() < 0.01,
        "{change}"
    );
    assert_eq!(change["setBy"], 0.0, "{change}");
    let starts = starts(&events);
    let longest = starts.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert_eq!(longest, Some(3_602_000));
    assert_aligned(&starts);
    assert_whole(&folder, 7);
}

#[test]
fn a_clock_that_is_set_back_moves_segments_and_no_time_in_a_file() {
    let folder = Folder::new();
    let outcome = record_with_leap(&folder, &[("SET_MS", "-60700")]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr,
        "mediarec: the system's clock was set back by 1m 1s: times in the recording do not change\n"
    );
    let events = folder.events("e");
    let change = only(&events, "clock");
    assert_eq!(
        (&change["suspended"], &change["setBy"]),
        (&0.0.into(), &(-60.7).into())
    );
    assert_aligned(&starts(&events));
    assert_whole(&folder, 7);
}

#[test]
fn a_clock_that_stays_is_not_mentioned() {
    let folder = Folder::new();
    let outcome = record_with_leap(&folder, &[]);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert!(!has(&folder.events("e"), "clock"));
}

#[test]
fn a_process_that_was_stopped_has_silence_and_no_pictures_for_that_time() {
    let folder = Folder::new();
    let record = "record --fake-devices --width 320 --duration 6s -o a.webm --events e";
    let running = Running::start(&mut folder.mediarec(record));
    let begun = Instant::now();
    while !has(&folder.events("e"), "dataavailable") {
        assert!(begun.elapsed() < Duration::from_secs(20), "it does not record");
        thread::sleep(Duration::from_millis(20));
    }
    running.signal(Signal::SIGSTOP);
    thread::sleep(Duration::from_secs(3));
    running.signal(Signal::SIGCONT);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("of gaps filled with silence"),
        "{}",
        outcome.stderr
    );
    let path = folder.path("a.webm");
    assert_clean(&path);
    let (flashes, beeps) = flashes_and_beeps(&path);
    let offset = beeps.last().unwrap() - flashes.last().unwrap();
    assert!(offset.abs() < 0.005, "{flashes:?} {beeps:?}");
    let probe = probe(&path);
    assert!(
        (probe.duration().unwrap() - 6.0).abs() < 0.04,
        "{:?}",
        probe.duration()
    );
    assert_eq!(probe.packets("audio").len(), 301);
    let gap = probe
        .times("video")
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .max()
        .unwrap();
    assert!((2900..3300).contains(&gap), "{gap}");
    let stop = only(&folder.events("e"), "stop").clone();
    let silence = stop["tracks"][0]["silence"].as_f64().unwrap();
    assert!((2.9..3.3).contains(&silence), "{stop}");
}
