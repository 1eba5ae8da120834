//! Flags of the live page, and arguments of `preview`.
use crate::cli::args::record::SourceArgs;
use crate::cli::args::recorder::RecorderArgs;
use crate::cli::args::when::YesNo;
use crate::cli::preview::target::PreviewTarget;
use clap::Args;
use std::path::PathBuf;

/// Preview flags of `mediarec record`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Preview")]
pub struct PreviewFlags {
    /// Serve a live page of what is recorded [default: 127.0.0.1:8787]
    ///
    /// The page has video, sound, state and buttons; /stream.webm, /snapshot.jpg, /status.json, /events and /metrics are for
    /// other programs. Only this machine can open it, unless another address is given, such as 0.0.0.0:8787: then its URL,
    /// which is printed, has a token. Viewers never change the recording, nor hold it up. Needs a program built with the
    /// feature preview. 'terminal' is no page but a small picture above the status line, and needs no feature
    #[arg(
        long,
        value_name = "ADDR:PORT|terminal",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:8787",
        hide_short_help = true
    )]
    pub preview: Option<PreviewTarget>,
    #[command(flatten)]
    pub access: PreviewAccess,
}

impl PreviewFlags {
    /// Whether a picture is drawn in the terminal.
    pub fn shows_in_terminal(&self) -> bool {
        self.preview == Some(PreviewTarget::Terminal)
    }
}

/// Who may look at the page, and what viewers may do.
#[derive(Args, Clone, Debug)]
pub struct PreviewAccess {
    /// Whether viewers may pause, stop and so on
    #[arg(long, value_name = "yes|no", value_enum, default_value_t = YesNo::Yes, hide_short_help = true)]
    pub preview_control: YesNo,
    /// Token that the URL of the page must have [default: a new one, if one is needed]
    ///
    /// Other users of the machine see command lines: better set `MEDIAREC_PREVIEW_TOKEN`
    #[arg(long, value_name = "TOKEN", hide_short_help = true)]
    pub preview_token: Option<String>,
    /// Certificate chain of the page (PEM): it is served by TLS
    #[arg(long, value_name = "FILE", requires = "tls_key", hide_short_help = true)]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert", hide_short_help = true)]
    pub tls_key: Option<PathBuf>,
}

/// Arguments of `preview`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec preview --open
          Look at the default camera in the browser, until Ctrl-C
  mediarec preview --fake-devices --listen 0.0.0.0:8787
          Let other machines look at the fake camera, at the URL that is printed

It is 'mediarec record --preview' without a file.")]
pub struct PreviewArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub recorder: RecorderArgs,
    /// Where the page is served
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8787")]
    pub listen: PreviewTarget,
    /// Open the page in the browser of the desktop
    #[arg(long)]
    pub open: bool,
    /// Show a small picture in the terminal instead of a page
    #[arg(long, conflicts_with_all = ["listen", "open"])]
    pub terminal: bool,
    #[command(flatten)]
    pub access: PreviewAccess,
    /// Print errors and the URL only
    #[arg(short, long)]
    pub quiet: bool,
}
