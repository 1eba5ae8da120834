//! Arguments of `mediarec list-devices`.
use crate::cli::args::backend::BackendArgs;
use clap::{ArgGroup, Args, ValueEnum};

/// What `list-devices` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec list-devices
          A table of the machine's devices
  mediarec list-devices --fake-devices --json | jq -r '.[].label'
          The fake devices, as the specification's MediaDeviceInfo
  mediarec list-devices --watch --kind videoinput
          A line for every camera that is plugged in or unplugged")]
#[command(group = ArgGroup::new("machine_readable").args(["json", "watch"]).multiple(true))]
pub struct ListDevicesArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// List devices of this kind only
    #[arg(long, value_enum)]
    pub kind: Option<KindArg>,
    /// Print one array of JSON
    #[arg(long)]
    pub json: bool,
    /// Add what the inputs can do
    #[arg(long, requires = "machine_readable")]
    pub capabilities: bool,
    /// Print a line of JSON for every device that comes or goes, until interrupted
    #[arg(long)]
    pub watch: bool,
}

/// The kinds of devices, in the specification's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum KindArg {
    /// Microphones
    AudioInput,
    /// Cameras
    VideoInput,
    /// Speakers
    AudioOutput,
}
