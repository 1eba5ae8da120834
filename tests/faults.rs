//! Faults of disks, of readers and of devices: what is kept, what is said while it happens, and how it ends. `script/faults` has
//! more of them, beside other programs.
#![cfg(target_os = "linux")]

use crate::inputs::Y4m;
use crate::judges::{assert_clean, assert_plays, numbers, probe};
use crate::record_files::peak_memory;
use crate::util::{Folder, Outcome, Running, event_time, has, only, run, wait_until};
use nix::sys::signal::Signal;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

const STOP_TIME: Duration = Duration::from_secs(2);

/// Builds the library that makes a disk fail.
fn faulty_disk(folder: &Folder) -> PathBuf {
    let library = folder.path("disk.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/disk.c");
    let mut cc = folder.program("cc", "-O2 -shared -fPIC -o disk.so");
    let built = run(cc.arg(source));
    assert_eq!((built.code, &*built.stderr), (Some(0), ""));
    library
}

/// A recording to `a.webm` on a disk with this fault: after so many bytes, so many calls (-1: all) fail with this number, or take
/// so many milliseconds.
fn on_disk(folder: &Folder, words: &str, fault: (u32, i32, i32, u32)) -> Command {
    let (after, error, count, stall) = fault;
    let mut command = folder.mediarec(&format!("record {words} -o a.webm --force"));
    command
        .env("LD_PRELOAD", faulty_disk(folder))
        .env("DISK_FAULT", format!("a.webm {after} {error} {count} {stall}"));
    command
}

/// The number behind `recorded` in what it says.
fn seconds_said(outcome: &Outcome) -> f64 {
    let said = outcome.stderr.split("recorded ").nth(1);
    let said = said.unwrap_or_else(|| panic!("{}", outcome.stderr));
    said.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_disk_that_fails_ends_it_with_8_and_what_is_there_is_finished_if_that_can_be_written() {
    let folder = Folder::new();
    for (error, why) in [
        (28, "the disk is full"),
        (122, "the disk quota is used up"),
        (5, "Input/output error"),
        (30, "has become read-only"),
        (116, "network file system"),
    ] {
        // Blobs that failed together are tried again one by one; with events they are written one by one from the beginning.
        for (words, count) in [("", 2), ("--events e", 1), ("", -1), ("--events e", -1)] {
            let words = format!("--fake-devices=unpaced --duration 9s {words}");
            let outcome = run(&mut on_disk(&folder, &words, (300_000, error, count, 0)));
            let said = &outcome.stderr;
            assert_eq!(outcome.code, Some(8), "{error}: {said}");
            assert!(said.contains(why), "{error}: {said}");
            let (path, length) = (folder.path("a.webm"), seconds_said(&outcome));
            assert!(length > 1.0 && length < 9.0, "{said}");
            if count > 0 {
                assert_clean(&path);
                assert!(
                    (probe(&path).duration().unwrap() - length).abs() < 0.001,
                    "{said}"
                );
            } else {
                assert_eq!(numbers(&path).len(), (length * 30.0).round() as usize, "{said}");
                assert!(said.contains("mediarec fix"), "{said}");
            }
        }
    }
}

#[test]
fn a_disk_that_stalls_for_five_seconds_loses_nothing_and_is_told_of_while_it_does() {
    let folder = Folder::new();
    let words = "--fake-devices --duration 8s --events e";
    let recorder = Running::start(&mut on_disk(&folder, words, (300_000, 0, 1, 5_000)));
    wait_until("the warning", || has(&folder.events("e"), "warning"));
    let peak = peak_memory(recorder.id());
    let outcome = recorder.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("a.webm has taken no data for 2 s"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("takes data again, after"),
        "{}",
        outcome.stderr
    );
    let events = folder.events("e");
    let (warning, stop) = (only(&events, "warning"), only(&events, "stop"));
    assert_eq!(warning["reason"], "stalledOutput");
    // Events of the recording are late by the stall, and this one is not.
    let silence = events
        .iter()
        .map(event_time)
        .find(|&time| time > event_time(warning));
    assert!(silence.unwrap() - event_time(warning) > 1_000.0, "{events:#?}");
    for track in stop["tracks"].as_array().unwrap() {
        assert_eq!(
            (&track["dropped"], &track["late"]),
            (&0.into(), &0.into()),
            "{track}"
        );
    }
    assert_clean(&folder.path("a.webm"));
    assert_eq!(numbers(&folder.path("a.webm")).len(), 240);
    assert!(peak < 200 * 1024, "{peak} KiB");
}

#[test]
fn a_reader_that_never_reads_is_told_of_while_it_does_not() {
    let folder = Folder::new();
    let mut recorder = Running::start(&mut folder.mediarec("record --fake-devices -o - --events e"));
    wait_until("the warning", || has(&folder.events("e"), "warning"));
    recorder.signal(Signal::SIGINT);
    let time = recorder.ends();
    assert!(time < STOP_TIME, "{time:?}");
    let outcome = recorder.wait();
    let said = "standard output has taken no data for 2 s";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert_eq!(only(&folder.events("e"), "warning")["reason"], "stalledOutput");
}

#[test]
fn a_pipe_whose_writer_hangs_is_told_of_and_the_recording_goes_on_when_it_does() {
    let folder = Folder::new();
    let clip = Y4m::new((10, 1), 20);
    let mut command = folder.mediarec("record --input - -o a.webm --events e");
    let mut recorder = Running::start(command.stdin(Stdio::piped()));
    let mut input = recorder.stdin();
    input.write_all(&clip.header()).unwrap();
    let mut send = |frames: std::ops::Range<u32>| {
        frames.for_each(|number| input.write_all(&clip.frame(number)).unwrap());
    };
    send(0..10);
    wait_until("the warning", || has(&folder.events("e"), "warning"));
    send(10..20);
    drop(input);
    let outcome = recorder.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(only(&folder.events("e"), "warning")["reason"], "stalledInput");
    for words in ["has given nothing for 3 s", "goes on, after 3."] {
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    assert_clean(&folder.path("a.webm"));
    assert_eq!(probe(&folder.path("a.webm")).packets("video").len(), 20);
}

/// A recording that runs and has written something.
fn recording(folder: &Folder) -> Running {
    let running = Running::start(&mut folder.mediarec("record --fake-devices -o d/a.webm"));
    wait_until("data", || folder.size("d/a.webm") > 150_000);
    running
}

#[test]
fn a_file_that_is_removed_while_it_is_recorded_ends_it_with_8() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    let mut running = recording(&folder);
    fs::remove_dir_all(folder.path("d")).unwrap();
    let time = running.ends();
    assert!(time < STOP_TIME, "{time:?}");
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(8));
    let said = "d/a.webm was removed while it was recorded; nothing of it is kept";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    // One that is moved is still there.
    fs::create_dir(folder.path("d")).unwrap();
    let running = recording(&folder);
    fs::rename(folder.path("d/a.webm"), folder.path("b.webm")).unwrap();
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    assert_clean(&folder.path("b.webm"));
}

#[test]
fn a_file_that_another_program_cuts_short_ends_it_with_8_and_gets_no_hole() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    for length in [0, 100_000] {
        let mut running = recording(&folder);
        let file = OpenOptions::new()
            .write(true)
            .open(folder.path("d/a.webm"))
            .unwrap();
        file.set_len(length).unwrap();
        let time = running.ends();
        assert!(time < STOP_TIME, "{time:?}");
        let outcome = running.wait();
        assert_eq!(outcome.code, Some(8));
        assert!(
            outcome.stderr.contains("another program has cut d/a.webm short"),
            "{}",
            outcome.stderr
        );
        assert_eq!(folder.size("d/a.webm"), length);
        if length > 0 {
            assert_eq!(run(&mut folder.mediarec("fix d/a.webm")).code, Some(0));
            assert_clean(&folder.path("d/a.webm"));
        }
        fs::remove_file(folder.path("d/a.webm")).unwrap();
    }
}

#[test]
fn a_device_that_stalls_is_told_of_and_counted_and_the_other_one_goes_on() {
    let folder = Folder::new();
    for (device, kind) in [("mic1", "audio"), ("camera1", "video")] {
        let words =
            format!("record --fake-devices=stall={device}@1s..3s --duration 4s -o a.webm --force --events e");
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        for said in ["delivers nothing; ", "delivers again after ", "1 gap of "] {
            assert_eq!(
                outcome.stderr.matches(said).count(),
                1,
                "{said}: {}",
                outcome.stderr
            );
        }
        let stop = only(&folder.events("e"), "stop").clone();
        for track in stop["tracks"].as_array().unwrap() {
            let (gaps, time) = (track["gaps"].as_u64(), track["gapTime"].as_f64().unwrap());
            let expected = if track["kind"] == kind { 2.0 } else { 0.0 };
            assert_eq!(gaps, Some(u64::from(track["kind"] == kind)), "{track}");
            assert!((time - expected).abs() < 0.2, "{track}");
        }
        assert_plays(&folder.path("a.webm"));
        let ends = ["audio", "video"].map(|kind| *probe(&folder.path("a.webm")).times(kind).last().unwrap());
        assert!(ends.iter().all(|&end| end > 3_900), "{ends:?}");
    }
}

/// A group of processes with this much memory, if groups can be made here.
fn memory_group(bytes: u64) -> Option<PathBuf> {
    let name = format!("mediarec-{}", std::process::id());
    for (root, limit) in [
        ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
        ("/sys/fs/cgroup", "memory.max"),
    ] {
        let group = PathBuf::from(root).join(&name);
        if fs::create_dir(&group).is_err() {
            continue;
        }
        if fs::write(group.join(limit), bytes.to_string()).is_ok() {
            return Some(group);
        }
        fs::remove_dir(&group).unwrap();
    }
    eprintln!("left out: no group with a limit of memory can be made");
    None
}

#[test]
fn sixty_four_mebibytes_are_enough_while_the_disk_stalls() {
    let Some(group) = memory_group(64 << 20) else {
        return;
    };
    let folder = Folder::new();
    let recorder = on_disk(&folder, "--fake-devices --duration 8s", (300_000, 0, 1, 5_000));
    let mut command = folder.program("sh", "-c");
    command.arg(format!(
        "echo $$ >{}/cgroup.procs && exec \"$0\" \"$@\"",
        group.display()
    ));
    command.arg(recorder.get_program()).args(recorder.get_args());
    for (name, value) in recorder.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let outcome = run(&mut command);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("a.webm"));
    assert_eq!(numbers(&folder.path("a.webm")).len(), 240);
    // The system may need a moment to see that it is empty.
    wait_until("an empty group", || fs::remove_dir(&group).is_ok());
}
