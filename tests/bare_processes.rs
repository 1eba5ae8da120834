//! `mediarec` with little around it, as services and containers run it: no environment, no terminal, closed standard streams,
//! a file system that is read-only, process number 1.
use crate::judges::{assert_clean, assert_plays};
use crate::util::{Folder, Outcome, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_mediarec");

/// Recorded in every one of these surroundings, with all that can be written.
const RECORD: &str = "record --fake-devices --width 160 --height 120 --duration 1s -o a.webm --events e --chunks c \
                      --on-chunk true --control s -v";

/// A script of the shell, whose `$0` is `mediarec`, in a folder and without any environment.
fn bare(folder: &Folder, script: &str) -> Command {
    let mut command = folder.program("env", "-i sh -c");
    command.args([script, PROGRAM]);
    command
}

fn assert_recorded(folder: &Folder) {
    assert_clean(&folder.path("a.webm"));
    assert_plays(&folder.path("a.webm"));
    assert!(has(&folder.events("e"), "stop"));
    assert!(!folder.path("s").exists());
}

/// Whether namespaces can be made here, as not in every container.
fn can_unshare() -> bool {
    let can = Command::new("unshare")
        .args(["-rmpf", "--mount-proc", "sh", "-c"])
        .arg("mount --make-rprivate / && mount -o remount,bind,ro /")
        .output();
    let can = can.is_ok_and(|output| output.status.success());
    if !can {
        eprintln!("left out: unshare is not installed or not allowed");
    }
    can
}

#[test]
fn it_records_without_any_environment() {
    let folder = Folder::new();
    let outcome = run(&mut bare(&folder, &format!("exec \"$0\" {RECORD}")));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_recorded(&folder);
    assert!(outcome.stderr.contains("recorded 1.0"), "{}", outcome.stderr);
}

#[test]
fn it_records_while_standard_streams_are_closed_and_nothing_else_gets_into_the_files() {
    let folder = Folder::new();
    for closed in ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"] {
        let script = format!("exec \"$0\" {RECORD} --force {closed}");
        assert_eq!(run(&mut bare(&folder, &script)).code, Some(0), "{closed}");
        assert_recorded(&folder);
        std::fs::remove_dir_all(folder.path("c")).unwrap();
    }
    // Its last word is an error, on a descriptor that is closed.
    let script = format!("exec \"$0\" {RECORD} --force --camera none <&- >&- 2>&-");
    assert_eq!(run(&mut bare(&folder, &script)).code, Some(4));
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn every_command_takes_closed_standard_streams() {
    let folder = Folder::new();
    folder.record("--fake-devices=unpaced --duration 1s -o a.webm");
    for (words, code) in [
        ("list-devices --fake-devices --json", 0),
        ("probe --fake-devices", 0),
        ("photo --fake-devices -o p.jpg", 0),
        ("constraints", 0),
        ("supports video/webm", 0),
        ("inspect a.webm", 0),
        ("check a.webm", 0),
        ("fix a.webm -o b.webm", 0),
        ("join a.webm a.webm -o c.webm", 0),
        ("ctl s status", 3),
        ("completions bash", 0),
        ("--help", 0),
        ("record --nonsense", 2),
    ] {
        let script = format!("exec \"$0\" {words} <&- >&- 2>&-");
        assert_eq!(run(&mut bare(&folder, &script)).code, Some(code), "{words}");
    }
    assert_clean(&folder.path("a.webm"));
}

#[test]
fn it_records_without_a_session_and_a_hangup_that_is_ignored_stays_so() {
    let folder = Folder::new();
    let script = format!("trap '' HUP; exec setsid \"$0\" {RECORD} --duration 1500ms >log 2>&1");
    let script = script.replace("--duration 1s ", "");
    let running = Running::start(&mut bare(&folder, &script));
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    running.signal(Signal::SIGHUP);
    assert_eq!(running.wait().code, Some(0));
    assert_recorded(&folder);
    let log = String::from_utf8(folder.read("log")).unwrap();
    assert!(log.contains("recorded 1.5"), "{log}");
}

/// Runs a script where the folder `out` alone can be written, not even `/tmp`; the current folder is the root.
fn read_only(folder: &Folder, script: &str) -> Outcome {
    let out = folder.path("out");
    let out = out.display();
    // Mounts below the root keep their own modes: tests are in one of them only where /tmp is.
    let script = format!(
        "mount --make-rprivate / && mount --bind {out} {out} && mount -o remount,bind,ro / && \
         {{ ! mountpoint -q /tmp || mount -o remount,bind,ro /tmp; }} && ! touch {}/x 2>/dev/null && cd / && {script}",
        folder.path("").display(),
    );
    let mut command = folder.program("unshare", "-rmpf --mount-proc env -i sh -c");
    run(command.args([&script, PROGRAM]))
}

#[test]
fn it_records_where_only_the_outputs_can_be_written() {
    if !can_unshare() {
        return;
    }
    let folder = Folder::new();
    std::fs::create_dir(folder.path("out")).unwrap();
    let place = |name: &str| folder.path("out").join(name).display().to_string();
    let record = format!(
        "\"$0\" record --fake-devices --width 160 --height 120 --duration 1s -o {} --events {} --chunks {} \
         --on-chunk true --control {}",
        place("a.webm"),
        place("e"),
        place("c"),
        place("s")
    );
    let outcome = read_only(&folder, &record);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    assert_clean(&folder.path("out/a.webm"));
    for words in [
        format!("fix {} -o {}", place("a.webm"), place("b.webm")),
        format!("join {0} {0} -o {1}", place("a.webm"), place("j.webm")),
        format!("photo --fake-devices -o {}", place("p.jpg")),
        format!("inspect {}", place("a.webm")),
        "list-devices --fake-devices".into(),
    ] {
        let outcome = read_only(&folder, &format!("\"$0\" {words}"));
        assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    }
    let outcome = read_only(&folder, "\"$0\" record --fake-devices -o a.webm");
    assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("Read-only file system"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn as_process_number_1_it_stops_on_sigterm() {
    if !can_unshare() {
        return;
    }
    let folder = Folder::new();
    // Number 1 is not killed by signals that it does not handle.
    let words = RECORD.replace("--duration 1s ", "");
    let mut command = folder.program("unshare", "-rmpf --mount-proc --kill-child");
    let running = Running::start(command.arg(PROGRAM).args(words.split_whitespace()));
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    let children = format!("/proc/{0}/task/{0}/children", running.id());
    let child = std::fs::read_to_string(children).unwrap();
    let child = nix::unistd::Pid::from_raw(child.trim().parse().unwrap());
    nix::sys::signal::kill(child, Signal::SIGTERM).unwrap();
    let outcome = running.wait();
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_recorded(&folder);
}

/// A script that runs `mediarec` with so many open files at most, of which three are there already.
fn with_open_files(limit: u32, words: &str) -> String {
    let others: Vec<String> = (3..10).map(|number| format!("{number}>&-")).collect();
    format!(
        "exec {}; ulimit -n {limit}; exec \"$0\" {words}",
        others.join(" ")
    )
}

#[test]
fn sixteen_open_files_are_enough_and_with_fewer_it_says_what_is_missing() {
    let folder = Folder::new();
    let outcome = run(&mut bare(&folder, &with_open_files(16, RECORD)));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert_recorded(&folder);
    for words in [
        "fix a.webm -o b.webm",
        "join a.webm a.webm -o j.webm",
        "photo --fake-devices -o p.jpg",
        "inspect a.webm",
        "record --input a.webm -o i.webm",
    ] {
        let outcome = run(&mut bare(&folder, &with_open_files(16, words)));
        assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    }
    // With fewer than 5 it cannot even be loaded.
    for limit in 5..=10 {
        let folder = Folder::new();
        let outcome = run(&mut bare(&folder, &with_open_files(limit, RECORD)));
        assert!(matches!(outcome.code, Some(1..=8)), "{limit}: {outcome:?}");
        let said = &outcome.stderr;
        assert!(said.contains("Too many open files"), "{limit}: {said}");
        if folder.size("a.webm") > 0 {
            assert_plays(&folder.path("a.webm"));
        }
    }
}

#[test]
fn no_folder_for_temporary_files_is_needed() {
    let folder = Folder::new();
    // Nobody can create files in /proc, not even root.
    for place in ["/proc", "/nonexistent"] {
        let with = format!("export TMPDIR={place} TMP={place} TEMP={place}; exec \"$0\"");
        let record = format!("{RECORD} --duration 100ms --force").replace("--duration 1s ", "");
        for words in [
            &*record,
            "fix a.webm -o b.webm --force",
            "join a.webm a.webm -o j.webm --force",
            "photo --fake-devices -o p.jpg --force",
            "inspect --plot p.svg --force a.webm",
        ] {
            let outcome = run(&mut bare(&folder, &format!("{with} {words}")));
            assert_eq!(outcome.code, Some(0), "{place}: {words}: {}", outcome.stderr);
        }
    }
}

#[test]
fn names_that_are_not_utf_8_are_recorded_to_read_and_given_to_commands_as_they_are() {
    let folder = Folder::new();
    let name = |before: &str, after: &str| {
        OsString::from_vec([before.as_bytes(), b"caf\xe9", after.as_bytes()].concat())
    };
    let call = |words: &str, more: &[&OsStr]| {
        let mut command = folder.program("env", "-i LANG=C");
        command.arg(PROGRAM).args(words.split_whitespace()).args(more);
        run(&mut command)
    };
    let record = "record --fake-devices=unpaced --width 160 --height 120 --duration 1s";
    let (file, other, chunks) = (name("", ".webm"), name("b", ".webm"), name("c", ""));
    let hook = r#"[ "$1" = "$MEDIAREC_CHUNK" ] && cat "$1" >>all"#;
    let flags = [
        "-o".as_ref(),
        &*file,
        "--chunks".as_ref(),
        &*chunks,
        "--on-chunk".as_ref(),
        hook.as_ref(),
    ];
    let outcome = call(record, &flags);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""));
    let path = folder.path("").join(&file);
    assert_clean(&path);
    assert!(folder.path("").join(&chunks).join("000000.webm").is_file());
    assert!(folder.size("all") > 0);
    for (words, more) in [
        ("record --input", &[&*file, "-o".as_ref(), &*other][..]),
        ("inspect", &[&*file]),
        ("check", &[&*file]),
        ("fix", &[&*file]),
        ("join", &[&*file, &*other, "-o".as_ref(), &*name("j", ".webm")]),
        ("photo --fake-devices -o", &[&*name("", ".jpg")]),
        (
            "record --fake-devices --duration 100ms -o x.webm --control",
            &[&*name("", "")],
        ),
    ] {
        let outcome = call(words, more);
        assert_eq!(outcome.code, Some(0), "{words}: {}", outcome.stderr);
    }
    // Text that goes into a file, and names that are made, are UTF-8.
    for (words, more, why) in [
        ("--segment-time 1s -o", name("", "-%i.webm"), "is not UTF-8"),
        (
            "--history 1s --history-file",
            name("", "-%i.webm"),
            "is not UTF-8",
        ),
        ("-o y.webm --events", name("", ".e"), "invalid UTF-8"),
        ("-o y.webm --title", name("", ""), "invalid UTF-8"),
    ] {
        let outcome = call(&format!("{record} {words}"), &[&*more]);
        assert_eq!(outcome.code, Some(2), "{words}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(why), "{words}: {}", outcome.stderr);
    }
    assert!(!folder.path("y.webm").exists());
}
