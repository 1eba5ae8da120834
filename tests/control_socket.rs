//! The file of the control socket: private, of one recording only, and gone with it.
use crate::control_client::{Client, RECORD, live, record_on};
use crate::util::{Folder, Running, has, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::json;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener;

#[test]
fn the_socket_is_private_from_the_first_moment_whatever_the_umask() {
    let folder = Folder::new();
    let program = env!("CARGO_BIN_EXE_mediarec");
    let script = format!("umask 0; exec {program} {RECORD} --duration 300ms");
    let mut running = Running::start(folder.program("sh", "-c").arg(script));
    let mut modes = Vec::new();
    while running.is_running() {
        if let Ok(found) = fs::symlink_metadata(folder.path("s")) {
            assert!(found.file_type().is_socket());
            modes.push(found.permissions().mode() & 0o7777);
        }
    }
    assert_eq!(running.wait().code, Some(0));
    assert!(
        !modes.is_empty() && modes.iter().all(|mode| *mode == 0o600),
        "{modes:?}"
    );
    // Other files have what the user wants.
    let mode = fs::metadata(folder.path("a.webm")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
}

#[test]
fn a_socket_that_a_killed_recording_left_is_replaced() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    running.signal(Signal::SIGKILL);
    running.wait();
    assert!(folder.path("s").exists());
    let running = live(&folder, &format!("{RECORD} --force"));
    let mut client = Client::of(&folder);
    assert_eq!(client.does("status")["state"], "recording");
    record_on(&mut client, 0.1);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    assert!(!folder.path("s").exists());
}

#[test]
fn a_socket_on_which_a_recording_listens_is_refused() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    let second = run(&mut folder.mediarec("record --fake-devices --control s -o b.webm"));
    assert_eq!(second.code, Some(7), "{}", second.stderr);
    assert!(second.stderr.contains("listens on s"), "{}", second.stderr);
    assert_eq!(folder.names(), ["a.webm", "e", "s"]);
    let mut client = Client::of(&folder);
    record_on(&mut client, 0.1);
    client.does("stop");
    assert_eq!(running.wait().code, Some(0));
    // A program of another kind is not disturbed either.
    let listener = UnixListener::bind(folder.path("s")).unwrap();
    let third = run(&mut folder.mediarec("record --fake-devices --control s -o b.webm"));
    assert_eq!(third.code, Some(7), "{}", third.stderr);
    drop(listener);
}

#[test]
fn of_two_recordings_that_start_at_once_with_a_stale_socket_one_gets_it() {
    let folder = Folder::new();
    for _ in 0..4 {
        drop(UnixListener::bind(folder.path("s")).unwrap());
        let start = |name: &str| {
            Running::start(
                &mut folder.mediarec(&format!("record --fake-devices --control s -o {name} --force")),
            )
        };
        let mut both = [start("a.webm"), start("b.webm")];
        wait_until("the end of one", || both.iter_mut().any(|one| !one.is_running()));
        let mut client = Client::of(&folder);
        record_on(&mut client, 0.05);
        client.does("stop");
        let mut codes = both.map(|one| one.wait().code);
        codes.sort_unstable();
        assert_eq!(codes, [Some(0), Some(7)]);
        assert!(!folder.path("s").exists());
    }
}

#[test]
fn paths_that_cannot_be_a_socket_are_refused_and_nothing_is_touched() {
    let folder = Folder::new();
    folder.write("file", "precious");
    folder.write("target", "");
    std::os::unix::fs::symlink("target", folder.path("link")).unwrap();
    fs::create_dir(folder.path("folder")).unwrap();
    let long = format!("{}/s", "x".repeat(106));
    for (path, code, what) in [
        ("file", 2, "file is not a socket"),
        ("folder", 2, "not a socket"),
        ("link", 2, "not a socket"),
        ("missing/s", 3, "its folder does not exist"),
        (&long, 2, "at most 107 bytes"),
    ] {
        let words = format!("record --fake-devices --control {path} -o a.webm --events e --force");
        let outcome = run(&mut folder.mediarec(&words));
        assert_eq!(outcome.code, Some(code), "{path}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(what), "{path}: {}", outcome.stderr);
        assert!(has(&folder.events("e"), "error"));
    }
    assert_eq!(folder.read("file"), b"precious");
    assert_eq!(folder.names(), ["e", "file", "folder", "link", "target"]);
}

#[test]
fn the_socket_is_gone_after_every_end() {
    let folder = Folder::new();
    for (words, signal, code) in [
        ("-o a.webm --duration 200ms", None, Some(0)),
        ("-o a.webm", Some(Signal::SIGINT), Some(0)),
        ("-o a.webm", Some(Signal::SIGHUP), Some(0)),
        ("-o a.webm", Some(Signal::SIGQUIT), None),
        ("-o a.webm --width ==9999", None, Some(4)),
        ("-o /dev/full", None, Some(8)),
    ] {
        let words = format!("record --fake-devices --control s --events e --force {words}");
        let _ = fs::remove_file(folder.path("e"));
        let running = Running::start(&mut folder.mediarec(&words));
        if let Some(signal) = signal {
            wait_until("media", || has(&folder.events("e"), "dataavailable"));
            assert!(folder.path("s").exists());
            running.signal(signal);
        }
        let outcome = running.wait();
        assert_eq!(outcome.code, code, "{words}: {}", outcome.stderr);
        assert!(!folder.path("s").exists(), "{words} {signal:?}");
    }
}

#[test]
fn a_socket_of_another_program_at_the_same_path_is_left_there() {
    let folder = Folder::new();
    let running = live(&folder, RECORD);
    fs::remove_file(folder.path("s")).unwrap();
    let other = UnixListener::bind(folder.path("s")).unwrap();
    running.signal(Signal::SIGINT);
    running.wait();
    assert!(folder.path("s").exists());
    drop(other);
}

#[test]
fn the_socket_is_gone_after_a_second_interrupt() {
    let folder = Folder::new();
    let words = "record --fake-devices --control s -o - --events e --video-bitrate 8M";
    let mut running = Running::start(&mut folder.mediarec(words));
    wait_until("the start", || has(&folder.events("e"), "start"));
    let mut client = Client::of(&folder);
    let status = json!({ "command": "status" });
    wait_until("a full pipe", || client.requests(&status).get("error").is_some());
    wait_until("its end", || {
        running.signal(Signal::SIGINT);
        !running.is_running()
    });
    assert_eq!(running.wait().code, Some(130));
    assert!(!folder.path("s").exists());
}
