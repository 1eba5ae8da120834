//! What has arrived in a store, beside what was recorded.
use crate::util::{Folder, Outcome, parse_events};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const INDEX: &str = ".index.ndjson";

/// The files below a folder, by path; of a store that is their key.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let key = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(key, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Demands that a store has these files of a folder, each once, and that its index says what they are. Returns the lines.
pub fn assert_arrived(objects: &BTreeMap<String, Vec<u8>>, folder: &Folder, names: &[&str]) -> Vec<Value> {
    let mut indexed: BTreeMap<String, Value> = BTreeMap::new();
    for (_, lines) in objects.iter().filter(|(key, _)| key.ends_with(INDEX)) {
        for line in parse_events(std::str::from_utf8(lines).unwrap()) {
            let old = indexed.insert(line["key"].as_str().unwrap().to_owned(), line);
            assert!(old.is_none(), "twice in the index: {old:?}");
        }
    }
    let media: Vec<&String> = objects.keys().filter(|key| !key.ends_with(INDEX)).collect();
    assert_eq!(media.len(), names.len(), "{media:?} {names:?}");
    for name in names {
        let end = format!("-{}", name.rsplit('/').next().unwrap());
        let key = media.iter().find(|key| key.ends_with(&end));
        let key = key.unwrap_or_else(|| panic!("{name} has not arrived: {media:?}"));
        let bytes = folder.read(name);
        assert!(objects[*key] == bytes, "{name} is not what arrived");
        let line = &indexed[*key];
        assert_eq!(line["size"], bytes.len());
        let digits: String = Sha256::digest(&bytes)
            .iter()
            .fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        assert_eq!(line["sha256"], digits.as_str());
    }
    assert_eq!(indexed.len(), names.len());
    indexed.into_values().collect()
}

/// The journals in a folder.
pub fn journals(folder: &Folder) -> Vec<String> {
    let names = folder.names().into_iter();
    names
        .filter(|name| name.starts_with(".mediarec-upload-"))
        .collect()
}

pub fn statuses(folder: &Folder, status: &str) -> Vec<Value> {
    let events = folder.events("e").into_iter();
    let uploads = events.filter(|event| event["type"] == "upload" && event["status"] == status);
    uploads.collect()
}

/// A folder with an empty store, and the words that upload to it.
pub fn with_store() -> (Folder, String) {
    let folder = Folder::new();
    fs::create_dir(folder.path("store")).unwrap();
    let words = format!("--upload file://{}", folder.path("store").display());
    (folder, words)
}

pub fn succeeds(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

/// The recordings of a folder.
pub fn recordings(folder: &Folder) -> Vec<String> {
    let is_recording = |name: &String| Path::new(name).extension() == Some("webm".as_ref());
    folder.names().into_iter().filter(is_recording).collect()
}
