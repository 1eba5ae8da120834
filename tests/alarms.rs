//! `record --alarm`: raised in time, cleared, and never without a reason.
use crate::control_client::{Client, live};
use crate::judges::assert_clean;
use crate::steering::validated;
use crate::util::{Folder, Outcome, event_time, ffmpeg, has, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use std::thread;
use std::time::Duration;

/// Small, so that a second takes no time.
pub const SMALL: &str = "--width ==320 --height ==180 --speed 16 --force -o a.webm --events e";

/// Records fake devices with this script; gives the alarms that the events tell of.
pub fn record(folder: &Folder, script: &str, words: &str) -> (Outcome, Vec<Value>) {
    let words = format!("record --fake-devices={script} {words} {SMALL}");
    let outcome = run(&mut folder.mediarec(&words));
    let events = folder.events("e");
    if outcome.code != Some(2) {
        validated(&events);
    }
    (outcome, alarms(&events))
}

pub fn alarms(events: &[Value]) -> Vec<Value> {
    let alarms = events.iter().filter(|event| event["type"] == "alarm");
    alarms.cloned().collect()
}

pub fn number(event: &Value, name: &str) -> f64 {
    event[name]
        .as_f64()
        .unwrap_or_else(|| panic!("{name} of {event}"))
}

/// Names of the alarms, with a sign before those that are cleared.
fn names(alarms: &[Value]) -> Vec<String> {
    let name = |alarm: &Value| {
        let sign = if alarm["raised"] == true { "" } else { "-" };
        format!("{sign}{}", alarm["alarm"].as_str().unwrap())
    };
    alarms.iter().map(name).collect()
}

#[test]
fn each_alarm_is_raised_when_its_condition_has_lasted_and_cleared_when_it_ends_and_raised_again() {
    let folder = Folder::new();
    let twice = |effect: &str| format!("unpaced,{effect}@3s..7s,{effect}@10s..14s");
    for (effect, alarm, name, kind, after) in [
        ("silence=mic1", "silence=2s", "silence", "audio", 2.0),
        ("mute=mic1", "silence=2s", "silence", "audio", 2.0),
        ("noise=mic1:-60dB", "level=-50dB:2500ms", "level", "audio", 2.5),
        ("freeze=camera1", "frozen=1s", "frozen", "video", 1.0),
        ("mute=camera1", "frozen=1s", "frozen", "video", 1.0),
        ("black=camera1", "black=3s", "black", "video", 3.0),
        ("mute=camera1", "black=3s", "black", "video", 3.0),
    ] {
        let words = format!("--duration 16s --alarm {alarm}");
        let (outcome, alarms) = record(&folder, &twice(effect), &words);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert_eq!(alarms.len(), 4, "{effect}: {alarms:#?}");
        for (pair, begin) in alarms.chunks(2).zip([3.0, 10.0]) {
            let [raised, cleared] = pair else { unreachable!() };
            assert_eq!(
                (&raised["raised"], &cleared["raised"]),
                (&true.into(), &false.into())
            );
            for event in pair {
                assert_eq!(
                    (&event["alarm"], &event["kind"]),
                    (&name.into(), &kind.into()),
                    "{effect}"
                );
                // A frame may have been the last one.
                assert!((number(event, "since") - begin).abs() < 0.05, "{effect}: {event}");
                let duration = number(event, "mediaTime") - number(event, "since");
                assert!((number(event, "duration") - duration).abs() < 1e-5, "{event}");
            }
            let late = number(raised, "mediaTime") - (begin + after);
            assert!((-0.05..0.1).contains(&late), "{effect}: {raised}");
            let late = number(cleared, "mediaTime") - (begin + 4.0);
            assert!((-0.05..0.1).contains(&late), "{effect}: {cleared}");
        }
        let lines: Vec<&str> = outcome.stderr.lines().collect();
        assert_eq!(lines.len(), 4, "{}", outcome.stderr);
        assert!(
            lines[0].starts_with(&format!("mediarec: alarm {name}: Fake ")),
            "{}",
            lines[0]
        );
        assert!(
            lines[1].starts_with(&format!("mediarec: alarm {name} cleared: Fake ")),
            "{}",
            lines[1]
        );
    }
}

#[test]
fn dropped_frames_of_ten_seconds_are_an_alarm_from_the_given_share_on() {
    let folder = Folder::new();
    // 20 % of 5 s are 10 % of 10 s: reached after 2.5 s.
    let script = "unpaced,lose=camera1:20%@12s..17s";
    let words = "--duration 40s --alarm dropped=5% --alarm-exit";
    let (outcome, alarms) = record(&folder, script, words);
    assert_eq!(
        (outcome.code, &names(&alarms)[..]),
        (Some(9), &["dropped", "-dropped"].map(str::to_owned)[..])
    );
    let raised = number(&alarms[0], "mediaTime");
    assert!((14.3..15.5).contains(&raised), "{raised}");
    assert!((5.0..6.0).contains(&number(&alarms[0], "measured")));
    assert_eq!((&alarms[0]["unit"], alarms[0].get("after")), (&"%".into(), None));
    // Below 5 % from 24.5 s on, and then for two seconds.
    let cleared = number(&alarms[1], "mediaTime");
    assert!((26.0..27.5).contains(&cleared), "{cleared}");
    let script = "unpaced,lose=camera1:4%";
    let (outcome, alarms) = record(&folder, script, "--duration 30s --alarm dropped=5% --alarm-exit");
    assert_eq!((outcome.code, alarms.len()), (Some(0), 0));
}

#[test]
fn noise_however_low_is_no_silence_and_a_picture_with_noise_is_not_frozen() {
    let folder = Folder::new();
    for script in [
        "unpaced,noise=mic1:-60dB,still=camera1",
        "unpaced,noise=mic1:-120dB,still=camera1",
    ] {
        let words = "--duration 20s --alarm silence=500ms,frozen=500ms,black=500ms,dropped=1% --alarm-exit";
        let (outcome, alarms) = record(&folder, script, words);
        assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{script}");
        assert_eq!(alarms.len(), 0, "{alarms:?}");
    }
}

#[test]
fn a_device_that_stops_delivering_is_noticed_within_a_second_of_the_threshold() {
    let folder = Folder::new();
    let script = "stall=camera1@2s..6s,stall=mic1@2s..6s";
    let words = "--duration 8s --alarm frozen=500ms,silence=1500ms,level=-50dB:1500ms,black=1s";
    let (outcome, alarms) = record(&folder, script, words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let seconds = |event: &Value| event_time(event) / 1000.0;
    let start = seconds(&folder.events("e")[0]);
    for (name, begin, after) in [
        ("frozen", 2.0, 0.5),
        ("silence", 2.0, 1.5),
        ("level", 2.0, 1.5),
        // Black frames are recorded once nothing has come for a second.
        ("black", 3.0, 1.0),
    ] {
        let of_name = |raised: bool| {
            let mut alarms = alarms.iter();
            let found = alarms.find(|event| event["alarm"] == name && event["raised"] == raised);
            found
                .unwrap_or_else(|| panic!("{name} {raised}: {alarms:?}"))
                .clone()
        };
        let after_start = seconds(&of_name(true)) - start;
        let late = after_start - (begin + after);
        assert!((-0.3..1.0).contains(&late), "{name}: {late:.3} s late");
        assert!((number(&of_name(true), "since") - begin).abs() < 0.3, "{name}");
        assert!((number(&of_name(false), "mediaTime") - 6.0).abs() < 0.3, "{name}");
    }
    assert_eq!(alarms.len(), 8, "{alarms:?}");
}

#[test]
fn a_camera_that_never_delivers_is_frozen_from_the_start_on() {
    let folder = Folder::new();
    let words = "--no-audio --duration 3s --alarm frozen=700ms";
    let (outcome, alarms) = record(&folder, "stall=camera1@100ms", words);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_eq!(names(&alarms), ["frozen"]);
    assert!(number(&alarms[0], "mediaTime") < 1.8, "{alarms:?}");
}

#[test]
fn a_pause_does_not_count() {
    let folder = Folder::new();
    let words = "record --fake-devices=silence=mic1 --no-video --alarm silence=1500ms -o a.webm --events e";
    let running = live(&folder, words);
    thread::sleep(Duration::from_millis(500));
    running.signal(Signal::SIGUSR1);
    wait_until("a pause", || has(&folder.events("e"), "pause"));
    thread::sleep(Duration::from_millis(2500));
    assert!(!has(&folder.events("e"), "alarm"));
    running.signal(Signal::SIGUSR2);
    wait_until("the alarm", || has(&folder.events("e"), "alarm"));
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let alarm = &alarms(&folder.events("e"))[0];
    assert!((1.4..2.5).contains(&number(alarm, "mediaTime")), "{alarm}");
    assert!((1.5..2.5).contains(&number(alarm, "duration")), "{alarm}");
    assert!(number(alarm, "since") < 0.1, "{alarm}");
}

#[test]
fn a_track_that_is_muted_on_purpose_raises_nothing_and_ends_what_is_raised() {
    let folder = Folder::new();
    let words = "record --fake-devices=silence=mic1@1s,black=camera1@1s --width 160 --height 120 \
                 --alarm silence=500ms,level=-50dB:500ms,black=500ms,frozen=500ms --alarm-exit --control s -o a.webm --events e";
    let running = live(&folder, words);
    let mut client = Client::of(&folder);
    let raised = |client: &mut Client| client.does("status")["alarms"].as_array().unwrap().len();
    wait_until("silence, level and black", || raised(&mut client) == 3);
    let status = client.does("status");
    assert_eq!(status["alarms"][0]["raised"], true);
    for kind in ["audio", "video"] {
        client.requests(&json!({ "command": "mute", "kind": kind }));
    }
    wait_until("their end", || raised(&mut client) == 0);
    let before = alarms(&folder.events("e")).len();
    assert_eq!(before, 6);
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(alarms(&folder.events("e")).len(), before);
    client.requests(&json!({ "command": "unmute", "kind": "audio" }));
    wait_until("silence and level again", || raised(&mut client) == 2);
    let shown = run(&mut folder.mediarec("ctl s status"));
    assert!(
        shown
            .text()
            .contains("alarm  silence: Fake microphone 1, since 0:0"),
        "{}",
        shown.text()
    );
    client.does("stop");
    assert_eq!(running.wait().code, Some(9));
    validated(&folder.events("e"));
}

#[test]
fn segments_and_alarms_do_not_disturb_each_other() {
    let folder = Folder::new();
    let words = "record --fake-devices=unpaced,silence=mic1@1500ms..4500ms,black=camera1@2s..5s --duration 6s \
                 --segment-time 1s --alarm silence=2s,black=2s -o %i.webm --events e --width 320 --height 180";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let events = folder.events("e");
    validated(&events);
    let mut times: Vec<(String, f64)> = names(&alarms(&events))
        .into_iter()
        .zip(
            alarms(&events)
                .iter()
                .map(|alarm| number(alarm, "mediaTime").round()),
        )
        .collect();
    times.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("-black", 5.0),
        ("-silence", 5.0),
        ("black", 4.0),
        ("silence", 4.0),
    ];
    assert_eq!(times, expected.map(|(name, at)| (name.to_owned(), at)));
    for segment in 0..6 {
        assert_clean(&folder.path(&format!("{segment}.webm")));
    }
}

#[test]
fn files_are_judged_by_their_times_and_copied_ones_are_refused() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i color=black:size=64x48:rate=10:duration=5 -f lavfi -i anullsrc=duration=5 -t 5 -c:v libvpx -c:a pcm_s16le in.mkv",
    );
    let words = "record --input in.mkv -o a.webm --force --events e --alarm silence=2s,black=3s,frozen=1s";
    let copied = run(&mut folder.mediarec(words));
    assert_eq!(copied.code, Some(7), "{}", copied.stderr);
    assert!(
        copied.stderr.contains("copied without decoding") && copied.stderr.contains("--reencode"),
        "{}",
        copied.stderr
    );
    assert!(!folder.path("a.webm").exists());
    let encoded = run(&mut folder.mediarec(&format!("{words} --reencode --alarm-exit")));
    assert_eq!(encoded.code, Some(9), "{}", encoded.stderr);
    let mut raised = names(&alarms(&folder.events("e")));
    raised.sort();
    assert_eq!(raised, ["black", "frozen", "silence"]);
    let dropped = "record --input in.mkv -o a.webm --force --alarm dropped=1% --alarm-exit";
    assert_eq!(run(&mut folder.mediarec(dropped)).code, Some(0));
}
