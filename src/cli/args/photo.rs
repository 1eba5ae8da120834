//! Arguments of `mediarec photo`.
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::constraints::ConstraintArgs;
use crate::cli::values::parse_duration;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// What `photo` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec photo --fake-devices -o test.jpg
          A picture of the fake camera, as large as it can be
  mediarec photo --camera 2 --width 640 --settle 3s -o - | jpegtopnm > test.ppm
          A smaller one of another camera after three seconds, down a pipe

Exit codes: 0 taken; 1 other failure, such as a file that exists; 2 usage; 3 no camera;
4 overconstrained; 5 not allowed; 6 not readable, or gone; 7 not supported, or muted; 8 no picture
came.")]
pub struct PhotoArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// File to write, .jpg or .png, or - for a JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
    /// How long the camera may find its exposure before [default: 1s, of fake cameras 0s]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    pub settle: Option<Duration>,
}
