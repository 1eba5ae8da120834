//! A terminal as another program sees it: what it shows, which keys are pressed, and how it was left.
use crate::util::{Running, wait_until};
use nix::pty::{OpenptyResult, Winsize, openpty};
use nix::sys::termios::{LocalFlags, Termios, tcgetattr};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// By what a program knows which terminal it is in.
const MARKS: [&str; 8] = [
    "KITTY_WINDOW_ID",
    "KONSOLE_VERSION",
    "STY",
    "TERM_PROGRAM",
    "TMUX",
    "VTE_VERSION",
    "XTERM_VERSION",
    "ZELLIJ",
];

/// A terminal that nobody sits at.
pub struct Terminal {
    keyboard: File,
    pub line: OwnedFd,
    before: Termios,
    screen: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    pub fn new() -> Self {
        let size = Winsize {
            ws_row: 24,
            ws_col: 200,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let OpenptyResult { master, slave } = openpty(&size, None).unwrap();
        let screen = Arc::<Mutex<Vec<u8>>>::default();
        let (mut shown, seen) = (File::from(master.try_clone().unwrap()), screen.clone());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = shown.read(&mut bytes) {
                seen.lock().unwrap().extend(&bytes[..count]);
            }
        });
        Self {
            keyboard: File::from(master),
            before: tcgetattr(&slave).unwrap(),
            line: slave,
            screen,
        }
    }

    pub fn start(&self, command: Command) -> Running {
        self.start_as(command, &[])
    }

    /// Starts a program whose environment says which terminal this is.
    pub fn start_as(&self, mut command: Command, environment: &[(&str, &str)]) -> Running {
        let end = || Stdio::from(self.line.try_clone().unwrap());
        for mark in MARKS {
            command.env_remove(mark);
        }
        command.env("TERM", "xterm").envs(environment.iter().copied());
        command.env_remove("NO_COLOR");
        let mut running = Running::start(command.stdin(end()).stdout(end()).stderr(end()));
        // A short recording may have ended before this thread has a look.
        wait_until("keys", || self.gives_keys() || !running.is_running());
        running
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    pub fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// All that was written to it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap()).into_owned()
    }

    /// Whether keys come at once, and are not shown.
    pub fn gives_keys(&self) -> bool {
        let flags = tcgetattr(&self.line).unwrap().local_flags;
        !flags.intersects(LocalFlags::ICANON | LocalFlags::ECHO)
    }

    pub fn assert_untouched(&self, when: &str) {
        let now = tcgetattr(&self.line).unwrap();
        assert_eq!(now.local_flags, self.before.local_flags, "{when}");
        assert_eq!(now.control_chars, self.before.control_chars, "{when}");
    }
}
