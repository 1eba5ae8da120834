//! The files of one journal on their way to its store: what is to be done next, and when after a failure.
use crate::cli::upload::destination::Destination;
use crate::cli::upload::entry::Entry;
use crate::cli::upload::index;
use crate::cli::upload::journal::Journal;
use crate::cli::upload::store::Store;
use crate::cli::upload::trouble::{Lasts, Trouble};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// Lines of an index at most.
const MAX_BATCH: usize = 500;

/// How long an arrived file waits for others to share an index with.
const BATCH_TIME: Duration = Duration::from_secs(60);

/// Waits between tries: doubled each time, from the first to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A journal with its store.
pub struct Queue {
    pub journal: Journal,
    store: Option<Store>,
    /// Its recording has ended: what is not finished never will be, and is sent as it is.
    is_over: bool,
    /// How often it is tried in vain before it is left to the next recording; `None` for ever.
    tries: Option<u32>,
    /// Failures since the last success.
    failures: u32,
    retry_at: Option<Instant>,
    /// Keys of files that are not tried again by this process.
    skipped: HashSet<String>,
    /// When the files that have arrived get their index.
    batch_ends: Option<Instant>,
}

/// What is to be done next.
#[derive(Debug, PartialEq)]
pub enum Task {
    Send(Entry),
    /// Write the index of these files.
    Index {
        key: String,
        of: Vec<Entry>,
    },
    WaitUntil(Instant),
    /// Until there are more files.
    Wait,
    /// Nothing is left that could be done.
    End,
}

impl Queue {
    pub fn new(journal: Journal, is_over: bool) -> Self {
        Self {
            journal,
            store: None,
            is_over,
            tries: None,
            failures: 0,
            retry_at: None,
            skipped: HashSet::new(),
            batch_ends: None,
        }
    }

    /// The store, which is opened when it is needed first.
    pub fn store(&mut self) -> Result<Store, Trouble> {
        if let Some(store) = &self.store {
            return Ok(store.clone());
        }
        let to: Destination = self.journal.header.to.parse().map_err(|error: String| {
            Trouble::new(Lasts::UntilMended, format!("{}: {error}", self.journal.header.to))
        })?;
        Ok(self.store.insert(Store::open(&to)?).clone())
    }

    /// What is to be done now.
    pub fn task(&self, now: Instant) -> Task {
        if self.tries == Some(0) {
            return Task::End;
        }
        if let Some(at) = self.retry_at.filter(|&at| at > now) {
            return Task::WaitUntil(at);
        }
        if let Some(task) = self.begun_index().or_else(|| self.due_index(now)) {
            return task;
        }
        let next = self.journal.entries.iter().find(|entry| self.can_be_sent(entry));
        match next {
            Some(entry) => Task::Send(entry.clone()),
            None if self.is_over && self.tries.is_some() => self.last_index().unwrap_or(Task::End),
            None if self.is_over => self.last_index().unwrap_or(Task::Wait),
            None => self.batch_ends.map_or(Task::Wait, Task::WaitUntil),
        }
    }

    fn can_be_sent(&self, entry: &Entry) -> bool {
        let is_whole = entry.finished.is_some() || self.is_over;
        entry.arrived.is_none() && is_whole && !self.skipped.contains(&entry.key)
    }

    /// An index that was begun, perhaps by another process.
    fn begun_index(&self) -> Option<Task> {
        let key = self
            .journal
            .entries
            .iter()
            .find_map(|entry| entry.index.clone())?;
        let of = self
            .journal
            .entries
            .iter()
            .filter(|entry| entry.index.as_ref() == Some(&key));
        Some(Task::Index {
            of: of.cloned().collect(),
            key,
        })
    }

    fn due_index(&self, now: Instant) -> Option<Task> {
        let is_due = self.batch_ends.is_some_and(|end| end <= now);
        let is_full = || self.arrived().count() >= MAX_BATCH;
        if is_due || is_full() {
            self.last_index()
        } else {
            None
        }
    }

    fn last_index(&self) -> Option<Task> {
        let of: Vec<Entry> = self.arrived().take(MAX_BATCH).cloned().collect();
        Some(Task::Index {
            key: index::key(of.first()?),
            of,
        })
    }

    fn arrived(&self) -> impl Iterator<Item = &Entry> {
        self.journal
            .entries
            .iter()
            .filter(|entry| entry.arrived.is_some())
    }

    /// The recording has ended; what fails from now on is tried at once, and so many times.
    pub fn end(&mut self, tries: u32) {
        self.is_over = true;
        self.tries = Some(tries);
        self.retry_at = None;
    }

    /// Something has worked. Returns whether it had not before.
    pub fn succeed(&mut self, now: Instant) -> bool {
        self.retry_at = None;
        if self.arrived().next().is_some() {
            self.batch_ends.get_or_insert(now + BATCH_TIME);
        } else {
            self.batch_ends = None;
        }
        std::mem::take(&mut self.failures) > 0
    }

    /// Something has failed. Returns whether that is new.
    pub fn fail(&mut self, lasts: Lasts, now: Instant) -> bool {
        self.failures += 1;
        let wait = match lasts {
            Lasts::UntilMended => LONGEST_WAIT,
            _ => FIRST_WAIT
                .saturating_mul(1 << (self.failures - 1).min(10))
                .min(LONGEST_WAIT),
        };
        self.retry_at = Some(now + with_jitter(wait));
        self.tries = match (self.tries, lasts) {
            (None, _) => None,
            (Some(_), Lasts::UntilMended) => Some(0),
            (Some(tries), _) => Some(tries.saturating_sub(1)),
        };
        self.failures == 1
    }

    /// This file is not tried again by this process.
    pub fn skip(&mut self, key: String) {
        self.skipped.insert(key);
    }

    /// Whether nothing is left to be done, now or later.
    pub fn is_done(&self) -> bool {
        self.is_over && self.journal.entries.is_empty()
    }
}

/// Up to a quarter more or less, so that a thousand recorders do not come back at once.
fn with_jitter(wait: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) as f64 / u64::MAX as f64;
    wait.mul_f64(0.75 + random / 2.0)
}
