//! `--sandbox`: what a decoder can do that a file has taken control of, and that recordings are the same in it.
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]

use crate::judges::{assert_clean, assert_plays};
use crate::util::{Folder, Outcome, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use std::fs;
use std::process::Command;

/// What `intruder.c` tries, as far as it works in a process without a sandbox. The kernel may lack x32.
const ATTEMPTS: [&str; 11] = [
    "read a file of the system",
    "read a file of the user",
    "created a file",
    "wrote to its input",
    "removed a file",
    "changed a mode",
    "opened a socket of the network",
    "opened a local socket",
    "started a program",
    "ran new code",
    "reached its parent",
];

/// A folder with `in/clip.webm`, which has to be decoded to be recorded as another codec, `secret` and an empty `out`.
fn with_clip() -> Folder {
    let folder = Folder::new();
    fs::create_dir(folder.path("in")).unwrap();
    fs::create_dir(folder.path("out")).unwrap();
    fs::write(folder.path("secret"), "secret").unwrap();
    let clip = "record -q --fake-devices=unpaced --width 160 --height 120 --duration 1s -o in/clip.webm";
    assert_eq!(run(&mut folder.mediarec(clip)).code, Some(0));
    folder
}

fn with_intruder(folder: &Folder, words: &str) -> Command {
    let mut cc = folder.program("cc", "-O2 -shared -fPIC -o intruder.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sandbox/intruder.c");
    let built = run(cc.arg(source).arg("-ldl"));
    assert_eq!((built.code, &*built.stderr), (Some(0), ""));
    let mut command = folder.mediarec(words);
    command
        .env("LD_PRELOAD", folder.path("intruder.so"))
        .env("INTRUDER_FOLDER", folder.path(""))
        .env("INTRUDER_INPUT", folder.path("in/clip.webm"));
    command
}

fn successes(outcome: &Outcome) -> Vec<&str> {
    let lines = outcome.stderr.lines();
    lines.filter_map(|line| line.strip_prefix("intruder: ")).collect()
}

#[test]
fn a_decoder_that_a_file_has_taken_control_of_cannot_get_out() {
    let folder = with_clip();
    let words = "record -q --input in/clip.webm --mime video/webm;codecs=vp9,opus --force -o out/a.webm";
    let free = run(&mut with_intruder(&folder, words));
    assert_eq!(free.code, Some(0), "{}", free.stderr);
    let tried: Vec<_> = successes(&free)
        .into_iter()
        .filter(|&what| !what.contains("table"))
        .collect();
    assert_eq!(tried, ATTEMPTS, "without a sandbox all of it works");

    let confined = run(&mut with_intruder(&folder, &format!("{words} --sandbox")));
    assert_eq!((confined.code, &*confined.stderr), (Some(0), ""));
    assert_plays(&folder.path("out/a.webm"));
}

#[test]
fn a_recording_in_the_sandbox_is_the_same() {
    let folder = with_clip();
    for codecs in ["vp8,opus", "vp9,pcm", "av1,opus"] {
        let kind = if codecs.contains("pcm") {
            "x-matroska"
        } else {
            "webm"
        };
        let words = format!(
            "record -q --input in/clip.webm --mime video/{kind};codecs={codecs} --reencode --reproducible --force"
        );
        let record = |more: &str| run(&mut folder.mediarec(&format!("{words} {more}")));
        assert_eq!(record("-o out/free.webm").code, Some(0));
        let confined = record("-o out/confined.webm --sandbox");
        assert_eq!((confined.code, &*confined.stderr), (Some(0), ""), "{codecs}");
        let bytes = |name: &str| fs::read(folder.path(name)).unwrap();
        assert!(bytes("out/free.webm") == bytes("out/confined.webm"), "{codecs}");
    }
}

#[test]
fn segments_chunks_clips_events_and_pauses_work_in_the_sandbox() {
    let folder = with_clip();
    let words = "record --sandbox --input in/clip.webm --reencode --segment-time 400ms -o out/%Y/s-%03i.webm \
                 --segment-list out/list.csv --events out/events --fsync 100ms --min-free 1M --keep 100";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(
        fs::read_to_string(folder.path("out/list.csv"))
            .unwrap()
            .lines()
            .count(),
        4
    );

    let words = "record --sandbox --input in/clip.webm --reencode --realtime --chunks out/chunks/new -o out/b.webm \
                 --events out/e --verbose";
    let recording = Running::start(&mut folder.mediarec(words));
    let recorded = |name: &str| folder.path("out/e").exists() && has(&folder.events("out/e"), name);
    wait_until("it records", || recorded("dataavailable"));
    recording.signal(Signal::SIGUSR1);
    wait_until("it pauses", || recorded("pause"));
    recording.signal(Signal::SIGUSR2);
    assert_eq!(recording.wait().code, Some(0));
    assert_clean(&folder.path("out/b.webm"));
    assert!(folder.path("out/chunks/new/index.ndjson").exists());
}

#[test]
fn what_a_sandbox_cannot_give_is_refused() {
    let folder = Folder::new();
    for words in [
        "--fake-devices",
        "--input a.webm --control s",
        "--input a.webm --chunks c --on-chunk true",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --sandbox {words} -o a.webm")));
        assert_eq!(outcome.code, Some(2));
        assert!(
            outcome.stderr.contains("--sandbox records files and raw video"),
            "{}",
            outcome.stderr
        );
    }
}
