//! The console of Windows: it delivers single keys by itself, so there is nothing to restore.
use crate::cli::terminal::Keys;
use console::{Key, Term};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// Keys are wanted.
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// Keys are read from now on.
pub fn open() {
    IS_OPEN.store(true, Ordering::SeqCst);
}

/// Keys are not read any more.
pub fn close() {
    IS_OPEN.store(false, Ordering::SeqCst);
}

/// Waits for a key. Ctrl-C is none: it stays an event of the console.
pub fn read_keys(keys: &mut [u8]) -> Keys {
    let pressed = Term::stderr().read_key();
    if !IS_OPEN.load(Ordering::SeqCst) {
        return Keys::End;
    }
    match (pressed, keys) {
        (Ok(Key::Char(key)), [first, ..]) if key.is_ascii() => {
            *first = key as u8;
            Keys::Pressed(1)
        }
        (Err(error), _) if error.kind() != io::ErrorKind::InvalidData => Keys::End,
        _ => Keys::None,
    }
}
