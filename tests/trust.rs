//! What other users, foreign files and other programs may do to a recording, and what they may not: `docs/security.md`.
use crate::judges::{assert_clean, assert_plays};
use crate::util::{Folder, Outcome, Running, ffmpeg, has, run, wait_until};
use nix::sys::signal::Signal;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mediarec");

/// Done in an instant.
const RECORD: &str = "record --fake-devices=unpaced --width 160 --height 120 --duration 1s";

/// The words, then arguments that have spaces in them.
fn mediarec(folder: &Folder, words: &str, more: &[&str]) -> Command {
    let mut command = folder.mediarec(words);
    command.args(more);
    command
}

#[test]
fn every_file_has_the_mode_that_the_umask_leaves() {
    for umask in [0o000, 0o027, 0o077] {
        let folder = Folder::new();
        let script = format!(
            "umask {umask:o}; set -e; \
             \"$0\" {RECORD} -o a.webm --events e --chunks c --live; \
             \"$0\" {RECORD} -o 's-%i.webm' --segment-time 500ms --segment-list l.csv; \
             \"$0\" fix a.webm -o f.webm; \"$0\" join a.webm a.webm -o j.webm; \
             \"$0\" photo --fake-devices -o p.jpg; \"$0\" inspect --plot i.svg a.webm"
        );
        let outcome = run(folder.program("sh", "-c").args([&script, PROGRAM]));
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        let names = [
            "a.webm",
            "e",
            "c/000000.webm",
            "c/index.ndjson",
            "s-0.webm",
            "s-1.webm",
            "l.csv",
            "f.webm",
            "j.webm",
            "p.jpg",
            "i.svg",
        ];
        for name in names {
            let mode = fs::metadata(folder.path(name)).unwrap().mode() & 0o7777;
            assert_eq!(mode, 0o666 & !umask, "{name} with umask {umask:o}: {mode:o}");
        }
        assert_eq!(
            fs::metadata(folder.path("c")).unwrap().mode() & 0o777,
            0o777 & !umask
        );
    }
}

#[test]
fn a_repaired_file_keeps_its_owner_and_gets_no_right_to_run_as_another_user() {
    let folder = Folder::new();
    ffmpeg(
        &folder,
        "-f lavfi -i testsrc2=s=160x90:r=25:d=1 -c:v libvpx -f webm -live 1 a.webm",
    );
    let path = folder.path("a.webm");
    // Only root can.
    let _ = chown(&path, Some(12345), Some(12346));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o6755)).unwrap();
    let before = fs::metadata(&path).unwrap();
    assert_eq!(run(&mut folder.mediarec("fix a.webm")).code, Some(0));
    let after = fs::metadata(&path).unwrap();
    assert_ne!(before.ino(), after.ino(), "it is replaced, not repaired in place");
    assert_eq!(after.mode() & 0o7777, 0o755);
    assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
}

/// Nothing of a terminal's control sequences, and no line that is not ours.
fn assert_harmless(outcome: &Outcome) {
    for text in [&outcome.stderr, outcome.text()] {
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(!text.lines().any(|line| line.starts_with("forged")), "{text:?}");
    }
}

#[test]
fn names_of_files_cannot_control_the_terminal_or_forge_lines() {
    let folder = Folder::new();
    let name = "a\u{1b}[2J\nforged\u{9b}.webm";
    let path = folder.path(name);
    let path = path.to_str().unwrap();
    let outcome = run(&mut mediarec(&folder, &format!("{RECORD} -v -o"), &[name]));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("recorded 1.0"), "{}", outcome.stderr);
    assert_harmless(&outcome);
    let again = format!("{RECORD} -o");
    for words in [
        &*again,
        "inspect",
        "check",
        "fix",
        "fix nothing -o",
        "join -o j.webm",
        "ctl",
    ] {
        assert_harmless(&run(&mut mediarec(&folder, words, &[path])));
    }
    // What is wrong with it is said beside its name.
    folder.write(name, &folder.read(name)[..5000]);
    let outcome = run(&mut mediarec(&folder, "check", &[name]));
    assert!(outcome.text().contains("a[2Jforged.webm:"), "{outcome:?}");
    assert_harmless(&outcome);
    assert_harmless(&run(&mut mediarec(&folder, "fix", &[name])));
    fs::remove_file(path).unwrap();
    let outcome = run(&mut mediarec(&folder, "inspect", &[name]));
    assert_eq!(outcome.code, Some(3));
    assert_harmless(&outcome);
}

#[test]
fn a_path_is_an_argument_of_a_command_and_never_a_part_of_it() {
    let folder = Folder::new();
    let hostile = "c'; touch owned; \"$(touch owned)\" `touch owned` && \n touch owned #";
    let hook = r#"[ "$1" = "$MEDIAREC_CHUNK" ] && [ -f "$1" ] && printf '%s\0' "$1" >>log"#;
    let words = format!("{RECORD} --timeslice none");
    let outcome = run(&mut mediarec(
        &folder,
        &words,
        &["--chunks", hostile, "--on-chunk", hook],
    ));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert_eq!(folder.read("log"), format!("{hostile}/000000.webm\0").as_bytes());
    let name = format!("{}-%i.webm", hostile.replace('%', "%%"));
    let hook = r#"[ "$1" = "$MEDIAREC_SEGMENT" ] && [ -f "$1" ] && printf '%s\0' "$1" >>log2"#;
    let words = format!("{RECORD} --segment-time 10s");
    let outcome = run(&mut mediarec(
        &folder,
        &words,
        &["-o", &name, "--on-segment", hook],
    ));
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert_eq!(folder.read("log2"), format!("{hostile}-0.webm\0").as_bytes());
    assert!(!folder.path("owned").exists());
}

#[test]
fn commands_do_not_take_the_flags_of_the_recording_from_the_environment() {
    let folder = Folder::new();
    let hook = "env >vars; \"$PROGRAM\" fix -q \"$1\"";
    let mut command = mediarec(&folder, RECORD, &["--on-segment", hook]);
    command
        .env("MEDIAREC_OUTPUT", "a-%i.webm")
        .env("MEDIAREC_SEGMENT_TIME", "500ms")
        .env("MEDIAREC_LIVE", "1")
        .env("MEDIAREC_LOG", "error")
        .env("MEDIAREC_OF_THE_USER", "stays")
        .env("PROGRAM", PROGRAM);
    let outcome = run(&mut command);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let variables = String::from_utf8(folder.read("vars")).unwrap();
    let mut ours: Vec<&str> = variables
        .lines()
        .filter(|line| line.starts_with("MEDIAREC_"))
        .collect();
    ours.sort_unstable();
    assert_eq!(
        ours,
        [
            "MEDIAREC_LOG=error",
            "MEDIAREC_OF_THE_USER=stays",
            "MEDIAREC_SEGMENT=a-1.webm"
        ]
    );
    // Each was repaired where it is, by the command: a live file is never finished.
    for name in ["a-0.webm", "a-1.webm"] {
        assert_clean(&folder.path(name));
        let said = run(&mut folder.mediarec(&format!("fix {name}"))).stderr;
        assert_eq!(said, format!("{name}: nothing to repair\n"));
    }
}

/// A recording that goes on, to a.webm and into the folder c.
fn recording(folder: &Folder) -> Running {
    let words = "record --fake-devices --width 160 --height 120 -o a.webm --chunks c --events e";
    let running = Running::start(&mut folder.mediarec(words));
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    running
}

#[test]
fn of_two_recordings_to_one_place_the_second_is_refused_even_with_force() {
    let folder = Folder::new();
    let first = recording(&folder);
    for (words, code, why) in [
        ("-o a.webm", 1, "a.webm exists"),
        (
            "-o a.webm --force",
            7,
            "another program, probably a recording, writes to a.webm",
        ),
        ("--chunks c", 1, "belongs to another recording"),
    ] {
        let outcome = run(&mut folder.mediarec(&format!("{RECORD} {words}")));
        assert_eq!(outcome.code, Some(code), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(why), "{words}: {}", outcome.stderr);
    }
    first.signal(Signal::SIGINT);
    assert_eq!(first.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
    // It is free now.
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm --force");
}

#[test]
fn a_file_that_is_being_recorded_is_not_repaired_under_the_recording() {
    let folder = Folder::new();
    let recording = recording(&folder);
    for words in ["fix a.webm", "fix --in-place a.webm"] {
        let outcome = run(&mut folder.mediarec(words));
        assert_eq!(outcome.code, Some(7), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("writes to a.webm"), "{}", outcome.stderr);
    }
    // Reading it is no harm.
    assert_eq!(run(&mut folder.mediarec("fix a.webm -o b.webm")).code, Some(0));
    assert_plays(&folder.path("b.webm"));
    recording.signal(Signal::SIGINT);
    assert_eq!(recording.wait().code, Some(0));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn a_pipe_of_another_user_in_a_shared_folder_gets_no_recording() {
    let setting = fs::read_to_string("/proc/sys/fs/protected_fifos").unwrap_or_default();
    let folder = Folder::new();
    let (shared, pipe) = (folder.path("shared"), folder.path("shared/a.webm"));
    fs::create_dir(&shared).unwrap();
    nix::unistd::mkfifo(&pipe, nix::sys::stat::Mode::S_IRWXU).unwrap();
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
    // A pipe of the folder's owner would be written to.
    let chowned = chown(&shared, Some(12346), None).and_then(|()| chown(&pipe, Some(12345), None));
    if chowned.is_err() || !matches!(setting.trim(), "1" | "2") {
        eprintln!("left out: only root can, where fs.protected_fifos is set");
        return;
    }
    let outcome = run(&mut folder.mediarec(&format!("{RECORD} -o shared/a.webm")));
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    let said = &outcome.stderr;
    assert!(said.contains("cannot write to shared/a.webm"), "{said}");
}

#[test]
fn retention_removes_nothing_behind_a_link_that_was_put_among_its_folders() {
    let folder = Folder::new();
    for name in ["mine/2001", "rec"] {
        fs::create_dir_all(folder.path(name)).unwrap();
    }
    folder.record("--fake-devices=unpaced --duration 1s -o mine/2001/a-0.webm");
    std::os::unix::fs::symlink("../mine/2001", folder.path("rec/2001")).unwrap();
    folder.record("--fake-devices=unpaced --duration 4s --segment-time 1s --keep 2 -o rec/%Y/a-%i.webm");
    assert!(folder.path("mine/2001/a-0.webm").exists());
}
