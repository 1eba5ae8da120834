//! Messages on standard error. A standard error that cannot be written (a closed terminal, a full disk) must not end a
//! recording or change the exit code, so `eprintln!`, which panics then, is not used. And one that is not read (a
//! terminal halted by Ctrl-S, a waiting program) must not block the recording or the end of the program.
use crate::cli::readable::printable;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

/// Prints a line, unless the reader does not read. It is without control characters: names of files and labels of devices may
/// come from anybody.
pub fn say(text: impl Display) {
    if let Some(_turn) = wait_for_room() {
        write(&printable(&text.to_string()));
    }
}

/// Prints lines that the program is named before, unless the reader does not read.
pub fn say_all(messages: &[String]) {
    for message in messages {
        say(format_args!("mediarec: {message}"));
    }
}

/// Prints a line with colours, in which nothing comes from outside, unless the reader does not read.
pub fn say_in_color(text: &str) {
    if let Some(_turn) = wait_for_room() {
        write(text);
    }
}

/// Writer of the debug log; lines are dropped while the reader does not read.
pub struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(_turn) = wait_for_room() {
            io::stderr().write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Prints a long text, of several lines, and waits for the reader; only for use before anything depends on time.
pub fn show(text: impl Display) {
    let text = text.to_string();
    write(&text.split('\n').map(printable).collect::<Vec<_>>().join("\n"));
}

fn write(text: &str) {
    // In one write, so that lines of other processes do not interleave. A failure cannot be reported anywhere.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// How much of a long text was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    All,
    Part,
}

/// Held while a text is written. With a long one, that takes as long as the terminal.
static TURN: Mutex<()> = Mutex::new(());

/// Writes a long text, such as a picture, on a thread that may wait. Between its parts it looks whether it is to stop.
pub fn write_long(text: &str, is_cancelled: impl Fn() -> bool) -> Written {
    const PART: usize = 4096;
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for (number, part) in text.as_bytes().chunks(PART).enumerate() {
        if number > 0 && is_cancelled() {
            return Written::Part;
        }
        // A failure cannot be reported anywhere.
        let _ = io::stderr().write_all(part);
    }
    Written::All
}

/// Whether a line can be written without waiting.
pub fn has_room() -> bool {
    turn_within(Duration::ZERO).is_some()
}

/// The same, soon.
pub fn will_have_room() -> bool {
    turn_within(WRITE_TIMEOUT).is_some()
}

/// How long a line waits for the reader before it is dropped.
const WRITE_TIMEOUT: Duration = Duration::from_millis(100);

/// A line was dropped: the next ones do not wait, since many short waits add up.
static UNREAD: AtomicBool = AtomicBool::new(false);

fn wait_for_room() -> Option<MutexGuard<'static, ()>> {
    let timeout = if UNREAD.load(Ordering::Relaxed) {
        Duration::ZERO
    } else {
        WRITE_TIMEOUT
    };
    let turn = turn_within(timeout);
    UNREAD.store(turn.is_none(), Ordering::Relaxed);
    turn
}

/// The turn to write a line that will not wait, if it comes in time.
fn turn_within(timeout: Duration) -> Option<MutexGuard<'static, ()>> {
    const RETRY_INTERVAL: Duration = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    loop {
        match TURN.try_lock() {
            Ok(turn) => return has_room_within(timeout).then_some(turn),
            Err(TryLockError::Poisoned(turn)) => {
                return has_room_within(timeout).then_some(turn.into_inner());
            }
            Err(TryLockError::WouldBlock) if waited >= timeout => return None,
            Err(TryLockError::WouldBlock) => thread::sleep(RETRY_INTERVAL),
        }
        waited += RETRY_INTERVAL;
    }
}

#[cfg(unix)]
fn has_room_within(timeout: Duration) -> bool {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;
    let stderr = io::stderr();
    let timeout = PollTimeout::try_from(timeout).unwrap_or(PollTimeout::ZERO);
    let mut descriptors = [PollFd::new(stderr.as_fd(), PollFlags::POLLOUT)];
    // A broken pipe counts as ready: the write returns its error.
    matches!(poll(&mut descriptors, timeout), Ok(1..) | Err(Errno::EINTR))
}

#[cfg(not(unix))]
fn has_room_within(_timeout: Duration) -> bool {
    true
}
