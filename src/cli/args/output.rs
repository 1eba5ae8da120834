//! Output flags of `mediarec record`.
use crate::cli::args::when::When;
use crate::cli::values::parse_duration;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Output flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that can be typed")]
pub struct OutputArgs {
    /// Output file, or - for stdout [default: mediarec-DATE-TIME.webm]
    ///
    /// If standard output is a pipe or a file, it is the default instead. DATE-TIME is YYYYmmdd-HHMMSS
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Write each chunk to a file of its own
    ///
    /// To DIR/000000.webm and so on, with a line about each in DIR/index.ndjson. Without -o only the chunks are written. A
    /// chunk covers one --timeslice; from 250 ms on it consists of whole Clusters and can be appended to a media source
    /// buffer. Concatenated, the chunks are the recording. The chunk being written has the suffix .webm.part
    #[arg(long, value_name = "DIR")]
    pub chunks: Option<PathBuf>,
    /// Shell command to run after each chunk file; $1 is the path
    ///
    /// The path is also in the environment variable `MEDIAREC_CHUNK`. Commands run one at a time and never delay the
    /// recording. When 256 chunks are waiting, further ones are skipped and counted. After a stop signal, commands that have
    /// not started within two seconds are not run
    #[arg(long, value_name = "CMD", requires = "chunks")]
    pub on_chunk: Option<String>,
    /// Overwrite existing output files and chunks
    #[arg(long)]
    pub force: bool,
    /// Never seek in the output: write no Duration and no Cues
    #[arg(long)]
    pub live: bool,
    /// Flush data to the disk at this interval
    #[arg(long, value_name = "DUR", value_parser = parse_duration, hide_short_help = true)]
    pub fsync: Option<Duration>,
    /// Write events as lines of JSON; - is standard error
    ///
    /// fd:N is a file descriptor that the program was started with
    #[arg(long, value_name = "FILE|-|fd:N")]
    pub events: Option<String>,
    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print a summary even if stderr is not a terminal
    #[arg(short, long)]
    pub verbose: bool,
    /// Show a status line while recording
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_short_help = true)]
    pub progress: When,
    /// Use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_short_help = true)]
    pub color: When,
}
