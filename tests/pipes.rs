//! The recording down a pipe: readers that decode, that have enough, that are slow.
use crate::judges::{RATE, assert_plays, numbers, probe, sound};
use crate::library::within;
use crate::util::{Folder, Running, drain, drained, only, run};
use nix::sys::signal::Signal;
use std::io::Read;
use std::process::{ChildStdout, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

#[test]
fn ffmpeg_plays_it_straight_from_the_pipe() {
    let folder = Folder::new();
    let mut recorder =
        Running::start(&mut folder.mediarec("record --fake-devices=unpaced --duration 2s -o -"));
    let words = "-v error -i - -map 0:v -f framecrc -";
    let mut ffmpeg = folder.program("ffmpeg", words);
    let played = run(ffmpeg.stdin(Stdio::from(recorder.stdout())));
    assert_eq!((played.code, &*played.stderr), (Some(0), ""));
    let frames = played
        .text()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .count();
    assert_eq!(frames, 60);
    let outcome = recorder.wait();
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
}

#[test]
fn a_pipe_needs_no_flag_and_gets_nothing_but_the_recording() {
    let folder = Folder::new();
    let outcome = folder.record("--fake-devices=unpaced --duration 1s");
    folder.write("a.webm", outcome.stdout);
    assert_plays(&folder.path("a.webm"));
    assert_eq!(numbers(&folder.path("a.webm")).len(), 30);
    assert_eq!(folder.names(), ["a.webm"]);
}

#[test]
fn a_reader_that_has_enough_ends_it_quietly() {
    let folder = Folder::new();
    for devices in ["--fake-devices=unpaced", "--fake-devices"] {
        let mut recorder = Running::start(&mut folder.mediarec(&format!("record {devices} -o -")));
        let mut head = folder.program("head", "-c 100000");
        let taken = run(head.stdin(Stdio::from(recorder.stdout())));
        assert_eq!(taken.stdout.len(), 100_000);
        // It holds the pipe open, too.
        drop(head);
        let time = recorder.ends();
        assert!(time < Duration::from_secs(2), "{time:?}");
        let outcome = recorder.wait();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{devices}");
    }
}

#[test]
fn every_command_is_quiet_when_its_reader_has_enough() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 20s --no-video -o a.webm");
    for words in [
        "inspect --packets a.webm",
        "completions bash",
        "list-devices --fake-devices",
    ] {
        let mut command = folder.mediarec(words);
        let mut running = Running::start(&mut command);
        drop(running.stdout());
        let outcome = running.wait();
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
    }
}

#[test]
fn the_first_pictures_come_down_the_pipe_at_once() {
    let folder = Folder::new();
    // A chunk is reported after an hour; its bytes do not wait for that.
    let words = "record --fake-devices --timeslice 1h -o -";
    let mut recorder = Running::start(&mut folder.mediarec(words));
    let mut pipe = recorder.stdout();
    let pipe = within(move || {
        pipe.read_exact(&mut vec![0; 20_000]).unwrap();
        pipe
    });
    drop(pipe);
    assert_eq!(recorder.wait().code, Some(0));
}

/// Reads a pipe to its end, no faster than so many bytes a second.
fn read_slowly(mut pipe: ChildStdout, rate: f64) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let (begin, mut taken) = (Instant::now(), Vec::new());
        let mut piece = [0; 2048];
        loop {
            match pipe.read(&mut piece).unwrap() {
                0 => return taken,
                count => taken.extend_from_slice(&piece[..count]),
            }
            let due = Duration::from_secs_f64(taken.len() as f64 / rate);
            thread::sleep(due.saturating_sub(begin.elapsed()));
        }
    })
}

/// Live video frames that a reader has no time for are dropped and counted; audio is kept, whole, up to the stop.
#[test]
fn a_slow_reader_costs_pictures_that_are_counted_and_no_sound() {
    let folder = Folder::new();
    let words = "record --fake-devices -o - --events e";
    let mut recorder = Running::start(&mut folder.mediarec(words));
    // A sixth of what is recorded.
    let reader = read_slowly(recorder.stdout(), 50_000.0);
    thread::sleep(Duration::from_secs(10));
    recorder.signal(Signal::SIGINT);
    let time = recorder.ends();
    assert!(time < Duration::from_secs(2), "{time:?}");
    let outcome = recorder.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("dropped)"), "{}", outcome.stderr);
    folder.write("a.webm", reader.join().unwrap());
    let path = folder.path("a.webm");
    assert_plays(&path);
    let stop = only(&folder.events("e"), "stop").clone();
    let track = |kind| {
        let tracks = stop["tracks"].as_array().unwrap();
        tracks.iter().find(|track| track["kind"] == kind).unwrap()
    };
    let (numbers, times) = (numbers(&path), probe(&path).times("video"));
    let missing = u64::from(numbers[numbers.len() - 1] + 1 - numbers[0]) - numbers.len() as u64;
    let dropped = track("video")["droppedBy"]["output"].as_u64().unwrap();
    assert!(
        dropped > 100 && missing > 100 && missing <= dropped,
        "{missing} missing, {dropped} counted"
    );
    let origin = times[0] as f64 - f64::from(numbers[0]) * 1000.0 / 30.0;
    for (time, number) in times.iter().zip(&numbers) {
        let apart = *time as f64 - origin - f64::from(*number) * 1000.0 / 30.0;
        assert!(
            apart.abs() <= 1.0,
            "picture {number} is {apart} ms late: {times:?}"
        );
    }
    // They come from all of it: the reader is never behind by much.
    let longest = times.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(longest < Some(5_000), "{times:?}");
    assert_eq!(
        (&track("audio")["dropped"], &track("audio")["silence"]),
        (&0.into(), &0.0.into())
    );
    let heard = sound(&path, 0).len() as f64 / RATE;
    assert!(heard > 9.8, "{heard}");
    let times = probe(&path).times("audio");
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 21));
}

#[test]
fn a_fifo_is_written_to_as_it_is() {
    let folder = Folder::new();
    nix::unistd::mkfifo(&folder.path("fifo"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let words = "record --fake-devices=unpaced --duration 1s -o fifo";
    let reader = drain(folder.path("fifo"));
    assert_eq!(run(&mut folder.mediarec(words)).code, Some(0));
    folder.write("a.webm", drained(reader));
    assert_eq!(numbers(&folder.path("a.webm")).len(), 30);
    assert!(folder.path("fifo").exists());
}
