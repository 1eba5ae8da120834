//! Reading that a signal ends with an error, so that what was written so far is removed, and a progress bar for long files.
use crate::cli::exit::INTERRUPTED;
use crate::cli::new_file;
use crate::cli::signals;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use mediarec::error::Error;
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{process, thread};

/// Files that are shorter are read in an instant.
const LONG: u64 = 256 << 20;

/// A read that takes longer than this after a signal, as that of a pipe to which nobody writes, is not waited for.
const MAX_READ: Duration = Duration::from_millis(300);

/// Whether a signal ended the work.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_made: AtomicBool,
    /// How often a read or an opening has begun or ended: odd during one.
    reads: AtomicU64,
    /// The new file, which is removed unless it is whole.
    unfinished: Mutex<Option<PathBuf>>,
}

impl State {
    /// A signal came. From now on reads fail, which ends the work and so the process; one that does not return is not waited for.
    fn interrupt(&self) {
        self.is_made.store(true, Ordering::SeqCst);
        loop {
            let before = self.reads.load(Ordering::SeqCst);
            thread::sleep(MAX_READ);
            if before % 2 == 1 && self.reads.load(Ordering::SeqCst) == before {
                break;
            }
        }
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &*unfinished {
            // If it cannot be removed, there is nobody to tell.
            let _ = fs::remove_file(path);
        }
        process::exit(INTERRUPTED.into());
    }
}

impl Interrupt {
    /// Installs the handler of SIGINT, SIGTERM and SIGHUP.
    ///
    /// # Errors
    /// Those of the system.
    pub fn install() -> anyhow::Result<Self> {
        let state = Arc::<State>::default();
        let (of_ctrlc, of_others) = (state.clone(), state.clone());
        ctrlc::set_handler(move || of_ctrlc.interrupt()).context("cannot handle SIGINT")?;
        signals::on_termination(move || of_others.interrupt()).context("cannot handle SIGTERM")?;
        Ok(Self(state))
    }

    /// Opens a file to be read, which takes until somebody writes to a named pipe.
    ///
    /// # Errors
    /// As [`new_file::open`].
    pub fn open(&self, path: &Path) -> Result<File, Error> {
        self.reading(|| new_file::open(path))
    }

    /// Has a new file removed if a signal ends the program.
    pub fn set_unfinished(&self, path: &Path) {
        let mut unfinished = self.0.unfinished.lock().unwrap_or_else(PoisonError::into_inner);
        *unfinished = Some(path.to_owned());
    }

    fn reading<T>(&self, read: impl FnOnce() -> T) -> T {
        self.0.reads.fetch_add(1, Ordering::SeqCst);
        let result = read();
        self.0.reads.fetch_add(1, Ordering::SeqCst);
        result
    }

    /// Whether a signal came.
    pub fn is_made(&self) -> bool {
        self.0.is_made.load(Ordering::SeqCst)
    }

    /// Reads `source` until a signal comes; `size` is how much there is, if that is known.
    pub fn reader<R: Read>(&self, source: R, size: Option<u64>, quiet: bool) -> Interruptible<R> {
        let is_long = size.filter(|size| *size > LONG && !quiet && io::stderr().is_terminal());
        let bar = is_long.map_or_else(ProgressBar::hidden, |size| {
            let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}");
            ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Interruptible {
            source,
            interrupt: self.clone(),
            bar,
        }
    }
}

/// Reads until a signal comes.
pub struct Interruptible<R> {
    source: R,
    interrupt: Interrupt,
    bar: ProgressBar,
}

impl<R> Interruptible<R> {
    fn check(&self) -> io::Result<()> {
        if self.interrupt.is_made() {
            return Err(io::Error::other("interrupted"));
        }
        Ok(())
    }
}

impl<R: Read> Read for Interruptible<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let length = self.interrupt.reading(|| self.source.read(buffer))?;
        self.bar.inc(length as u64);
        Ok(length)
    }
}

impl<R: Seek> Seek for Interruptible<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.check()?;
        self.source.seek(to)
    }
}

impl<R> Drop for Interruptible<R> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
