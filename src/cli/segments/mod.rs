//! The segments of a recording on the disk: their names, what is done with each, and which are kept.
pub mod files;
pub mod keep;
pub mod list;
mod retention;
#[cfg(test)]
mod test_media;

use crate::cli::hook::{self, Hook};
use crate::cli::name_pattern::NamePattern;
use crate::cli::needed_files::NeededFiles;
use crate::cli::segments::keep::Keep;
use crate::cli::segments::list::{ListPlan, SegmentList};
use crate::cli::segments::retention::Retention;
use crate::cli::upload::finished_file::{Announcer, FinishedFile};
use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// What is to be done with segments.
#[derive(Debug)]
pub struct SegmentPlan {
    pub pattern: NamePattern,
    pub list: Option<ListPlan>,
    /// The shell command that is run after each.
    pub command: Option<String>,
    pub keep: Vec<Keep>,
    /// Whether files of these names are overwritten.
    pub overwrite: bool,
}

/// The segments of a recording in progress.
pub struct Segments {
    overwrite: bool,
    list: Option<SegmentList>,
    hook: Option<Hook>,
    retention: Retention,
    current: Current,
    next_number: u64,
    /// How many are complete, and their bytes.
    complete: (u64, u64),
    /// Whether the user was told that some stay longer.
    told_of_waiting: bool,
    announce: Option<Announcer>,
}

/// The segment that is being written.
#[derive(Debug, Default)]
struct Current {
    path: PathBuf,
    number: u64,
    begin: Duration,
    start: Timestamp,
}

/// A segment that is complete.
#[derive(Debug)]
pub struct CompleteSegment {
    pub path: PathBuf,
    pub number: u64,
    /// Media before it, and up to its end.
    pub begin: Duration,
    pub end: Duration,
    /// Time of its first frame.
    pub start: Timestamp,
    /// In bytes.
    pub size: u64,
}

impl CompleteSegment {
    /// As a file that can be uploaded.
    pub fn as_finished(&self) -> FinishedFile {
        FinishedFile {
            path: self.path.clone(),
            start: self.start,
            duration: self.end.saturating_sub(self.begin),
            size: self.size,
        }
    }

    /// The time of its first frame, UTC, to the millisecond.
    pub fn start_time(&self) -> String {
        format!("{:.3}", self.start)
    }
}

impl Segments {
    /// For a recording that begins.
    ///
    /// # Errors
    /// If the list cannot be written, or the commands cannot be run.
    pub fn new(plan: &SegmentPlan) -> anyhow::Result<Self> {
        let command = plan.command.as_deref();
        let hook = command
            .map(|command| Hook::start(&hook::ON_SEGMENT, command))
            .transpose()
            .context("cannot start --on-segment")?;
        let list = plan.list.as_ref().map(|list| {
            SegmentList::open(list).with_context(|| format!("cannot write {}", list.path.display()))
        });
        let next_number = if plan.overwrite {
            0
        } else {
            plan.pattern.next_number()
        };
        let commands = hook.as_ref().map(|hook| hook.files().clone());
        Ok(Self {
            overwrite: plan.overwrite,
            list: list.transpose()?,
            hook,
            retention: Retention {
                pattern: plan.pattern.clone(),
                keep: plan.keep.clone(),
                uploads: NeededFiles::default(),
                commands: commands.unwrap_or_default(),
            },
            current: Current::default(),
            next_number,
            complete: (0, 0),
            told_of_waiting: false,
            announce: None,
        })
    }

    /// These files stay until they are uploaded; each is announced before it is created.
    pub fn spare(&mut self, pending: &NeededFiles, announce: Option<Announcer>) {
        self.retention.uploads = pending.clone();
        self.announce = announce;
    }

    /// The path of the segment that begins after this much media, at this time; its folders are created if
    /// their names have the time in them.
    pub fn begin(&mut self, begin: Duration, start: SystemTime) -> PathBuf {
        // Fails for years beyond 9999 only.
        let start = Timestamp::try_from(start).unwrap_or_else(|_| Timestamp::now());
        let time = start.to_zoned(TimeZone::system());
        let pattern = &self.retention.pattern;
        let path = if self.overwrite {
            pattern.name(&time, self.next_number)
        } else {
            pattern.free_name(&time, self.next_number)
        };
        pattern.create_folders(&path);
        if let Some(announce) = &self.announce {
            announce(&path, start);
        }
        self.current = Current {
            path: path.clone(),
            number: self.next_number,
            begin,
            start,
        };
        path
    }

    /// When the segment that is being written starts.
    pub fn start_of_current(&self) -> SystemTime {
        self.current.start.into()
    }

    /// Media before the segment that is being written.
    pub fn begin_of_current(&self) -> Duration {
        self.current.begin
    }

    /// Whether files of the names of segments are overwritten.
    pub fn overwrites(&self) -> bool {
        self.overwrite
    }

    /// The segment that is being written is complete at this media time. Returns it, and what to tell the user.
    pub fn complete(&mut self, end: Duration, size: u64) -> (CompleteSegment, Vec<String>) {
        let current = std::mem::take(&mut self.current);
        let complete = CompleteSegment {
            path: current.path,
            number: current.number,
            begin: current.begin,
            end,
            start: current.start,
            size,
        };
        self.next_number += 1;
        self.complete.0 += 1;
        self.complete.1 += size;
        let mut messages = Vec::new();
        if !complete.path.exists() {
            messages.push(format!(
                "{} is gone: it was moved or removed while it was recorded",
                complete.path.display()
            ));
        }
        if let Some(list) = &mut self.list
            && let Err(error) = list.add(&complete)
        {
            messages.push(format!(
                "the list of segments cannot be written, and is tried again after the next segment: {error}"
            ));
        }
        if let Some(hook) = &mut self.hook {
            hook.add_file(&complete.path);
        }
        (complete, messages)
    }

    /// Removes what is no longer kept; returns what to tell the user.
    pub fn retain(&mut self) -> Vec<String> {
        let size = fs::metadata(&self.current.path).map_or(0, |metadata| metadata.len());
        let (removed, waiting) = self.retention.apply(&self.current.path, size);
        let mut messages: Vec<String> = removed.into_iter().filter_map(failure).collect();
        if waiting > 0 && !self.told_of_waiting {
            messages.push(format!(
                "{waiting} segments that --keep would remove wait for their upload or their command, and stay until then"
            ));
        }
        self.told_of_waiting = waiting > 0;
        messages
    }

    /// Removes the oldest segment; `None` if there is none, or it cannot be removed.
    pub fn remove_oldest(&self) -> Option<PathBuf> {
        let (path, removed) = self.retention.remove_oldest(&self.current.path)?;
        removed.ok().map(|()| path)
    }

    pub fn hook(&mut self) -> &mut Option<Hook> {
        &mut self.hook
    }

    /// Bytes of those that are complete.
    pub fn size(&self) -> u64 {
        self.complete.1
    }

    /// Their names in messages.
    pub fn names(&self, current: &str) -> String {
        match self.complete.0 {
            0 | 1 => current.to_owned(),
            count => format!("{count} segments, the last {current}"),
        }
    }
}

fn failure((path, removed): (PathBuf, std::io::Result<()>)) -> Option<String> {
    let error = removed.err()?;
    Some(format!("{} cannot be removed: {error}", path.display()))
}
