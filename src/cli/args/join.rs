//! Arguments of `mediarec join`.
use clap::Args;
use std::path::PathBuf;

/// Arguments of `join`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Pieces without a header go on with the piece before them: chunks, or the blobs of a MediaRecorder that were saved one by one. \
Files with a header of their own are recordings that follow one another. Missing pieces are reported; duplicates, pieces \
out of order and pieces of another recording are refused.

Examples:
  mediarec join chunks/*.webm -o recording.webm
          Make a seekable file of the chunks of a recording
  mediarec join morning.webm afternoon.webm -o day.webm
          One recording after the other")]
pub struct JoinArgs {
    /// Pieces, in their order
    #[arg(value_name = "FILE", required = true)]
    pub pieces: Vec<PathBuf>,
    /// File to write
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,
    /// Overwrite an existing file
    #[arg(long)]
    pub force: bool,
    /// Print errors only
    #[arg(short, long)]
    pub quiet: bool,
}
