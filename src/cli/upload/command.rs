//! `mediarec upload`: sends what recordings have left.
use crate::cli::args::upload::UploadArgs;
use crate::cli::upload::{plan, uploads};
use crate::cli::{exit, stderr};
use std::process::ExitCode;

/// Sends what recordings have left.
///
/// # Errors
/// If this program cannot upload, or a folder cannot be read.
pub fn run(args: &UploadArgs) -> anyhow::Result<ExitCode> {
    plan::check_is_built()?;
    for folder in &args.spool {
        plan::check_folder(folder)?;
    }
    let have_all_arrived = uploads::send_left(&args.spool, |message| {
        stderr::say(format_args!("mediarec: {message}"));
    })?;
    Ok(if have_all_arrived {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(exit::FAILED)
    })
}
