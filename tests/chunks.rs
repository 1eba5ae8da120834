//! `--chunks` and `--on-chunk`: chunk files are the recording, one behind the other, and something is done with each.
use crate::judges::{assert_plays, numbers, probe};
use crate::util::{Folder, Running, parse_events, run, wait_until};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::time::Duration;

const RECORD: &str =
    "record --fake-devices=unpaced --duration 2s --timeslice 500ms --keyframe-interval 500ms";
const CLUSTER: [u8; 4] = [0x1f, 0x43, 0xb6, 0x75];

/// The whole chunks of a folder, in order.
fn chunk_names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "webm")
        })
        .collect();
    names.sort();
    names
}

/// `cat DIR/*.webm`.
fn together(folder: &Path) -> Vec<u8> {
    let names = chunk_names(folder);
    names
        .iter()
        .flat_map(|name| fs::read(folder.join(name)).unwrap())
        .collect()
}

fn index(folder: &Path) -> Vec<Value> {
    parse_events(&fs::read_to_string(folder.join("index.ndjson")).unwrap())
}

#[test]
fn chunk_files_one_behind_the_other_are_the_recording_and_the_index_says_where_each_is() {
    let folder = Folder::new();
    for timeslice in ["500ms", "100ms", "none"] {
        let words = format!("{RECORD} --timeslice {timeslice} --chunks d --force -o - --events e");
        let outcome = run(&mut folder.mediarec(&words.replacen("--timeslice 500ms", "", 1)));
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{timeslice}");
        let chunks = folder.path("d");
        assert!(together(&chunks) == outcome.stdout, "{timeslice}");
        let mut end = 0;
        for (number, line) in index(&chunks).iter().enumerate() {
            assert_eq!(
                (&line["sequence"], &line["offset"]),
                (&number.into(), &end.into())
            );
            let size = folder.size(&format!("d/{number:06}.webm"));
            assert_eq!(line["size"], size);
            end += size;
        }
        assert_eq!(end, outcome.stdout.len() as u64);
        // The events tell the same.
        let events = folder.events("e");
        let told = events.iter().filter(|event| event["file"].is_string());
        assert!(
            told.map(|event| &event["offset"])
                .eq(index(&chunks).iter().map(|line| &line["offset"]))
        );
    }
}

#[test]
fn from_250_ms_on_each_chunk_is_whole_clusters_and_plays_behind_the_header_alone() {
    let folder = Folder::new();
    folder.record(&format!("{} --chunks d", RECORD.trim_start_matches("record ")));
    let chunks = folder.path("d");
    let names = chunk_names(&chunks);
    assert_eq!(
        names,
        ["000000.webm", "000001.webm", "000002.webm", "000003.webm"]
    );
    assert!(
        index(&chunks).iter().all(|line| line["keyFrame"] == true),
        "{:?}",
        index(&chunks)
    );
    let first = fs::read(chunks.join(&names[0])).unwrap();
    let header = first.windows(4).position(|bytes| bytes == CLUSTER).unwrap();
    for (number, name) in names.iter().enumerate().skip(1) {
        let chunk = fs::read(chunks.join(name)).unwrap();
        assert_eq!(chunk[..4], CLUSTER);
        let path = folder.write("a.webm", [&first[..header], &chunk].concat());
        assert_plays(&path);
        let expected = number as u32 * 15..(number as u32 + 1) * 15;
        assert_eq!(numbers(&path), expected.collect::<Vec<_>>());
    }
}

#[test]
fn chunks_alone_make_no_other_file_and_nothing_on_standard_output() {
    let folder = Folder::new();
    let outcome = folder.record(&format!("{} --chunks d", RECORD.trim_start_matches("record ")));
    assert!(outcome.stdout.is_empty());
    assert_eq!(folder.names(), ["d"]);
    folder.record(&format!(
        "{} --chunks d --force -o a.webm",
        RECORD.trim_start_matches("record ")
    ));
    assert_eq!(folder.names(), ["a.webm", "d"]);
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(2.0));
}

#[test]
fn chunks_of_another_recording_are_refused_and_replaced_with_force_and_other_files_stay() {
    let folder = Folder::new();
    fs::create_dir(folder.path("d")).unwrap();
    for name in ["000007.webm", "000008.webm.part", "index.ndjson", "notes.txt"] {
        folder.write(&format!("d/{name}"), "old");
    }
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} --chunks d")));
    assert_eq!(outcome.code, Some(1));
    assert!(outcome.stderr.contains("--force"), "{}", outcome.stderr);
    assert_eq!(folder.read("d/000007.webm"), b"old");
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} --chunks d --force")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(chunk_names(&folder.path("d")).len(), 4);
    assert!(!folder.path("d/000008.webm.part").exists());
    assert_eq!(folder.read("d/notes.txt"), b"old");
}

#[test]
fn a_recording_that_does_not_begin_or_holds_nothing_leaves_no_file_and_no_folder_of_its_own() {
    let folder = Folder::new();
    fs::create_dir(folder.path("empty")).unwrap();
    let cases = [
        ("--duration 1s --chunks /proc/no -o a.webm", 1),
        ("--duration 1s --chunks a/b -o no/a.webm", 1),
        ("--max-size 10 --chunks a/b/c", 2),
        ("--max-size 10 --chunks empty", 2),
    ];
    for (words, code) in cases {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices=unpaced {words}")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert_eq!(folder.names(), ["empty"], "{words}");
    }
}

#[test]
fn what_cannot_be_written_breaks_the_recording_and_the_chunks_before_it_stay() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} --chunks d -o /dev/full")));
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    folder.write("file", "");
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} --chunks file")));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("file"), "{}", outcome.stderr);
}

#[test]
fn a_killed_recording_in_chunks_of_a_second_has_lost_less_than_one_of_them() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec("record --fake-devices --timeslice 1s --chunks d"));
    let unfinished = "d/000005.webm.part";
    wait_until("the sixth chunk", || {
        folder.path(unfinished).exists() && folder.size(unfinished) > 10_000
    });
    running.signal(Signal::SIGKILL);
    assert_eq!(running.wait().code, None);
    let chunks = folder.path("d");
    let path = folder.write("whole.webm", together(&chunks));
    assert_plays(&path);
    let end = |path: &Path| *probe(path).times("video").last().unwrap();
    assert!((4_900..5_100).contains(&(end(&path) + 34)), "{}", end(&path));
    let all = [together(&chunks), folder.read(unfinished)].concat();
    let all = folder.write("all.webm", all);
    assert!(end(&all) > end(&path), "{} {}", end(&all), end(&path));
}

#[test]
fn the_command_gets_every_chunk_in_order_by_argument_and_by_environment() {
    let folder = Folder::new();
    let mut command = folder.mediarec(&format!("{RECORD} --chunks d -o - --on-chunk"));
    let outcome = run(command.arg("echo said; echo \"$1 $MEDIAREC_CHUNK\" >>list"));
    assert_eq!(outcome.code, Some(0));
    assert_eq!(outcome.stderr, "said\n".repeat(4));
    assert!(together(&folder.path("d")) == outcome.stdout);
    let list = String::from_utf8(folder.read("list")).unwrap();
    let expected: Vec<String> = (0..4).map(|n| format!("d/{n:06}.webm d/{n:06}.webm")).collect();
    assert_eq!(list.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_command_that_fails_is_told_of_once_with_its_exit_code_and_changes_nothing() {
    let folder = Folder::new();
    let mut command = folder.mediarec(&format!("{RECORD} --chunks d --on-chunk"));
    let outcome = run(command.arg("exit 7"));
    assert_eq!(outcome.code, Some(0));
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("d/000000.webm: exit code 7"), "{lines:?}");
    assert!(lines[1].contains("4 chunks"), "{lines:?}");
}

#[test]
fn a_command_that_does_not_end_blocks_neither_the_recording_nor_its_stop() {
    let folder = Folder::new();
    let script = folder.write("hang.sh", "#!/bin/sh\necho $$ >pid\nexec sleep 30\n");
    folder.install("hang", script);
    let mut command = folder.mediarec("record --fake-devices --timeslice 300ms --chunks d --on-chunk ./hang");
    let mut running = Running::start(&mut command);
    wait_until("chunks", || folder.path("d/000003.webm").exists());
    running.signal(Signal::SIGINT);
    let time = running.ends();
    let hanging: i32 = String::from_utf8(folder.read("pid"))
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    // It was left to itself; what a user would want of an upload.
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(hanging), Signal::SIGKILL).unwrap();
    assert!(time < Duration::from_millis(2500), "{time:?}");
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("timed out with"), "{}", outcome.stderr);
}

#[test]
fn a_command_that_is_too_slow_misses_chunks_and_they_are_counted() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced --duration 8s --timeslice 0 --chunks d --on-chunk";
    // It is not done before somebody writes.
    mkfifo(&folder.path("fifo"), Mode::S_IRWXU).unwrap();
    let mut running = Running::start(folder.mediarec(words).arg("exec cat fifo"));
    wait_until("chunks", || folder.path("d/000400.webm").exists());
    running.signal(Signal::SIGINT);
    running.ends();
    // Both ends: nobody may read any more.
    let fifo = OpenOptions::new()
        .read(true)
        .write(true)
        .open(folder.path("fifo"));
    drop(fifo.unwrap());
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let counted = |before: &str| -> usize {
        let number = outcome.stderr.split(before).nth(1).unwrap();
        number.split(' ').next().unwrap().parse().unwrap()
    };
    let (left, skipped) = (counted("timed out with "), counted("too slow: "));
    // The queue holds 256, and one is at work, if it was begun at all by then.
    assert!((256..=257).contains(&left), "{left}");
    assert_eq!(left + skipped, chunk_names(&folder.path("d")).len());
}

#[test]
fn chunks_take_the_place_of_nothing_that_is_written_or_recorded_besides() {
    let folder = Folder::new();
    fs::create_dir(folder.path("c")).unwrap();
    folder.write("c/000007.webm", "mine");
    std::os::unix::fs::symlink("c", folder.path("link")).unwrap();
    for words in [
        "--fake-devices -o c/000000.webm --chunks c",
        "--fake-devices -o c/../link/0000000.webm --chunks ./c",
        "--fake-devices -o c/000001.webm.part --chunks link/",
        "--fake-devices -o new/index.ndjson --chunks new",
        "--fake-devices -o a.webm --events c/index.ndjson --chunks c",
        "--input c/000007.webm -o a.webm --chunks c",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --force --duration 1s {words}")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("--chunks"), "{words}: {}", outcome.stderr);
        assert_eq!(folder.names(), ["c", "link"], "{words}");
    }
    assert_eq!(folder.read("c/000007.webm"), b"mine");
    folder.record("--fake-devices=unpaced --duration 100ms -o d/whole.webm --chunks d");
    folder.record("--fake-devices=unpaced --duration 100ms -o 000000.webm --chunks e");
}
