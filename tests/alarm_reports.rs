//! What is told of alarms: events, exit codes, commands, the library's events; and what cannot be one.
use crate::alarms::{SMALL, number, record};
use crate::judges::assert_clean;
use crate::steering::validated;
use crate::util::{Folder, Running, run, wait_until};
use mediarec::MediaDevices;
use mediarec::constraints::MediaStreamConstraints;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::recorder::{Alarm, MediaRecorder, MediaRecorderOptions, RecorderEvent};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::io::Cursor;
use std::time::Duration;

#[test]
fn what_was_measured_is_told_with_the_threshold() {
    let folder = Folder::new();
    let script = "unpaced,noise=mic1:-60dB@3s..8s";
    let (_, alarms) = record(&folder, script, "--duration 10s --alarm level=-50dB:2s");
    for alarm in &alarms {
        assert!((number(alarm, "measured") + 60.0).abs() < 0.1, "{alarm}");
        assert_eq!(
            (&alarm["threshold"], &alarm["unit"], &alarm["after"]),
            (&(-50.0).into(), &"dB".into(), &2.0.into())
        );
    }
    let (_, alarms) = record(
        &folder,
        "unpaced,silence=mic1@3s..8s",
        "--duration 10s --alarm level=-50dB:2s",
    );
    assert_eq!(alarms[0]["measured"], Value::Null);
}

#[test]
fn the_exit_code_tells_of_alarms_only_if_that_was_asked_for_and_of_failures_first() {
    let folder = Folder::new();
    let script = "unpaced,silence=mic1@1s..3s";
    let words = "--duration 5s --alarm silence=1s";
    assert_eq!(record(&folder, script, words).0.code, Some(0));
    let (outcome, _) = record(&folder, script, &format!("{words} --alarm-exit"));
    assert_eq!(outcome.code, Some(9), "{}", outcome.stderr);
    // All of it was recorded.
    assert_clean(&folder.path("a.webm"));
    let stop = folder.events("e").pop().unwrap();
    assert_eq!((&stop["type"], &stop["duration"]), (&"stop".into(), &5.0.into()));
    let (outcome, _) = record(&folder, script, "--duration 5s --alarm silence=3s --alarm-exit");
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let full = format!("record --fake-devices={script} {words} --alarm-exit --max-size 10M -o /dev/full");
    assert_eq!(run(&mut folder.mediarec(&full)).code, Some(8));
}

#[test]
fn a_command_is_run_with_the_alarm_in_its_arguments_and_its_environment() {
    let folder = Folder::new();
    let words = format!(
        "record --fake-devices=unpaced,silence=mic1@1s..3s,freeze=camera1@4s..6s --duration 8s \
         --alarm silence=1s --alarm frozen=1s {SMALL} --on-alarm"
    );
    let show = "echo \"$1 $2 $MEDIAREC_ALARM_NAME $MEDIAREC_ALARM_STATE $MEDIAREC_ALARM_KIND $MEDIAREC_ALARM_LABEL \
                $MEDIAREC_ALARM_SINCE $MEDIAREC_ALARM_AT $MEDIAREC_ALARM_DURATION $MEDIAREC_ALARM_THRESHOLD \
                $MEDIAREC_ALARM_MEASURED $MEDIAREC_ALARM_UNIT\" >>told";
    let outcome = run(folder.mediarec(&words).arg(show));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let told = String::from_utf8(folder.read("told")).unwrap();
    let (silence, frozen): (Vec<&str>, Vec<&str>) = told.lines().partition(|line| line.contains("silence"));
    assert_eq!(
        silence,
        [
            "silence raised silence raised audio Fake microphone 1 1 2 1 1 1.0 s",
            "silence cleared silence cleared audio Fake microphone 1 1 3 2 1 2.0 s",
        ]
    );
    assert_eq!(frozen.len(), 2);
    assert!(
        frozen[0].starts_with("frozen raised frozen raised video Fake camera 1 (user) 3.966667 4.966667")
    );
    let failing = run(folder.mediarec(&words).arg("exit 3"));
    assert_eq!(failing.code, Some(0));
    assert!(
        failing
            .stderr
            .contains("--on-alarm failed for silence: exit code 3"),
        "{}",
        failing.stderr
    );
    assert!(
        failing.stderr.contains("--on-alarm failed for 4 alarms"),
        "{}",
        failing.stderr
    );
}

#[test]
fn alarms_come_from_the_environment_too() {
    let folder = Folder::new();
    let words = format!("record --fake-devices=unpaced,silence=mic1 --duration 3s {SMALL}");
    let outcome = run(folder
        .mediarec(&words)
        .env("MEDIAREC_ALARM", "silence=1s,frozen=1s")
        .env("MEDIAREC_ALARM_EXIT", "1"));
    assert_eq!(outcome.code, Some(9), "{}", outcome.stderr);
}

#[test]
fn what_cannot_be_an_alarm_is_a_mistake_of_usage_that_says_what_to_write() {
    let folder = Folder::new();
    let cases = [
        ("--alarm silence=0", "more than 0"),
        ("--alarm silence", "silence=30s"),
        ("--alarm silence=30", "30s"),
        ("--alarm loud=3s", "there is no alarm 'loud'"),
        ("--alarm silence=1s,", "silence=30s"),
        ("--alarm level=-50dB", "level=-50dB:20s"),
        ("--alarm level=3dB:1s", "-50dB"),
        ("--alarm dropped=0%", "more than 0 %"),
        ("--alarm silence=1s,silence=2s", "given twice"),
        ("--alarm black=1s --no-video", "no video is recorded"),
        ("--alarm silence=1s --no-audio", "no audio is recorded"),
        ("--alarm-exit", "--alarm"),
        ("--on-alarm true", "--alarm"),
    ];
    for (words, expected) in cases {
        let outcome = run(&mut folder.mediarec(&format!("record --fake-devices {words} -o a.webm")));
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(expected), "{words}: {}", outcome.stderr);
        assert!(!folder.path("a.webm").exists(), "{words}");
    }
}

#[test]
fn the_level_is_in_the_statistics_in_decibels() {
    let folder = Folder::new();
    let levels = |script: &str| {
        let words = format!(
            "record --fake-devices={script} --no-video --mime audio/webm --force -o a.webm --events e"
        );
        let running = Running::start(&mut folder.mediarec(&words));
        let stats = || {
            let events = folder.events("e");
            let stats: Vec<Value> = events
                .into_iter()
                .filter(|event| event["type"] == "stats")
                .collect();
            stats.get(1).cloned()
        };
        wait_until("stats", || stats().is_some());
        running.signal(Signal::SIGINT);
        assert_eq!(running.wait().code, Some(0));
        validated(&folder.events("e"));
        let level = stats().unwrap()["tracks"][0]["level"].clone();
        std::fs::remove_file(folder.path("e")).unwrap();
        level
    };
    assert_eq!(levels("noise=mic1:-40dB"), json!(-40.0));
    assert_eq!(levels("silence=mic1"), Value::Null);
}

#[test]
fn a_program_gets_alarms_as_events_of_its_recording() {
    let devices = FakeDevices::from_spec("unpaced,silence=mic1@1s..3s,freeze=camera1@1s..4s").unwrap();
    let stream = MediaDevices::new(devices)
        .get_user_media(&MediaStreamConstraints::audio_video())
        .unwrap();
    let silence = Alarm::Silence {
        after: Duration::from_millis(1500),
    };
    let options = MediaRecorderOptions {
        max_duration: Some(Duration::from_secs(5)),
        alarms: vec![silence],
        ..MediaRecorderOptions::default()
    };
    let recorder = MediaRecorder::new(&stream, options).unwrap();
    let mut recording = recorder.start(Some(Duration::ZERO)).unwrap();
    let mut told = Vec::new();
    let on_event = |event: &RecorderEvent| {
        if let RecorderEvent::Alarm(alarm) = event {
            told.push((
                alarm.alarm,
                alarm.raised,
                alarm.since.as_millis(),
                alarm.at.as_millis(),
            ));
        }
    };
    recording
        .write_to(&mut Cursor::new(Vec::new()), on_event)
        .unwrap();
    assert_eq!(told, [(silence, true, 1000, 2500), (silence, false, 1000, 3000)]);
}
