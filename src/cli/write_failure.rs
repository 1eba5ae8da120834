//! Why an output cannot be written, as a message.
use std::io;

/// The message for an error of this kind, of the output of this name.
pub fn write_failure(kind: io::ErrorKind, name: &str) -> String {
    match kind {
        io::ErrorKind::TimedOut => {
            format!("the reader of {name} stopped reading; the rest is lost")
        }
        io::ErrorKind::StorageFull => format!("the disk is full: cannot write {name}"),
        io::ErrorKind::QuotaExceeded => format!("the disk quota is used up: cannot write {name}"),
        io::ErrorKind::FileTooLarge => {
            format!("the limit for the size of a file is reached (ulimit -f): cannot write {name}")
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            format!("the file system has become read-only: cannot write {name}")
        }
        io::ErrorKind::StaleNetworkFileHandle => {
            format!("the server of a network file system has lost it: cannot write {name}")
        }
        io::ErrorKind::UnexpectedEof => {
            format!("another program has cut {name} short; 'mediarec fix' finishes what is left")
        }
        _ => format!("cannot write {name}"),
    }
}
