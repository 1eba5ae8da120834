//! Arguments of `mediarec probe`.
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::constraints::ConstraintArgs;
use clap::Args;

/// What `probe` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec probe --fake-devices --width 500 --height 400
          What the fake devices would be, and why
  mediarec probe --fake-devices --json | jq '.video[0].capabilities'
          The same for scripts")]
pub struct ProbeArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// Print one object of JSON
    #[arg(long)]
    pub json: bool,
}
