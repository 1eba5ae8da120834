//! Arguments of `mediarec doctor`.
use crate::cli::args::backend::BackendArgs;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `doctor`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec doctor
          Try everything that a recording needs, and say what to do about what is in the way
  mediarec doctor --folder /mnt/recordings
          Try the disk on which recordings are to be made
  mediarec doctor --json | jq -r '.findings[] | select(.status == \"problem\") | .advice'
          What to do, for scripts

Each device is opened for a second; nothing is recorded. Exit codes: 0 if a recording can be made, 1 if there \
is a problem.")]
pub struct DoctorArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// Folder in which recordings are to be made
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}
