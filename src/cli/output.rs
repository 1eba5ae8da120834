//! Where the recording's bytes go: a file that is finished in place, or a stream that never goes back.
use crate::cli::plan::Target;
use crate::cli::source_plan::SourcePlan;
use crate::cli::stop_request::StopRequest;
use anyhow::{Context, bail};
use mediarec::clock::{Clock, Timestamp};
use mediarec::error::Error;
use mediarec::files::Input;
use mediarec::webm::SeekIndex;
use same_file::is_same_file;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How the output is treated.
#[derive(Clone, Copy, Debug)]
pub struct OutputOptions {
    /// Never go back, even where it is possible.
    pub live: bool,
    /// How often data is forced to the disk.
    pub fsync: Option<Duration>,
}

/// An open output.
#[derive(Debug)]
pub struct Output {
    sink: Sink,
    /// For people.
    name: String,
    place: Place,
    /// Bytes that were written in whole pieces.
    whole: u64,
    fsync: Option<Duration>,
    clock: Clock,
    synced_at: Timestamp,
}

#[derive(Debug)]
enum Sink {
    /// Can be gone back in; the recording begins at `base`.
    File {
        file: File,
        base: u64,
    },
    Stream(Stream),
    /// There is only the folder of chunks.
    Nowhere,
}

/// What was where the output is now.
#[derive(Debug)]
enum Place {
    /// Nothing: the file is ours.
    New(PathBuf),
    /// A file, which stays what it is until there is something to put into its place.
    Taken(File),
    /// Whatever it is, it is left there.
    Foreign,
}

/// Says early whether the target could not be made anyway, or would be made of what is to be recorded.
///
/// # Errors
/// When it exists and must not be overwritten, or is one of the sources.
pub fn check(target: &Target, sources: &SourcePlan) -> anyhow::Result<()> {
    let Target::File { path, overwrite } = target else {
        return Ok(());
    };
    let is_source = |input: &Input| match input {
        Input::Path(source) => is_same(source, path),
        Input::Stdin => false,
    };
    if sources.files().iter().any(is_source) {
        return Err(Error::Type {
            message: format!(
                "{} is what is to be recorded; choose another output",
                path.display()
            ),
        }
        .into());
    }
    if *overwrite { Ok(()) } else { check_is_new(path) }
}

/// Whether both are one file, or would be.
pub fn is_same(one: &Path, other: &Path) -> bool {
    if one.exists() && other.exists() {
        // Pipes and devices may be shared; they are not compared, since that would open them.
        return one.is_file() && other.is_file() && is_same_file(one, other).unwrap_or(false);
    }
    place(one).is_some_and(|one| Some(one) == place(other))
}

/// Where a file is or would be made, whichever way its path goes.
pub fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return Some(place);
    }
    let path = std::path::absolute(path).ok()?;
    let folder = path.parent()?;
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    match fs::read_link(&path) {
        // To nowhere; what is made is made there. A link to another one like it is not followed any further.
        Ok(to) => std::path::absolute(folder.join(to)).ok(),
        Err(_) => Some(folder.join(path.file_name()?)),
    }
}

/// Says early whether there is a file already.
///
/// # Errors
/// When there is one.
pub fn check_is_new(path: &Path) -> anyhow::Result<()> {
    let (name, link) = (path.display(), fs::read_link(path));
    match (path.exists(), link) {
        (false, Ok(to)) => bail!(
            "{name} is a link to {}, which does not exist; choose another name or have it made with --force",
            to.display()
        ),
        (true, link) if path.is_file() || link.is_ok() => {
            bail!("{name} exists; choose another name or overwrite it with --force")
        }
        _ => Ok(()),
    }
}

impl Output {
    /// Makes the file, or takes standard output.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn create(target: &Target, options: OutputOptions, stop: &StopRequest) -> anyhow::Result<Self> {
        let (sink, name, place) = match target {
            Target::Stdout => (
                stdout_sink(options.live, stop)?,
                "standard output".to_owned(),
                Place::Foreign,
            ),
            Target::Nowhere => (Sink::Nowhere, "no file".to_owned(), Place::Foreign),
            Target::File { path, overwrite } => {
                let (sink, place) = file_sink(path, *overwrite, options.live, stop)?;
                (sink, path.display().to_string(), place)
            }
        };
        Ok(Self {
            sink,
            name,
            place,
            whole: 0,
            fsync: options.fsync,
            clock: Clock::monotonic(),
            synced_at: Timestamp::ZERO,
        })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes all of it; on a stream until a stop's time is up.
    ///
    /// # Errors
    /// Those of the system; `BrokenPipe` when the reader went away.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Place::Taken(file) = &self.place {
            file.set_len(0)?;
            self.place = Place::Foreign;
        }
        match &mut self.sink {
            Sink::File { file, .. } => file.write_all(bytes)?,
            Sink::Stream(stream) => stream.write_all(bytes)?,
            Sink::Nowhere => return Ok(()),
        }
        self.whole += bytes.len() as u64;
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

    /// Makes a file seekable; a stream is left as it is.
    ///
    /// # Errors
    /// Those of the system; what was recorded plays all the same.
    pub fn finalize(&mut self, index: &SeekIndex) -> io::Result<()> {
        let fsync = self.fsync.is_some();
        match &mut self.sink {
            Sink::File { file, base } => {
                index.finalize(file, *base, |file| if fsync { file.sync_data() } else { Ok(()) })
            }
            Sink::Stream(_) | Sink::Nowhere => Ok(()),
        }
    }

    /// Makes what could be written of a file seekable, as far as the disk has room for it; `kept` is how long it lasts.
    ///
    /// # Errors
    /// Those of the system; what was written plays all the same.
    pub fn salvage(&mut self, index: &SeekIndex, kept: Duration) -> io::Result<()> {
        let index = index.cut_at(self.whole, kept);
        self.truncate()?;
        if self.finalize(&index).is_ok() {
            return Ok(());
        }
        self.truncate()?;
        self.finalize(&index.without_cues())
    }

    /// Takes away what does not make a whole piece.
    fn truncate(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::File { file, base } => file.set_len(*base + self.whole),
            Sink::Stream(_) | Sink::Nowhere => Ok(()),
        }
    }

    /// Takes a file away again that holds nothing.
    pub fn discard(self) {
        if let Place::New(path) = self.place {
            // It is a courtesy; what went wrong before is what matters.
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

fn file_sink(path: &Path, overwrite: bool, live: bool, stop: &StopRequest) -> anyhow::Result<(Sink, Place)> {
    let (exists, special) = (path.exists(), path.exists() && !path.is_file());
    let mut options = OpenOptions::new();
    // A pipe or a device is written to as it is, and a link to nowhere is followed like any other.
    options
        .write(true)
        .create(overwrite && !special)
        .create_new(!special && !overwrite);
    let file = options.open(path).with_context(|| {
        format!(
            "{} cannot be made; look at its folder and at its permissions",
            path.display()
        )
    })?;
    let was_there = match (special, exists) {
        (true, _) => Place::Foreign,
        (false, true) => Place::Taken(file.try_clone()?),
        (false, false) => Place::New(place(path).unwrap_or_else(|| path.to_owned())),
    };
    let sink = if live || special {
        Sink::Stream(Stream::new(file, stop))
    } else {
        Sink::File { file, base: 0 }
    };
    Ok((sink, was_there))
}

#[cfg(unix)]
fn stdout_sink(live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use std::os::fd::AsFd;
    let mut file = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    let flags = OFlag::from_bits_truncate(fcntl(&file, FcntlArg::F_GETFL)?);
    // With ">>" every write goes to the end, so nothing can be mended further up.
    if live || !file.metadata()?.is_file() || flags.contains(OFlag::O_APPEND) {
        return Ok(Sink::Stream(Stream::new(file, stop)));
    }
    let base = file.stream_position()?;
    Ok(Sink::File { file, base })
}

#[cfg(not(unix))]
fn stdout_sink(_live: bool, stop: &StopRequest) -> anyhow::Result<Sink> {
    Ok(Sink::Stream(Stream::stdout(stop)))
}

#[cfg(unix)]
use unix::Stream;

#[cfg(unix)]
mod unix {
    use super::{File, StopRequest, Write, io};
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use std::os::fd::AsFd;

    /// What a pipe that is ready for anything takes without blocking (POSIX, `PIPE_BUF`; Linux's is a page).
    const PIECE: usize = 4096;

    /// How often a writer that waits for its reader looks whether a stop's time is up, in milliseconds.
    const LOOK_AROUND: u8 = 50;

    /// A pipe, a terminal, a device: its reader may be slow, dead, or gone.
    #[derive(Debug)]
    pub struct Stream {
        file: File,
        stop: StopRequest,
    }

    impl Stream {
        pub fn new(file: File, stop: &StopRequest) -> Self {
            Self {
                file,
                stop: stop.clone(),
            }
        }

        /// Writes piece by piece, whenever the reader has made room.
        pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
            for piece in bytes.chunks(PIECE) {
                self.wait_for_room()?;
                self.file.write_all(piece)?;
            }
            Ok(())
        }

        fn wait_for_room(&self) -> io::Result<()> {
            loop {
                let mut descriptors = [PollFd::new(self.file.as_fd(), PollFlags::POLLOUT)];
                match poll(&mut descriptors, PollTimeout::from(LOOK_AROUND)) {
                    Ok(0) | Err(Errno::EINTR) if self.stop.readers_timed_out() => {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    Ok(0) | Err(Errno::EINTR) => {}
                    // Ready, or broken: then the write says how.
                    Ok(_) => return Ok(()),
                    Err(error) => return Err(error.into()),
                }
            }
        }
    }
}

#[cfg(not(unix))]
use portable::Stream;

#[cfg(not(unix))]
mod portable {
    use super::{File, StopRequest, Write, io};

    /// A pipe; whoever waits for its reader is ended by the watchdog.
    #[derive(Debug)]
    pub enum Stream {
        File(File),
        Stdout,
    }

    impl Stream {
        pub fn new(file: File, _stop: &StopRequest) -> Self {
            Self::File(file)
        }

        pub fn stdout(_stop: &StopRequest) -> Self {
            Self::Stdout
        }

        pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
            match self {
                Self::File(file) => file.write_all(bytes),
                Self::Stdout => {
                    let mut stdout = io::stdout().lock();
                    stdout.write_all(bytes)?;
                    stdout.flush()
                }
            }
        }
    }
}
