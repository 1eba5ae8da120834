//! `mediarec doctor`: the right cause for what is in the way.

use crate::util::{Folder, Outcome, run};
use serde_json::Value;
use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Command;

fn diagnose(command: &mut Command) -> (Outcome, Value) {
    let outcome = run(command.arg("--json"));
    let report = serde_json::from_slice(&outcome.stdout).unwrap();
    (outcome, report)
}

/// What it says of a subject, with the status first and the advice last.
fn said(report: &Value, subject: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let own = findings.filter(|finding| finding["subject"] == subject);
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    own.map(|finding| {
        ["status", "message", "advice"]
            .map(|name| text(finding, name))
            .join(": ")
    })
    .collect()
}

#[test]
fn fake_devices_are_well() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec("doctor --fake-devices"));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let text = outcome.text();
    for line in [
        "camera       ok       Fake camera 1 (user): 1280x720 at 30 fps",
        "microphone   ok       Fake microphone 1: 48000 Hz, 2 channels, peak -3 dBFS",
        "disk         ok       .: ",
        "clock        ok       2",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert!(folder.names().is_empty(), "nothing is left behind");
}

#[test]
fn faults_of_devices_have_their_cause_and_what_to_do() {
    let cases: [(_, &[_]); 3] = [
        (
            "black=camera1,busy=camera2,silence=mic1,stall=mic2@0s",
            &[
                "problem: Fake camera 1 (user): its picture is black: Open the lens cover",
                "problem: Fake camera 2 (environment): camera2 is in use by another program",
                "problem: Fake microphone 1: it is silent, it may be muted: Unmute it",
                "problem: Fake microphone 2: it was opened (44100 Hz, 1 channel) and delivers nothing: It may be muted",
            ],
        ),
        (
            "deny=camera1,lose=camera2:60%,skew=mic1:90000ppm,mute=mic2",
            &[
                "problem: Fake camera 1 (user): permission denied for camera1",
                "warning: Fake camera 2 (environment): it delivers 1",
                "warning: Fake microphone 1: it delivers 52",
                "problem: Fake microphone 2: it was opened (44100 Hz, 1 channel) and delivers nothing: It may be muted",
            ],
        ),
        (
            "none",
            &[
                "problem: there is no camera: Plug one in",
                "problem: there is no microphone: Plug one in",
            ],
        ),
    ];
    let folder = Folder::new();
    for (script, expected) in cases {
        let (outcome, report) = diagnose(&mut folder.mediarec(&format!("doctor --fake-devices={script}")));
        assert_eq!(outcome.code, Some(1));
        let said = [said(&report, "camera"), said(&report, "microphone")].concat();
        assert_eq!(said.len(), expected.len());
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.starts_with(expected), "{said} is not {expected}");
        }
    }
}

#[test]
fn a_sound_server_that_has_died_is_told_from_one_that_is_missing() {
    let folder = Folder::new();
    let sound_server = || {
        let mut command = folder.mediarec("doctor");
        command
            .env("XDG_RUNTIME_DIR", folder.path(""))
            .env_remove("PULSE_SERVER");
        let (_, report) = diagnose(&mut command);
        said(&report, "sound server")
    };
    if cfg!(not(target_os = "linux")) {
        return;
    }
    assert!(sound_server()[0].contains("pulse/native does not exist: Start it"));
    fs::create_dir_all(folder.path("pulse")).unwrap();
    drop(UnixListener::bind(folder.path("pulse/native")).unwrap());
    assert!(sound_server()[0].contains("was left by a server that has died: Start it"));
}

#[test]
fn a_full_disk_and_a_folder_that_is_not_there_are_problems() {
    let folder = Folder::new();
    let disk = |command: &mut Command| {
        let (outcome, report) = diagnose(command);
        assert_eq!(outcome.code, Some(1));
        said(&report, "disk").remove(0)
    };
    let missing = disk(&mut folder.mediarec("doctor --fake-devices --folder nowhere"));
    assert!(
        missing.starts_with("problem: nowhere cannot be written: No such file"),
        "{missing}"
    );
    let mount = "mount -t tmpfs -o size=64k none . && cd . && exec \"$0\" doctor --fake-devices --json";
    let mut full = folder.program("unshare", "-rm sh -c");
    let outcome = run(full.arg(mount).arg(env!("CARGO_BIN_EXE_mediarec")));
    if outcome.stdout.is_empty() {
        eprintln!(
            "left out: unshare is not installed or not allowed: {}",
            outcome.stderr
        );
        return;
    }
    let report = serde_json::from_slice(&outcome.stdout).unwrap();
    let full = said(&report, "disk").remove(0);
    assert!(
        full.contains("No space left on device") && full.contains("Remove something"),
        "{full}"
    );
}

/// What is said of the camera to a user who is in these groups only. Needs root; `None` if that is not allowed.
#[cfg(target_os = "linux")]
fn camera_for_user_in(groups: &str) -> Option<String> {
    /// A `/dev` of its own, with a camera's node that belongs to root and the group video.
    const STAGE: &str = "mount -t tmpfs none /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9 &&
        mknod -m 660 /dev/video0 c 81 0 && chgrp video /dev/video0 && touch /dev/mediarec && mount --bind \"$0\" /dev/mediarec &&
        exec setpriv --reuid nobody --regid nogroup $1 /dev/mediarec doctor --json";
    let folder = Folder::new();
    let mut command = folder.program("unshare", "-m sh -c");
    let command = command.args([STAGE, env!("CARGO_BIN_EXE_mediarec"), groups]);
    let outcome = run(command);
    let Ok(report) = serde_json::from_slice(&outcome.stdout) else {
        eprintln!("left out, as it needs root: {}", outcome.stderr);
        return None;
    };
    Some(said(&report, "camera").remove(0))
}

#[cfg(target_os = "linux")]
#[test]
fn a_user_who_is_not_in_the_group_of_the_camera_is_told_to_join_it() {
    let (Some(outside), Some(inside)) = (
        camera_for_user_in("--clear-groups"),
        camera_for_user_in("--groups video"),
    ) else {
        return;
    };
    assert!(
        outside.starts_with("problem: /dev/video0: permission denied") && outside.contains("the group video"),
        "{outside}"
    );
    // There is no driver behind the node: nothing is in the way but that.
    assert!(inside.starts_with("problem: there is no camera"), "{inside}");
}

#[test]
fn an_encoder_that_the_program_was_built_without_is_told_with_what_brings_it() {
    let folder = Folder::new();
    let (_, report) = diagnose(&mut folder.mediarec("doctor --fake-devices"));
    let advice = "warning: av1: not in this program: Build it with the feature av1";
    let is_told = said(&report, "encoders")
        .iter()
        .any(|said| said.starts_with(advice));
    assert_eq!(is_told, !cfg!(feature = "av1"));
}
