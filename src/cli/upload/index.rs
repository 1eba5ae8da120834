//! The index of what has arrived: stores cannot append, so that a file of lines is written for each batch of uploads, once.
use crate::cli::upload::entry::{Entry, Header};
use serde_json::json;

/// What is behind the key of the first file of a batch.
const SUFFIX: &str = ".index.ndjson";

/// The key of the index of a batch that begins with this file. A file is the first of one batch only, so that no other index has
/// it.
pub fn key(first: &Entry) -> String {
    format!("{}{SUFFIX}", first.key)
}

/// The lines of a batch: the same each time, so that an index that has arrived is recognised.
pub fn lines<'a>(header: &Header, batch: impl Iterator<Item = &'a Entry>) -> String {
    batch.map(|entry| line(header, entry)).collect()
}

fn line(header: &Header, entry: &Entry) -> String {
    let arrived = entry.arrived.as_ref();
    let line = json!({
        "key": entry.key,
        "host": header.host,
        "device": header.device,
        "recording": format!("{:.3}", header.start),
        "startTime": format!("{:.3}", entry.start),
        "duration": entry.finished.as_ref().and_then(|finished| finished.duration),
        "size": arrived.map(|arrived| arrived.size),
        "mimeType": header.mime_type,
        "sha256": arrived.map(|arrived| &arrived.sha256),
        "finished": entry.finished.is_some(),
    });
    format!("{line}\n")
}
