//! Which segments are removed, so that a recording can go on for ever.
use crate::cli::name_pattern::NamePattern;
use crate::cli::needed_files::NeededFiles;
use crate::cli::segments::keep::Keep;
use mediarec::webm::Reader;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Removes the oldest segments.
#[derive(Debug)]
pub struct Retention {
    pub pattern: NamePattern,
    pub keep: Vec<Keep>,
    /// Files that are not uploaded yet.
    pub uploads: NeededFiles,
    /// Those whose command has not ended.
    pub commands: NeededFiles,
}

/// A complete segment on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Old {
    path: PathBuf,
    modified: SystemTime,
    size: u64,
}

impl Retention {
    /// Removes what need not be kept beside the segment that is being written, of which this much is there, and is not needed. Returns what was removed, or could not be, and how many wait.
    pub fn apply(&self, current: &Path, current_size: u64) -> (Vec<(PathBuf, io::Result<()>)>, usize) {
        if self.keep.is_empty() {
            return (Vec::new(), 0);
        }
        let mut all = self.old(current);
        all.truncate(surplus(&all, &self.keep, current_size, SystemTime::now()));
        let (waiting, rest): (Vec<Old>, Vec<Old>) =
            all.into_iter().partition(|old| self.is_needed(&old.path));
        (rest.into_iter().map(remove).collect(), waiting.len())
    }

    /// Removes the oldest segment, if there is one besides the one that is being written. Those that are needed are the
    /// last to go.
    pub fn remove_oldest(&self, current: &Path) -> Option<(PathBuf, io::Result<()>)> {
        let mut all = self.old(current);
        all.sort_by_key(|old| self.is_needed(&old.path));
        all.into_iter().next().map(remove)
    }

    fn is_needed(&self, path: &Path) -> bool {
        self.uploads.contains(path) || self.commands.contains(path)
    }

    /// The complete segments, the oldest first.
    fn old(&self, current: &Path) -> Vec<Old> {
        let found = self.pattern.files().into_iter();
        let mut old: Vec<Old> = found
            .filter(|found| found.path != current && is_ours(&found.path))
            .filter_map(|found| {
                let metadata = fs::metadata(&found.path).ok()?;
                Some(Old {
                    modified: metadata.modified().ok()?,
                    size: metadata.len(),
                    path: found.path,
                })
            })
            .collect();
        old.sort_by(|one, other| (one.modified, &one.path).cmp(&(other.modified, &other.path)));
        old
    }
}

fn remove(old: Old) -> (PathBuf, io::Result<()>) {
    let removed = fs::remove_file(&old.path);
    (old.path, removed)
}

/// How many of the oldest segments are more than is kept.
fn surplus(all: &[Old], keep: &[Keep], current_size: u64, now: SystemTime) -> usize {
    let of = |keep: &Keep| match *keep {
        Keep::Count(count) => {
            let others = usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
            all.len().saturating_sub(others)
        }
        Keep::Age(age) => all.partition_point(|old| {
            let since = now.duration_since(old.modified);
            since.is_ok_and(|since| since > age)
        }),
        Keep::Size(most) => {
            let mut total = current_size + all.iter().map(|old| old.size).sum::<u64>();
            let mut surplus = 0;
            while total > most && surplus < all.len() {
                total -= all[surplus].size;
                surplus += 1;
            }
            surplus
        }
    };
    keep.iter().map(of).max().unwrap_or(0)
}

/// Whether this program wrote the file, as its header says.
fn is_ours(path: &Path) -> bool {
    let reader = File::open(path).ok().and_then(|file| Reader::new(file).ok());
    reader.is_some_and(|reader| reader.header().writing_app.starts_with("mediarec "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::segments::test_media::file;
    use std::time::Duration;

    /// How many of segments of these sizes, which ended a minute after each other, the last now, are removed.
    fn removed(sizes: &[u64], keep: &[Keep]) -> usize {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let minutes = (0..sizes.len() as u32).rev();
        let all: Vec<Old> = sizes
            .iter()
            .zip(minutes)
            .map(|(&size, minutes)| Old {
                path: PathBuf::new(),
                modified: now - Duration::from_secs(60) * minutes,
                size,
            })
            .collect();
        surplus(&all, keep, 50, now)
    }

    #[test]
    fn the_oldest_go_until_the_rest_is_few_small_and_young_enough() {
        let sizes = [100, 200, 300, 400];
        assert_eq!(removed(&sizes, &[Keep::Count(3)]), 2);
        assert_eq!(removed(&sizes, &[Keep::Size(750)]), 2);
        assert_eq!(removed(&sizes, &[Keep::Size(10)]), 4);
        assert_eq!(removed(&sizes, &[Keep::Age(Duration::from_secs(120))]), 1);
        assert_eq!(
            removed(&sizes, &[Keep::Age(Duration::from_secs(120)), Keep::Count(2)]),
            3
        );
        assert_eq!(removed(&sizes, &[Keep::Count(100), Keep::Size(1 << 40)]), 0);
    }

    #[test]
    fn files_of_others_are_never_removed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        let (ours, _) = file(1);
        for number in 0..4 {
            write(&format!("a-{number}.webm"), &ours);
        }
        write("a-8.webm", b"of mediarec 0.1.0, but no WebM");
        let app = ours
            .windows(9)
            .rposition(|window| window == b"mediarec ")
            .unwrap();
        let of_another = [&ours[..app], b"somebody ", &ours[app + 9..]].concat();
        write("a-9.webm", &of_another);
        write("b-0.webm", &ours);
        let retention = Retention {
            pattern: NamePattern::new(&folder.path().join("a-%i.webm")).unwrap(),
            keep: vec![Keep::Count(2)],
            uploads: NeededFiles::default(),
            commands: NeededFiles::default(),
        };
        let (removed, _) = retention.apply(&folder.path().join("a-3.webm"), 0);
        assert_eq!(removed.len(), 2);
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["a-2.webm", "a-3.webm", "a-8.webm", "a-9.webm", "b-0.webm"]);
    }

    #[test]
    fn what_is_not_uploaded_yet_stays_unless_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let path = |number: u64| folder.path().join(format!("{number}.webm"));
        for number in 0..5 {
            fs::write(path(number), file(1).0).unwrap();
        }
        let retention = Retention {
            pattern: NamePattern::new(&folder.path().join("%i.webm")).unwrap(),
            keep: vec![Keep::Count(2)],
            uploads: NeededFiles::default(),
            commands: NeededFiles::default(),
        };
        retention.uploads.add(&path(0));
        retention.commands.add(&path(2));
        let (removed, waiting) = retention.apply(&path(4), 0);
        assert_eq!((removed.len(), waiting), (1, 2));
        assert!(path(0).exists() && !path(1).exists() && path(2).exists() && path(3).exists());
        for oldest in [3, 0, 2] {
            assert_eq!(retention.remove_oldest(&path(4)).unwrap().0, path(oldest));
        }
        assert!(retention.remove_oldest(&path(4)).is_none());
    }
}
