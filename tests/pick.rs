//! The first minute in a terminal: `mediarec` alone, and devices that are picked.
use crate::judges::{assert_clean, probe};
use crate::terminal::Terminal;
use crate::util::{Folder, Running, run, wait_until};
use nix::sys::signal::Signal;
use std::process::Stdio;

const PICK: &str = "record --fake-devices --pick --duration 500ms -v -o a.webm";

/// `mediarec` alone, until it has ended.
fn welcome(terminal: &Terminal, devices: &str) -> Option<i32> {
    let folder = Folder::new();
    let end = || Stdio::from(terminal.line.try_clone().unwrap());
    let mut command = folder.mediarec("");
    command
        .env("MEDIAREC_FAKE_DEVICES", devices)
        .stdin(end())
        .stdout(end())
        .stderr(end());
    Running::start(&mut command).wait().code
}

#[test]
fn the_name_alone_shows_what_is_there_and_what_to_type() {
    let terminal = Terminal::new();
    assert_eq!(welcome(&terminal, "1"), Some(0));
    wait_until("the devices", || {
        terminal.shows("cameras      Fake camera 1 (user), Fake camera 2 (environment)")
    });
    wait_until("a command", || {
        terminal.shows("mediarec record ") && terminal.shows("mediarec doctor ")
    });
    let terminal = Terminal::new();
    assert_eq!(welcome(&terminal, "none"), Some(0));
    wait_until("a way out", || {
        terminal.shows("microphones  none") && terminal.shows("mediarec record --fake-devices")
    });
}

#[test]
fn the_name_alone_in_a_script_is_a_usage_error() {
    let outcome = run(&mut Folder::new().mediarec(""));
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("Usage: mediarec"), "{}", outcome.stderr);
}

#[test]
fn what_is_picked_is_seen_and_heard_and_then_recorded() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let mut command = folder.mediarec(PICK);
    command.env("COLORTERM", "truecolor");
    let recording = terminal.start(command);
    wait_until("the first devices", || {
        terminal.shows("1 of 2  Fake camera 1 (user)")
    });
    wait_until("a picture", || terminal.shows("▀▀▀"));
    wait_until("a level", || terminal.shows("Fake microphone 1  █"));
    terminal.press("cm");
    wait_until("the next camera", || {
        terminal.shows("2 of 2  Fake camera 2 (environment)")
    });
    wait_until("the next microphone", || {
        terminal.shows("2 of 2  Fake microphone 2  █")
    });
    terminal.press("\n");
    assert_eq!(recording.wait().code, Some(0));
    terminal.assert_untouched("after it was recorded");
    let file = folder.path("a.webm");
    assert_clean(&file);
    assert_eq!(
        probe(&file).streams("video")[0]["width"],
        1024,
        "the second camera's"
    );
}

#[test]
fn nothing_is_recorded_if_nothing_is_picked() {
    for (keys, devices) in [
        ("q", "--fake-devices"),
        ("cc\nq", "--fake-devices=plug=mic1@9m,plug=mic2@9m"),
    ] {
        let folder = Folder::new();
        let mut terminal = Terminal::new();
        let recording = terminal.start(folder.mediarec(&PICK.replace("--fake-devices", devices)));
        wait_until("the question", || terminal.shows("Enter record"));
        terminal.press(keys);
        assert_eq!(recording.wait().code, Some(5), "{devices}");
        assert!(folder.names().is_empty(), "{devices}");
        terminal.assert_untouched(devices);
    }
}

/// The pictures that were drawn and not removed again would stay above the next prompt.
#[test]
fn an_interrupted_pick_leaves_nothing_on_the_screen() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let recording = terminal.start(folder.mediarec(PICK));
    wait_until("a picture", || terminal.shows("▀▀▀"));
    recording.signal(Signal::SIGINT);
    assert_eq!(recording.wait().code, Some(130));
    terminal.assert_untouched("after an interrupt");
    let text = terminal.text();
    let after = text.rsplit("q quit").next().unwrap();
    assert!(after.contains("\u{1b}[2K"), "{after:?}");
}

#[test]
fn a_device_that_cannot_be_opened_says_why_and_the_next_can_be_picked() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let recording = terminal.start(folder.mediarec(&PICK.replace("devices", "devices=busy=camera1")));
    wait_until("why", || terminal.shows("camera1 is in use by another program"));
    terminal.press("c");
    wait_until("the next camera", || terminal.shows("▀▀▀"));
    terminal.press("\n");
    assert_eq!(recording.wait().code, Some(0));
}

#[test]
fn picking_needs_a_terminal_and_devices() {
    let folder = Folder::new();
    let outcome = run(&mut folder.mediarec(PICK));
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains("--camera X --microphone X"),
        "{}",
        outcome.stderr
    );
    let terminal = Terminal::new();
    let recording = terminal.start(folder.mediarec(&PICK.replace("devices", "devices=none")));
    assert_eq!(recording.wait().code, Some(3));
    wait_until("why", || terminal.shows("there is nothing to pick"));
}
