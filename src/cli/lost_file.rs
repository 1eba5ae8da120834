//! What others do to a file while it is recorded to: they cut it short, or remove it.
use std::fs::File;
use std::io;

/// The length of a file, if it is less than what was written to it. What others cut off would become zeros with the next write.
///
/// # Errors
/// Those of the system.
pub fn cut_length(file: &File, written: u64) -> io::Result<Option<u64>> {
    let length = file.metadata()?.len();
    Ok(Some(length).filter(|&length| length < written))
}

/// Whether the file has no name any more, so that nobody finds what is written to it.
#[cfg(unix)]
pub fn is_removed(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

/// Whether the file has no name any more; open files cannot be removed elsewhere.
#[cfg(not(unix))]
pub const fn is_removed(_file: &File) -> bool {
    false
}
