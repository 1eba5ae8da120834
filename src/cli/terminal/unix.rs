//! The terminal of Unix: termios, and whether this program is in the foreground.
use crate::cli::terminal::Keys;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, read, tcgetpgrp};
use std::io;
use std::os::fd::AsFd;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How often the foreground process group is checked while no key is pressed.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// There is one terminal, and every way out has to restore it.
static TERMINAL: Mutex<Terminal> = Mutex::new(Terminal::Closed);

enum Terminal {
    /// Not used, or not any more.
    Closed,
    /// Restored, as the process is about to be suspended.
    Suspended,
    /// As it was found; becomes a keyboard as soon as the program is in the foreground.
    Untouched,
    /// Unbuffered and without echo; holds the settings to restore.
    Keyboard(Termios),
}

/// Makes the terminal of standard input a keyboard.
pub fn open() {
    let mut terminal = lock();
    *terminal = Terminal::Untouched;
    terminal.take();
}

/// Restores the terminal for good.
pub fn close() {
    lock().give_back(Terminal::Closed);
}

/// Restores the terminal until [`resume`].
pub fn suspend() {
    let mut terminal = lock();
    if !matches!(*terminal, Terminal::Closed) {
        terminal.give_back(Terminal::Suspended);
    }
}

/// The process runs again.
pub fn resume() {
    let mut terminal = lock();
    if matches!(*terminal, Terminal::Suspended) {
        *terminal = Terminal::Untouched;
    }
}

/// Waits for keys, at most about [`POLL_INTERVAL`].
pub fn read_keys(keys: &mut [u8]) -> Keys {
    match &mut *lock() {
        Terminal::Closed => return Keys::End,
        terminal => terminal.take(),
    }
    let stdin = io::stdin();
    let mut descriptors = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
    let timeout = PollTimeout::try_from(POLL_INTERVAL).unwrap_or(PollTimeout::ZERO);
    let ready = poll(&mut descriptors, timeout);
    if !matches!(ready, Ok(1..)) || !is_foreground() {
        if !matches!(ready, Ok(0)) {
            thread::sleep(POLL_INTERVAL);
        }
        return Keys::None;
    }
    match read(&stdin, keys) {
        Ok(0) => Keys::End,
        Ok(count) => Keys::Pressed(count),
        Err(Errno::EINTR | Errno::EAGAIN) => Keys::None,
        Err(_) => Keys::End,
    }
}

// Every change of it is whole before a panic could strike.
fn lock() -> MutexGuard<'static, Terminal> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Terminal {
    /// Makes an untouched terminal a keyboard, if the program is in the foreground.
    fn take(&mut self) {
        if !matches!(self, Self::Untouched) || !is_foreground() {
            return;
        }
        let Ok(before) = tcgetattr(io::stdin()) else {
            return;
        };
        let mut keyboard = before.clone();
        // Ctrl-C, Ctrl-Z and the output modes stay as they are.
        keyboard.local_flags &= !(LocalFlags::ICANON | LocalFlags::ECHO);
        keyboard.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        keyboard.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        if tcsetattr(io::stdin(), SetArg::TCSANOW, &keyboard).is_ok() {
            *self = Self::Keyboard(before);
        }
    }

    fn give_back(&mut self, next: Self) {
        if let Self::Keyboard(before) = std::mem::replace(self, next) {
            // In the background the terminal belongs to the shell, which has set its own modes.
            if is_foreground() {
                let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
            }
        }
    }
}

/// Whether the terminal may be read and changed. One that controls no processes may.
fn is_foreground() -> bool {
    match tcgetpgrp(io::stdin()) {
        Ok(group) => group == getpgrp(),
        Err(error) => error == Errno::ENOTTY,
    }
}
