//! What is said on standard error. That nobody can read it any more (a terminal that was closed, a full disk) ends no
//! recording and changes no exit code, so `eprintln!`, which panics then, is not used.
use std::fmt::Display;
use std::io::{self, Write};

/// Says something in a line of its own.
pub fn say(text: impl Display) {
    // In one piece, so that it is not mixed with what others write. There is nobody to tell that it failed.
    let _ = io::stderr().write_all(format!("{text}\n").as_bytes());
}
