//! Arguments of `mediarec inspect`.
use clap::Args;
use std::path::PathBuf;

/// Arguments of `inspect`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec inspect recording.webm
          Tracks, codecs, duration, key frames, gaps
  mediarec inspect --json recording.webm | jq .duration
          The duration in seconds, from the JSON output
  mediarec inspect --plot recording.svg recording.webm
          Draw the bit rate of each track over time, with gaps and key frames
  mediarec record --fake-devices --duration 1s -o - | mediarec inspect --packets -
          List every packet of a recording from a pipe")]
pub struct InspectArgs {
    /// File to inspect, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    /// List every packet
    #[arg(long)]
    pub packets: bool,
    /// Draw the bit rate of each track over time, with its gaps, key frames and changes of size, as SVG
    #[arg(long, value_name = "FILE.svg")]
    pub plot: Option<PathBuf>,
    /// Overwrite an existing plot
    #[arg(long, requires = "plot")]
    pub force: bool,
}
