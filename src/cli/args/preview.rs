//! Flags of the live page, and arguments of `preview`.
use crate::cli::args::record::SourceArgs;
use crate::cli::args::recorder::RecorderArgs;
use crate::cli::args::when::YesNo;
use crate::cli::preview::graphics::Graphics;
use crate::cli::preview::target::PreviewTarget;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::str::FromStr;

/// The graphics of `--terminal`; `None` are those that the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalArg(pub Option<Graphics>);

impl FromStr for TerminalArg {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A variable of the environment says yes like those of other flags.
        if ["auto", "1", "on", "true", "yes"].contains(&text) {
            return Ok(Self(None));
        }
        let graphics = Graphics::from_str(text, false);
        graphics
            .map(|graphics| Self(Some(graphics)))
            .map_err(|_| "use auto, kitty, sixel or blocks")
    }
}

/// Preview flags of `mediarec record`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Preview")]
pub struct PreviewFlags {
    /// Serve a live page of what is recorded [default: 127.0.0.1:8787]
    ///
    /// The page has video, sound, state and buttons; /stream.webm, /snapshot.jpg, /status.json, /events and /metrics are for
    /// other programs. Only this machine can open it, unless another address is given, such as 0.0.0.0:8787: then its URL,
    /// which is printed, has a token. Viewers never change the recording, nor hold it up. Needs a program built with the
    /// feature preview. 'terminal' is no page but a small picture above the status line, and needs no feature: by the
    /// graphics of kitty or by sixels where the terminal is known to have them, and otherwise of blocks, which are characters.
    /// 'kitty', 'sixel' and 'blocks' choose one of them
    #[arg(
        long,
        value_name = "ADDR:PORT|terminal|kitty|sixel|blocks",
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
    /// How a picture is drawn in the terminal, if it is.
    pub fn in_terminal(&self) -> Option<TerminalArg> {
        match self.preview? {
            PreviewTarget::Terminal(graphics) => Some(TerminalArg(graphics)),
            PreviewTarget::Page(_) => None,
        }
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
    ///
    /// 'auto' takes the graphics of kitty, or sixels, where the terminal is known to have them, and otherwise blocks, which are
    /// characters
    #[arg(
        long,
        value_name = "auto|kitty|sixel|blocks",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "auto",
        conflicts_with_all = ["listen", "open"]
    )]
    pub terminal: Option<TerminalArg>,
    #[command(flatten)]
    pub access: PreviewAccess,
    /// Print errors and the URL only
    #[arg(short, long)]
    pub quiet: bool,
}
