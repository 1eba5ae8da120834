//! Output flags of `mediarec record`.
use crate::cli::args::when::When;
use crate::cli::values::parse_duration;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Where it goes and what is said about it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that can be typed")]
pub struct OutputArgs {
    /// File to record into, or - for standard output [default: standard output when it is a pipe or a file,
    /// else mediarec-YYYYmmdd-HHMMSS.webm]
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Write each chunk as DIR/000000.webm and so on, too, and a line about it into DIR/index.ndjson. No other file is
    /// made unless -o names one
    ///
    /// A chunk is what one --timeslice holds; from 250 ms on it is whole Clusters, so that each can be appended to a
    /// media source. Put one behind the other they are the recording. The one that is being written ends in
    /// .webm.part
    #[arg(long, value_name = "DIR")]
    pub chunks: Option<PathBuf>,
    /// Have the shell run this after each chunk file; its path is $1
    ///
    /// The environment has the path as `MEDIAREC_CHUNK`, too. One at a time, beside the recording, which does not wait for it; when 256 chunks wait, those that come are
    /// skipped, and counted. After a signal to stop what has not begun within two seconds is not run.
    #[arg(long, value_name = "CMD", requires = "chunks")]
    pub on_chunk: Option<String>,
    /// Overwrite the output file, or chunks, if they exist
    #[arg(long)]
    pub force: bool,
    /// Never go back in the output: neither duration nor index
    #[arg(long)]
    pub live: bool,
    /// Force data to the disk this often
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    pub fsync: Option<Duration>,
    /// Write a line of JSON for every event; - is standard error
    #[arg(long, value_name = "FILE|-|fd:N")]
    pub events: Option<String>,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long)]
    pub verbose: bool,
    /// Show a status line while recording
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub progress: When,
    /// Use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}
