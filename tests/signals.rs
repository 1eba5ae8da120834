//! Signals steer a recording, and not even the hardest of them costs more than a moment of it.
use crate::inputs::Y4m;
use crate::judges::{assert_clean, assert_plays, mkvinfo, numbers, probe, sound};
use crate::util::{Folder, Running, count, event_time, has, only, parse_events, run, wait_until};
#[cfg(target_os = "linux")]
use nix::fcntl::{FcntlArg, fcntl};
use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::{mkfifo, pipe};
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const LIVE: &str = "record --fake-devices -o a.webm --events e";

/// The same with frames that cost a busy machine next to nothing.
const LIGHT: &str = "record --fake-devices --width 160 --height 120 -o a.webm --events e";

/// A stop ends within 2 s whatever happens, or the watchdog ends it with another code; the rest is the busy machine's.
const STOP_TIME: Duration = Duration::from_secs(5);

/// Starts a recording in real time and waits until it has recorded so many chunks of 100 ms.
fn live(folder: &Folder, words: &str, chunks: usize) -> Running {
    // Those of a recording before it are not waited for.
    let _ = fs::remove_file(folder.path("e"));
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("chunks", || count(folder, "dataavailable") >= chunks);
    running
}

/// Milliseconds since 1970.
fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
        * 1000.0
}

#[test]
fn interrupt_terminate_and_hangup_stop_and_finish_the_file() {
    let folder = Folder::new();
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let mut running = live(&folder, &format!("{LIGHT} --force"), 5);
        running.signal(signal);
        let time = running.ends();
        assert_eq!(running.wait().code, Some(0), "{signal}");
        assert!(time < STOP_TIME, "{signal}: {time:?}");
        eprintln!("STOP {signal} {time:?}");
        let path = folder.path("a.webm");
        assert_clean(&path);
        assert!(probe(&path).duration().unwrap() > 0.4, "{signal}");
        assert!(mkvinfo(&path).contains("|+ Cues"), "{signal}");
        assert!(has(&folder.events("e"), "stop"), "{signal}");
    }
}

#[test]
fn what_was_captured_before_the_stop_is_in_the_file() {
    let folder = Folder::new();
    let running = live(&folder, LIVE, 5);
    let asked = now();
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let begun = event_time(only(&folder.events("e"), "start"));
    let length = probe(&folder.path("a.webm")).duration().unwrap() * 1000.0;
    // One picture, one block of sound, and what a busy machine makes of it.
    assert!(
        length > asked - begun - 120.0,
        "{length} ms of {} ms",
        asked - begun
    );
}

/// Two clocks tell what was lost: the events' says when it began, ours when it was killed, and what lies between is
/// missing but for what the file holds. A machine that stands still now and then must not fail it, so the median counts.
#[test]
fn a_killed_recording_plays_and_has_lost_next_to_nothing() {
    let folder = Folder::new();
    let mut lost: Vec<f64> = [2, 4, 5, 8, 11].map(|chunks| killed(&folder, chunks)).into();
    lost.sort_by(f64::total_cmp);
    eprintln!("LOST {lost:?}");
    assert!(lost[lost.len() / 2] <= 150.0, "lost {lost:?} ms");
}

/// Milliseconds that are lost when it is killed after so many chunks.
fn killed(folder: &Folder, chunks: usize) -> f64 {
    let running = live(folder, &format!("{LIVE} --force"), chunks);
    running.signal(Signal::SIGKILL);
    let at = now();
    assert_eq!(running.wait().code, None);
    let path = folder.path("a.webm");
    // The last block may be cut off: whole ones before it are what counts.
    run(&mut folder.program("ffmpeg", "-v quiet -y -i a.webm -c copy whole.webm"));
    assert_plays(&folder.path("whole.webm"));
    let numbers = numbers(&folder.path("whole.webm"));
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let times = [probe(&path).times("video"), probe(&path).times("audio")];
    let end = times.iter().flatten().max().copied().unwrap() as f64;
    at - event_time(only(&folder.events("e"), "start")) - end
}

#[test]
fn a_second_interrupt_gives_up_waiting_and_leaves_what_plays() {
    let folder = Folder::new();
    let (reader, writer) = pipe().unwrap();
    // No picture has room in it. Elsewhere a pipe has one size.
    #[cfg(target_os = "linux")]
    fcntl(&writer, FcntlArg::F_SETPIPE_SZ(4096)).unwrap();
    let mut command = folder.mediarec("record --fake-devices -o - --video-bitrate 8M");
    let mut running = Running::start(command.stdout(writer));
    drop(command);
    let mut reader = File::from(reader);
    let mut taken = vec![0; 60_000];
    reader.read_exact(&mut taken).unwrap();
    // Nobody reads any more. Two signals in one moment are one, and a stop that is waited for gives up by itself, but
    // with another code.
    wait_until("its end", || {
        running.signal(Signal::SIGINT);
        !running.is_running()
    });
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(130), "{}", outcome.stderr);
    reader.read_to_end(&mut taken).unwrap();
    folder.write("cut.webm", taken);
    run(&mut folder.program("ffmpeg", "-v quiet -y -i cut.webm -c copy whole.webm"));
    assert_plays(&folder.path("whole.webm"));
    assert!(!numbers(&folder.path("whole.webm")).is_empty());
}

#[test]
fn a_pause_leaves_no_gap_and_nothing_of_what_it_spans() {
    let folder = Folder::new();
    let running = live(&folder, LIVE, 4);
    running.signal(Signal::SIGUSR1);
    running.signal(Signal::SIGUSR1);
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    thread::sleep(Duration::from_millis(800));
    let chunks = count(&folder, "dataavailable");
    running.signal(Signal::SIGUSR2);
    wait_until("more", || count(&folder, "dataavailable") >= chunks + 4);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let events = folder.events("e");
    let (pause, resume) = (only(&events, "pause"), only(&events, "resume"));
    assert_eq!(
        (&pause["state"], &resume["state"]),
        (&"paused".into(), &"recording".into())
    );
    let path = folder.path("a.webm");
    assert_clean(&path);
    check_pictures_around_pause(&folder, (event_time(resume) - event_time(pause)) / 1000.0);
    let step = longest_step(&probe(&path).times("audio"));
    assert!(step <= 21, "sound is {step} ms apart");
    let (length, heard) = (
        probe(&path).duration().unwrap(),
        sound(&path, 0).len() as f64 / 48_000.0,
    );
    assert!((length - heard).abs() < 0.1, "{heard} s of sound in {length} s");
}

/// The numbers leap by the pause, the times do not.
fn check_pictures_around_pause(folder: &Folder, paused: f64) {
    let path = folder.path("a.webm");
    let (numbers, times) = (numbers(&path), probe(&path).times("video"));
    let leaps: Vec<usize> = (1..numbers.len())
        .filter(|&n| numbers[n] - numbers[n - 1] > 12)
        .collect();
    let [leap] = leaps[..] else {
        panic!("one leap was expected: {numbers:?}")
    };
    let missing = f64::from(numbers[leap] - numbers[leap - 1]) / 30.0;
    assert!(
        (missing - paused).abs() < 0.15,
        "{missing} s are missing, {paused} s were paused"
    );
    // Neighbours in the file, up to a picture's length on either side of the pause and some that a busy machine lost.
    let step = times[leap] - times[leap - 1];
    let unpaused = (missing - paused) * 1000.0;
    assert!(
        step <= 100 && (step as f64 - unpaused).abs() < 60.0,
        "{step} ms at the pause"
    );
}

fn longest_step(times: &[i64]) -> i64 {
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap()
}

#[test]
fn alarm_asks_for_the_data_so_far() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec(&format!("{LIVE} --timeslice none")));
    wait_until("bytes", || folder.size("a.webm") > 10_000);
    assert_eq!(count(&folder, "dataavailable"), 0);
    running.signal(Signal::SIGALRM);
    wait_until("data", || count(&folder, "dataavailable") == 1);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    // The other one holds what came after it.
    let sizes = folder.events("e");
    let sizes = sizes.iter().filter(|event| event["type"] == "dataavailable");
    assert_eq!(sizes.filter(|event| event["size"] != 0).count(), 2);
}

#[test]
fn data_that_is_asked_for_before_there_is_any_comes_empty_and_the_file_is_whole() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec(&format!("{LIVE} --chunks d --start-paused")));
    wait_until("the pause", || count(&folder, "pause") == 1);
    running.signal(Signal::SIGALRM);
    wait_until("an answer", || count(&folder, "dataavailable") == 1);
    running.signal(Signal::SIGUSR2);
    wait_until("data", || count(&folder, "dataavailable") >= 4);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
    assert!(
        folder
            .read("d/000000.webm")
            .starts_with(&[0x1a, 0x45, 0xdf, 0xa3])
    );
    let events = folder.events("e");
    let mut sizes = events.iter().filter(|event| event["type"] == "dataavailable");
    assert_eq!(sizes.next().unwrap()["size"], 0);
}

#[test]
fn a_hangup_that_was_ignored_stays_ignored() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_mediarec");
    let script = format!("trap '' HUP; exec {program} {LIVE}");
    let mut running = Running::start(folder.program("sh", "-c").arg(script));
    wait_until("chunks", || count(&folder, "dataavailable") >= 2);
    running.signal(Signal::SIGHUP);
    let chunks = count(&folder, "dataavailable");
    wait_until("more chunks", || count(&folder, "dataavailable") >= chunks + 3);
    assert!(running.is_running());
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn a_stop_ends_what_waits_for_a_pipe_that_gives_nothing() {
    let folder = Folder::new();
    mkfifo(&folder.path("fifo"), Mode::S_IRWXU).unwrap();
    for begins in [false, true] {
        let mut running = Running::start(&mut folder.mediarec("record --input fifo -o a.webm"));
        // Else it has a writer who says how large pictures are, and no more.
        let writer = begins.then(|| {
            let mut fifo = OpenOptions::new().write(true).open(folder.path("fifo")).unwrap();
            fifo.write_all(&Y4m::new((30, 1), 1).header()).unwrap();
            fifo
        });
        thread::sleep(Duration::from_millis(400));
        assert!(running.is_running());
        running.signal(Signal::SIGINT);
        let time = running.ends();
        assert!(time < STOP_TIME, "{time:?} with a writer: {begins}");
        drop(writer);
        assert_eq!(folder.names(), ["fifo"], "with a writer: {begins}");
    }
}

#[test]
fn a_stop_finishes_a_file_whose_source_has_stalled() {
    let folder = Folder::new();
    mkfifo(&folder.path("fifo"), Mode::S_IRWXU).unwrap();
    let mut running = Running::start(&mut folder.mediarec("record --input fifo -o a.webm"));
    let clip = Y4m::new((30, 1), 20);
    let mut fifo = OpenOptions::new().write(true).open(folder.path("fifo")).unwrap();
    fifo.write_all(&clip.bytes()).unwrap();
    wait_until("pictures", || folder.size("a.webm") > 2_000);
    thread::sleep(Duration::from_millis(300));
    running.signal(Signal::SIGTERM);
    let time = running.ends();
    assert!(time < STOP_TIME, "{time:?}");
    assert_eq!(running.wait().code, Some(0));
    drop(fifo);
    assert_eq!(numbers(&folder.path("a.webm")), (0..20).collect::<Vec<_>>());
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_stop_of_a_file_that_is_read_as_fast_as_it_goes_keeps_sound_and_picture_together() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record --fake-devices=unpaced -o a.webm --events -");
    let mut running = Running::start(&mut command);
    wait_until("bytes", || folder.size("a.webm") > 100_000);
    running.signal(Signal::SIGINT);
    assert!(running.ends() < STOP_TIME);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(has(&parse_events(&outcome.stderr), "stop"));
    let path = folder.path("a.webm");
    let heard = sound(&path, 0).len() as f64 / 48_000.0;
    let shown = numbers(&path).len() as f64 / 30.0;
    assert!(
        (heard - shown).abs() < 0.1,
        "{heard} s of sound, {shown} s of pictures"
    );
    assert_clean(&path);
}

#[test]
fn a_reader_that_never_reads_does_not_keep_a_stop_waiting() {
    let folder = Folder::new();
    let mut command = folder.mediarec("record --fake-devices -o - --events e --video-bitrate 8M");
    let mut running = Running::start(&mut command);
    wait_until("chunks", || count(&folder, "dataavailable") > 0);
    thread::sleep(Duration::from_millis(700));
    running.signal(Signal::SIGINT);
    let time = running.ends();
    assert!(time < STOP_TIME, "{time:?}");
    let mut pipe = running.stdout();
    let mut taken = Vec::new();
    pipe.read_to_end(&mut taken).unwrap();
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(8), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the rest is lost"), "{}", outcome.stderr);
    assert!(!taken.is_empty());
}

#[test]
fn ctrl_z_stops_the_process_and_fg_goes_on_without_a_gap() {
    let folder = Folder::new();
    let running = live(&folder, LIGHT, 4);
    running.signal(Signal::SIGTSTP);
    wait_until("the stop", || is_stopped(&running));
    thread::sleep(Duration::from_secs(5));
    running.signal(Signal::SIGCONT);
    wait_until("the resume", || has(&folder.events("e"), "resume"));
    let chunks = count(&folder, "dataavailable");
    wait_until("more", || count(&folder, "dataavailable") >= chunks + 4);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let path = folder.path("a.webm");
    assert_clean(&path);
    let events = folder.events("e");
    // More than 110 pictures stood in the pause: these are not lost. A busy machine may lose some of the others.
    assert!(dropped(&events) < 55, "{events:?}");
    let step = longest_step(&probe(&path).times("video"));
    assert!(step < 3000, "pictures are {step} ms apart");
    // The pause may be reported only after the stop; that it was one shows in what is missing.
    let elapsed = (event_time(only(&events, "stop")) - event_time(only(&events, "start"))) / 1000.0;
    let missing = elapsed - probe(&path).duration().unwrap();
    assert!((4.5..10.0).contains(&missing), "{missing} s are missing");
}

#[test]
fn a_stop_that_comes_while_the_process_is_stopped_calls_nothing_of_the_pause_lost() {
    let folder = Folder::new();
    let running = live(&folder, LIGHT, 4);
    running.signal(Signal::SIGTSTP);
    wait_until("the stop", || is_stopped(&running));
    // More than a device can make up for.
    thread::sleep(Duration::from_secs(5));
    running.signal(Signal::SIGINT);
    running.signal(Signal::SIGCONT);
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("a.webm"));
    let events = folder.events("e");
    // 150 pictures and 500 blocks of sound stood in the pause; a busy machine may lose some of the others.
    assert!(dropped(&events) < 55, "{events:?}");
}

fn is_stopped(running: &Running) -> bool {
    let state = fs::read_to_string(format!("/proc/{}/stat", running.id()));
    state.unwrap_or_default().contains(") T ")
}

/// Frames of all tracks that are said to be lost.
fn dropped(events: &[Value]) -> u64 {
    let tracks = only(events, "stop")["tracks"].as_array().unwrap();
    tracks
        .iter()
        .map(|track| track["dropped"].as_u64().unwrap())
        .sum()
}

#[test]
fn a_file_that_is_recorded_paused_until_a_stop_leaves_nothing() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 5s -o source.webm");
    for words in ["", "--reencode"] {
        let record = format!("record --input source.webm {words} --start-paused --events e -o a.webm");
        let running = Running::start(&mut folder.mediarec(&record));
        wait_until("the pause", || {
            folder.path("e").exists() && has(&folder.events("e"), "pause")
        });
        thread::sleep(Duration::from_millis(300));
        running.signal(Signal::SIGINT);
        let outcome = running.wait();
        assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
        assert!(!folder.path("a.webm").exists());
    }
}

#[test]
fn a_recording_that_starts_paused_has_nothing_of_before_the_resume() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec(&format!("{LIVE} --start-paused")));
    wait_until("the pause", || {
        folder.path("e").exists() && has(&folder.events("e"), "pause")
    });
    thread::sleep(Duration::from_millis(500));
    running.signal(Signal::SIGUSR2);
    wait_until("data", || count(&folder, "dataavailable") >= 4);
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let path = folder.path("a.webm");
    assert_clean(&path);
    // 0.4 s of camera and what came before went by.
    assert!(numbers(&path)[0] >= 12, "{:?}", numbers(&path));
    assert!(probe(&path).times("video")[0] <= 34);
}
