//! Arguments of `mediarec check`.
use clap::Args;
use std::path::PathBuf;

/// Arguments of `check`.
#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[command(after_long_help = "\
Examples:
  mediarec check recording.webm && echo clean
          Prints nothing and succeeds if no rule is broken. A file without an index, which does
          not seek, breaks none: see --final, or mediarec inspect
  mediarec check --json *.webm | jq -r '.files[] | select(.errors > 0).file'
          The names of the files with errors
  mediarec record --fake-devices --duration 1s --live -o - | mediarec check --strict -
          Check a stream from a pipe, and fail on warnings, too

One line per finding, such as
  talk.webm:291: error M19: found Duration 0, expected a number above 0, or no Duration

291 is the offset in bytes, M19 the number of the rule. docs/check.md has the list of rules. At most 10 findings of a \
rule are printed, the others are counted.

The exit code is 0 without errors, 1 with errors, 6 if a file cannot be read or is neither WebM nor Matroska. Warnings \
alone do not change it, unless --strict is given.")]
pub struct CheckArgs {
    /// Files to check, or - for standard input
    #[arg(value_name = "FILE|-", required = true)]
    pub files: Vec<PathBuf>,
    /// Print a JSON object
    #[arg(long)]
    pub json: bool,
    /// The files are meant to be live: no Duration, no Cues [default: as each file looks]
    #[arg(long)]
    pub live: bool,
    /// The files are meant to be finished: seekable, with sizes [default: as each file looks]
    #[arg(long = "final", conflicts_with = "live")]
    pub finished: bool,
    /// Fail on warnings, too
    #[arg(long)]
    pub strict: bool,
}
