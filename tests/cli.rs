//! The other commands, and messages.
use crate::judges::probe;
use crate::util::{Folder, json, run};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use std::fs::File;
use std::io::{PipeWriter, Write};

#[test]
fn devices_are_listed_as_a_table_for_people_and_by_kind() {
    let folder = Folder::new();
    let table = |words: &str| run(&mut folder.mediarec(words)).text().to_owned();
    let all = table("list-devices --fake-devices");
    assert_eq!(all.lines().count(), 7);
    assert!(all.starts_with("#  KIND "));
    for kind in ["audioinput", "videoinput", "audiooutput"] {
        let some = table(&format!("list-devices --fake-devices --kind {kind}"));
        let lines: Vec<&str> = some.lines().skip(1).collect();
        assert_eq!(lines.len(), 2, "{some}");
        assert!(
            lines
                .iter()
                .all(|line| line.split_whitespace().nth(1) == Some(kind)),
            "{some}"
        );
    }
    assert_eq!(
        json(&folder, "list-devices --fake-devices --kind videoinput --json")
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn no_command_is_a_usage_error_and_the_version_is_told() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(""));
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("Usage:"), "{}", outcome.stderr);
    let version = run(&mut folder.mediarec("--version"));
    assert_eq!(
        version.text().trim(),
        concat!("mediarec ", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn it_speaks_of_a_success_only_when_it_is_asked_to() {
    let folder = Folder::new();
    let said = |flags: &str| {
        let words = format!("record --fake-devices=unpaced --duration 500ms --force -o a.webm {flags}");
        run(&mut folder.mediarec(&words)).stderr
    };
    assert_eq!(said(""), "");
    assert_eq!(said("-q"), "");
    let verbose = said("-v");
    assert!(
        verbose.starts_with("mediarec: recorded 0.500 s to a.webm"),
        "{verbose}"
    );
}

#[test]
fn a_standard_error_that_takes_nothing_changes_neither_the_work_nor_the_exit_code() {
    let folder = Folder::new();
    let record = "record --fake-devices=unpaced --duration 500ms -o a.webm --force";
    let cases = [
        (
            format!("{record} -v --progress always --video=pineapple=1 --explain"),
            0,
        ),
        (format!("{record} --mime video/pineapple"), 7),
        ("photo --fake-devices -o - --video=pineapple=1".to_owned(), 0),
        ("list-devices --fake-devices=none".to_owned(), 0),
        ("inspect missing.webm".to_owned(), 3),
    ];
    for (words, code) in cases {
        for log in ["", "debug"] {
            let full = File::options().write(true).open("/dev/full").unwrap();
            let mut command = folder.mediarec(&words);
            let outcome = run(command.stderr(full).env("MEDIAREC_LOG", log));
            assert_eq!(outcome.code, Some(code), "{words}, log: {log}");
        }
    }
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(0.5));
}

#[test]
fn a_standard_error_that_nobody_reads_stops_nothing_that_is_logged() {
    let folder = Folder::new();
    let (end, pipe) = std::io::pipe().unwrap();
    fill(&pipe);
    let mut command = folder.mediarec("record --fake-devices=unpaced --duration 500ms -o a.webm -v");
    let outcome = run(command.stderr(pipe).env("MEDIAREC_LOG", "trace"));
    assert_eq!(outcome.code, Some(0));
    assert_eq!(probe(&folder.path("a.webm")).duration(), Some(0.5));
    drop(end);
}

/// Writes into a pipe as much as it takes.
fn fill(pipe: &PipeWriter) {
    let flags = |flags| fcntl(pipe, FcntlArg::F_SETFL(flags)).unwrap();
    flags(OFlag::O_NONBLOCK);
    while (&*pipe).write(&[b'\n'; 4096]).is_ok() {}
    flags(OFlag::empty());
}

#[test]
fn what_cannot_be_printed_is_a_failure() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 500ms -o a.webm");
    for words in [
        "inspect a.webm",
        "inspect --json a.webm",
        "inspect --packets a.webm",
        "list-devices --fake-devices",
        "constraints --json",
        "completions zsh",
        "supports video/webm",
        "photo --fake-devices -o -",
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let outcome = run(folder.mediarec(words).stdout(full));
        assert_eq!(outcome.code, Some(1), "{words}");
        assert!(
            outcome.stderr.contains("standard output"),
            "{words}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn a_status_line_is_shown_where_it_is_demanded() {
    let folder = Folder::new();
    let words = "record --fake-devices --duration 600ms -o a.webm --progress always";
    let outcome = run(&mut folder.mediarec(words));
    assert!(outcome.stderr.contains("rec"), "{:?}", outcome.stderr);
}

#[test]
fn supports_says_it_of_each_type_and_of_all_by_its_exit_code() {
    let folder = Folder::new();
    let mut all =
        folder.mediarec("supports video/webm audio/webm;codecs=opus video/x-matroska;codecs=vp8,opus");
    let outcome = run(&mut all);
    assert_eq!((outcome.code, outcome.text().lines().count()), (Some(0), 3));
    let some = run(&mut folder.mediarec("supports video/webm video/pineapple audio/webm;codecs=vp8"));
    let lines: Vec<bool> = some
        .text()
        .lines()
        .map(|line| line.contains("not supported: "))
        .collect();
    assert_eq!((some.code, lines), (Some(1), vec![false, true, true]));
}

#[test]
fn supports_measures_what_it_says_in_json() {
    let folder = Folder::new();
    let answers = |words: &str| {
        let outcome = run(&mut folder.mediarec(&format!("supports --json {words}")));
        let answers: serde_json::Value = serde_json::from_slice(&outcome.stdout).unwrap();
        (outcome.code, answers)
    };
    let tiny = "--width 64 --height 36 --frame-rate 1 --video-bitrate 100k";
    let (code, found) = answers(&format!("video/webm;codecs=vp8 video/webm;codecs=banana {tiny}"));
    assert_eq!(code, Some(1));
    assert_eq!(
        found[0],
        serde_json::json!({
            "type": "video/webm;codecs=vp8",
            "supported": true,
            "smooth": true,
            "powerEfficient": true,
            "video": { "width": 64, "height": 36, "framerate": 1.0, "bitrate": 100_000 },
        })
    );
    assert_eq!(
        (&found[1]["supported"], &found[1]["smooth"]),
        (&false.into(), &false.into())
    );
    assert!(found[1]["reason"].as_str().unwrap().contains("banana"));

    // What no machine does in time, by its rate and by its size.
    for words in [
        "--frame-rate 1000000",
        "--width 16000 --height 16000 --frame-rate 1",
    ] {
        let (code, found) = answers(&format!("video/webm {words}"));
        let answer = ["supported", "smooth", "powerEfficient"].map(|name| found[0][name].as_bool().unwrap());
        assert_eq!((code, answer), (Some(0), [true, false, false]), "{words}");
    }
    let (code, found) = answers("audio/webm;codecs=opus");
    assert_eq!(
        (code, &found[0]["smooth"], &found[0]["video"]),
        (Some(0), &true.into(), &().into())
    );
    // Levels count, as there is always a size.
    let (code, found) = answers("video/webm;codecs=vp09.00.10.08");
    assert_eq!((code, &found[0]["video"]["width"]), (Some(1), &1280.into()));
    let refused = run(&mut folder.mediarec("supports --json video/webm --frame-rate 0"));
    assert_eq!(refused.code, Some(2));
}

#[test]
fn supports_says_whether_pictures_fit_a_profile_and_a_level() {
    let folder = Folder::new();
    let says = |words: &str| {
        let outcome = run(&mut folder.mediarec(&format!("supports {words}")));
        let said = format!("{}{}", outcome.text(), outcome.stderr);
        (outcome.code, said)
    };
    for (words, code, said) in [
        ("video/webm;codecs=vp09.00.31.08", 0, "  supported\n"),
        // isTypeSupported knows nothing of levels.
        (
            "video/webm;codecs=vp09.00.10.08",
            0,
            "  supported, but not for 1280x720 at 30 fps: ",
        ),
        (
            "video/webm;codecs=vp09.00.10.08 --width 256 --height 144 --frame-rate 10 --video-bitrate 100k",
            0,
            "  supported\n",
        ),
        (
            "video/webm;codecs=vp09.00.31.08 --width 1920 --height 1080",
            1,
            "; use vp09.00.40.08",
        ),
        ("video/webm --width 20000", 1, "VP8 supports 1 to 16383 pixels"),
        (
            "video/webm;codecs=vp09.00.31.08 --framerate 60 --bitrate 20M",
            1,
            "at 60 frames per second and 20000 kbit/s",
        ),
        ("audio/webm --width 640", 1, "an audio type cannot contain video"),
        ("audio/webm", 0, "  supported\n"),
        ("video/webm --frame-rate 0", 2, "greater than 0"),
    ] {
        let (exited, answer) = says(words);
        assert_eq!(exited, Some(code), "{words}: {answer}");
        assert!(answer.contains(said), "{words}: {answer}");
    }
    let mut constrained = folder.mediarec("supports video/webm");
    assert_eq!(
        run(constrained.env("MEDIAREC_WIDTH", ">=640")).text(),
        "video/webm  supported\n"
    );
}
