//! Messages on standard error. A standard error that cannot be written (a closed terminal, a full disk) must not end a
//! recording or change the exit code, so `eprintln!`, which panics then, is not used. And one that is not read (a
//! terminal halted by Ctrl-S, a waiting program) must not block the recording or the end of the program.
use crate::cli::readable::printable;
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Prints a line, unless the reader does not read. It is without control characters: names of files and labels of devices may
/// come from anybody.
pub fn say(text: impl Display) {
    if wait_for_room() {
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
    if wait_for_room() {
        write(text);
    }
}

/// Writer of the debug log; lines are dropped while the reader does not read.
pub struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if wait_for_room() {
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

/// Whether a line can be written without waiting.
pub fn has_room() -> bool {
    has_room_within(Duration::ZERO)
}

/// How long a line waits for the reader before it is dropped.
const WRITE_TIMEOUT: Duration = Duration::from_millis(100);

/// A line was dropped: the next ones do not wait, since many short waits add up.
static UNREAD: AtomicBool = AtomicBool::new(false);

fn wait_for_room() -> bool {
    let timeout = if UNREAD.load(Ordering::Relaxed) {
        Duration::ZERO
    } else {
        WRITE_TIMEOUT
    };
    let has_room = has_room_within(timeout);
    UNREAD.store(!has_room, Ordering::Relaxed);
    has_room
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
