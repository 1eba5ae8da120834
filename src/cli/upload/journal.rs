//! The journal of uploads: a line for each thing that happened, so that a crash forgets nothing. It belongs to the process
//! that has locked it; one that no process has locked is of a recording that has ended, or was killed.
use crate::cli::file_lock;
use crate::cli::upload::entry::{Entry, Header, Line};
use crate::cli::upload::finished_file::Announcer;
use crate::cli::upload::key;
use jiff::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Arc, Mutex, PoisonError};

/// The names of journals.
const PREFIX: &str = ".mediarec-upload-";
const SUFFIX: &str = ".ndjson";

/// A journal of more lines is written anew, without those of files that are done.
const MAX_LINES: usize = 2000;

/// Names that are tried for a journal.
const MAX_NAMES: u32 = 100;

/// A journal, and the files that are not done.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    /// The same, for those who announce files.
    place: Arc<Mutex<PathBuf>>,
    /// Locked.
    file: File,
    lines: usize,
    /// What could not be written yet.
    unwritten: String,
    pub header: Header,
    /// In the order in which they were recorded.
    pub entries: Vec<Entry>,
}

impl Journal {
    /// Begins one in this folder.
    ///
    /// # Errors
    /// Those of the system.
    pub fn create(folder: &Path, header: Header) -> io::Result<Self> {
        let (path, file) = new_file(folder)?;
        let mut journal = Self {
            place: Arc::new(Mutex::new(path.clone())),
            path,
            file,
            lines: 0,
            unwritten: String::new(),
            header: header.clone(),
            entries: Vec::new(),
        };
        journal.write(&[Line::Uploads(header)])?;
        Ok(journal)
    }

    /// Takes over one that no other process has; `None` if it is another user's, another program's, or is in use.
    pub fn adopt(path: &Path) -> Option<Self> {
        let mut file = open_ours(path)?;
        file_lock::lock(&file, path).ok()?;
        // Between opening and locking it, its owner may have removed it.
        if !path.exists() {
            return None;
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).ok()?;
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.lines();
        let Ok(Line::Uploads(header)) = serde_json::from_str(lines.next()?) else {
            return None;
        };
        let mut journal = Self {
            place: Arc::new(Mutex::new(path.to_owned())),
            path: path.to_owned(),
            file,
            lines: text.lines().count(),
            unwritten: String::new(),
            header,
            entries: Vec::new(),
        };
        // The last line may have been cut off by a crash.
        lines
            .filter_map(|line| serde_json::from_str(line).ok())
            .for_each(|line| journal.apply(line));
        if !text.ends_with('\n') {
            journal.file.write_all(b"\n").ok()?;
        }
        Some(journal)
    }

    /// A function that writes the line of a file at once, on the caller's thread: called before there is data in the file, it
    /// leaves no moment at which a crash forgets it. Its owner notes the same line again, in its turn.
    pub fn announcer(&self) -> Announcer {
        let (place, base) = (self.place.clone(), self.header.base.clone());
        Box::new(move |file, start| {
            let path = place.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
            let key = key::of(&base, start, &file);
            // If it cannot be written, it is noted a moment later, or that fails and is told.
            if let (Some(mut journal), Ok(line)) = (
                open_ours(&path),
                serde_json::to_string(&Line::File { file, key, start }),
            ) {
                let _ = journal.write_all(format!("{line}\n").as_bytes());
            }
        })
    }

    /// The journals in a folder.
    pub fn all_in(folder: &Path) -> Vec<PathBuf> {
        let is_journal = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(PREFIX) && name.ends_with(SUFFIX)
        };
        let found = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = found.map(|entry| entry.path()).filter(is_journal).collect();
        found.sort();
        found
    }

    /// Notes what happened.
    ///
    /// # Errors
    /// If it cannot be written; it is known nevertheless, until the process ends.
    pub fn note(&mut self, lines: Vec<Line>) -> io::Result<()> {
        let written = self.write(&lines);
        for line in lines {
            self.apply(line);
        }
        written?;
        if self.lines > MAX_LINES.max(8 * self.entries.len()) {
            self.begin_anew()?;
        }
        Ok(())
    }

    /// Removes it: nothing is left to be done.
    pub fn remove(self) {
        // If it stays, the next recording finds nothing to do in it.
        let _ = fs::remove_file(&self.path);
    }

    /// In one piece, so that lines are torn by a crash or a full disk only. What cannot be written is written with the next lines.
    fn write(&mut self, lines: &[Line]) -> io::Result<()> {
        for line in lines {
            self.unwritten.push_str(&serde_json::to_string(line)?);
            self.unwritten.push('\n');
        }
        self.lines += lines.len();
        let written = self.file.write_all(self.unwritten.as_bytes());
        match &written {
            Ok(()) => self.unwritten.clear(),
            // A part of it may be there. Lines that are there twice say the same.
            Err(_) if !self.unwritten.starts_with('\n') => self.unwritten.insert(0, '\n'),
            Err(_) => {}
        }
        written
    }

    fn apply(&mut self, line: Line) {
        match line {
            Line::Uploads(_) => {}
            Line::File { file, key, start } => {
                if let Some(chunks) = &mut self.header.chunks
                    && let Some(number) = chunks.number(&file)
                {
                    chunks.noted = chunks.noted.max(number + 1);
                }
                if self.entry(&key).is_none() {
                    self.entries.push(Entry::new(file, key, start));
                }
            }
            Line::Finished { key, finished } => {
                self.update(&key, |entry| entry.finished = Some(finished));
            }
            Line::Parts { key, id } => self.update(&key, |entry| entry.parts = Some(id)),
            Line::Arrived { key, arrived } => self.update(&key, |entry| entry.arrived = Some(arrived)),
            Line::Index { index, of } => {
                for key in of {
                    self.update(&key, |entry| entry.index = Some(index.clone()));
                }
            }
            Line::Done { of } => self.entries.retain(|entry| !of.contains(&entry.key)),
        }
    }

    fn entry(&mut self, key: &str) -> Option<&mut Entry> {
        // What is looked for is nearly always among the last, or the first.
        self.entries.iter_mut().rev().find(|entry| entry.key == key)
    }

    fn update(&mut self, key: &str, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entry(key) {
            change(entry);
        }
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let (path, file) = new_file(folder)?;
        self.move_to(path, file)
    }

    /// The new file is complete before the old one goes, which stays locked until then: after a crash between them, both are
    /// read, and what has arrived is recognised. If it cannot be written, the old one stays.
    fn move_to(&mut self, path: PathBuf, mut file: File) -> io::Result<()> {
        let header = std::iter::once(Line::Uploads(self.header.clone()));
        let (mut text, mut count) = (String::new(), 0);
        for line in header.chain(self.entries.iter().flat_map(Entry::lines)) {
            text.push_str(&serde_json::to_string(&line)?);
            text.push('\n');
            count += 1;
        }
        file.write_all(text.as_bytes()).inspect_err(|_| {
            // Of an empty one nobody takes anything.
            let _ = fs::remove_file(&path);
        })?;
        self.place
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&path);
        let old = std::mem::replace(&mut self.path, path);
        let _locked = std::mem::replace(&mut self.file, file);
        self.lines = count;
        fs::remove_file(old)
    }
}

/// A new journal, locked.
fn new_file(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0;
    loop {
        let time = Timestamp::now().strftime("%Y%m%dT%H%M%S");
        let name = format!("{PREFIX}{time}-{}-{number}{SUFFIX}", process::id());
        let path = folder.join(name);
        let mut options = OpenOptions::new();
        match options.read(true).append(true).create_new(true).open(&path) {
            // Another process may look into it before it is locked.
            Ok(file) if file_lock::lock(&file, &path).is_ok() => return Ok((path, file)),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MAX_NAMES => {}
            Err(error) => return Err(error),
        }
        number += 1;
    }
}

/// Opens a journal that this user has written: one that another user has put there could have any file uploaded to anywhere.
#[cfg(unix)]
fn open_ours(path: &Path) -> Option<File> {
    use nix::libc::{O_NOFOLLOW, O_NONBLOCK};
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
    let mut options = OpenOptions::new();
    options
        .read(true)
        .append(true)
        .custom_flags(O_NOFOLLOW | O_NONBLOCK);
    let file = options.open(path).ok()?;
    let metadata = file.metadata().ok()?;
    (metadata.is_file() && metadata.uid() == nix::unistd::geteuid().as_raw()).then_some(file)
}

#[cfg(not(unix))]
fn open_ours(path: &Path) -> Option<File> {
    OpenOptions::new().read(true).append(true).open(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::upload::entry::{Arrived, Finished};

    fn header() -> Header {
        Header {
            version: 1,
            to: "s3://b/p".into(),
            base: "p/h/d".into(),
            host: "h".into(),
            device: "d".into(),
            mime_type: "video/webm".into(),
            start: Timestamp::UNIX_EPOCH,
            chunks: None,
        }
    }

    fn file(name: &str) -> Line {
        Line::File {
            file: format!("/d/{name}").into(),
            key: name.into(),
            start: Timestamp::UNIX_EPOCH,
        }
    }

    fn arrived(name: &str) -> Line {
        Line::Arrived {
            key: name.into(),
            arrived: Arrived {
                size: 5,
                sha256: "ab".into(),
            },
        }
    }

    #[test]
    fn what_was_noted_is_known_to_the_next_owner_even_if_the_last_line_is_torn() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        let finished = Line::Finished {
            key: "a".into(),
            finished: Finished {
                size: 5,
                duration: Some(0.1),
            },
        };
        journal
            .note(vec![file("a"), finished, file("b"), arrived("a")])
            .unwrap();
        let expected = journal.entries.clone();
        let path = journal.path.clone();
        assert!(Journal::adopt(&path).is_none(), "it is in use");
        drop(journal);
        let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
        torn.write_all(b"{\"done\":{\"of\":[\"a").unwrap();
        let mut next = Journal::adopt(&path).unwrap();
        assert_eq!(next.entries, expected);
        next.note(vec![Line::Done { of: vec!["a".into()] }]).unwrap();
        drop(next);
        let last = Journal::adopt(&path).unwrap();
        assert_eq!(last.entries, expected[1..]);
        assert_eq!(last.header, header());
    }

    #[test]
    fn a_journal_does_not_grow_with_the_files_that_are_done() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.note(vec![file("first"), arrived("first")]).unwrap();
        for number in 0..2 * MAX_LINES {
            let name = number.to_string();
            journal
                .note(vec![file(&name), Line::Done { of: vec![name] }])
                .unwrap();
        }
        let found = Journal::all_in(folder.path());
        assert_eq!(found, [journal.path.clone()]);
        assert!(fs::metadata(&found[0]).unwrap().len() < 200 * MAX_LINES as u64);
        drop(journal);
        let next = Journal::adopt(&found[0]).unwrap();
        assert!(next.entries[0].arrived.is_some() && next.entries.len() == 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_path_that_is_no_text_comes_back_as_it_was() {
        use std::os::unix::ffi::OsStringExt;
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        let path = PathBuf::from(std::ffi::OsString::from_vec(b"/a/\xff.webm".to_vec()));
        let line = Line::File {
            file: path.clone(),
            key: "k".into(),
            start: Timestamp::UNIX_EPOCH,
        };
        journal.note(vec![line]).unwrap();
        let found = journal.path.clone();
        drop(journal);
        assert_eq!(Journal::adopt(&found).unwrap().entries[0].file, path);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_full_disk_does_not_take_is_written_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        let real = std::mem::replace(&mut journal.file, full);
        assert!(journal.note(vec![file("a")]).is_err());
        assert!(journal.note(vec![arrived("a")]).is_err());
        journal.file = real;
        // A part of the first try was written.
        journal.file.write_all(b"{\"fi").unwrap();
        journal.note(vec![file("b")]).unwrap();
        let (path, expected) = (journal.path.clone(), journal.entries.clone());
        drop(journal);
        assert_eq!(Journal::adopt(&path).unwrap().entries, expected);
        assert_eq!(expected.len(), 2);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_journal_that_cannot_be_written_anew_stays_and_belongs_to_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.note(vec![file("a")]).unwrap();
        let (path, _) = new_file(folder.path()).unwrap();
        let full = OpenOptions::new().append(true).open("/dev/full").unwrap();
        assert!(journal.move_to(path.clone(), full).is_err());
        assert!(!path.exists());
        let found = Journal::all_in(folder.path());
        assert_eq!(found, [journal.path.clone()]);
        assert!(Journal::adopt(&found[0]).is_none(), "it is in use");
        journal.note(vec![file("b")]).unwrap();
        drop(journal);
        assert_eq!(Journal::adopt(&found[0]).unwrap().entries.len(), 2);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_not_followed_to_a_journal() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let path = Journal::create(other.path(), header()).unwrap().path;
        let link = folder.path().join(".mediarec-upload-x.ndjson");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(Journal::adopt(&link).is_none());
        assert!(Journal::adopt(&path).is_some());
    }
}
