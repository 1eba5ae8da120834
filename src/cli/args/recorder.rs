//! Recorder flags of `mediarec record`.
use crate::cli::values::{KeyFrames, Timeslice, parse_bit_rate, parse_length, parse_size};
use clap::{Args, ValueEnum};
use std::time::Duration;

/// How it is recorded.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recorder")]
pub struct RecorderArgs {
    /// Container and codecs, such as video/webm or "audio/webm;codecs=opus"
    #[arg(long, value_name = "TYPE", default_value = "video/webm")]
    pub mime: String,
    /// How much media each chunk holds at least; 0 for the lowest latency, none for one chunk at the end
    #[arg(long, value_name = "DUR", default_value = "100ms")]
    pub timeslice: Timeslice,
    /// Target of all video tracks together in bit/s, such as 2500k or 2.5M [default: 2.5M]
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "video-bits-per-second")]
    pub video_bitrate: Option<u32>,
    /// Target of all audio tracks together in bit/s [default: 128k]
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "audio-bits-per-second")]
    pub audio_bitrate: Option<u32>,
    /// Target of everything together in bit/s; overrides the other two
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "bits-per-second")]
    pub bitrate: Option<u32>,
    /// Whether every packet of sound is of one size
    #[arg(long, value_name = "MODE", value_enum, default_value_t = BitrateModeArg::Variable)]
    pub audio_bitrate_mode: BitrateModeArg,
    /// How far apart key frames are, as time (2s) or as frames (60f) [default: 4s]
    #[arg(long, value_name = "DUR|COUNTf")]
    pub keyframe_interval: Option<KeyFrames>,
    /// Stop after this much media
    #[arg(long, value_name = "DUR", value_parser = parse_length)]
    pub duration: Option<Duration>,
    /// Stop before the finished file would be larger, such as 100M or 2GiB
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_size: Option<u64>,
    /// Begin with a pause: nothing is recorded before SIGUSR2
    #[arg(long)]
    pub start_paused: bool,
    /// Encoder speed, 0 (careful) to 16 (fast; VP9 knows up to 9, AV1 up to 10) [default: 8, AV1 9; a live recording
    /// that falls behind goes faster]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=16))]
    pub speed: Option<u8>,
    /// Encoder threads a video track [default: what suits picture and machine]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub threads: Option<u32>,
    /// Encode anew what a WebM file has encoded already
    ///
    /// Without it packets of VP8, VP9, AV1 and Opus are recorded as they are, as long as --mime names no other codec and
    /// no bit rate, key frame interval, speed or number of threads is asked for.
    #[arg(long)]
    pub reencode: bool,
}

/// `BitrateMode` of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BitrateModeArg {
    /// As many bits as each moment needs
    Variable,
    /// The same for every moment
    Constant,
}
