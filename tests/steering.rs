//! What scripts rely on: the schema of the events, the script of the documents, the examples, the log.
use crate::judges::{assert_clean, assert_plays, numbers, probe};
use crate::util::{Folder, Running, fixture, has, run, wait_until};
use boon::{Compiler, Schemas};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every line must be what the schema says; gives the types that came.
pub fn validated(events: &[Value]) -> BTreeSet<String> {
    let schema = fs::read_to_string(repository("docs/events.schema.json")).unwrap();
    let mut compiler = Compiler::new();
    compiler.enable_format_assertions();
    let name = "https://mediarec/events.schema.json";
    compiler
        .add_resource(name, serde_json::from_str(&schema).unwrap())
        .unwrap();
    let mut schemas = Schemas::new();
    let index = compiler.compile(name, &mut schemas).unwrap();
    assert!(!events.is_empty());
    for event in events {
        if let Err(error) = schemas.validate(event, index) {
            panic!("{error}\n{event}");
        }
    }
    events
        .iter()
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_event_of_real_recordings_is_as_the_schema_says() {
    let folder = Folder::new();
    let mut seen = BTreeSet::new();
    for words in [
        "--fake-devices=unpaced --duration 2s -o a.webm",
        "--fake-devices=unpaced,mute=mic1@300ms..900ms,resize=camera1:640x480@1s --duration 2s --timeslice 500ms \
         --chunks d -o a.webm --video=width==1280",
        "--fake-devices=unplug=camera1@700ms,unplug=mic1@1500ms -o a.webm",
        "--fake-devices=unpaced,unplug=camera1@300ms..600ms,unplug=mic1@1s --on-lost switch --duration 2s -o a.webm",
        "--fake-devices=unpaced,silence=mic1@500ms --alarm silence=500ms,level=-50dB:500ms --duration 2s -o a.webm",
        "--fake-devices=unpaced --duration 2s --mime audio/webm --timeslice none -o a.webm",
        "--fake-devices --width >=9999 -o a.webm",
        "--fake-devices=unpaced --duration 1s -o /dev/full",
    ] {
        let outcome = run(&mut folder.mediarec(&format!("record --force --events e {words}")));
        assert_ne!(outcome.code, Some(2), "{}", outcome.stderr);
        seen.extend(validated(&folder.events("e")));
    }
    let mut command = folder.mediarec("record --events e -o b.webm --input");
    run(command.arg(fixture("truncated.y4m")));
    seen.extend(validated(&folder.events("e")));
    fs::remove_file(folder.path("e")).unwrap();
    let running = Running::start(&mut folder.mediarec("record --force --fake-devices --events e -o a.webm"));
    for (signal, name) in [
        (Signal::SIGUSR1, "start"),
        (Signal::SIGUSR2, "pause"),
        (Signal::SIGINT, "stats"),
    ] {
        wait_until(name, || has(&folder.events("e"), name));
        running.signal(signal);
    }
    assert_eq!(running.wait().code, Some(0));
    seen.extend(validated(&folder.events("e")));
    let all = [
        "alarm",
        "back",
        "dataavailable",
        "ended",
        "error",
        "lost",
        "mute",
        "overconstrained",
        "pause",
        "resume",
        "start",
        "stats",
        "stop",
        "switched",
        "unmute",
    ];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

#[test]
fn stats_come_once_a_second_in_pauses_too_and_account_for_every_frame() {
    let folder = Folder::new();
    let running = Running::start(&mut folder.mediarec("record --fake-devices --events e -o a.webm"));
    let stats = || {
        let mut events = folder.events("e");
        events.retain(|event| event["type"] == "stats");
        events
    };
    wait_until("stats", || stats().len() >= 2);
    running.signal(Signal::SIGUSR1);
    wait_until("stats of a pause", || {
        stats().iter().any(|event| event["state"] == "paused")
    });
    running.signal(Signal::SIGINT);
    assert_eq!(running.wait().code, Some(0));
    let stats = stats();
    let recorded = &stats[1]["tracks"];
    for track in recorded.as_array().unwrap() {
        let count = |name: &str| track[name].as_u64().unwrap();
        assert!(
            count("captured") >= count("encoded") + count("dropped"),
            "{track}"
        );
        let reasons = track["droppedBy"].as_object().unwrap().values();
        assert_eq!(
            reasons.map(|count| count.as_u64().unwrap()).sum::<u64>(),
            count("dropped")
        );
        assert!(count("bitRate") > 10_000, "{track}");
    }
    assert!(recorded[0]["peak"].as_f64().unwrap() > 0.1, "{recorded}");
    assert!(stats[1]["avOffset"].as_f64().unwrap().abs() < 0.5, "{}", stats[1]);
}

/// The script below this heading of docs/events.md.
fn script(heading: &str) -> String {
    let page = fs::read_to_string(repository("docs/events.md")).unwrap();
    let section = page.split(heading).nth(1).expect("the heading is there");
    let block = section.split("```sh\n").nth(1).expect("a script follows it");
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn the_script_of_the_documents_records_pauses_resumes_reacts_and_stops() {
    let folder = Folder::new();
    let program = Path::new(env!("CARGO_BIN_EXE_mediarec")).parent().unwrap();
    let path = format!("{}:{}", program.display(), env::var("PATH").unwrap());
    let script = script("## Control a recording from a script");
    let outcome = run(folder.program("sh", "-c").arg(&script).env("PATH", path));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let said = outcome.text();
    for word in [
        "start",
        "dataavailable live/000000.webm",
        "pause",
        "resume",
        "stop",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    let chunks: Vec<u8> = (0..8)
        .flat_map(|n| folder.read(&format!("live/{n:06}.webm")))
        .collect();
    let numbers = numbers(&folder.write("whole.webm", chunks));
    // The second of the pause is missing.
    assert!(
        numbers.windows(2).any(|pair| pair[1] - pair[0] >= 25),
        "{numbers:?}"
    );
}

#[test]
fn the_examples_do_what_they_say() {
    let folder = Folder::new();
    // Cargo builds them only when everything is tested.
    let tests = env::current_exe().unwrap();
    let target = tests.ancestors().nth(2).unwrap();
    let profile = if target.ends_with("release") {
        "--release"
    } else {
        "--locked"
    };
    let mut cargo = Command::new(env!("CARGO"));
    let built = cargo
        .current_dir(repository(""))
        .args(["build", "--quiet", "--examples", profile])
        .status();
    assert!(built.unwrap().success());
    let example = |name: &str| target.join("examples").join(name).to_str().unwrap().to_owned();
    let outcome = run(&mut folder.program(&example("record_to_file"), "a.webm 1"));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_clean(&folder.path("a.webm"));
    let length = probe(&folder.path("a.webm")).duration().unwrap();
    assert!((length - 1.0).abs() < 0.05, "{length}");
    // Canvas and device run in real time, which a busy machine stretches.
    for (name, seconds) in [
        ("canvas", 2.9..60.0),
        ("custom_device", 1.5..2.2),
        ("custom_source", 1.99..2.01),
    ] {
        let outcome = run(&mut folder.program(&example(name), &format!("{name}.webm")));
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.stderr);
        let path = folder.path(&format!("{name}.webm"));
        assert_plays(&path);
        let duration = probe(&path).duration().unwrap();
        assert!(seconds.contains(&duration), "{name}: {duration}");
    }
    let outcome = run(&mut folder.program(&example("upload_chunks"), ""));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    let keyed = outcome.text().matches("begins with a key frame: true").count();
    assert_eq!(keyed, 4, "{}", outcome.text());
}

#[test]
fn the_log_says_what_goes_on_when_it_is_asked_for_and_a_filter_that_makes_no_sense_is_a_mistake() {
    let folder = Folder::new();
    let record = |filter: &str| {
        let mut command = folder.mediarec("record --fake-devices=unpaced --duration 1s -o a.webm --force");
        run(command.env("MEDIAREC_LOG", filter))
    };
    assert_eq!(record("").stderr, "");
    let log = record("debug").stderr;
    for word in ["V_VP8", "A_OPUS", "Fake camera 1", "opened", "start", "stop"] {
        assert!(log.contains(word), "{word}: {log}");
    }
    assert!(!record("info").stderr.contains("opened"));
    assert_eq!(record("mediarec=loud").code, Some(2));
}
