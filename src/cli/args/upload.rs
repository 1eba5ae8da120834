//! Flags and arguments of uploads.
use crate::cli::upload::destination::Destination;
use crate::cli::values::parse_duration;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Upload flags of `mediarec record`.
#[derive(Args, Debug)]
#[command(next_help_heading = "Upload")]
pub struct UploadFlags {
    /// Send finished files to an object store
    ///
    /// URL is `s3://BUCKET/PREFIX`, `gs://BUCKET/PREFIX`, `az://CONTAINER/PREFIX` or `file:///FOLDER`. With --chunks each chunk is
    /// sent, with segments each segment, otherwise the file when it is finished. Keys come from the environment, such as
    /// `AWS_ACCESS_KEY_ID`. The recording never waits: what cannot be sent stays where it is, and the next recording in the
    /// same folder sends it, or mediarec upload. Needs a program built with the feature upload
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub upload: Option<Destination>,
    /// How long uploads may go on after a stop
    ///
    /// The recording itself ends at once. Without a stop, as with --duration, uploads go on as long as files arrive
    #[arg(
        long,
        value_name = "DUR",
        value_parser = parse_duration,
        default_value = "10s",
        requires = "upload",
        hide_short_help = true
    )]
    pub upload_wait: Duration,
}

/// Arguments of `upload`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec upload .
          Send what recordings with --upload have left in this folder, where they were to be sent
  mediarec upload /var/spool/cams /var/spool/microphones
          Send what is left in two folders

Exit codes: 0 all has arrived; 3 no such folder; 8 files are left.")]
pub struct UploadArgs {
    /// Folders of recordings, or the ones that the folders of chunks are in
    #[arg(value_name = "FOLDER", required = true)]
    pub spool: Vec<PathBuf>,
}
