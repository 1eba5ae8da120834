//! Arguments of `mediarec probe`.
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::constraints::ConstraintArgs;
use clap::Args;

/// Arguments of `probe`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec probe --fake-devices --width 500 --height 400
          The settings that the fake devices would get, and why
  mediarec probe --fake-devices --json | jq '.video[0].capabilities'
          Capabilities of the camera as JSON

A line of the output is a property, its current setting, and what the device is capable of.")]
pub struct ProbeArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
}
