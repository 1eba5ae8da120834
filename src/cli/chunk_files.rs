//! `--chunks`: a file for every chunk, and an index of them.
use crate::cli::chunks::Chunk;
use crate::cli::output_path;
use crate::cli::plan::ChunkPlan;
use anyhow::{Context, bail};
use serde_json::json;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A line for each chunk.
const INDEX: &str = "index.ndjson";
/// Suffix of the chunk being written, so that `cat *.webm` leaves it out.
const UNFINISHED: &str = "webm.part";

/// A folder of chunk files.
#[derive(Debug)]
pub struct ChunkFiles {
    folder: PathBuf,
    /// The folders that were created for it, the innermost first.
    created: Vec<PathBuf>,
    /// Whether older chunks are replaced.
    overwrite: bool,
    /// Whether each file is flushed to the disk.
    sync: bool,
    /// Created with the first data: until then existing chunks are kept.
    index: Option<File>,
    /// The chunk being written.
    open: Option<File>,
    sequence: u64,
}

/// Checks in advance whether chunks can be written to the folder.
///
/// # Errors
/// If the folder cannot be read, or has chunks that must not be overwritten.
pub fn check(plan: &ChunkPlan) -> anyhow::Result<()> {
    let folder = plan.folder.display();
    if !plan.folder.exists() {
        return Ok(());
    }
    let old = chunks_in(&plan.folder).with_context(|| format!("cannot write chunks to {folder}"))?;
    match old.first() {
        Some(old) if !plan.overwrite => bail!(
            "{} belongs to another recording; choose an empty folder or replace its chunks with --force",
            old.display()
        ),
        _ => Ok(()),
    }
}

/// The chunks and the index in the folder.
fn chunks_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_chunk_name(&entry.file_name()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether this is a name of a chunk file or the index.
fn is_chunk_name(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let (stem, extension) = name.split_once('.').unwrap_or((&name, ""));
    let is_number = stem.len() >= 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    name == INDEX || (is_number && ["webm", UNFINISHED].contains(&extension))
}

/// Whether chunks in this folder would overwrite the file that is or will be at `path`.
pub fn would_replace(folder: &Path, path: &Path) -> bool {
    let (Some(folder), Some(path)) = (output_path::place(folder), output_path::place(path)) else {
        return false;
    };
    path.parent() == Some(&folder) && path.file_name().is_some_and(is_chunk_name)
}

/// Names of chunks can be guessed: a link that another user has put there is not followed, and of two recordings that begin
/// at once one gets the folder.
fn create_new(path: &Path) -> io::Result<File> {
    File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => io::Error::new(
            error.kind(),
            format!(
                "{} was put there by another program; choose a folder that no other program writes to",
                path.display()
            ),
        ),
        _ => error,
    })
}

impl ChunkFiles {
    /// Creates the folder.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn create(plan: &ChunkPlan, sync: bool) -> anyhow::Result<Self> {
        let missing = plan.folder.ancestors().take_while(|folder| {
            // The last ancestor of a relative path is empty: the current folder.
            !folder.as_os_str().is_empty() && !folder.exists()
        });
        let created = missing.map(Path::to_owned).collect();
        fs::create_dir_all(&plan.folder)
            .with_context(|| format!("cannot create the folder {}", plan.folder.display()))?;
        Ok(Self {
            folder: plan.folder.clone(),
            created,
            overwrite: plan.overwrite,
            sync,
            index: None,
            open: None,
            sequence: 0,
        })
    }

    /// Its name in messages.
    pub fn name(&self) -> String {
        self.folder.display().to_string()
    }

    /// Appends to the chunk being written.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.index.is_none() {
            if self.overwrite {
                for old in chunks_in(&self.folder)? {
                    fs::remove_file(old)?;
                }
            }
            self.index = Some(create_new(&self.folder.join(INDEX))?);
        }
        if self.open.is_none() {
            self.open = Some(create_new(&self.path(UNFINISHED))?);
        }
        self.open.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// Finishes the chunk being written. Returns its path, or `None` if it is empty.
    ///
    /// # Errors
    /// Those of the system.
    pub fn end(&mut self, chunk: &Chunk) -> io::Result<Option<PathBuf>> {
        let Some(file) = self.open.take() else {
            return Ok(None);
        };
        // A write that failed may have left part of a block.
        file.set_len(chunk.size)?;
        if self.sync {
            file.sync_data()?;
        }
        drop(file);
        let (unfinished, path) = (self.path(UNFINISHED), self.path("webm"));
        if chunk.size == 0 {
            fs::remove_file(unfinished)?;
            return Ok(None);
        }
        fs::rename(unfinished, &path)?;
        let line = json!({
            "sequence": self.sequence,
            "offset": chunk.offset,
            "size": chunk.size,
            "timecode": chunk.timecode,
            "keyFrame": chunk.key_frame,
        });
        // In one piece, so that a reader never sees half a line.
        self.index
            .as_mut()
            .map_or(Ok(()), |index| index.write_all(format!("{line}\n").as_bytes()))?;
        self.sequence += 1;
        Ok(Some(path))
    }

    /// Removes the created folders that are still empty.
    pub fn discard(&self) {
        for folder in &self.created {
            // Fails if another program has put something there; then the folder stays.
            let _ = fs::remove_dir(folder);
        }
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{:06}.{extension}", self.sequence))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path, overwrite: bool) -> ChunkFiles {
        let plan = ChunkPlan {
            folder: folder.to_owned(),
            overwrite,
            command: None,
        };
        ChunkFiles::create(&plan, false).unwrap()
    }

    fn end(files: &mut ChunkFiles, size: u64) {
        let chunk = Chunk {
            size,
            ..Chunk::default()
        };
        files.end(&chunk).unwrap().unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_link_that_was_put_where_a_chunk_will_be_is_neither_followed_nor_recorded_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("victim"), "mine").unwrap();
        fs::create_dir(path("c")).unwrap();
        let mut files = files(&path("c"), false);
        files.write(b"one").unwrap();
        // The finished name may be taken: a link is replaced, not followed.
        std::os::unix::fs::symlink("../victim", path("c/000000.webm")).unwrap();
        end(&mut files, 3);
        assert!(!path("c/000000.webm").is_symlink());
        std::os::unix::fs::symlink("../victim", path("c/000001.webm.part")).unwrap();
        let error = files.write(b"two").unwrap_err();
        assert!(error.to_string().contains("000001.webm.part"), "{error}");
        assert_eq!(fs::read_to_string(path("victim")).unwrap(), "mine");
    }

    #[test]
    fn of_two_recordings_that_begin_at_once_the_second_loses_and_the_chunks_of_the_first_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (files(folder.path(), false), files(folder.path(), false));
        first.write(b"one").unwrap();
        end(&mut first, 3);
        assert!(second.write(b"two").is_err());
        assert_eq!(fs::read(folder.path().join("000000.webm")).unwrap(), b"one");
        files(folder.path(), true).write(b"three").unwrap();
        assert!(!folder.path().join("000000.webm").exists());
    }
}
