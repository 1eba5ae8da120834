//! The files of clips of the history.
use crate::cli::exit;
use crate::cli::history_plan::HistoryPlan;
use crate::cli::name_pattern::NamePattern;
use crate::cli::output::{Output, OutputOptions};
use crate::cli::outputs::unwritable;
use crate::cli::stop_request::StopRequest;
use crate::cli::target::Target;
use crate::cli::upload::finished_file::FinishedFile;
use indicatif::HumanBytes;
use jiff::{Timestamp, Zoned};
use mediarec::clock::Timestamp as MediaTime;
use mediarec::error::{Error, Result};
use mediarec::recorder::HistoryEvent;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Writes clips, one after the other.
pub struct HistoryFiles {
    pattern: NamePattern,
    options: OutputOptions,
    stop: StopRequest,
    next_number: u64,
    /// The clip that is being written.
    current: Option<Clip>,
    saved: Saved,
    /// Whether the user is told of clips that are complete.
    reports: bool,
    messages: VecDeque<String>,
}

/// The clips that are complete.
#[derive(Default)]
struct Saved {
    count: u64,
    /// In bytes.
    size: u64,
    /// Name of the last.
    last: String,
}

struct Clip {
    path: PathBuf,
    /// `None` if it could not be created.
    output: Option<Output>,
    /// Why nothing more is written.
    error: Option<Error>,
}

/// A clip that is complete.
#[derive(Debug)]
pub struct SavedClip {
    pub path: PathBuf,
    /// Media of the recording before it, and up to its end.
    pub begin: Duration,
    pub end: Duration,
    /// Time of its first frame.
    pub start: Timestamp,
    /// In bytes.
    pub size: u64,
    /// Why it could not be written to its end.
    pub error: Option<Error>,
}

impl SavedClip {
    /// As a file that can be uploaded.
    pub fn as_finished(&self) -> FinishedFile {
        FinishedFile {
            path: self.path.clone(),
            start: self.start,
            duration: self.end.saturating_sub(self.begin),
            size: self.size,
        }
    }

    fn message(&self) -> String {
        let name = self.path.display();
        match &self.error {
            None => format!(
                "saved {:.1} s to {name}: {}",
                self.end.saturating_sub(self.begin).as_secs_f64(),
                HumanBytes(self.size)
            ),
            Some(error) => format!("{}; the recording goes on", exit::with_causes(error)),
        }
    }
}

impl HistoryFiles {
    /// With `reports` the user is told of every clip, otherwise only of those that could not be written.
    pub fn new(plan: &HistoryPlan, fsync: Option<Duration>, stop: &StopRequest, reports: bool) -> Self {
        Self {
            pattern: plan.pattern.clone(),
            options: OutputOptions { live: false, fsync },
            stop: stop.clone(),
            next_number: plan.pattern.next_number(),
            current: None,
            saved: Saved::default(),
            reports,
            messages: VecDeque::new(),
        }
    }

    /// The path of the clip that is being written, or will be: its file is created if there is none.
    ///
    /// # Errors
    /// If it cannot be created.
    pub fn path(&mut self) -> Result<&Path> {
        let clip = match self.current.take() {
            Some(clip) => clip,
            None => self.create()?,
        };
        Ok(&self.current.insert(clip).path)
    }

    fn create(&mut self) -> Result<Clip> {
        let path = self.pattern.free_name(&Zoned::now(), self.next_number);
        self.pattern.create_folders(&path);
        let target = Target::File {
            path: path.clone(),
            overwrite: false,
        };
        let output = Output::create(&target, self.options, &self.stop).map_err(|error| Error::Unknown {
            message: "the history cannot be saved".into(),
            source: Some(error.into()),
        })?;
        self.next_number += 1;
        Ok(Clip {
            path,
            output: Some(output),
            error: None,
        })
    }

    /// Writes the next part of a clip. Returns the clip if it is complete. After an error the parts that follow are left out.
    pub fn write(&mut self, event: &HistoryEvent) -> Option<SavedClip> {
        let mut clip = match self.current.take() {
            Some(clip) => clip,
            None => self.create().unwrap_or_else(Clip::failed),
        };
        if clip.error.is_none()
            && let Err(error) = clip.write(event)
        {
            clip.error = Some(unwritable(error, &clip.path.display().to_string()));
        }
        let Some(index) = &event.index else {
            self.current = Some(clip);
            return None;
        };
        let saved = SavedClip {
            begin: event.begin,
            end: event.begin + (index.duration() - MediaTime::ZERO),
            // Fails for years beyond 9999 only.
            start: Timestamp::try_from(event.start).unwrap_or_else(|_| Timestamp::now()),
            size: clip.output.as_ref().map_or(0, Output::size),
            path: clip.path,
            error: clip.error,
        };
        if self.reports || saved.error.is_some() {
            self.messages.push_back(saved.message());
        }
        if saved.error.is_none() {
            self.saved.count += 1;
            self.saved.size += saved.size;
            self.saved.last = saved.path.display().to_string();
        }
        Some(saved)
    }

    /// The recording has ended: a clip that was requested before the first frame has no file. Returns what to tell the user.
    pub fn finish(&mut self) -> Option<String> {
        let clip = self.current.take()?;
        clip.output.into_iter().for_each(Output::discard);
        Some(format!(
            "{} was not saved: nothing was recorded",
            clip.path.display()
        ))
    }

    /// The next message to the user.
    pub fn message(&mut self) -> Option<String> {
        self.messages.pop_front()
    }

    /// Bytes of the clips that are complete.
    pub fn size(&self) -> u64 {
        self.saved.size
    }

    /// Their names in messages.
    pub fn names(&self) -> String {
        match self.saved.count {
            0 => "memory, and saved no history".to_owned(),
            1 => self.saved.last.clone(),
            count => format!("{count} clips, the last {}", self.saved.last),
        }
    }
}

impl Clip {
    /// One that has no file.
    fn failed(error: Error) -> Self {
        Self {
            path: PathBuf::new(),
            output: None,
            error: Some(error),
        }
    }

    fn write(&mut self, event: &HistoryEvent) -> io::Result<()> {
        let Some(output) = &mut self.output else {
            return Ok(());
        };
        output.write(&event.bytes)?;
        let index = event.index.as_ref();
        index.map_or(Ok(()), |index| output.finalize(index))
    }
}
