//! Files that wait for their upload, or for a command, which `--keep` leaves alone.
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Paths of files that wait; shared by the recording and the thread that uploads them, or runs the command for each.
#[derive(Clone, Debug, Default)]
pub struct NeededFiles(Arc<Mutex<HashSet<PathBuf>>>);

impl NeededFiles {
    /// This file waits from now on.
    pub fn add(&self, path: &Path) {
        self.waiting().insert(absolute(path));
    }

    /// This file has arrived, its command has ended, or it is given up.
    pub fn remove(&self, path: &Path) {
        self.waiting().remove(&absolute(path));
    }

    /// Whether this file waits.
    pub fn contains(&self, path: &Path) -> bool {
        let waiting = self.waiting();
        // Usually nothing waits, and paths need not be looked at.
        !waiting.is_empty() && waiting.contains(&absolute(path))
    }

    fn waiting(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        // A set of paths is whole between any two operations.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many files wait, and their bytes on the disk.
    #[cfg(any(feature = "upload", test))]
    pub fn left(&self) -> (usize, u64) {
        let paths = self.waiting().clone();
        let sizes = paths.iter().filter_map(|path| path.metadata().ok());
        (paths.len(), sizes.map(|metadata| metadata.len()).sum())
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_waits_under_each_of_its_names_until_it_has_arrived() {
        let pending = NeededFiles::default();
        pending.add(Path::new("a.webm"));
        let absolute = std::env::current_dir().unwrap().join("a.webm");
        assert!(pending.contains(&absolute) && !pending.contains(Path::new("b.webm")));
        assert_eq!(pending.left(), (1, 0));
        pending.remove(&absolute);
        assert!(!pending.contains(Path::new("a.webm")));
    }
}
