//! Arguments of `mediarec serve`.
use crate::cli::args::ice::IceArgs;
use crate::cli::args::metadata::MetadataArgs;
use crate::cli::args::segments::SegmentArgs;
use crate::cli::listen::url::ListenUrl;
use crate::cli::values::{parse_length, parse_size};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `serve`.
#[derive(Args, Clone, Debug)]
#[cfg_attr(
    not(all(feature = "network", feature = "preview")),
    allow(dead_code, reason = "nobody can publish")
)]
#[command(after_long_help = "\
Examples:
  mediarec serve
          Record what programs of this machine publish to http://127.0.0.1:8080/live/NAME, to NAME-DATE-TIME.webm
  mediarec serve whip://0.0.0.0:8080/live --max-publishers 4 -o '%{name}/%Y%m%d-%H%M%S.webm'
          Let four programs of other machines publish, with the token that is printed, and record each to a folder of its name
  mediarec record --fake-devices --whip http://127.0.0.1:8080/live/hall
          Publish as hall

A publisher is recorded as it is, VP8, VP9, AV1 and Opus, from its first key frame on. Its file is finished when it leaves, or has
sent nothing for eight seconds. INT, TERM and HUP finish all files; USR1 pauses all recordings, USR2 resumes them.

Exit codes: 0 after a signal; 2 usage; 5 the port may not be used; 7 the port is taken; 8 a file could not be
written, what was written is kept and plays.")]
pub struct ServeArgs {
    /// Where programs publish to: those of NAME to URL/NAME
    ///
    /// Programs on other machines need a token, which is printed. Needs a program built with the features network and preview
    #[arg(value_name = "URL", default_value = "whip://127.0.0.1:8080/live")]
    pub url: ListenUrl,
    /// Names of the files
    ///
    /// %{name} is the name of the publisher, and the conversions of strftime and %03i, a number, are taken, too. A name that
    /// is taken gets a number. The ending chooses WebM or Matroska
    #[arg(
        short,
        long,
        value_name = "FILE",
        default_value = "%{name}-%Y%m%d-%H%M%S.webm"
    )]
    pub output: PathBuf,
    /// How many may publish at once; others are told to come back
    #[arg(
        long,
        value_name = "N",
        default_value_t = 16,
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub max_publishers: u16,
    /// Token that publishers must have [default: a new one, if one is needed]
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_LISTEN_TOKEN`
    #[arg(long, value_name = "TOKEN")]
    pub listen_token: Option<String>,
    /// Certificate chain (PEM): publishers come by TLS
    #[arg(long, value_name = "FILE", requires = "tls_key", hide_short_help = true)]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert", hide_short_help = true)]
    pub tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub ice: IceArgs,
    /// End the recording of a publisher after this long
    #[arg(long, value_name = "DUR", value_parser = parse_length, hide_short_help = true)]
    pub duration: Option<Duration>,
    /// End the recording of a publisher before its file is larger
    #[arg(long, value_name = "SIZE", value_parser = parse_size, hide_short_help = true)]
    pub max_size: Option<u64>,
    /// Write one JSON object per event and line; each names its publisher
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub events: Option<String>,
    #[command(flatten)]
    pub segments: SegmentArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Print errors and the URL only
    #[arg(short, long)]
    pub quiet: bool,
}
