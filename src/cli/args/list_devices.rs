//! Arguments of `mediarec list-devices`.
use crate::cli::args::backend::BackendArgs;
use clap::{ArgGroup, Args, ValueEnum};

/// Arguments of `list-devices`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec list-devices
          List the machine's devices
  mediarec list-devices --fake-devices --json | jq -r '.[].label'
          Labels of the fake devices, from the JSON output
  mediarec list-devices --watch --kind videoinput
          Print a line for each camera that is plugged in or unplugged

Columns: # is the number for --camera and --microphone; devices with the same letter under UNIT are
parts of one piece of hardware.")]
#[command(group = ArgGroup::new("machine_readable").args(["json", "watch"]).multiple(true))]
pub struct ListDevicesArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// List devices of this kind only
    #[arg(long, value_enum)]
    pub kind: Option<KindArg>,
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
    /// Include the capabilities of input devices in the JSON
    #[arg(long, requires = "machine_readable")]
    pub capabilities: bool,
    /// Print a line of JSON when devices are plugged in or unplugged, until interrupted
    #[arg(long)]
    pub watch: bool,
}

/// Kinds of devices, in the specification's spelling.
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
