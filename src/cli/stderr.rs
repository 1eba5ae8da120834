//! What is said on standard error. That nobody can read it any more (a terminal that was closed, a full disk) ends no
//! recording and changes no exit code, so `eprintln!`, which panics then, is not used. And that nobody does read it (a
//! terminal halted by Ctrl-S, a program that waits) neither stops a recording nor keeps the program from its end.
use std::fmt::Display;
use std::io::{self, Write};

/// Says something in a line of its own, as long as somebody reads.
pub fn say(text: impl Display) {
    if has_room_within(PATIENCE) {
        show(text);
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
