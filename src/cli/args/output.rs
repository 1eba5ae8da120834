//! Output flags of `mediarec record`.
use crate::cli::args::when::When;
use crate::cli::values::{parse_duration, parse_output};
use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::path::PathBuf;
use std::time::Duration;

/// Output flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that can be typed")]
pub struct OutputArgs {
    /// Output file, or - [default: mediarec-DATE-TIME.webm]
    ///
    /// Without --mime the ending chooses what is written: .webm, .mkv and .mk3d, or audio only: .weba and .mka.
    /// Standard output is -, which is the default if it is a pipe or a file. DATE-TIME is YYYYmmdd-HHMMSS.
    #[cfg_attr(
        unix,
        doc = "Pipes, devices and open files, such as /dev/stdout, /dev/fd/3 and >(COMMAND), are written to as they are"
    )]
    #[arg(
        short,
        long,
        value_name = "FILE|-",
        allow_hyphen_values = true,
        value_parser = OsStringValueParser::new().try_map(|text| parse_output(&text))
    )]
    pub output: Option<PathBuf>,
    /// Write each chunk to a file of its own
    ///
    /// To DIR/000000.webm and so on, with a line about each in DIR/index.ndjson. Without -o only the chunks are written. A
    /// chunk covers one --timeslice; from 250 ms on it consists of whole Clusters and can be appended to a media source
    /// buffer. Concatenated, the chunks are the recording. The chunk being written has the suffix .webm.part
    #[arg(long, value_name = "DIR")]
    pub chunks: Option<PathBuf>,
    /// Shell command to run after each chunk file
    ///
    #[cfg_attr(
        unix,
        doc = "$1 is the path, which is also in the environment variable `MEDIAREC_CHUNK`."
    )]
    #[cfg_attr(windows, doc = "The path is in the environment variable `MEDIAREC_CHUNK`.")]
    /// Commands run one at a time and never delay the recording. When 256 chunks are waiting, further ones are skipped and counted. After a stop signal, commands that have
    /// not started within two seconds are not run
    #[arg(long, value_name = "CMD", requires = "chunks", hide_short_help = true)]
    pub on_chunk: Option<String>,
    /// Overwrite existing output files and chunks
    ///
    /// Needed for regular files only
    #[arg(long)]
    pub force: bool,
    /// Never seek in the output
    ///
    /// The file then has no Duration and no Cues, as if it was written to a pipe
    #[arg(long)]
    pub live: bool,
    /// Flush data to the disk at this interval
    #[arg(long, value_name = "DUR", value_parser = parse_duration, hide_short_help = true)]
    pub fsync: Option<Duration>,
    /// Write one JSON object per event and line
    ///
    /// An existing file is replaced.
    #[cfg_attr(
        unix,
        doc = "FILE may be - for standard error, or fd:N for an inherited file descriptor"
    )]
    #[cfg_attr(windows, doc = "FILE may be - for standard error")]
    #[arg(long, value_name = "FILE")]
    pub events: Option<String>,
    /// Take commands from other programs
    ///
    #[cfg_attr(
        unix,
        doc = "SOCKET is the path of a Unix domain socket, which is created for this user only and removed at the end."
    )]
    #[cfg_attr(
        windows,
        doc = "SOCKET is the path of a file, which is removed at the end: who can read it can control the recording."
    )]
    /// It takes a JSON object a line; mediarec ctl SOCKET COMMAND sends one
    #[arg(long, value_name = "SOCKET", hide_short_help = true)]
    pub control: Option<PathBuf>,
    /// Print errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print a summary at the end
    ///
    /// It is the default if standard error is a terminal
    #[arg(short, long)]
    pub verbose: bool,
    /// Show a status line while recording
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_short_help = true)]
    pub progress: When,
    /// Use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, hide_short_help = true)]
    pub color: When,
    /// Nothing is written: `mediarec preview`.
    #[arg(skip)]
    pub has_no_file: bool,
    /// The live page is opened in the desktop's browser.
    #[arg(skip)]
    pub opens_browser: bool,
}
