//! `mediarec ctl`: one command, its answer for people or programs, and an exit code.
use crate::util::{Folder, Outcome, Running, has, only, run, wait_until};
use nix::sys::signal::Signal;
use serde_json::Value;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::thread;

const RECORD: &str = "record --fake-devices --width 160 --height 120 --control s -o a.webm --events e";

fn live(folder: &Folder) -> Running {
    let running = Running::start(&mut folder.mediarec(RECORD));
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    running
}

fn ctl(folder: &Folder, words: &str) -> Outcome {
    run(&mut folder.mediarec(&format!("ctl s {words}")))
}

/// What it prints.
fn says(folder: &Folder, words: &str) -> String {
    let outcome = ctl(folder, words);
    assert_eq!((outcome.code, &*outcome.stderr), (Some(0), ""), "{words}");
    outcome.text().to_owned()
}

/// Its exit code and its message.
fn fails(folder: &Folder, words: &str) -> (Option<i32>, String) {
    let outcome = ctl(folder, words);
    assert!(outcome.stdout.is_empty(), "{}", outcome.text());
    (outcome.code, outcome.stderr)
}

#[test]
fn commands_are_done_and_answered_in_a_few_words() {
    let folder = Folder::new();
    let running = live(&folder);
    assert_eq!(says(&folder, "pause"), "paused\n");
    let status = says(&folder, "status");
    assert!(status.starts_with("paused  0:0"), "{status}");
    assert!(status.lines().next().unwrap().ends_with("  a.webm"), "{status}");
    assert_eq!(status.lines().count(), 3);
    assert!(
        status.contains("video  Fake camera") && status.contains(" kbit/s, "),
        "{status}"
    );
    let mark = says(&folder, "mark chapter 2");
    assert!(mark.starts_with("marked at 0:0"), "{mark}");
    assert_eq!(says(&folder, "resume"), "recording\n");
    assert_eq!(says(&folder, "data"), "data requested\n");
    assert_eq!(says(&folder, "mute audio"), "audio muted\n");
    assert!(says(&folder, "status").contains(", off"));
    assert_eq!(says(&folder, "unmute audio"), "audio unmuted\n");
    assert_eq!(says(&folder, "stop"), "stopped\n");
    assert_eq!(running.wait().code, Some(0));
    assert_eq!(only(&folder.events("e"), "mark")["text"], "chapter 2");
    assert!(!folder.path("s").exists());
}

#[test]
fn json_is_the_answer_itself() {
    let folder = Folder::new();
    let running = live(&folder);
    let status: Value = serde_json::from_str(&says(&folder, "status --json")).unwrap();
    assert_eq!(status["result"]["state"], "recording");
    assert!(status["result"]["mediaTime"].as_f64().unwrap() > 0.0);
    let refused = ctl(&folder, "--json split");
    assert_eq!(refused.code, Some(7), "{}", refused.stderr);
    let answer: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(answer["error"]["name"], "InvalidStateError");
    running.signal(Signal::SIGTERM);
    assert_eq!(running.wait().code, Some(0));
}

#[test]
fn every_failure_has_its_exit_code_and_a_message() {
    let folder = Folder::new();
    for words in ["jump", "", "mute", "mute all", "mark", "pause now"] {
        assert_eq!(fails(&folder, words).0, Some(2), "{words}");
    }
    let (code, message) = fails(&folder, "pause");
    assert_eq!(code, Some(3), "{message}");
    assert!(message.contains("s does not exist"), "{message}");
    folder.write("s", "");
    let (code, message) = fails(&folder, "pause");
    assert_eq!((code, &*message), (Some(2), "mediarec: s is not a socket\n"));
    std::fs::remove_file(folder.path("s")).unwrap();
    drop(UnixListener::bind(folder.path("s")).unwrap());
    let (code, message) = fails(&folder, "pause");
    assert_eq!(code, Some(3), "{message}");
    assert!(message.contains("no recording listens on s"), "{message}");
    let running = live(&folder);
    for (words, message) in [
        (
            "split",
            "mediarec: it cannot be split: the recording is a single file, without segments\n",
        ),
        (
            "save-history",
            "mediarec: the recording keeps no history that could be saved\n",
        ),
    ] {
        assert_eq!(fails(&folder, words), (Some(7), message.into()));
    }
    says(&folder, "stop");
    assert_eq!(running.wait().code, Some(0));
    let outcome = run(&mut folder.mediarec(&format!("ctl {} stop", "x".repeat(200))));
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
}

#[test]
fn another_program_at_the_socket_is_not_taken_for_a_recording() {
    let folder = Folder::new();
    for (answer, code) in [("", 7), ("hello\n", 6), ("{\"result\":", 6), ("{}\n", 6)] {
        let listener = UnixListener::bind(folder.path("s")).unwrap();
        let serve = move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 100]);
            stream.write_all(answer.as_bytes()).unwrap();
        };
        let server = thread::spawn(serve);
        let outcome = ctl(&folder, "status");
        assert_eq!(outcome.code, Some(code), "{answer:?}: {}", outcome.stderr);
        server.join().unwrap();
        std::fs::remove_file(folder.path("s")).unwrap();
    }
}
