//! The memory of a process that records a long file: it does not grow.
#![cfg(target_os = "linux")]

use crate::inputs::{Y4m, cd_like, tone, write_wav};
use crate::judges::{RATE, probe, sound};
use crate::util::{Folder, Running};
use std::io::Write;
use std::process::Stdio;

/// W199: ten minutes, fed by a pipe; what the process holds after the first of them and after all.
#[test]
fn ten_minutes_in_chunks_of_a_second_take_no_more_memory_than_one() {
    const MINUTE: u32 = 60 * 30;
    let folder = Folder::new();
    let clip = Y4m {
        width: 64,
        height: 36,
        ..Y4m::new((30, 1), 10 * MINUTE)
    };
    let words = "record --input - -o a.webm --timeslice 1s --keyframe-interval 1s --events e";
    let mut command = folder.mediarec(words);
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&clip.header()).unwrap();
    let frame = clip.frame(0);
    let mut minutes = |count: u32| {
        for _ in 0..count * MINUTE {
            stdin.write_all(&frame).unwrap();
        }
    };
    minutes(1);
    let early = crate::record_files::peak_memory(running.id());
    minutes(9);
    let late = crate::record_files::peak_memory(running.id());
    drop(stdin);
    assert_eq!(running.wait().code, Some(0));
    let events = folder.events("e");
    let chunks = events.iter().filter(|event| event["type"] == "dataavailable");
    assert_eq!(chunks.count(), 600);
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(600.0));
    assert!(late < early + 16 * 1024, "from {early} to {late} KiB");
}

/// One process, fed by a pipe: what it holds when a fifth has gone through it, and when all has.
#[test]
fn memory_does_not_grow_with_the_file() {
    let folder = Folder::new();
    folder.write("a.y4m", Y4m::new((30, 1), 1_500).bytes());
    write_wav(
        &folder.path("a.wav"),
        cd_like(48_000, 2),
        48_000 * 50,
        tone(440.0, 0.5, 48_000),
    );
    folder.record("--input a.y4m --input a.wav --speed 16 -o a.webm");
    let bytes = folder.read("a.webm");
    let mut command = folder.mediarec("record --input - --reencode -o b.webm --speed 16");
    let mut running = Running::start(command.stdin(Stdio::piped()));
    let mut stdin = running.stdin();
    stdin.write_all(&bytes[..bytes.len() / 5]).unwrap();
    let early = crate::record_files::peak_memory(running.id());
    // What is in the pipe may not have been read; what is before it has.
    stdin.write_all(&bytes[bytes.len() / 5..]).unwrap();
    let late = crate::record_files::peak_memory(running.id());
    drop(stdin);
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(probe(&folder.path("b.webm")).packets("video").len(), 1_500);
    assert_eq!(sound(&folder.path("b.webm"), 0).len(), (50.0 * RATE) as usize);
    assert!(late < early + 6_144, "from {early} to {late} KiB");
}
