//! The uploads of a recording, as its own thread sees them: it tells of files and never waits.
use crate::cli::needed_files::NeededFiles;
use crate::cli::rounding;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::entry::{Chunks, Finished, Header};
use crate::cli::upload::finished_file::{Announcer, FinishedFile};
use crate::cli::upload::plan::UploadPlan;
use crate::cli::upload::report::Report;
use crate::cli::upload::spool::{Spool, Told};
use crate::cli::upload::summary::Summary;
use crate::cli::upload::{key, sender};
use anyhow::{Context, bail};
use crossbeam_channel::{Receiver, TryRecvError, unbounded};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use tokio::sync::mpsc::{self, Sender};

/// How many files the thread may be told of at once; the rest waits here.
const MAX_TOLD: usize = 256;

/// Tries after the end of a recording, and of `mediarec upload`, of what fails.
const TRIES_AT_END: u32 = 1;
const TRIES_OF_COMMAND: u32 = 5;

/// The uploads of a recording.
pub struct Uploads {
    plan: UploadPlan,
    /// `None` once the end was told.
    told: Option<Sender<Told>>,
    /// What the thread was not told yet.
    backlog: VecDeque<Told>,
    reports: Receiver<Report>,
    /// Disconnected when the thread has ended.
    ended: Receiver<()>,
    /// What is left at the end, if it was not reported yet.
    left: Option<Report>,
    pending: NeededFiles,
    announce: Announcer,
    /// The same, for the segments.
    of_segments: Option<Announcer>,
    /// The last file that was begun.
    current: Option<PathBuf>,
    summary: Summary,
}

/// What a recording is, as far as keys and the index say it.
pub struct Recorded<'a> {
    /// The label of its first device.
    pub device: &'a str,
    pub mime_type: &'a str,
    pub start: SystemTime,
}

impl Uploads {
    /// Begins with what earlier recordings have left. `overwritten` are files that this one may replace.
    ///
    /// # Errors
    /// If there is no journal, or if this recording would replace what was not uploaded yet.
    pub fn start(plan: &UploadPlan, recorded: &Recorded, overwritten: &[PathBuf]) -> anyhow::Result<Self> {
        let (report, reports) = unbounded();
        let pending = NeededFiles::default();
        let mut spool = Spool::new(pending.clone(), report);
        if plan.chunks.is_some() {
            // As for the folder of the chunks itself.
            fs::create_dir_all(&plan.spool)
                .with_context(|| format!("cannot create the folder {}", plan.spool.display()))?;
        }
        spool.adopt(&plan.spool);
        if let Some(file) = overwritten.iter().find(|file| pending.contains(file)) {
            bail!(
                "{} is not uploaded yet, and would be overwritten; run 'mediarec upload {}' first, or choose another name",
                file.display(),
                plan.spool.display()
            );
        }
        let [announce, of_segments] = spool
            .begin(&plan.spool, header(plan, recorded))
            .with_context(|| format!("cannot write a journal of uploads in {}", plan.spool.display()))?;
        let (told, queue) = mpsc::channel(MAX_TOLD);
        let ended = sender::start(spool, queue, TRIES_AT_END).context("cannot start --upload")?;
        Ok(Self {
            summary: Summary::new(plan.to.to_string(), plan.spool.clone()),
            plan: plan.clone(),
            told: Some(told),
            backlog: VecDeque::new(),
            reports,
            ended,
            left: None,
            pending,
            announce,
            of_segments: Some(of_segments),
            current: None,
        })
    }

    /// Files that wait, for `--keep`.
    pub fn pending(&self) -> &NeededFiles {
        &self.pending
    }

    /// What announces segments; taken once.
    pub fn take_announcer(&mut self) -> Option<Announcer> {
        self.of_segments.take()
    }

    /// Whether it is chunk files that are uploaded, and nothing else.
    pub fn has_chunks(&self) -> bool {
        self.plan.chunks.is_some()
    }

    /// This file is being written now, whose media starts at this time.
    pub fn writing(&mut self, path: &Path, start: SystemTime) {
        if self.current.as_deref() != Some(path) {
            self.current = Some(path.to_owned());
            let file = absolute(path);
            self.pending.add(&file);
            let start = time(start);
            (self.announce)(&file, start);
            self.tell(Told::Begun { file, start });
        }
    }

    /// A file is finished.
    pub fn finished(&mut self, finished: &FinishedFile) {
        let file = absolute(&finished.path);
        self.pending.add(&file);
        self.tell(Told::Finished {
            file,
            start: finished.start,
            finished: Finished {
                size: finished.size,
                duration: Some(rounding::seconds(finished.duration)),
            },
        });
    }

    fn tell(&mut self, told: Told) {
        self.backlog.push_back(told);
        self.tell_backlog();
    }

    fn tell_backlog(&mut self) {
        while let Some(next) = self.backlog.pop_front() {
            let sent = self.told.as_ref().map(|told| told.try_send(next));
            if let Some(Err(mpsc::error::TrySendError::Full(next))) = sent {
                self.backlog.push_front(next);
                return;
            }
        }
    }

    /// What has happened, and what to tell the user of it.
    pub fn reports(&mut self) -> Vec<(Report, Option<String>)> {
        self.tell_backlog();
        let reports: Vec<Report> = self.reports.try_iter().chain(self.left.take()).collect();
        let said = reports.into_iter().map(|report| {
            let message = self.summary.add(&report);
            (report, message)
        });
        said.collect()
    }

    /// The recording has ended.
    pub fn end(&mut self) {
        self.tell(Told::End);
    }

    /// Whether the rest is sent, or nothing arrives any more; after a stop, whether it has timed out. Then what is left is reported.
    pub fn has_ended(&mut self, stop: &StopRequest) -> bool {
        self.tell_backlog();
        let has_ended = self.ended.try_recv() == Err(TryRecvError::Disconnected);
        if !has_ended && !stop.uploads_timed_out(self.plan.wait) {
            return false;
        }
        let (files, bytes) = self.pending.left();
        self.left = (files > 0).then_some(Report::Waiting { files, bytes });
        true
    }

    /// What has arrived.
    pub fn summary(&self) -> String {
        self.summary.arrived()
    }
}

fn header(plan: &UploadPlan, recorded: &Recorded) -> Header {
    let host = key::host();
    Header {
        version: 1,
        to: plan.to.to_string(),
        base: key::base(plan.to.key_prefix(), &host, recorded.device),
        host,
        device: recorded.device.to_owned(),
        mime_type: recorded.mime_type.to_owned(),
        start: time(recorded.start),
        chunks: plan.chunks.as_deref().map(|folder| Chunks {
            folder: absolute(folder),
            noted: 0,
        }),
    }
}

/// Sends what recordings have left in these folders. Returns whether all of it has arrived, with its index.
///
/// # Errors
/// If no thread can be started.
pub fn send_left(folders: &[PathBuf], mut say: impl FnMut(&str)) -> anyhow::Result<bool> {
    let (report, reports) = unbounded();
    let pending = NeededFiles::default();
    let mut spool = Spool::new(pending.clone(), report);
    for folder in folders {
        spool.adopt(folder);
    }
    if spool.is_empty() {
        say("nothing waits there for its upload");
        return Ok(true);
    }
    let (_, queue) = mpsc::channel(1);
    let mut summary = Summary::new("the store".into(), folders.first().cloned().unwrap_or_default());
    sender::start(spool, queue, TRIES_OF_COMMAND).context("cannot upload")?;
    for report in reports {
        if let Some(message) = summary.add(&report) {
            say(&message);
        }
    }
    let (files, bytes) = pending.left();
    if files > 0
        && let Some(message) = summary.add(&Report::Waiting { files, bytes })
    {
        say(&message);
    }
    say(&summary.arrived());
    Ok(files == 0 && !summary.is_in_trouble())
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn time(time: SystemTime) -> Timestamp {
    // Fails for years beyond 9999 only.
    Timestamp::try_from(time).unwrap_or_else(|_| Timestamp::now())
}
