//! Flags of `mediarec record` for its history: the last span in memory, which is saved on request.
use crate::cli::values::{parse_duration, parse_length};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// History flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "History")]
pub struct HistoryArgs {
    /// Keep the last part of the recording in memory, such as 30s
    ///
    #[cfg_attr(unix, doc = "SIGRTMIN, the key h")]
    #[cfg_attr(windows, doc = "The key h")]
    /// and mediarec ctl SOCKET save-history save it as a file of its own, a clip; the recording goes on. A
    /// clip begins with the last key frame before DUR. Memory: as much as DUR takes on the disk. Without -o and --chunks
    /// nothing else is written
    #[arg(long, value_name = "DUR", value_parser = parse_length, hide_short_help = true)]
    pub history: Option<Duration>,
    /// Let clips go on for this long after the request
    ///
    /// What is requested meanwhile makes the clip longer
    #[arg(long, value_name = "DUR", value_parser = parse_duration, requires = "history", hide_short_help = true)]
    pub history_after: Option<Duration>,
    /// Name of clips, with a number or the time
    ///
    /// As in -o with --segment-time: %03i counts, %Y%m%d-%H%M%S is the local time of the request. The default is that of -o with
    /// -history-%Y%m%d-%H%M%S behind it; of segments it is history-%Y%m%d-%H%M%S.webm in their folder
    #[arg(long, value_name = "FILE", requires = "history", hide_short_help = true)]
    pub history_file: Option<PathBuf>,
}
