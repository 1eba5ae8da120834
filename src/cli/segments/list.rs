//! `--segment-list`: a line for each complete segment.
use crate::cli::rounding::seconds;
use crate::cli::segments::CompleteSegment;
use mediarec::error::{Error, Result};
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How the list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Ndjson,
    Csv,
    M3u8,
}

/// Where the list is, and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPlan {
    pub path: PathBuf,
    pub format: Format,
}

impl ListPlan {
    /// # Errors
    /// `Type` for another ending.
    pub fn new(path: &Path) -> Result<Self> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let format = match &*ending.to_ascii_lowercase() {
            "ndjson" | "jsonl" => Format::Ndjson,
            "csv" => Format::Csv,
            "m3u8" | "m3u" => Format::M3u8,
            _ => {
                return Err(Error::Type {
                    message: format!(
                        "{}: the ending of --segment-list says its format; use .ndjson, .csv or .m3u8",
                        path.display()
                    ),
                });
            }
        };
        Ok(Self {
            path: path.to_owned(),
            format,
        })
    }
}

/// The list; lines are appended to what is there.
#[derive(Debug)]
pub struct SegmentList {
    file: File,
    format: Format,
    is_new: bool,
}

impl SegmentList {
    /// # Errors
    /// If the file cannot be written.
    pub fn open(plan: &ListPlan) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(&plan.path)?;
        Ok(Self {
            is_new: file.metadata()?.len() == 0,
            file,
            format: plan.format,
        })
    }

    /// Appends a segment, in one piece, so that a reader never sees half a line.
    ///
    /// # Errors
    /// Those of the system.
    pub fn add(&mut self, segment: &CompleteSegment) -> io::Result<()> {
        let mut text = String::new();
        if std::mem::take(&mut self.is_new) {
            text.push_str(match self.format {
                Format::Ndjson => "",
                Format::Csv => "file,number,begin,end,startTime,size\n",
                Format::M3u8 => "#EXTM3U\n",
            });
        }
        text.push_str(&self.entry(segment));
        self.file.write_all(text.as_bytes())
    }

    fn entry(&self, segment: &CompleteSegment) -> String {
        let (file, start) = (segment.path.to_string_lossy(), segment.start_time());
        let (begin, end) = (segment.begin.as_secs_f64(), segment.end.as_secs_f64());
        match self.format {
            Format::Ndjson => {
                let line = json!({
                    "file": file,
                    "number": segment.number,
                    "begin": seconds(segment.begin),
                    "end": seconds(segment.end),
                    "startTime": start,
                    "size": segment.size,
                });
                format!("{line}\n")
            }
            Format::Csv => {
                let file = quoted(&file);
                let (number, size) = (segment.number, segment.size);
                format!("{file},{number},{begin:.3},{end:.3},{start},{size}\n")
            }
            Format::M3u8 => {
                let duration = end - begin;
                format!("#EXT-X-PROGRAM-DATE-TIME:{start}\n#EXTINF:{duration:.3},\n{file}\n")
            }
        }
    }
}

/// A field of CSV (RFC 4180).
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
