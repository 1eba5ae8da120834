//! What is said on standard error. That nobody can read it any more (a terminal that was closed, a full disk) ends no
//! recording and changes no exit code, so `eprintln!`, which panics then, is not used. And that nobody does read it (a
//! terminal halted by Ctrl-S, a program that waits) neither stops a recording nor keeps the program from its end.
use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Says something in a line of its own, as long as somebody reads.
pub fn say(text: impl Display) {
    if comes_to_have_room() {
        show(text);
    }
}

/// Lines of the log: they are said, or left out as long as nobody reads.
pub struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if comes_to_have_room() {
            io::stderr().write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Shows a text that may be long to whoever takes his time to read it, before anything depends on time.
pub fn show(text: impl Display) {
    // In one piece, so that it is not mixed with what others write. There is nobody to tell that it failed.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}

/// Whether something can be said without waiting.
pub fn has_room() -> bool {
    has_room_within(0)
}

/// A reader who does not take what is there within so many milliseconds is not waited for.
const PATIENCE: u8 = 100;

/// Somebody has waited in vain: nobody waits again before there is room, since many waits make a long one.
static UNREAD: AtomicBool = AtomicBool::new(false);

fn comes_to_have_room() -> bool {
    let patience = if UNREAD.load(Ordering::Relaxed) {
        0
    } else {
        PATIENCE
    };
    let has_room = has_room_within(patience);
    UNREAD.store(!has_room, Ordering::Relaxed);
    has_room
}

#[cfg(unix)]
fn has_room_within(milliseconds: u8) -> bool {
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;
    let stderr = io::stderr();
    let mut descriptors = [PollFd::new(stderr.as_fd(), PollFlags::POLLOUT)];
    // What is broken takes everything, without waiting.
    matches!(
        poll(&mut descriptors, PollTimeout::from(milliseconds)),
        Ok(1..) | Err(Errno::EINTR)
    )
}

#[cfg(not(unix))]
fn has_room_within(_milliseconds: u8) -> bool {
    true
}
