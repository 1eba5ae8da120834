//! Arguments of `mediarec supports`.
use crate::cli::values::parse_bit_rate;
use clap::Args;

/// Arguments of `supports`.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec supports video/webm 'audio/webm;codecs=opus'
          One line per type; exit code 0 if all are supported, else 1
  mediarec supports 'video/webm;codecs=vp09.00.31.08' --width 1920 --height 1080
          Check whether 1080p fits the profile and level; if not, print what does
  mediarec supports --json 'video/webm;codecs=av1,opus' --width 1920 --height 1080
          Also measure whether this machine encodes it in real time

As soon as one of --width, --height, --frame-rate and --video-bitrate is given, the others have
their defaults, and the type has to suit such video.

With --json video types always have to, and each is encoded for up to a second. smooth: frames are
encoded in real time, with time to spare. powerEfficient: smooth, and no more than 1280x720 at
30 fps, as there are no hardware encoders.")]
pub struct SupportsArgs {
    /// MIME types, with or without a codecs parameter
    #[arg(value_name = "TYPE", required = true)]
    pub types: Vec<String>,
    /// Print a JSON array: supported, smooth and powerEfficient of each type
    #[arg(long)]
    pub json: bool,
    /// Width of the video in pixels [default: 1280]
    #[arg(long, value_name = "PIXELS")]
    pub width: Option<u32>,
    /// Height of the video in pixels [default: 720]
    #[arg(long, value_name = "PIXELS")]
    pub height: Option<u32>,
    /// Frame rate of the video [default: 30]
    #[arg(long, value_name = "FPS", alias = "framerate")]
    pub frame_rate: Option<f64>,
    /// Bit rate of the video in bit/s, such as 2500k [default: 2.5M]
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "bitrate")]
    pub video_bitrate: Option<u32>,
}
