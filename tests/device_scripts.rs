//! Things that happen to devices while they are recorded, as scripts of the fake ones have it.
use crate::judges::{assert_plays, numbers, probe, sound};
use crate::util::{Folder, has, only, run};

// W195
#[test]
fn an_unplugged_camera_ends_the_recording_of_it_with_all_that_came_before_and_the_reason() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced,unplug=camera1@1s --no-audio -o a.webm --events e";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("camera1 was unplugged"),
        "{}",
        outcome.stderr
    );
    let events = folder.events("e");
    assert_eq!(only(&events, "ended")["error"]["name"], "NotReadableError");
    assert!(has(&events, "stop") && !has(&events, "error"));
    let path = folder.path("a.webm");
    assert_plays(&path);
    assert!(probe(&path).duration().is_some());
    assert_eq!(numbers(&path), (0..30).collect::<Vec<u32>>());
}

#[test]
fn a_microphone_that_goes_leaves_the_pictures_going() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced,unplug=mic1@1s --duration 2s -o a.webm";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(6), "{}", outcome.stderr);
    let path = folder.path("a.webm");
    assert_plays(&path);
    assert_eq!(numbers(&path), (0..60).collect::<Vec<u32>>());
    assert_eq!(sound(&path, 0).len(), 48_000);
}

#[test]
fn a_stalled_microphone_is_silence_and_keeps_nobody_waiting() {
    let folder = Folder::new();
    let words = "record --fake-devices=stall=mic1@500ms..2s --duration 3s -o a.webm --events e";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let path = folder.path("a.webm");
    assert_plays(&path);
    let sound = sound(&path, 0);
    // Where the silence went in, the sound is slewed by a fraction of a millisecond, on a busy machine by some of them.
    assert!(sound.len().abs_diff(3 * 48_000) <= 480, "{}", sound.len());
    // The beeps at 1 s are gone, those at 2 s are where they were.
    let loudest = |from: usize, to: usize| {
        let part = sound[from * 48..to * 48].iter();
        part.fold(0f32, |peak, sample| peak.max(sample.abs()))
    };
    assert!(loudest(700, 1900) < 0.01, "{}", loudest(700, 1900));
    assert!(loudest(2050, 2060) > 0.5, "{}", loudest(2050, 2060));
}

#[test]
fn the_fast_clock_of_a_microphone_is_told_and_corrected() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced,skew=mic1:2000ppm --no-video --mime audio/webm --duration 4s -o a.webm --events e";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let path = folder.path("a.webm");
    assert_plays(&path);
    let sound = sound(&path, 0);
    let onset = (3 * 48_000 - 4800..sound.len())
        .find(|at| sound[*at].abs() > 0.1)
        .unwrap();
    // 6 ms late without correction; the slewing takes its time.
    assert!(onset.abs_diff(3 * 48_000) < 144, "{onset}");
}
