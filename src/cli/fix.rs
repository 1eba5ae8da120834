//! `mediarec fix`: repairs files that were cut off, or that players cannot seek in.
use crate::cli::args::fix::FixArgs;
use crate::cli::background_writer::BackgroundWriter;
use crate::cli::exit::{self, INTERRUPTED};
use crate::cli::file_lock;
use crate::cli::interruptible::Interrupt;
use crate::cli::new_file::NewFile;
use crate::cli::outputs::unwritable;
use crate::cli::stderr;
use anyhow::{Context, bail};
use mediarec::error::Error;
use mediarec::webm::{self, Repair, Repairs};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Cursor, IsTerminal, Read, Seek, Write};
use std::path::Path;
use std::process::ExitCode;

/// A file of which more than this part would be removed, one in ten, is not replaced.
const MAX_REMOVED: u64 = 10;

/// Repairs the files.
///
/// # Errors
/// If the arguments contradict each other, or standard output cannot be written.
pub fn run(args: &FixArgs) -> anyhow::Result<ExitCode> {
    check(args)?;
    let interrupt = Interrupt::install()?;
    let mut code = ExitCode::SUCCESS;
    for path in &args.files {
        let fixer = Fixer {
            args,
            interrupt: &interrupt,
            path,
            name: name(path),
        };
        let result = fixer.run();
        if interrupt.is_made() {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        if let Err(error) = result.and_then(|repairs| fixer.report(&repairs)) {
            // Messages about opening it have its name already.
            let is_named = error.to_string().starts_with(&*fixer.name);
            let error = if is_named {
                error
            } else {
                error.context(fixer.name)
            };
            code = exit::report(&error);
        }
    }
    Ok(code)
}

fn check(args: &FixArgs) -> anyhow::Result<()> {
    let usage = |message: &str| {
        Err(anyhow::Error::from(Error::Type {
            message: message.to_owned(),
        }))
    };
    if args.output.is_some() && args.files.len() > 1 {
        return usage("-o is for one file; mediarec join makes one of several");
    }
    if args.output.is_none() && args.files.iter().any(|file| is_standard(file)) {
        return usage("what comes from standard input needs an output: -o FILE, or -o - for standard output");
    }
    if args.output.as_deref().is_some_and(is_standard) && io::stdout().is_terminal() {
        return usage("the repaired file is not written to a terminal; redirect it, or use -o FILE");
    }
    Ok(())
}

struct Fixer<'a> {
    args: &'a FixArgs,
    interrupt: &'a Interrupt,
    path: &'a Path,
    name: String,
}

impl Fixer<'_> {
    fn run(&self) -> anyhow::Result<Repairs> {
        match self.args.output.as_deref() {
            Some(output) if is_standard(output) => {
                let mut output = BufWriter::with_capacity(1 << 20, io::stdout().lock());
                let repairs = webm::fix_stream(self.source()?, &mut output)?;
                output
                    .flush()
                    .map_err(|error| unwritable(error, "standard output"))?;
                Ok(repairs)
            }
            Some(output) => self.write(NewFile::create(output, self.args.force)?),
            None => self.replace(),
        }
    }

    /// The file, with its header in front if that is in another one.
    fn source(&self) -> anyhow::Result<Box<dyn Read>> {
        let quiet = self.args.quiet;
        let stream: Box<dyn Read> = if is_standard(self.path) {
            Box::new(self.interrupt.reader(io::stdin(), None, quiet))
        } else {
            let file = self.interrupt.open(self.path)?;
            let size = file.metadata().map(|metadata| metadata.len()).ok();
            Box::new(self.interrupt.reader(file, size, quiet))
        };
        let Some(first) = &self.args.header else {
            return Ok(stream);
        };
        let header = webm::header_of(&mut self.interrupt.open(first)?).context(name(first))?;
        Ok(Box::new(Cursor::new(header).chain(stream)))
    }

    /// Repairs the file where it is if that is possible, else by a new one that takes its place.
    fn replace(&self) -> anyhow::Result<Repairs> {
        if !self.path.is_file() {
            self.interrupt.open(self.path)?;
            bail!("it is not a regular file; use -o FILE for the repaired one");
        }
        let original = self.interrupt.open(self.path)?;
        file_lock::lock(&original, self.path)?;
        self.replace_locked()
    }

    fn replace_locked(&self) -> anyhow::Result<Repairs> {
        if let Some(repairs) = self.repair_in_place()? {
            return Ok(repairs);
        }
        let mut found = webm::diagnose(self.source()?)?;
        if let [track, ..] = found.lost_tracks[..] {
            // The user has nothing else of it.
            return Err(lost(track, "; with -o FILE the other tracks are saved").into());
        }
        self.check_removed(&found)?;
        if found.list.is_empty() {
            found.list.extend(webm::diagnose_structure(self.source()?)?);
        }
        let structure = match found.list[..] {
            [] => return Ok(found),
            [ref structure @ Repair::Structure { .. }] => Some(structure.clone()),
            _ => None,
        };
        if self.args.in_place {
            bail!(
                "it cannot be repaired in place: its writer left no room for the index, or parts of it are damaged; \
                 run it without --in-place"
            );
        }
        let new = NewFile::replacing(self.path)?;
        let mut repairs = self.write(new)?;
        repairs.list.extend(structure);
        Ok(repairs)
    }

    /// A large part that belongs to no packet may be a track whose entry in the header is lost, or another file.
    fn check_removed(&self, found: &Repairs) -> anyhow::Result<()> {
        let (size, bytes) = (std::fs::metadata(self.path)?.len(), found.unreadable_bytes);
        if bytes <= size / MAX_REMOVED {
            return Ok(());
        }
        let message = format!(
            "{bytes} of its {size} bytes belong to no packet, so it is not replaced; with -o FILE the rest is saved"
        );
        Err(Error::NotReadable {
            message,
            source: None,
        }
        .into())
    }

    fn repair_in_place(&self) -> anyhow::Result<Option<Repairs>> {
        if self.args.header.is_some() {
            return Ok(None);
        }
        let opened = OpenOptions::new().read(true).write(true).open(self.path);
        let Ok(mut file) = opened else {
            // It may be read-only, in a folder that is not.
            return Ok(None);
        };
        let modified = file.metadata()?.modified()?;
        let Some(repairs) = webm::fix_in_place(&mut file, |file| file.sync_data())? else {
            return Ok(None);
        };
        file.set_len(repairs.size)?;
        file.set_modified(modified)?;
        file.sync_all()?;
        Ok(Some(repairs))
    }

    fn write(&self, mut new: NewFile) -> anyhow::Result<Repairs> {
        self.interrupt.set_unfinished(new.temporary_path());
        let source = self.source()?;
        let mut output = BackgroundWriter::new(new.file().try_clone()?)?;
        let repairs = webm::fix(source, &mut output)?;
        output.flush().context("the repaired file cannot be written")?;
        drop(output);
        if self.args.verify {
            self.verify(new.file())?;
        }
        if !is_standard(self.path) && self.args.output.is_none() {
            new.take_after(self.path)?;
        }
        new.keep()?;
        Ok(repairs)
    }

    /// Compares the packets of both files.
    fn verify(&self, repaired: &mut File) -> anyhow::Result<()> {
        if is_standard(self.path) {
            bail!("--verify reads the original once more, which standard input does not allow");
        }
        repaired.rewind()?;
        let (before, after) = (webm::payloads(self.source()?)?, webm::payloads(&*repaired)?);
        if before != after {
            bail!("the packets of the repaired file are not those of the original; please report this");
        }
        if !self.args.quiet {
            let packets: u64 = after.iter().map(|track| track.packets).sum();
            stderr::say(format_args!(
                "{}: verified: all {packets} packets are identical to the original",
                self.name
            ));
        }
        Ok(())
    }

    /// Says what was done.
    fn report(&self, repairs: &Repairs) -> anyhow::Result<()> {
        if !self.args.quiet {
            for repair in &repairs.list {
                stderr::say(format_args!("{}: {repair}", self.name));
            }
            if repairs.list.is_empty() {
                stderr::say(format_args!("{}: nothing to repair", self.name));
            }
        }
        match repairs.lost_tracks[..] {
            [] => Ok(()),
            [track, ..] => Err(lost(track, "").into()),
        }
    }
}

/// The error for a track of which nothing can be decoded.
fn lost(track: u64, advice: &str) -> Error {
    Error::NotReadable {
        message: format!(
            "nothing of its track {track} can be saved: it has no key frame or no packet, or its header is lost{advice}"
        ),
        source: None,
    }
}

fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

fn name(path: &Path) -> String {
    if is_standard(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}
