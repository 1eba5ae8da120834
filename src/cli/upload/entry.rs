//! A file that is, or was, to be uploaded, and the lines of the journal about it.
use crate::cli::upload::path_text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What all files of a recording have in common: the first line of a journal.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    /// The version of the journal.
    pub version: u32,
    /// The URL of the store.
    pub to: String,
    /// What keys begin with.
    pub base: String,
    pub host: String,
    pub device: String,
    pub mime_type: String,
    /// When the recording started.
    pub start: Timestamp,
    /// The folder of its chunk files, if these are uploaded.
    pub chunks: Option<Chunks>,
}

/// A folder of chunk files.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Chunks {
    #[serde(with = "path_text")]
    pub folder: PathBuf,
    /// Those before this number have, or had, a line of their own.
    pub noted: u64,
}

impl Chunks {
    /// The number of a chunk file, if it is one of these.
    pub fn number(&self, file: &Path) -> Option<u64> {
        if file.parent() != Some(&self.folder) || file.extension() != Some("webm".as_ref()) {
            return None;
        }
        let stem = file.file_stem()?.to_str()?;
        let is_number = stem.len() >= 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| stem.parse().ok()).flatten()
    }
}

/// A file that is to be uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub file: PathBuf,
    pub key: String,
    /// When its media starts.
    pub start: Timestamp,
    /// Set when the recording has finished the file.
    pub finished: Option<Finished>,
    /// The id of a multipart upload that was begun.
    pub parts: Option<String>,
    pub arrived: Option<Arrived>,
    /// The key of the index that has a line of it.
    pub index: Option<String>,
}

/// A finished file, as it was recorded.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Finished {
    /// In bytes.
    pub size: u64,
    /// In seconds; unknown if a crash came before it was noted.
    pub duration: Option<f64>,
}

/// An object, as it is in the store.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Arrived {
    /// In bytes.
    pub size: u64,
    /// In hexadecimal digits.
    pub sha256: String,
}

/// A line of a journal.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Line {
    Uploads(Header),
    /// A file that is being recorded.
    File {
        #[serde(with = "path_text")]
        file: PathBuf,
        key: String,
        start: Timestamp,
    },
    Finished {
        key: String,
        #[serde(flatten)]
        finished: Finished,
    },
    /// A multipart upload was begun.
    Parts {
        key: String,
        id: String,
    },
    Arrived {
        key: String,
        #[serde(flatten)]
        arrived: Arrived,
    },
    /// There will be, or is, an object with the lines of these files.
    Index {
        index: String,
        of: Vec<String>,
    },
    /// Nothing more is to be done about these.
    Done {
        of: Vec<String>,
    },
}

impl Entry {
    pub fn new(file: PathBuf, key: String, start: Timestamp) -> Self {
        Self {
            file,
            key,
            start,
            finished: None,
            parts: None,
            arrived: None,
            index: None,
        }
    }

    /// The lines that say what is known of it.
    pub fn lines(&self) -> Vec<Line> {
        let key = || self.key.clone();
        let mut lines = vec![Line::File {
            file: self.file.clone(),
            key: key(),
            start: self.start,
        }];
        lines.extend(
            self.finished
                .clone()
                .map(|finished| Line::Finished { key: key(), finished }),
        );
        lines.extend(self.parts.clone().map(|id| Line::Parts { key: key(), id }));
        lines.extend(
            self.arrived
                .clone()
                .map(|arrived| Line::Arrived { key: key(), arrived }),
        );
        lines.extend(self.index.clone().map(|index| Line::Index {
            index,
            of: vec![key()],
        }));
        lines
    }
}
