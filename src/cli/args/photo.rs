//! Arguments of `mediarec photo`.
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::constraints::ConstraintArgs;
use crate::cli::values::{parse_duration, parse_output};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `photo`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec photo --fake-devices -o test.jpg
          A photo from the fake camera, at its largest size
  mediarec photo --camera environment --width 640 --settle 3s -o - | jpegtopnm > test.ppm
          A smaller photo from the camera whose label contains \"environment\", after three seconds,
          to a pipe

Exit codes: 0 photo taken; 1 other failure, such as an existing file; 2 usage; 3 no camera;
4 overconstrained; 5 not allowed; 6 not readable or unplugged; 7 not supported or muted; 8 no frame
arrived.")]
pub struct PhotoArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// Output file, .jpg or .png, or - for JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]
    #[arg(
        short,
        long,
        value_name = "FILE|-",
        allow_hyphen_values = true,
        value_parser = OsStringValueParser::new().try_map(|text| parse_output(&text))
    )]
    pub output: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
    /// Time for the camera to adjust its exposure [default: 1s; fake cameras 0s]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    pub settle: Option<Duration>,
}
