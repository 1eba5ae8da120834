//! Many pauses: sound and picture stay together, and nothing of what a pause spans is in the file.
use crate::judges::{RATE, assert_clean, flashes_and_beeps, numbers, probe, sound, sound_start};
use crate::random::Random;
use crate::util::{Folder, Running, event_time, only, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// Two flashes of the fake camera are so many pictures apart.
const FLASHES_APART: u32 = 30;

/// What rounding to whole milliseconds may do to either time, and a sample.
const TOGETHER: f64 = 0.001_5;

/// W180, made short.
#[test]
fn fifty_one_pauses_in_twelve_seconds_move_nothing() {
    check(51, || (Duration::from_millis(230), Duration::from_millis(70)));
}

/// W180 as it stands: 60 s of media.
#[test]
#[ignore = "it takes more than a minute"]
fn fifty_one_pauses_in_a_minute_move_nothing() {
    check(51, || (Duration::from_millis(1150), Duration::from_millis(250)));
}

#[test]
#[ignore = "it takes more than a minute"]
fn a_hundred_pauses_at_random_move_nothing() {
    let mut random = Random::new(5);
    let mut millis = move |from: u64, to: u64| Duration::from_millis(from + random.below(to - from));
    check(100, || (millis(150, 1_100), millis(60, 400)));
}

/// Frames that were dropped on all tracks.
fn dropped(events: &[Value]) -> u64 {
    let tracks = only(events, "stop")["tracks"].as_array().unwrap();
    tracks
        .iter()
        .map(|track| track["dropped"].as_u64().unwrap())
        .sum()
}

/// Records with so many pauses; `next` gives the time up to the next one, and how long it is.
fn check(pauses: usize, mut next: impl FnMut() -> (Duration, Duration)) {
    let folder = Folder::new();
    let mut command = folder.mediarec("record --fake-devices -o a.webm --timeslice none --events e");
    let running = Running::start(&mut command);
    let count = |name: &str| {
        let events = folder.events("e");
        events.iter().filter(|event| event["type"] == name).count()
    };
    wait_until("the start", || count("start") == 1);
    for number in 1..=pauses {
        let (between, pause) = next();
        thread::sleep(between);
        running.signal(Signal::SIGUSR1);
        wait_until("the pause", || count("pause") == number);
        thread::sleep(pause);
        running.signal(Signal::SIGUSR2);
        wait_until("the resume", || count("resume") == number);
    }
    thread::sleep(Duration::from_millis(1200));
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let path = folder.path("a.webm");
    assert_clean(&path);

    let (numbers, times) = (numbers(&path), probe(&path).times("video"));
    let absent = paused_before(&numbers, &times);
    let leaps: Vec<f64> = absent.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // Between two pauses the distance does not change: no picture of a pause, and none out of its place.
    assert!(
        leaps.iter().all(|&leap| leap.abs() < 2.0 || leap > 30.0),
        "{leaps:?}"
    );
    let found = leaps.iter().filter(|&&leap| leap > 30.0).count();
    // A stretch of which a busy machine dropped all frames leaves no trace of its own.
    let events = folder.events("e");
    let dropped = dropped(&events);
    let least = (pauses - 5).saturating_sub(usize::try_from(dropped).unwrap() / 5);
    assert!(
        (least..=pauses).contains(&found),
        "{found} pauses, {dropped} dropped"
    );

    let offsets = offsets(&path, &numbers, &times);
    let length = probe(&path).duration().unwrap();
    let elapsed = (event_time(only(&events, "stop")) - event_time(only(&events, "start"))) / 1000.0;
    let missing = (absent.last().unwrap() - absent[0]) / 1000.0;
    assert!(offsets.len() >= 2, "{offsets:?}");
    assert!(
        offsets.iter().all(|offset| offset.abs() <= TOGETHER),
        "{offsets:?}"
    );
    // Both end with the file: a picture lasts 33 ms, and the last block of sound was on its way when it was stopped.
    let ends = [
        *times.last().unwrap() as f64 / 1000.0,
        sound_start(&path) + sound(&path, 0).len() as f64 / RATE,
    ];
    assert!((0.0..0.035).contains(&(length - ends[0])), "{length} {ends:?}");
    assert!((length - ends[1]).abs() < 0.050, "{length} {ends:?}");
    // All that is neither in the file nor paused is what opening and finishing take; a busy machine tells of the start
    // late.
    let rest = elapsed - missing - length;
    assert!(
        (-0.6..0.8).contains(&rest),
        "{rest} s are neither recorded nor paused"
    );
}

/// Milliseconds of pauses before each picture, and a constant: its number says when it was captured.
fn paused_before(numbers: &[u32], times: &[i64]) -> Vec<f64> {
    let captured = numbers.iter().map(|&number| f64::from(number) * 1000.0 / 30.0);
    captured
        .zip(times)
        .map(|(captured, &time)| captured - time as f64)
        .collect()
}

/// How much later than its flash each beep comes, in seconds; flashes whose beginning a pause may have cut off do not
/// count.
fn offsets(path: &std::path::Path, numbers: &[u32], times: &[i64]) -> Vec<f64> {
    let (_, beeps) = flashes_and_beeps(path);
    let whole = (2..numbers.len()).filter(|&n| {
        let run = [numbers[n - 2] + 2, numbers[n - 1] + 1];
        numbers[n].is_multiple_of(FLASHES_APART) && run == [numbers[n]; 2]
    });
    let flash = whole.map(|n| times[n] as f64 / 1000.0);
    flash
        .filter_map(|flash| {
            let nearest = beeps.iter().map(|beep| beep - flash);
            nearest.min_by(|a, b| a.abs().total_cmp(&b.abs()))
        })
        .collect()
}
