//! Keys in a terminal steer a recording, and the terminal is as it was on every way out.
use crate::judges::{rms, sound};
use crate::terminal::Terminal;
use crate::util::{Folder, Running, count, has, run, wait_until};
use nix::sys::signal::Signal;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

const RECORD: &str = "record --fake-devices -o a.webm --force --events e --timeslice none";

#[test]
fn keys_pause_resume_ask_for_data_mute_and_stop() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let running = terminal.start(folder.mediarec(RECORD));
    wait_until("media", || folder.size("a.webm") > 10_000);
    wait_until("a bar", || terminal.shows("███"));
    terminal.press(" ");
    wait_until("the pause", || has(&folder.events("e"), "pause"));
    wait_until("the word", || terminal.shows("paused"));
    terminal.press(" ");
    wait_until("the resume", || has(&folder.events("e"), "resume"));
    terminal.press("d");
    wait_until("data", || has(&folder.events("e"), "dataavailable"));
    terminal.press("xmv");
    wait_until("marks", || {
        terminal.shows("[microphone off]") && terminal.shows("[camera off]")
    });
    wait_until("rates", || terminal.shows("fps") && terminal.shows(" dB"));
    thread::sleep(Duration::from_millis(500));
    terminal.press("q");
    assert_eq!(running.wait().code, Some(0));
    terminal.assert_untouched("after q");
    let samples = sound(&folder.path("a.webm"), 0);
    assert!(rms(&samples[samples.len() - 9_600..]) < 1e-3);
    assert!(terminal.shows("\u{1b}[31m"));
}

#[test]
fn the_legend_has_the_keys_that_do_something() {
    for (flags, keys) in [
        ("-o a.webm", "m mute microphone, v mute camera"),
        ("--no-audio --chunks d", "d request data, v mute camera"),
        (
            "--no-video -o %i.webm --segment-time 1m",
            "n new segment, m mute microphone",
        ),
        (
            "--no-video -o b.webm --history 2s",
            "h save history, m mute microphone",
        ),
    ] {
        let folder = Folder::new();
        let terminal = Terminal::new();
        let command = folder.mediarec(&format!("record --fake-devices --duration 300ms {flags}"));
        assert_eq!(terminal.start(command).wait().code, Some(0));
        wait_until(keys, || {
            terminal.shows(&format!("keys: space pause/resume, {keys}, q stop"))
        });
    }
}

#[test]
fn the_terminal_is_as_it_was_on_every_way_out() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let ways = [
        (RECORD, Some(Signal::SIGTERM), Some(0)),
        (RECORD, Some(Signal::SIGINT), Some(0)),
        (RECORD, Some(Signal::SIGHUP), Some(0)),
        (RECORD, Some(Signal::SIGQUIT), None),
        (
            "record --fake-devices -o a.webm --force --duration 1s",
            None,
            Some(0),
        ),
        (
            "record --fake-devices --chunks d --force -o /dev/full",
            None,
            Some(8),
        ),
    ];
    for (words, signal, code) in ways {
        // That of the recording before it is not waited for.
        let _ = fs::remove_file(folder.path("a.webm"));
        let running = terminal.start(folder.mediarec(words));
        if let Some(signal) = signal {
            wait_until("media", || folder.size("a.webm") > 10_000);
            running.signal(signal);
        }
        assert_eq!(running.wait().code, code, "{words} {signal:?}");
        terminal.assert_untouched(&format!("{words} {signal:?}"));
    }
}

#[test]
fn a_process_that_is_stopped_gives_the_terminal_back_until_it_goes_on() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let running = terminal.start(folder.mediarec(RECORD));
    let state = || fs::read_to_string(format!("/proc/{}/stat", running.id())).unwrap_or_default();
    wait_until("media", || folder.size("a.webm") > 10_000);
    running.signal(Signal::SIGTSTP);
    wait_until("the stop", || state().contains(") T "));
    terminal.assert_untouched("stopped");
    running.signal(Signal::SIGCONT);
    wait_until("keys", || terminal.gives_keys());
    wait_until("the resume", || has(&folder.events("e"), "resume"));
    terminal.press("q");
    assert_eq!(running.wait().code, Some(0));
    terminal.assert_untouched("after q");
}

#[test]
fn a_standard_input_that_is_no_terminal_is_not_touched_and_colours_can_be_refused() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let end = || Stdio::from(terminal.line.try_clone().unwrap());
    for refusal in ["environment", "flag"] {
        let mut command = folder.mediarec("record --fake-devices -o a.webm --force --duration 1500ms");
        command.env("TERM", "xterm").stderr(end());
        match refusal {
            "flag" => command.args(["--color", "never"]),
            _ => command.env("NO_COLOR", "1"),
        };
        let mut running = Running::start(&mut command);
        while running.is_running() {
            terminal.assert_untouched("while it records");
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(running.wait().code, Some(0));
        wait_until("a status line", || terminal.shows("● rec"));
        assert!(!terminal.shows("\u{1b}[31m"), "{refusal}");
    }
}

#[test]
fn a_terminal_that_is_halted_stops_neither_the_recording_nor_its_end() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let mut running = terminal.start(folder.mediarec("record --fake-devices -o a.webm --events e"));
    let chunks = || count(&folder, "dataavailable");
    wait_until("media", || chunks() > 3);
    // Ctrl-S
    terminal.press("\u{13}");
    let before = chunks();
    wait_until("more media", || chunks() > before + 15);
    running.signal(Signal::SIGINT);
    let time = running.ends();
    assert!(time < Duration::from_millis(2500), "{time:?}");
    assert_eq!(running.wait().code, Some(0));
    assert!(has(&folder.events("e"), "stop"));
    terminal.assert_untouched("after the stop");
}

#[test]
fn events_in_a_terminal_have_it_for_themselves() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let words = "record --fake-devices -o a.webm --duration 500ms --events -";
    assert_eq!(terminal.start(folder.mediarec(words)).wait().code, Some(0));
    wait_until("the last event", || terminal.shows("\"type\":\"stop\""));
    assert!(!terminal.shows("rec  "));
}

#[test]
fn a_terminal_that_is_a_source_is_not_asked_for_keys() {
    let folder = Folder::new();
    for source in ["--canvas 64x64", "--input -"] {
        let mut terminal = Terminal::new();
        let end = || Stdio::from(terminal.line.try_clone().unwrap());
        let mut command = folder.mediarec(&format!("record {source} -o a.webm"));
        let mut running = Running::start(command.stdin(end()).stderr(end()));
        // Ctrl-D ends what is typed, unless it is taken for a key.
        terminal.press("x\u{4}\u{4}\u{4}");
        running.ends();
        assert_eq!(running.wait().code, Some(6), "{source}");
        assert!(!terminal.shows("keys:"), "{source}");
    }
}

#[test]
fn without_a_terminal_there_is_no_status_line_unless_it_is_asked_for() {
    let folder = Folder::new();
    let record = "--fake-devices -o a.webm --force --duration 1500ms";
    folder.record(record);
    let mut command = folder.mediarec(&format!("record {record} --progress always --color always"));
    let outcome = crate::util::run(&mut command);
    assert!(outcome.stderr.contains("\u{1b}[31m● rec"), "{}", outcome.stderr);
}

#[test]
fn a_small_picture_is_drawn_above_the_status_line_and_the_terminal_is_as_it_was() {
    for (words, colors, code) in [
        (
            "record --preview=terminal -o a.webm --force",
            "truecolor",
            "\u{1b}[38;2;",
        ),
        ("preview --terminal", "", "\u{1b}[38;5;"),
    ] {
        let folder = Folder::new();
        let terminal = Terminal::new();
        let mut command = folder.mediarec(&format!("{words} --fake-devices"));
        command.env("COLORTERM", colors);
        let recording = terminal.start(command);
        wait_until("a picture", || terminal.shows(code) && terminal.shows("▀▀▀"));
        wait_until("the status line", || terminal.shows("● rec"));
        recording.signal(Signal::SIGINT);
        assert_eq!(recording.wait().code, Some(0), "{words}");
        terminal.assert_untouched(words);
    }
}

#[test]
fn without_a_terminal_there_is_no_picture_and_that_is_told() {
    let folder = Folder::new();
    let words = "record --fake-devices --width 64 --height 48 --duration 300ms --preview=terminal -o a.webm";
    let outcome = run(&mut folder.mediarec(words));
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("there is no picture"),
        "{}",
        outcome.stderr
    );
}
