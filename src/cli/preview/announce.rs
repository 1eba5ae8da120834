//! Tells where the page is, and opens it in the browser of the desktop.
use crate::cli::stderr;
use std::process::{Command, Stdio};
use std::thread;

/// What opens a URL on this system, and its first words.
const OPENER: &[&str] = if cfg!(windows) {
    &["cmd", "/C", "start", ""]
} else if cfg!(target_os = "macos") {
    &["open"]
} else {
    &["xdg-open"]
};

/// Prints the URL.
pub fn tell(url: &str) {
    stderr::say(format_args!("mediarec: preview at {url}"));
}

/// Opens the URL, without waiting for the browser. What fails is told: the URL can still be opened by hand.
pub fn open(url: &str) {
    let [program, words @ ..] = OPENER else {
        return;
    };
    let mut command = Command::new(program);
    command
        .args(words)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.spawn() {
        Ok(mut child) => {
            // Some openers last as long as their browser.
            let _ = thread::Builder::new()
                .name("open-browser".into())
                .spawn(move || child.wait());
        }
        Err(error) => stderr::say(format_args!(
            "mediarec: no browser was opened, as {program} cannot be run: {error}; open the page yourself"
        )),
    }
}
