//! Flags of `mediarec record` for recordings that run unattended: several files, and which of them are kept.
use crate::cli::segments::keep::Keep;
use crate::cli::values::{parse_file_size, parse_length, parse_size};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Segment flags.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Segments")]
pub struct SegmentArgs {
    /// Begin a new file after this long, such as 15m
    ///
    /// Each segment is a finished file and begins with a key frame; together they have every frame and every sample once. The
    /// name in -o needs a number or the time: -o 'cam-%03i.webm' counts, -o 'cam-%Y%m%d-%H%M%S.webm' takes the conversions of
    /// strftime, also for folders: those with a number or the time in their names are created. Numbers go on after the highest that is there. The default is
    /// mediarec-%Y%m%d-%H%M%S.webm.
    #[cfg_attr(unix, doc = "SIGRTMIN+1 and the key n begin a new segment at once")]
    #[cfg_attr(windows, doc = "The key n begins a new segment at once")]
    #[arg(long, value_name = "DUR", value_parser = parse_length, help_heading = "Output")]
    pub segment_time: Option<Duration>,
    /// Begin a new file before the file is larger, such as 1G
    #[arg(long, value_name = "SIZE", value_parser = parse_file_size, hide_short_help = true)]
    pub segment_size: Option<u64>,
    /// Align --segment-time to the clock
    ///
    /// With 15m segments begin at each quarter of an hour, counted from midnight, local time. The first one is shorter
    #[arg(long, requires = "segment_time", hide_short_help = true)]
    pub segment_clock: bool,
    /// List the segments in FILE.ndjson, FILE.csv or FILE.m3u8
    ///
    /// With media times and UTC; a line is appended when a segment is complete
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub segment_list: Option<PathBuf>,
    /// Shell command to run after each segment
    ///
    #[cfg_attr(
        unix,
        doc = "$1 is the path, which is also in the environment variable `MEDIAREC_SEGMENT`;"
    )]
    #[cfg_attr(windows, doc = "The path is in the environment variable `MEDIAREC_SEGMENT`;")]
    /// otherwise as --on-chunk. --keep leaves the file alone until the command has ended
    #[arg(long, value_name = "CMD", hide_short_help = true)]
    pub on_segment: Option<String>,
    /// Remove the oldest segments: keep 7d, 200G or 100
    ///
    /// What is older than a duration, beyond a total size, or beyond a number of files, the one being written included, is removed when a segment is complete.
    /// May be repeated. Only files with a name of -o that mediarec wrote are ever removed, those of earlier runs too
    #[arg(long, value_name = "DUR|SIZE|N", hide_short_help = true)]
    pub keep: Vec<Keep>,
    /// Keep this much of the disk free, such as 5G
    ///
    /// The oldest segments are removed; when there are none left, or the recording is a single file, it is finished with exit
    /// code 8
    #[arg(long, value_name = "SIZE", value_parser = parse_size, hide_short_help = true)]
    pub min_free: Option<u64>,
}

impl SegmentArgs {
    /// Whether the recording is divided into files.
    pub fn divide(&self) -> bool {
        self.segment_time.is_some()
            || self.segment_size.is_some()
            || self.segment_list.is_some()
            || self.on_segment.is_some()
    }
}
