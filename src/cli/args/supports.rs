//! Arguments of `mediarec supports`.
use crate::cli::values::parse_bit_rate;
use clap::Args;

/// What `supports` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec supports video/webm 'audio/webm;codecs=opus'
          A line each; the exit code is 0 when all are supported, else 1
  mediarec supports 'video/webm;codecs=vp09.00.31.08' --width 1920 --height 1080
          Whether such pictures fit the profile and the level, and else what to ask for")]
pub struct SupportsArgs {
    /// MIME types, with or without codecs
    #[arg(value_name = "TYPE", required = true)]
    pub types: Vec<String>,
    /// Whether pictures this wide fit, in pixels; what is left out is 1280×720 at 30 a second, 2.5 Mbit/s
    #[arg(long, value_name = "PIXELS")]
    pub width: Option<u32>,
    /// Whether pictures this high fit, in pixels
    #[arg(long, value_name = "PIXELS")]
    pub height: Option<u32>,
    /// Whether so many pictures a second fit
    #[arg(long, value_name = "FPS", alias = "framerate")]
    pub frame_rate: Option<f64>,
    /// Whether so many bit/s fit, such as 2500k or 2.5M
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "bitrate")]
    pub video_bitrate: Option<u32>,
}
