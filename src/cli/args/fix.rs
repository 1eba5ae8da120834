//! Arguments of `mediarec fix`.
use clap::Args;
use std::path::PathBuf;

/// Arguments of `fix`.
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
#[derive(Args, Debug)]
#[command(after_long_help = "\
The data of packets is never changed. A file of this program that was interrupted is finished where it is; any other file is
written anew beside itself, and then takes the place of the old one, with its permissions and times. Until then, the old file
stays as it is. A file that is right is not touched.

Exit codes: 0 if the file is right now, 6 if nothing, or nothing of one of its video tracks, could be saved.

Examples:
  mediarec fix recording.webm
          Make a file from a browser or a crash seekable
  mediarec fix broken.webm -o mended.webm --verify
          Leave the file as it is, and compare all packets
  mediarec fix --header first.webm later.webm -o whole.webm
          Read a later piece of a recording, which has no header
  curl https://example.org/live.webm | mediarec fix - -o copy.webm
          Mend what comes through a pipe")]
pub struct FixArgs {
    /// Files to mend, or - for standard input
    #[arg(value_name = "FILE|-", required = true)]
    pub files: Vec<PathBuf>,
    /// Write the mended file there instead of replacing it; - is standard output
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Overwrite an existing file
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Only mend files where they are, without a copy: finish interrupted files of this program
    #[arg(long, conflicts_with = "output")]
    pub in_place: bool,
    /// Take the header from this file, the first piece of the same recording
    #[arg(long, value_name = "FILE")]
    pub header: Option<PathBuf>,
    /// Compare the packets of the mended file with those of the original
    #[arg(long, conflicts_with = "in_place")]
    pub verify: bool,
    /// Print errors only
    #[arg(short, long)]
    pub quiet: bool,
}
