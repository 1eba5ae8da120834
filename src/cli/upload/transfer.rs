//! Sends one file: small ones at once, others in parts, one of which is in memory at a time.
use crate::cli::upload::entry::{Arrived, Entry};
use crate::cli::upload::parts::Parts;
use crate::cli::upload::store::Store;
use crate::cli::upload::trouble::{Lasts, Trouble};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};

/// Size of a part in bytes, and of the largest file that is sent at once.
const PART_SIZE: u64 = 8 << 20;

/// Maximum number of parts in all stores.
const MAX_PARTS: u64 = 10_000;

/// Sends a file, unless it is there. `on_parts` is told the id of an upload in parts before the first is sent.
///
/// # Errors
/// What went wrong; then there is no object, or a whole one.
pub async fn send(store: &Store, entry: &Entry, on_parts: impl FnOnce(&str)) -> Result<Arrived, Trouble> {
    let mut source = Source::open(entry)?;
    if let Some(id) = &entry.parts {
        store.abort(&entry.key, id).await;
    }
    if source.left <= PART_SIZE {
        let bytes = source.read(PART_SIZE)?;
        store.create(&entry.key, bytes).await?;
        return Ok(source.arrived());
    }
    if store.size(&entry.key).await?.is_some() {
        store.check(&entry.key, source.size).await?;
        while source.left > 0 {
            source.read(PART_SIZE)?;
        }
        return Ok(source.arrived());
    }
    let mut parts = store.begin_parts(&entry.key).await?;
    if let Some(id) = parts.id() {
        on_parts(id);
    }
    if let Err(trouble) = send_parts(store, &mut source, &mut parts).await {
        // The answer may have been lost, not the object.
        let has_arrived = store.check(&entry.key, source.size).await.is_ok();
        if !has_arrived || source.left > 0 {
            parts.abort().await;
            return Err(trouble);
        }
    }
    Ok(source.arrived())
}

async fn send_parts(store: &Store, source: &mut Source, parts: &mut Parts) -> Result<(), Trouble> {
    let size = PART_SIZE.max(source.size.div_ceil(MAX_PARTS));
    while source.left > 0 {
        let part = source.read(size)?;
        parts.put(part).await.map_err(|error| store.trouble(&error))?;
    }
    parts.complete().await.map_err(|error| store.trouble(&error))
}

/// A file that is being read.
struct Source {
    file: File,
    size: u64,
    /// Bytes that were not read yet.
    left: u64,
    hash: Sha256,
}

impl Source {
    fn open(entry: &Entry) -> Result<Self, Trouble> {
        let file = File::open(&entry.file).map_err(|error| Trouble::of_file(&error))?;
        let metadata = file.metadata().map_err(|error| Trouble::of_file(&error))?;
        if !metadata.is_file() {
            return Err(Trouble::new(Lasts::ForThisFile, "it is not a regular file"));
        }
        let size = metadata.len();
        if entry
            .finished
            .as_ref()
            .is_some_and(|finished| finished.size != size)
        {
            return Err(Trouble::new(
                Lasts::ForThisFile,
                "it was changed after it was recorded; upload it by hand",
            ));
        }
        if size == 0 {
            return Err(Trouble::new(Lasts::Gone, "it is empty"));
        }
        Ok(Self {
            file,
            size,
            left: size,
            hash: Sha256::new(),
        })
    }

    /// The next bytes, at most this many.
    fn read(&mut self, most: u64) -> Result<Vec<u8>, Trouble> {
        let size = most.min(self.left);
        let mut bytes = vec![0; usize::try_from(size).unwrap_or(usize::MAX)];
        self.file
            .read_exact(&mut bytes)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => {
                    Trouble::new(Lasts::ForThisFile, "it was cut off while it was uploaded")
                }
                _ => Trouble::of_file(&error),
            })?;
        self.hash.update(&bytes);
        self.left -= size;
        Ok(bytes)
    }

    fn arrived(self) -> Arrived {
        let digits = self
            .hash
            .finalize()
            .iter()
            .fold(String::new(), |mut digits, byte| {
                // Writing to a string does not fail.
                let _ = write!(digits, "{byte:02x}");
                digits
            });
        Arrived {
            size: self.size,
            sha256: digits,
        }
    }
}
