//! Arguments of `mediarec inspect`.
use clap::Args;
use std::path::PathBuf;

/// What `inspect` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec inspect recording.webm
          Tracks, codecs, duration, key frames, gaps
  mediarec inspect --json recording.webm | jq .duration
          The same for scripts
  mediarec record --fake-devices --duration 1s -o - | mediarec inspect --packets -
          Every packet of what comes down a pipe")]
pub struct InspectArgs {
    /// File to look at, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// Print one object of JSON
    #[arg(long)]
    pub json: bool,
    /// List every packet
    #[arg(long)]
    pub packets: bool,
}
