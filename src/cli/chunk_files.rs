//! `--chunks`: a file for every chunk, and an index of them.
use crate::cli::chunks::Chunk;
use crate::cli::output;
use crate::cli::plan::ChunkPlan;
use anyhow::{Context, bail};
use serde_json::json;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A line for each chunk.
const INDEX: &str = "index.ndjson";
/// What a chunk is called while it grows: `cat *.webm` leaves it out, and whoever wants all there is names it, too.
const UNFINISHED: &str = "webm.part";

/// A folder that fills with chunks.
#[derive(Debug)]
pub struct ChunkFiles {
    folder: PathBuf,
    /// The folders that were made for it, the innermost first.
    made: Vec<PathBuf>,
    /// Whether each file is forced to the disk.
    sync: bool,
    /// Made with the first data: until then what was there stays.
    index: Option<File>,
    /// The chunk that grows.
    open: Option<File>,
    sequence: u64,
}

/// Says early whether the chunks could not be put there anyway.
///
/// # Errors
/// When there are chunks in the folder that must not be overwritten, or it cannot be read.
pub fn check(plan: &ChunkPlan) -> anyhow::Result<()> {
    let folder = plan.folder.display();
    if !plan.folder.exists() {
        return Ok(());
    }
    let old = chunks_in(&plan.folder).with_context(|| format!("chunks cannot be put into {folder}"))?;
    match old.first() {
        Some(old) if !plan.overwrite => bail!(
            "{} is of another recording; choose an empty folder or replace its chunks with --force",
            old.display()
        ),
        _ => Ok(()),
    }
}

/// Everything in the folder that a recording in chunks has left there.
fn chunks_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if is_ours(&entry.file_name()) {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a recording in chunks gives files such names.
fn is_ours(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let (stem, extension) = name.split_once('.').unwrap_or((&name, ""));
    let is_number = stem.len() >= 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    name == INDEX || (is_number && ["webm", UNFINISHED].contains(&extension))
}

/// Whether chunks in this folder would take the place of what is, or will be, at `path`.
pub fn would_replace(folder: &Path, path: &Path) -> bool {
    let (Some(folder), Some(path)) = (output::place(folder), output::place(path)) else {
        return false;
    };
    path.parent() == Some(&folder) && path.file_name().is_some_and(is_ours)
}

impl ChunkFiles {
    /// Makes the folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(plan: &ChunkPlan, sync: bool) -> anyhow::Result<Self> {
        let missing = plan.folder.ancestors().take_while(|folder| {
            // The last of them is the empty path, which stands for the folder that is there.
            !folder.as_os_str().is_empty() && !folder.exists()
        });
        let made = missing.map(Path::to_owned).collect();
        fs::create_dir_all(&plan.folder)
            .with_context(|| format!("the folder {} cannot be made", plan.folder.display()))?;
        Ok(Self {
            folder: plan.folder.clone(),
            made,
            sync,
            index: None,
            open: None,
            sequence: 0,
        })
    }

    /// What people call it.
    pub fn name(&self) -> String {
        self.folder.display().to_string()
    }

    /// Adds to the chunk that grows.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.index.is_none() {
            for old in chunks_in(&self.folder)? {
                fs::remove_file(old)?;
            }
            self.index = Some(File::create(self.folder.join(INDEX))?);
        }
        if self.open.is_none() {
            self.open = Some(File::create(self.path(UNFINISHED))?);
        }
        self.open.as_mut().map_or(Ok(()), |file| file.write_all(bytes))
    }

    /// The chunk that grew is whole, and this; gives its path, if there is anything in it.
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

    /// Takes the folders away again that were made and have nothing in them.
    pub fn discard(&self) {
        for folder in &self.made {
            // What is not empty stays: somebody else has put something there.
            let _ = fs::remove_dir(folder);
        }
    }

    fn path(&self, extension: &str) -> PathBuf {
        self.folder.join(format!("{:06}.{extension}", self.sequence))
    }
}
