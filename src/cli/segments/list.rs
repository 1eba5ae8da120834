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
    path: PathBuf,
    format: Format,
    /// A pipe, whose reader would take a close for the end.
    pipe: Option<File>,
    /// Whether anything was written.
    has_begun: bool,
    /// Entries that could not be written yet.
    waiting: String,
}

impl SegmentList {
    /// # Errors
    /// If the file cannot be written.
    pub fn open(plan: &ListPlan) -> io::Result<Self> {
        let mut list = Self {
            path: plan.path.clone(),
            format: plan.format,
            pipe: None,
            has_begun: false,
            waiting: String::new(),
        };
        let file = list.file()?;
        list.pipe = (!file.metadata()?.is_file()).then_some(file);
        Ok(list)
    }

    /// Appends a segment, in one piece, so that a reader never sees half a line.
    ///
    /// # Errors
    /// Those of the system, once: what could not be written waits for the next segment.
    pub fn add(&mut self, segment: &CompleteSegment) -> io::Result<()> {
        let failed_before = !self.waiting.is_empty();
        self.waiting.push_str(&self.entry(segment));
        match self.write() {
            Err(error) if !failed_before => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let mut file = self.file()?;
        let length = file.metadata()?.len();
        let is_empty = length == 0 && !(self.has_begun && self.pipe.is_some());
        let header = match self.format {
            Format::Csv if is_empty => "file,number,begin,end,startTime,size\n",
            Format::M3u8 if is_empty => "#EXTM3U\n",
            _ => "",
        };
        let text = format!("{header}{}", self.waiting);
        if let Err(error) = file.write_all(text.as_bytes()) {
            // If this fails too, the first error is the one to report.
            let _ = file.set_len(length);
            return Err(error);
        }
        self.has_begun = true;
        self.waiting.clear();
        Ok(())
    }

    /// Opened anew each time: its folder may have gone and come back, or another program may have put it away.
    fn file(&self) -> io::Result<File> {
        if let Some(pipe) = &self.pipe {
            return pipe.try_clone();
        }
        OpenOptions::new().create(true).append(true).open(&self.path)
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use std::fs;
    use std::time::Duration;

    fn segment(number: u64) -> CompleteSegment {
        CompleteSegment {
            path: format!("{number}.webm").into(),
            number,
            begin: Duration::from_secs(number),
            end: Duration::from_secs(number + 1),
            start: Timestamp::UNIX_EPOCH,
            size: 100,
        }
    }

    #[test]
    fn what_cannot_be_written_is_told_once_and_written_when_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let (here, away) = (folder.path().join("here"), folder.path().join("away"));
        fs::create_dir(&here).unwrap();
        let mut list = SegmentList::open(&ListPlan::new(&here.join("list.csv")).unwrap()).unwrap();
        list.add(&segment(0)).unwrap();
        fs::rename(&here, &away).unwrap();
        assert!(list.add(&segment(1)).is_err());
        list.add(&segment(2)).unwrap();
        fs::rename(&away, &here).unwrap();
        list.add(&segment(3)).unwrap();
        let lines = |name: &str| {
            let text = fs::read_to_string(here.join(name)).unwrap();
            let starts = text.lines().map(|line| line[..2].to_owned());
            starts.collect::<Vec<_>>()
        };
        assert_eq!(lines("list.csv"), ["fi", "0.", "1.", "2.", "3."]);
        // Another program puts it away, as logrotate does.
        fs::rename(here.join("list.csv"), here.join("old.csv")).unwrap();
        list.add(&segment(4)).unwrap();
        assert_eq!(lines("list.csv"), ["fi", "4."]);
    }
}
