//! Where the recording is written: a file that is finalised in place, or a stream that is never rewritten.
use crate::cli::descriptor;
use crate::cli::file_lock;
use crate::cli::lost_file;
use crate::cli::output_path;
use crate::cli::source_plan::SourcePlan;
use crate::cli::stop_request::StopRequest;
use crate::cli::stream::Stream;
use crate::cli::target::Target;
use anyhow::Context;
use mediarec::clock::{Clock, Timestamp};
use mediarec::error::Error;
use mediarec::files::Input;
use mediarec::webm::SeekIndex;
use std::fs::{self, File, OpenOptions};
use std::io::{self, IoSlice, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the output is written.
#[derive(Clone, Copy, Debug)]
pub struct OutputOptions {
    /// Never seek, even where it is possible.
    pub live: bool,
    /// How often data is flushed to the disk.
    pub fsync: Option<Duration>,
}

/// An open output.
#[derive(Debug)]
pub struct Output {
    sink: Sink,
    /// Its name in messages.
    name: String,
    path: Option<PathBuf>,
    previous: Previous,
    /// Whether the file is locked, as it is until it is finalised.
    locked: bool,
    /// Whether others have cut the file short.
    is_cut: bool,
    /// Length of the blobs that were written completely.
    written: u64,
    /// Length of what is there, with what finishes it.
    size: u64,
    fsync: Option<Duration>,
    clock: Clock,
    synced_at: Timestamp,
}

#[derive(Debug)]
enum Sink {
    /// Seekable; the recording begins at `base`.
    File {
        file: File,
        base: u64,
    },
    Stream(Stream),
    /// Only chunk files are written.
    Nowhere,
}

impl Sink {
    fn unlock(&self) {
        match self {
            Self::File { file, .. } => file_lock::unlock(file),
            Self::Stream(stream) => stream.unlock(),
            Self::Nowhere => {}
        }
    }
}

/// What was at the output's path before.
#[derive(Debug)]
enum Previous {
    /// Nothing: the file is created here.
    Nothing(PathBuf),
    /// A file, which keeps its content until there is data to replace it.
    File(File),
    /// Something that is never removed or truncated.
    Kept,
}

/// Checks in advance whether the target can be written.
///
/// # Errors
/// If it exists and must not be overwritten, or is one of the sources.
pub fn check(target: &Target, sources: &SourcePlan) -> anyhow::Result<()> {
    let Target::File { path, overwrite } = target else {
        return Ok(());
    };
    let is_source = |input: &Input| match input {
        Input::Path(source) => output_path::is_same(source, path),
        Input::Stdin => false,
    };
    if sources.files().iter().any(is_source) {
        return Err(Error::Type {
            message: format!(
                "{} is both input and output; choose another output",
                path.display()
            ),
        }
        .into());
    }
    if *overwrite {
        Ok(())
    } else {
        output_path::check_is_new(path)
    }
}

impl Output {
    /// Creates the file, or takes standard output.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn create(target: &Target, options: OutputOptions, stop: &StopRequest) -> anyhow::Result<Self> {
        let (sink, name, previous) = match target {
            Target::Stdout => (
                stdout_sink(options.live, stop)?,
                "standard output".to_owned(),
                Previous::Kept,
            ),
            Target::Descriptor(number) => {
                let name = format!("/dev/fd/{number}");
                (
                    descriptor_sink(*number, &name, options.live, stop)?,
                    name,
                    Previous::Kept,
                )
            }
            Target::Nowhere | Target::Segments => (Sink::Nowhere, "no file".to_owned(), Previous::Kept),
            Target::File { path, overwrite } => {
                let (sink, previous) = file_sink(path, *overwrite, options.live, stop)?;
                (sink, path.display().to_string(), previous)
            }
        };
        let path = match target {
            Target::File { path, .. } => Some(path.clone()),
            _ => None,
        };
        Ok(Self {
            locked: matches!(previous, Previous::Nothing(_) | Previous::File(_)),
            is_cut: false,
            sink,
            name,
            path,
            previous,
            written: 0,
            size: 0,
            fsync: options.fsync,
            clock: Clock::monotonic(),
            synced_at: Timestamp::ZERO,
        })
    }

    /// Its name in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is, if it is a file that was named.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Bytes that are in it.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Writes all bytes; on a stream, after a stop, only until readers time out.
    ///
    /// # Errors
    /// Those of the system; `BrokenPipe` if the reader has closed its end.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.make_room()?;
        match &mut self.sink {
            Sink::File { file, .. } => file.write_all(bytes)?,
            Sink::Stream(stream) => stream.write_all(bytes)?,
            Sink::Nowhere => return Ok(()),
        }
        self.count(bytes.len() as u64)
    }

    /// Whether it is a file that can be written again from an earlier position.
    pub const fn is_seekable(&self) -> bool {
        matches!(self.sink, Sink::File { .. })
    }

    /// Writes all of these bytes to a file, or none.
    ///
    /// # Errors
    /// Those of the system, and `Unsupported` if it is not [seekable](Self::is_seekable).
    pub fn write_together(&mut self, blobs: &[IoSlice]) -> io::Result<()> {
        self.make_room()?;
        let Sink::File { file, base } = &mut self.sink else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        if let Err(error) = write_all(file, blobs) {
            file.seek(SeekFrom::Start(*base + self.written))?;
            return Err(error);
        }
        self.count(blobs.iter().map(|blob| blob.len() as u64).sum())
    }

    /// Empties a file that is overwritten, and fails if others have cut it short.
    fn make_room(&mut self) -> io::Result<()> {
        if let Previous::File(file) = &self.previous {
            file.set_len(0)?;
            self.previous = Previous::Kept;
        }
        self.check_length()
    }

    /// Counts bytes that were written.
    fn count(&mut self, bytes: u64) -> io::Result<()> {
        self.written += bytes;
        self.size = self.written;
        let now = self.clock.now();
        if self
            .fsync
            .is_some_and(|interval| now - self.synced_at >= interval)
        {
            self.sync()?;
            self.synced_at = now;
        }
        Ok(())
    }

    /// Fails if others have cut the file short; then it is left as they made it.
    fn check_length(&mut self) -> io::Result<()> {
        if let Sink::File { file, base } = &self.sink
            && let Some(length) = lost_file::cut_length(file, *base + self.written)?
        {
            self.is_cut = true;
            self.size = length.saturating_sub(*base);
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// What others have done to the file, as an addition to its name.
    pub fn damage(&self) -> Option<&'static str> {
        if self.is_cut {
            return Some("which was cut short");
        }
        self.is_removed().then_some("which was removed")
    }

    /// Whether others have removed the file.
    pub fn is_removed(&self) -> bool {
        matches!(&self.sink, Sink::File { file, .. } if self.path.is_some() && lost_file::is_removed(file))
    }

    /// Makes a file seekable; a stream is left as it is. Where there is no room for Cues it goes without them.
    ///
    /// # Errors
    /// Those of the system; the recording plays all the same.
    pub fn finalize(&mut self, index: &SeekIndex) -> io::Result<()> {
        self.check_length()?;
        let finalized = self.write_index(index).inspect_err(|_| {
            // If this fails too, the first error is the one to report.
            let _ = self
                .truncate()
                .and_then(|()| self.write_index(&index.clone().without_cues()));
        });
        // It may stay open, and a command that is run for a segment may write to it.
        if std::mem::take(&mut self.locked) {
            self.sink.unlock();
        }
        finalized
    }

    /// Makes the part of a file seekable that could be written; `duration` is its length.
    ///
    /// # Errors
    /// Those of the system; what was written plays all the same.
    pub fn salvage(&mut self, index: &SeekIndex, duration: Duration) -> io::Result<()> {
        if self.is_cut {
            return Ok(());
        }
        let index = index.cut_at(self.written, duration);
        self.truncate()?;
        if self.write_index(&index).is_ok() {
            return Ok(());
        }
        self.truncate()?;
        self.write_index(&index.without_cues())
    }

    fn write_index(&mut self, index: &SeekIndex) -> io::Result<()> {
        let fsync = self.fsync.is_some();
        match &mut self.sink {
            Sink::File { file, base } => {
                index.finalize(file, *base, |file| if fsync { file.sync_data() } else { Ok(()) })?;
                // The index leaves the position at the end of the recording.
                self.size = file.stream_position()?.saturating_sub(*base);
                Ok(())
            }
            Sink::Stream(_) | Sink::Nowhere => Ok(()),
        }
    }

    /// Removes what follows the last complete blob.
    fn truncate(&mut self) -> io::Result<()> {
        self.size = self.written;
        match &mut self.sink {
            Sink::File { file, base } => file.set_len(*base + self.written),
            Sink::Stream(_) | Sink::Nowhere => Ok(()),
        }
    }

    /// Removes a file that was created here and holds nothing.
    pub fn discard(self) {
        if let Previous::Nothing(path) = self.previous {
            // If this fails too, the first error is the one to report.
            let _ = fs::remove_file(path);
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::File { file, .. } => file.sync_data(),
            Sink::Stream(_) | Sink::Nowhere => Ok(()),
        }
    }
}

/// Writes all of these bytes by as few calls as possible.
fn write_all(file: &mut File, blobs: &[IoSlice]) -> io::Result<()> {
    let mut left = blobs.to_vec();
    let mut left = left.as_mut_slice();
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut left, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn cannot_open(path: &Path, special: bool) -> String {
    let name = path.display();
    if special {
        return format!("cannot write to {name}; check that it is yours, or choose another output");
    }
    format!("cannot create {name}; check that its folder exists and is writable")
}

fn file_sink(
    path: &Path,
    overwrite: bool,
    live: bool,
    stop: &StopRequest,
) -> anyhow::Result<(Sink, Previous)> {
    let (exists, special) = (path.exists(), path.exists() && !path.is_file());
    let mut options = OpenOptions::new();
    // Pipes and devices are written to as they are; dangling links are followed. With O_CREAT, Linux refuses pipes that another
    // user has put into a shared folder (fs.protected_fifos).
    options
        .write(true)
        .create(overwrite || special)
        .create_new(!special && !overwrite);
    let file = options.open(path).with_context(|| cannot_open(path, special))?;
    refuse_terminal(&file)?;
    if !special {
        file_lock::lock(&file, path)?;
    }
    let previous = match (special, exists) {
        (true, _) => Previous::Kept,
        (false, true) => Previous::File(file.try_clone()?),
        (false, false) => Previous::Nothing(output_path::place(path).unwrap_or_else(|| path.to_owned())),
    };
    let sink = if live || special {
        Sink::Stream(Stream::new(file, stop))
    } else {
        Sink::File { file, base: 0 }
    };
    Ok((sink, previous))
}

#[cfg(unix)]
fn stdout_sink(live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    use std::os::fd::AsFd;
    open_sink(File::from(io::stdout().as_fd().try_clone_to_owned()?), live, stop)
}

#[cfg(not(unix))]
fn stdout_sink(_live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    Ok(Sink::Stream(Stream::stdout(stop)))
}

#[cfg(unix)]
fn descriptor_sink(number: u32, name: &str, live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    let file = descriptor::duplicate(number)
        .with_context(|| format!("cannot write to {name}; open it for writing, as in {number}>FILE"))?;
    refuse_terminal(&file)?;
    open_sink(file, live, stop)
}

/// A regular file that is open already is finalised from where it is, anything else is a stream.
#[cfg(unix)]
fn open_sink(mut file: File, live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    let flags = OFlag::from_bits_truncate(fcntl(&file, FcntlArg::F_GETFL)?);
    // With ">>" every write goes to the end, so the file cannot be finalised in place.
    if live || !file.metadata()?.is_file() || flags.contains(OFlag::O_APPEND) {
        return Ok(Sink::Stream(Stream::new(file, stop)));
    }
    let base = file.stream_position()?;
    Ok(Sink::File { file, base })
}

#[cfg(not(unix))]
fn descriptor_sink(number: u32, name: &str, _live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    let file = descriptor::duplicate(number).with_context(|| format!("cannot write to {name}"))?;
    Ok(Sink::Stream(Stream::new(file, stop)))
}

fn refuse_terminal(file: &File) -> Result<(), Error> {
    if file.is_terminal() {
        return Err(terminal_error("a recording"));
    }
    Ok(())
}

/// The refusal to write data to a terminal, which would show it.
pub fn terminal_error(what: &str) -> Error {
    Error::Type {
        message: format!("refusing to write {what} to a terminal; use -o FILE, or redirect standard output"),
    }
}
