//! Arguments of `mediarec fix`.
use clap::Args;
use std::path::PathBuf;

/// Arguments of `fix`.
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
#[derive(Args, Debug)]
#[command(after_long_help = "\
The data of packets is never changed. An interrupted recording of this program is finalised in place. Any other file is \
written to a temporary file in the same folder, which then replaces it and keeps its permissions and modification time. Until \
then the original stays as it is. A file without faults is not touched.

Exit codes: 0 if the file is repaired or had no faults, 3 if it does not exist, 6 if nothing of it, or of one of its video \
tracks, could be saved, 7 if it is being recorded.

Examples:
  mediarec fix recording.webm
          Make a file from a browser or a crash seekable
  mediarec fix broken.webm -o repaired.webm --verify
          Leave the file as it is, and compare all packets
  mediarec fix blob-7.webm
          Restore the header of a later piece of a recording, which has none
  curl https://example.org/live.webm | mediarec fix - -o copy.webm
          Repair a stream from a pipe")]
pub struct FixArgs {
    /// Files to repair, or - for standard input
    #[arg(value_name = "FILE|-", required = true)]
    pub files: Vec<PathBuf>,
    /// Write the repaired file there instead of replacing it; - is standard output
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Only repair in place, without a copy: finalise interrupted recordings of this program
    #[arg(long, conflicts_with = "output")]
    pub in_place: bool,
    /// Take the header from this file, the first piece of the same recording
    #[arg(long, value_name = "FILE")]
    pub header: Option<PathBuf>,
    /// Compare the packets of the repaired file with those of the original
    #[arg(long, conflicts_with = "in_place")]
    pub verify: bool,
    /// Print errors only
    #[arg(short, long)]
    pub quiet: bool,
}
