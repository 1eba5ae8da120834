//! Reading that a signal ends with an error, so that what was written so far is removed, and a progress bar for long files.
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files that are shorter are read in an instant.
const LONG: u64 = 256 << 20;

/// Whether a signal ended the work.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Installs the handler of SIGINT, SIGTERM and SIGHUP.
    ///
    /// # Errors
    /// Those of the system.
    pub fn install() -> anyhow::Result<Self> {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = interrupted.clone();
        ctrlc::set_handler(move || flag.store(true, Ordering::SeqCst)).context("cannot handle SIGINT")?;
        Ok(Self(interrupted))
    }

    /// Whether a signal came.
    pub fn is_made(&self) -> bool {
        self.0.load(Ordering::SeqCst)
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
        let length = self.source.read(buffer)?;
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
