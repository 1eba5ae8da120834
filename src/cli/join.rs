//! `mediarec join`: one file of the pieces of a recording, or of several recordings.
use crate::cli::args::join::JoinArgs;
use crate::cli::background_writer::BackgroundWriter;
use crate::cli::exit::INTERRUPTED;
use crate::cli::interruptible::{Interrupt, Interruptible};
use crate::cli::new_file::NewFile;
use crate::cli::stderr;
use anyhow::Context;
use mediarec::error::Error;
use mediarec::webm::{self, PieceFinding};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Joins the pieces.
///
/// # Errors
/// If a piece cannot be read, does not fit, or the output cannot be written.
pub fn run(args: &JoinArgs) -> anyhow::Result<ExitCode> {
    let interrupt = Interrupt::install()?;
    match join(args, &interrupt) {
        Err(_) if interrupt.is_made() => Ok(ExitCode::from(INTERRUPTED)),
        joined => joined.map(|()| ExitCode::SUCCESS),
    }
}

fn join(args: &JoinArgs, interrupt: &Interrupt) -> anyhow::Result<()> {
    if args
        .pieces
        .iter()
        .chain([&args.output])
        .any(|path| path == Path::new("-"))
    {
        return Err(Error::Type {
            message: "join reads and writes files only, no streams; write ./- for a file called -".into(),
        }
        .into());
    }
    let mut pieces = Vec::new();
    for path in &args.pieces {
        let file = interrupt.open(path)?;
        pieces.push(interrupt.reader(file, None, true));
    }
    check_pieces(args, &mut pieces)?;
    let mut new = NewFile::create(&args.output, args.force)?;
    interrupt.set_unfinished(new.temporary_path());
    let mut output = BackgroundWriter::new(new.file().try_clone()?)?;
    let repairs = webm::join(&mut pieces, &mut output)?;
    output.flush().context("the joined file cannot be written")?;
    drop(output);
    new.keep()?;
    if !args.quiet {
        stderr::say(format_args!(
            "{}: {} pieces, {} packets, {:.3} s",
            args.output.display(),
            args.pieces.len(),
            repairs.packets,
            repairs.duration.as_secs_f64()
        ));
    }
    Ok(())
}

/// Says what is wrong with the pieces.
fn check_pieces(args: &JoinArgs, pieces: &mut [Interruptible<File>]) -> anyhow::Result<()> {
    let findings = webm::check_pieces(pieces)?;
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| line(&args.pieces, *finding))
        .collect();
    for (finding, line) in findings.iter().zip(&lines) {
        if finding.is_harmless() {
            stderr::say(format_args!("mediarec: {line}"));
        }
    }
    let refused = findings
        .iter()
        .zip(lines)
        .find(|(finding, _)| !finding.is_harmless());
    match refused {
        None => Ok(()),
        Some((_, message)) => Err(Error::NotReadable {
            message,
            source: None,
        }
        .into()),
    }
}

fn line(pieces: &[PathBuf], finding: PieceFinding) -> String {
    let name = |piece: usize| pieces[piece].display();
    match finding {
        PieceFinding::Gap { piece, .. } => format!("{}: {finding}", name(piece)),
        PieceFinding::OutOfOrder { piece } => {
            format!(
                "{} belongs before {}; give the pieces in their order",
                name(piece),
                name(piece - 1)
            )
        }
        PieceFinding::Double { piece, of } => {
            format!(
                "{} and {} are identical; leave one of them out",
                name(of),
                name(piece)
            )
        }
        PieceFinding::Foreign { piece } => format!("{}: {finding}; leave it out", name(piece)),
        _ => format!("{}: {finding}", name(0)),
    }
}
