//! `mediarec supports`: which types can be recorded.
use crate::cli::args::SupportsArgs;
use mediarec::recorder::MediaRecorder;
use std::io::{self, Write};
use std::process::ExitCode;

/// Prints a line a type; the exit code is 0 when all of them can be recorded, else 1.
///
/// # Errors
/// Those of standard output.
pub fn run(args: &SupportsArgs) -> anyhow::Result<ExitCode> {
    let verdicts: Vec<_> = args
        .types
        .iter()
        .map(|wanted| (wanted, MediaRecorder::check_type(wanted)))
        .collect();
    let lines = verdicts.iter().map(|(wanted, verdict)| match verdict {
        Ok(()) => format!("{wanted}  supported\n"),
        Err(reason) => format!("{wanted}  not supported: {reason}\n"),
    });
    let (text, all) = (
        lines.collect::<String>(),
        verdicts.iter().all(|(_, verdict)| verdict.is_ok()),
    );
    io::stdout().write_all(text.as_bytes())?;
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
