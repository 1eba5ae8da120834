//! All that waits for its upload: the files of this recording, and what earlier ones have left in the same folder.
use crate::cli::needed_files::NeededFiles;
use crate::cli::upload::entry::{Entry, Finished, Header, Line};
use crate::cli::upload::finished_file::Announcer;
use crate::cli::upload::journal::Journal;
use crate::cli::upload::key;
use crate::cli::upload::queue::{Queue, Task};
use crate::cli::upload::report::Report;
use crate::cli::upload::trouble::{Lasts, Trouble};
use crossbeam_channel::Sender;
use jiff::Timestamp;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What the recording tells.
#[derive(Debug)]
pub enum Told {
    /// A file was created, whose media starts at this time.
    Begun { file: PathBuf, start: Timestamp },
    /// A file is finished.
    Finished {
        file: PathBuf,
        start: Timestamp,
        finished: Finished,
    },
    /// There are no more.
    End,
}

/// Journals with their stores.
pub struct Spool {
    /// Those of earlier recordings, then that of this one.
    queues: Vec<Queue>,
    pending: NeededFiles,
    reports: Sender<Report>,
    /// Whether the user was told that a journal cannot be written.
    told_of_journal: bool,
}

impl Spool {
    pub fn new(pending: NeededFiles, reports: Sender<Report>) -> Self {
        Self {
            queues: Vec::new(),
            pending,
            reports,
            told_of_journal: false,
        }
    }

    /// Takes over what earlier recordings have left in a folder.
    pub fn adopt(&mut self, folder: &Path) {
        for path in Journal::all_in(folder) {
            let Some(mut journal) = Journal::adopt(&path) else {
                continue;
            };
            let unnoted = unnoted_chunks(&journal.header);
            // If they cannot be noted, they are known all the same.
            let _ = journal.note(unnoted);
            self.add(Queue::new(journal, true));
        }
    }

    /// Begins the journal of this recording. Returns what announces its files, twice.
    ///
    /// # Errors
    /// Those of the system.
    pub fn begin(&mut self, folder: &Path, header: Header) -> io::Result<[Announcer; 2]> {
        let journal = Journal::create(folder, header)?;
        let announcers = [journal.announcer(), journal.announcer()];
        self.add(Queue::new(journal, false));
        Ok(announcers)
    }

    fn add(&mut self, queue: Queue) {
        let waiting = queue
            .journal
            .entries
            .iter()
            .filter(|entry| entry.arrived.is_none());
        waiting.for_each(|entry| self.pending.add(&entry.file));
        self.queues.push(queue);
    }

    /// Whether there is no journal, and so nothing to be done.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty()
    }

    /// The recording, whose queue is the last, tells something.
    pub fn tell(&mut self, told: Told, tries_at_end: u32) {
        match told {
            Told::Begun { file, start } => {
                let line = self.file_line(file, start);
                self.note_last(vec![line]);
            }
            Told::Finished {
                file,
                start,
                finished,
            } => {
                let line = self.file_line(file, start);
                let Line::File { key, .. } = &line else {
                    return;
                };
                let key = key.clone();
                self.note_last(vec![line, Line::Finished { key, finished }]);
            }
            Told::End => self.queues.iter_mut().for_each(|queue| queue.end(tries_at_end)),
        }
    }

    /// Of chunks the recording's start is in the key, so that a key can be found again from the file alone.
    fn file_line(&self, file: PathBuf, start: Timestamp) -> Line {
        let header = self.queues.last().map(|queue| &queue.journal.header);
        let key = header.map_or(String::new(), |header| {
            let of_key = if header.chunks.is_some() {
                header.start
            } else {
                start
            };
            key::of(&header.base, of_key, &file)
        });
        Line::File { file, key, start }
    }

    fn note_last(&mut self, lines: Vec<Line>) {
        if let Some(last) = self.queues.len().checked_sub(1) {
            self.note(last, lines);
        }
    }

    /// Writes lines to a journal.
    pub fn note(&mut self, number: usize, lines: Vec<Line>) {
        if let Err(error) = self.queues[number].journal.note(lines)
            && !self.told_of_journal
        {
            self.told_of_journal = true;
            self.report(Report::Failed {
                message: format!(
                    "the journal cannot be written: {error}; after a crash some files may have to be uploaded by hand"
                ),
                file: None,
            });
        }
    }

    pub fn queue(&mut self, number: usize) -> &mut Queue {
        &mut self.queues[number]
    }

    /// What is to be done next, and in which queue.
    pub fn task(&self, now: Instant) -> (usize, Task) {
        let mut until: Option<Instant> = None;
        let mut waits = false;
        for (number, queue) in self.queues.iter().enumerate() {
            match queue.task(now) {
                Task::WaitUntil(at) => until = Some(until.map_or(at, |until| until.min(at))),
                Task::Wait => waits = true,
                Task::End => {}
                task => return (number, task),
            }
        }
        let end = if waits { Task::Wait } else { Task::End };
        (0, until.map_or(end, Task::WaitUntil))
    }

    /// A file has arrived.
    pub fn arrived(&mut self, number: usize, entry: &Entry, line: Line, size: u64) {
        self.note(number, vec![line]);
        self.pending.remove(&entry.file);
        self.report(Report::Arrived {
            file: entry.file.clone(),
            key: entry.key.clone(),
            size,
        });
        self.succeed(number);
    }

    /// Something has worked.
    pub fn succeed(&mut self, number: usize) {
        if self.queues[number].succeed(Instant::now()) {
            self.report(Report::Recovered);
        }
    }

    /// Something about this file has failed.
    pub fn failed(&mut self, number: usize, entry: &Entry, trouble: Trouble) {
        let file = entry.file.clone();
        match trouble.lasts {
            Lasts::Gone => {
                self.note(
                    number,
                    vec![Line::Done {
                        of: vec![entry.key.clone()],
                    }],
                );
                self.pending.remove(&file);
                // What was never finished was empty, and removed by its recording.
                if entry.finished.is_some() {
                    self.report(Report::Gone { file });
                }
            }
            Lasts::ForThisFile => {
                self.queues[number].skip(entry.key.clone());
                self.report(Report::Failed {
                    message: trouble.message,
                    file: Some(file),
                });
            }
            lasts => {
                if self.queues[number].fail(lasts, Instant::now()) {
                    self.report(Report::Failed {
                        message: trouble.message,
                        file: None,
                    });
                }
            }
        }
    }

    /// The index of files, of which this is the first, cannot be written.
    pub fn failed_index(&mut self, number: usize, first: &Entry, of: Vec<String>, trouble: Trouble) {
        if trouble.lasts == Lasts::ForThisFile {
            // Another object has its key: the files are there, and their lines are not.
            self.note(number, vec![Line::Done { of }]);
            self.report(Report::Failed {
                message: format!("an index is left out: {}", trouble.message),
                file: None,
            });
        } else {
            self.failed(number, first, trouble);
        }
    }

    fn report(&self, report: Report) {
        // It fails only if the program is about to end.
        let _ = self.reports.send(report);
    }

    /// Removes the journals of which nothing is left to be done.
    pub fn close(self) {
        let done = self.queues.into_iter().filter(Queue::is_done);
        done.for_each(|queue| queue.journal.remove());
    }
}

/// The lines of chunks that a crash has kept out of the journal; a chunk that was cut off by it is none.
fn unnoted_chunks(header: &Header) -> Vec<Line> {
    let Some(chunks) = &header.chunks else {
        return Vec::new();
    };
    let files = fs::read_dir(&chunks.folder).into_iter().flatten().flatten();
    let files = files.map(|entry| entry.path());
    let mut found: Vec<PathBuf> = files
        .filter(|file| chunks.number(file).is_some_and(|number| number >= chunks.noted))
        .collect();
    found.sort();
    let lines = found.into_iter().filter_map(|file| {
        let size = file.metadata().ok()?.len();
        let key = key::of(&header.base, header.start, &file);
        let finished = Finished { size, duration: None };
        let line = Line::File {
            file,
            key: key.clone(),
            start: header.start,
        };
        Some([line, Line::Finished { key, finished }])
    });
    lines.flatten().collect()
}
