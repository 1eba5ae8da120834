//! Pictures of `--preview=terminal` in terminals with graphics: which, how they come and that nothing of them stays.

use crate::terminal::Terminal;
use crate::util::{Folder, Running, wait_until};
use nix::sys::signal::Signal;
use std::time::Duration;

/// How pictures begin.
const KITTY: &str = "\u{1b}_Ga=T,f=100,";
const SIXEL: &str = "\u{1b}P0;0;0q\"1;1;";
const BLOCKS: &str = "▀▀▀";
/// The lines of the picture are cleared.
const CLEAR: &str = "A\r\u{1b}[J";

/// A recording of the fake camera in a terminal of this kind.
fn record(terminal: &Terminal, folder: &Folder, preview: &str, environment: &[(&str, &str)]) -> Running {
    let words = "record --fake-devices --width 320 --height 180 -o a.webm --force";
    let command = folder.mediarec(&format!("{words} --preview={preview}"));
    terminal.start_as(command, environment)
}

fn count(terminal: &Terminal, text: &str) -> usize {
    terminal.text().matches(text).count()
}

#[test]
fn the_terminal_gets_the_graphics_it_has_or_those_that_were_asked_for() {
    let tmux = ("TMUX", "/tmp/tmux-0/default,1,0");
    for (preview, environment, expected) in [
        ("terminal", vec![("TERM", "xterm-kitty")], KITTY),
        ("terminal", vec![("TERM", "foot")], SIXEL),
        ("terminal", vec![("TERM", "xterm-kitty"), tmux], BLOCKS),
        ("terminal", vec![], BLOCKS),
        ("kitty", vec![], KITTY),
        ("sixel", vec![tmux], SIXEL),
        ("blocks", vec![("TERM", "xterm-kitty")], BLOCKS),
    ] {
        let (terminal, folder) = (Terminal::new(), Folder::new());
        let recording = record(&terminal, &folder, preview, &environment);
        wait_until("a picture", || terminal.shows(expected));
        // The picture may be shown before its frame is encoded.
        wait_until("data", || folder.size("a.webm") > 0);
        recording.signal(Signal::SIGINT);
        assert_eq!(recording.wait().code, Some(0), "{preview} {environment:?}");
        let others = [KITTY, SIXEL, BLOCKS]
            .into_iter()
            .filter(|other| *other != expected);
        for other in others {
            assert!(!terminal.shows(other), "{preview} {environment:?}: {other:?}");
        }
        terminal.assert_untouched(preview);
    }
}

#[test]
fn a_picture_is_replaced_where_it_is_and_taken_away_at_the_end() {
    let folder = Folder::new();
    for (preview, picture) in [("kitty", KITTY), ("sixel", SIXEL)] {
        let terminal = Terminal::new();
        let recording = record(&terminal, &folder, preview, &[]);
        wait_until("three pictures", || count(&terminal, picture) >= 3);
        wait_until("the status line", || terminal.shows("● rec"));
        recording.signal(Signal::SIGINT);
        assert_eq!(recording.wait().code, Some(0), "{preview}");
        let text = terminal.text();
        let (before, after) = text.split_at(text.rfind(picture).unwrap());
        // Every picture but the first is drawn over the last, with the cursor put back, unless there was something to tell, such as
        // that the machine is too busy.
        let between = before.split_once(picture).unwrap().1;
        let told = between.matches("mediarec: ").count();
        assert!(between.matches(CLEAR).count() <= told, "{preview}");
        assert_eq!(
            before.matches("\u{1b}7").count(),
            before.matches("\u{1b}8").count() + 1
        );
        let end = after.split_once("\u{1b}8").unwrap().1;
        assert!(
            end.contains(CLEAR) && end.contains("recorded "),
            "{preview}: {end:?}"
        );
        assert_eq!(end.contains("\u{1b}_Ga=d,d=I,i="), preview == "kitty", "{end:?}");
        if preview == "kitty" {
            for part in text.split("\u{1b}_G").skip(1) {
                let (head, rest) = part.split_once(';').unwrap_or((part, ""));
                assert!(head.contains("q=2"), "{head}");
                let data = rest.split_once("\u{1b}\\").map_or("", |parts| parts.0);
                assert!(data.len() <= 4096, "{}", data.len());
            }
        }
    }
}

#[test]
fn a_suspended_recording_leaves_no_picture_and_draws_again_when_it_goes_on() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let recording = record(&terminal, &folder, "kitty", &[]);
    wait_until("a picture", || terminal.shows(KITTY));
    recording.signal(Signal::SIGTSTP);
    wait_until("the picture gone", || terminal.shows("\u{1b}_Ga=d,d=I,i="));
    // Nothing more is drawn, whether the process is stopped or not: a process group without a shell is not.
    let drawn = count(&terminal, KITTY);
    recording.signal(Signal::SIGCONT);
    wait_until("another picture", || count(&terminal, KITTY) > drawn);
    recording.signal(Signal::SIGINT);
    assert_eq!(recording.wait().code, Some(0));
    terminal.assert_untouched("after the end");
}

#[test]
fn messages_are_whole_lines_above_the_picture() {
    let folder = Folder::new();
    let terminal = Terminal::new();
    let words = "record --fake-devices=stall=mic1@500ms -o a.webm --duration 6s --preview=sixel";
    let recording = terminal.start(folder.mediarec(words));
    assert_eq!(recording.wait().code, Some(0));
    let text = terminal.text();
    let picture = text.find(SIXEL).unwrap();
    let message = picture + text[picture..].find("mediarec: ").unwrap();
    // The lines of the picture were cleared right before.
    assert!(
        text[..message].ends_with(CLEAR),
        "{:?}",
        &text[message.saturating_sub(40)..message]
    );
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_neither_the_recording_nor_its_end() {
    let folder = Folder::new();
    let mut terminal = Terminal::new();
    let mut running = record(&terminal, &folder, "kitty --events e", &[]);
    wait_until("a picture", || terminal.shows(KITTY));
    // Ctrl-S
    terminal.press("\u{13}");
    let chunks = || {
        folder
            .events("e")
            .iter()
            .filter(|event| event["type"] == "dataavailable")
            .count()
    };
    let before = chunks();
    wait_until("more media", || chunks() > before + 30);
    running.signal(Signal::SIGINT);
    let time = running.ends();
    assert!(time < Duration::from_millis(2500), "{time:?}");
    assert_eq!(running.wait().code, Some(0));
    assert!(folder.events("e").iter().any(|event| event["type"] == "stop"));
}
