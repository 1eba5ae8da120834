//! An advisory lock (`flock`) of a file that is being written, so that no two recordings, and no recording and a repair, write to
//! one.
use mediarec::error::{Error, Result};
use std::fs::File;
use std::path::Path;

/// Locks an open file until it is closed, or [`unlock`]ed. File systems without locks are as if nobody else wrote to it.
///
/// # Errors
/// `InvalidState` if another program has locked it.
pub fn lock(file: &File, path: &Path) -> Result<()> {
    if is_locked_by_another(file) {
        let message = format!(
            "another program, probably a recording, writes to {}; wait for its end, or choose another file",
            path.display()
        );
        return Err(Error::InvalidState { message });
    }
    Ok(())
}

#[cfg(unix)]
fn is_locked_by_another(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive) == Err(rustix::io::Errno::WOULDBLOCK)
}

/// Lets other programs write to a file that stays open.
#[cfg(unix)]
pub fn unlock(file: &File) {
    use rustix::fs::{FlockOperation, flock};
    // If this fails, closing it unlocks it.
    let _ = flock(file, FlockOperation::Unlock);
}

#[cfg(not(unix))]
const fn is_locked_by_another(_file: &File) -> bool {
    false
}

/// Lets other programs write to a file that stays open.
#[cfg(not(unix))]
pub const fn unlock(_file: &File) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_has_one_writer_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.webm");
        let first = File::create(&path).unwrap();
        lock(&first, &path).unwrap();
        let second = File::open(&path).unwrap();
        let refusal = lock(&second, &path).unwrap_err();
        assert!(refusal.to_string().contains("another program"), "{refusal}");
        unlock(&first);
        lock(&second, &path).unwrap();
        drop(second);
        lock(&first, &path).unwrap();
    }
}
