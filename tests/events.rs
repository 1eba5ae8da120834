//! `--events`: a line of JSON for everything that happens, and the chunks that it tells of are the file.
use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::probe;
use crate::steering::validated;
use crate::util::{Folder, Outcome, Running, fixture, has, only, parse_events, run, wait_until};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::Value;
use std::fs::{self, File};
use std::io::Read;
use std::time::Duration;

/// As long as it needs to have some chunks.
const RECORD: &str = "record --fake-devices=unpaced --duration 3s";

fn types(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

fn chunks(events: &[Value]) -> Vec<(u64, u64, f64)> {
    let data = events.iter().filter(|event| event["type"] == "dataavailable");
    data.map(|chunk| {
        let number = |name: &str| chunk[name].as_u64().unwrap();
        (
            number("offset"),
            number("size"),
            chunk["timecode"].as_f64().unwrap(),
        )
    })
    .collect()
}

/// Bytes of all chunks; each begins where the one before ended.
fn total(chunks: &[(u64, u64, f64)]) -> u64 {
    chunks.iter().fold(0, |end, &(offset, size, _)| {
        assert_eq!(offset, end, "{chunks:?}");
        offset + size
    })
}

#[test]
fn a_recording_begins_with_start_and_ends_with_stop() {
    let folder = Folder::new();
    assert_eq!(
        run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --events e"))).code,
        Some(0)
    );
    let events = folder.events("e");
    let types = types(&events);
    assert_eq!((types.first(), types.last()), (Some(&"start"), Some(&"stop")));
    assert!(
        types[1..types.len() - 1]
            .iter()
            .all(|name| ["dataavailable", "ended", "stats"].contains(name)),
        "{types:?}"
    );
    assert_eq!(events[0]["mimeType"], "video/webm;codecs=vp8,opus");
    assert_eq!(events[0]["state"], "recording");
    let stop = &events[events.len() - 1];
    assert_eq!(
        (&stop["state"], &stop["duration"]),
        (&"inactive".into(), &3.0.into())
    );
    for event in &events {
        let time = event["time"].as_str().unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
    }
}

#[test]
fn its_chunks_are_the_bytes_of_the_recording_one_behind_the_other() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o - --events e --timeslice 250ms")));
    let chunks = chunks(&folder.events("e"));
    assert_eq!(total(&chunks), outcome.stdout.len() as u64);
    assert_eq!(only(&folder.events("e"), "stop")["size"], outcome.stdout.len());
}

#[test]
fn a_finished_file_is_its_chunks_and_the_index() {
    let folder = Folder::new();
    assert_eq!(
        run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --events e"))).code,
        Some(0)
    );
    let written = total(&chunks(&folder.events("e")));
    let size = folder.size("a.webm");
    assert!(
        (written + 10..written + 500).contains(&size),
        "{written} bytes became {size}"
    );
}

#[test]
fn chunks_are_at_least_a_timeslice_apart() {
    let folder = Folder::new();
    for (timeslice, apart, most) in [("100ms", 100.0, 31), ("333ms", 333.0, 10), ("1s", 1000.0, 4)] {
        let words = format!("{RECORD} -o a.webm --force --events e --timeslice {timeslice}");
        assert_eq!(run(&mut folder.mediarec(&words)).code, Some(0));
        let chunks = chunks(&folder.events("e"));
        let times: Vec<f64> = chunks
            .iter()
            .filter(|chunk| chunk.1 > 0)
            .map(|chunk| chunk.2)
            .collect();
        assert_eq!(times[0].to_bits(), 0f64.to_bits(), "{timeslice}");
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] >= apart),
            "{timeslice}: {times:?}"
        );
        assert!((most / 2..=most).contains(&times.len()), "{timeslice}: {times:?}");
    }
}

#[test]
fn without_a_timeslice_there_is_one_chunk_and_with_zero_there_is_one_a_packet() {
    let folder = Folder::new();
    let count = |timeslice: &str| {
        let words = format!("{RECORD} -o a.webm --force --events e --timeslice {timeslice}");
        assert_eq!(run(&mut folder.mediarec(&words)).code, Some(0));
        chunks(&folder.events("e"))
            .iter()
            .filter(|chunk| chunk.1 > 0)
            .count()
    };
    assert_eq!(count("none"), 1);
    let probe = probe(&folder.path("a.webm"));
    let packets = probe.packets("video").len() + probe.packets("audio").len();
    let chunks = count("0");
    assert!(
        (packets - 2..=packets).contains(&chunks),
        "{chunks} chunks of {packets} packets"
    );
}

#[test]
fn events_go_to_standard_error_or_to_a_descriptor_as_well() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --events -")));
    assert!(has(&parse_events(&outcome.stderr), "stop"));
    let program = env!("CARGO_BIN_EXE_mediarec");
    let script = format!("{program} {RECORD} -o b.webm --events fd:3 3>e");
    let outcome = run(folder.program("sh", "-c").arg(script));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert!(has(&folder.events("e"), "start") && has(&folder.events("e"), "stop"));
}

#[test]
fn the_end_of_every_file_is_told() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 10).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 1),
        24_000,
        tone(440.0, 0.5, 48_000),
    );
    folder.record("--input a.y4m --input a.wav -o a.webm --events e");
    let events = folder.events("e");
    let mut ended: Vec<(&str, &str)> = events
        .iter()
        .filter(|event| event["type"] == "ended")
        .map(|event| (event["kind"].as_str().unwrap(), event["label"].as_str().unwrap()))
        .collect();
    ended.sort_unstable();
    assert_eq!(ended, [("audio", "a.wav"), ("video", "a.y4m")]);
}

#[test]
fn a_source_that_breaks_off_says_so_when_it_ends() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record -o a.webm --events e --input");
    assert_eq!(run(command.arg(fixture("truncated.y4m"))).code, Some(6));
    let ended = only(&folder.events("e"), "ended").clone();
    assert_eq!(ended["error"]["name"], "NotReadableError");
    assert!(
        ended["error"]["message"]
            .as_str()
            .unwrap()
            .contains("within a frame"),
        "{ended}"
    );
}

#[test]
fn a_full_disk_is_told_as_an_error_before_the_stop() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o /dev/full --events e")));
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    let events = folder.events("e");
    assert_eq!(only(&events, "error")["name"], "UnknownError");
    assert_eq!(types(&events).last(), Some(&"stop"));
}

#[test]
fn whoever_stops_reading_the_events_does_not_stop_the_recording() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_mediarec");
    let script = format!("{{ {program} {RECORD} -o a.webm --events fd:3; echo $? >code; }} 3>&1 | head -n 2");
    let outcome = run(folder.program("sh", "-c").arg(script));
    assert_eq!(outcome.text().lines().count(), 2);
    assert_eq!(fs::read_to_string(folder.path("code")).unwrap().trim(), "0");
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(3.0));
}

#[test]
fn events_that_cannot_be_written_are_said_to_be_lost_and_the_recording_goes_on() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --events /dev/full")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        outcome.stderr.matches("events cannot be written").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(3.0));
}

/// A recording whose events nobody reads, until its file is finished all the same; and the end to read them at.
fn unread(folder: &Folder) -> (Running, File) {
    let fifo = folder.path("fifo");
    mkfifo(&fifo, Mode::S_IRWXU).unwrap();
    let both_ends = File::options().read(true).write(true).open(&fifo).unwrap();
    let words =
        "record --fake-devices=unpaced --no-video --duration 20s --timeslice 0 --events fifo -o a.webm";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("the finished file", || {
        let report = run(&mut folder.mediarec("inspect --json a.webm"));
        serde_json::from_slice(&report.stdout).is_ok_and(|report: Value| report["state"] == "finished")
    });
    let end = File::open(&fifo).unwrap();
    drop(both_ends);
    (running, end)
}

#[test]
fn events_wait_for_a_slow_reader_and_the_recording_does_not() {
    let folder = Folder::new();
    let (running, mut end) = unread(&folder);
    let mut text = String::new();
    end.read_to_string(&mut text).unwrap();
    let events = parse_events(&text);
    // 50 packets of sound a second, far more than a pipe holds.
    assert!(events.len() > 1000, "{}", events.len());
    assert_eq!(types(&events).last(), Some(&"stop"));
    let outcome = running.wait();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
}

#[test]
fn a_reader_of_events_who_never_reads_does_not_keep_a_stop_waiting() {
    let folder = Folder::new();
    let (mut running, end) = unread(&folder);
    running.signal(Signal::SIGINT);
    let time = running.ends();
    assert!(time < Duration::from_millis(2500), "{time:?}");
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("events"), "{}", outcome.stderr);
    drop(end);
}

#[test]
fn every_chunk_holds_something_and_timecodes_rise() {
    let folder = Folder::new();
    for timeslice in ["100ms", "none", "0"] {
        let words = format!("{RECORD} -o a.webm --force --events e --timeslice {timeslice}");
        assert_eq!(run(&mut folder.mediarec(&words)).code, Some(0));
        let chunks = chunks(&folder.events("e"));
        assert!(
            chunks.iter().all(|chunk| chunk.1 > 0),
            "{timeslice}: {:?}",
            chunks.last()
        );
        assert!(
            chunks.is_sorted_by(|a, b| a.2 <= b.2),
            "{timeslice}: {:?}",
            chunks.last()
        );
    }
}

#[test]
fn an_error_before_the_start_is_the_last_line_as_well() {
    let folder = Folder::new();
    for (name, error) in [
        ("text.txt", "NotReadableError"),
        ("missing.y4m", "NotFoundError"),
        ("adpcm.wav", "NotSupportedError"),
    ] {
        let mut command = folder.mediarec("record -o a.webm --events e --input");
        assert_ne!(run(command.arg(fixture(name))).code, Some(0));
        let events = folder.events("e");
        let last = events.last().unwrap_or_else(|| panic!("{name}: no event"));
        assert_eq!((&last["type"], &last["name"]), (&"error".into(), &error.into()));
    }
}

#[test]
fn that_nothing_was_recorded_is_an_error_before_the_stop_too() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record -o a.webm --events e --input");
    let empty = run(command.arg(fixture("header-only.y4m")));
    check_nothing(&folder, &empty, "NotReadableError");
    let small = run(&mut folder.mediarec(&format!("{RECORD} -o a.webm --events e --max-size 1k")));
    check_nothing(&folder, &small, "TypeError");
    fs::remove_file(folder.path("e")).unwrap();
    let mut paused = folder.mediarec("record --fake-devices --start-paused -o a.webm --events e");
    let paused = Running::start(&mut paused);
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    paused.signal(Signal::SIGINT);
    check_nothing(&folder, &paused.wait(), "AbortError");
}

fn check_nothing(folder: &Folder, outcome: &Outcome, name: &str) {
    let events = folder.events("e");
    validated(&events);
    let types = types(&events);
    assert_eq!(types[0], "start", "{types:?}");
    assert!(types.ends_with(&["error", "stop"]), "{types:?}");
    let error = only(&events, "error");
    assert_eq!(error["name"], name);
    let message = error["message"].as_str().unwrap();
    assert!(message.starts_with("nothing was recorded"), "{message}");
    assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
}

#[test]
fn times_have_no_digits_that_mean_nothing() {
    let folder = Folder::new();
    let words = format!("{RECORD} -o a.webm --events e --chunks d --timeslice 20ms");
    assert_eq!(run(&mut folder.mediarec(&words)).code, Some(0));
    let text = fs::read_to_string(folder.path("e")).unwrap()
        + &fs::read_to_string(folder.path("d/index.ndjson")).unwrap();
    let numbers = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let decimals = numbers.filter_map(|number| number.split_once('.'));
    assert!(decimals.clone().count() > 100);
    let long = decimals
        .map(|(_, decimals)| decimals)
        .find(|decimals| decimals.len() > 6);
    assert_eq!(long, None);
}
