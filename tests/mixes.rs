//! `--mix`, `--gain` and `--channels`: several microphones as one track, at the right time and level, and some of their channels.
use crate::judges::{assert_clean, flashes_and_beeps, probe, rms, sound};
use crate::util::{Folder, run};

const FIRST: &str = "--audio=deviceId==e405a3e732a45c06";
const SECOND: &str = "--audio=deviceId==cd0b7c2a657b27f2";
const FAKE: &str = "--fake-devices=unpaced --duration 4s --force";

#[test]
fn two_microphones_are_one_track_whose_beeps_are_at_their_flashes() {
    let folder = Folder::new();
    folder.record(&format!(
        "{FAKE} --width 64 --height 48 --mix {FIRST} {SECOND} --gain -9dB -o mix.webm"
    ));
    let mix = folder.path("mix.webm");
    assert_clean(&mix);
    let probed = probe(&mix);
    assert_eq!(
        (probed.streams("audio").len(), probed.streams("video").len()),
        (1, 1)
    );
    let (flashes, beeps) = flashes_and_beeps(&mix);
    assert_eq!((flashes.len(), beeps.len()), (4, 4));
    // The first beep is faded in.
    for (flash, beep) in flashes.iter().zip(&beeps).skip(1) {
        assert!((flash - beep).abs() < 0.001, "{flash} and {beep}");
    }
}

#[test]
fn a_microphone_mixed_with_itself_at_half_its_level_is_itself() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --no-video {FIRST} -o one.mka"));
    folder.record(&format!(
        "{FAKE} --no-video --mix {FIRST} {FIRST} --gain -6.0206 -o mix.mka"
    ));
    let level = |name: &str| rms(&sound(&folder.path(name), 0));
    let ratio = level("mix.mka") / level("one.mka");
    assert!((ratio - 1.0).abs() < 0.01, "{ratio}");
}

#[test]
fn a_microphone_that_stalls_is_silent_in_the_mix_and_that_is_told() {
    let folder = Folder::new();
    let words = "--fake-devices=stall=mic2@1s --no-video --duration 4s --mix --gain -9dB";
    let outcome = run(&mut folder.mediarec(&format!("record {words} {FIRST} {SECOND} -o mix.webm")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome
            .stderr
            .contains("the mix went on 1 time without a microphone"),
        "{}",
        outcome.stderr
    );
    // Before the end of the recording.
    let told = outcome
        .stderr
        .find("delivers nothing; it is silent in the mix until it does");
    assert!(
        told < outcome.stderr.find("the mix went on"),
        "{}",
        outcome.stderr
    );
    assert!(told.is_some(), "{}", outcome.stderr);
    let duration = probe(&folder.path("mix.webm")).duration().unwrap();
    assert!((duration - 4.0).abs() < 0.02, "{duration}");
}

#[test]
fn a_gain_changes_the_level_by_as_many_decibels() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --no-video {FIRST} -o one.mka"));
    folder.record(&format!("{FAKE} --no-video {FIRST} --gain=-20dB -o quiet.mka"));
    let level = |name: &str| rms(&sound(&folder.path(name), 0));
    let ratio = level("quiet.mka") / level("one.mka");
    assert!((ratio - 0.1).abs() < 0.002, "{ratio}");
}

#[test]
fn one_channel_of_a_microphone_is_recorded_as_mono_and_one_that_it_does_not_have_is_refused() {
    let folder = Folder::new();
    folder.record(&format!("{FAKE} --no-video {FIRST} -o both.mka"));
    folder.record(&format!("{FAKE} --no-video {FIRST} --channels 2 -o right.mka"));
    folder.record(&format!(
        "{FAKE} --no-video {FIRST} --channels 2,1 -o swapped.mka"
    ));
    let channels = |name: &str| probe(&folder.path(name)).streams("audio")[0]["channels"].clone();
    assert_eq!(
        ["both.mka", "right.mka", "swapped.mka"].map(channels),
        [2, 1, 2].map(serde_json::Value::from)
    );
    // Both channels of the fake microphone are the same.
    let level = |name: &str| rms(&sound(&folder.path(name), 0));
    assert!((level("right.mka") / level("both.mka") - 1.0).abs() < 0.01);
    let words = format!("record {FAKE} --no-video {SECOND} --channels 1,2 -o none.mka");
    let outcome = run(&mut folder.mediarec(&words));
    assert_eq!(outcome.code, Some(4), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains(
            "is open with 1 channel, and channel 2 is requested; if it has more, add --channel-count '>=2'"
        ),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_mix_of_one_microphone_and_a_gain_too_many_are_refused() {
    let folder = Folder::new();
    for words in [
        "--mix",
        "--gain 0 --gain 1",
        "--gain loud",
        "--channels 0",
        "--channels 1 --channels 2",
        "--mix --input a.wav",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices {words} -o a.webm")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
    }
}

#[test]
fn a_speaker_that_is_heard_or_missing_or_unplugged_is_nothing_to_the_recording() {
    let folder = Folder::new();
    for (script, told) in [
        ("stall=mic2@9s", None),
        ("busy=speaker1", Some("speaker1 is in use by another program")),
        ("unplug=speaker1@1s", Some("speaker1 was unplugged")),
        ("unplug=speaker1@0s", Some("no speaker found")),
    ] {
        let words = format!(
            "record --fake-devices={script} --no-video --duration 3s --monitor --force --events e -o a.webm"
        );
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let warnings = folder.events("e");
        let warning = warnings.iter().find(|event| event["reason"] == "monitor");
        match told {
            None => assert!(
                warning.is_none() && outcome.stderr.is_empty(),
                "{}",
                outcome.stderr
            ),
            Some(told) => {
                assert!(warning.is_some(), "{script}");
                let message = format!("nothing is heard of --monitor: {told}");
                assert!(outcome.stderr.contains(&message), "{}", outcome.stderr);
            }
        }
        let duration = probe(&folder.path("a.webm")).duration().unwrap();
        assert!((duration - 3.0).abs() < 0.02, "{script}: {duration}");
    }
}
