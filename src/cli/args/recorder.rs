//! Recorder flags of `mediarec record`.
use crate::cli::values::{KeyFrames, Timeslice, parse_bit_rate, parse_length, parse_size};
use clap::{Args, ValueEnum};
use std::time::Duration;

/// Recorder flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Recorder")]
pub struct RecorderArgs {
    /// Container and codecs [default: by the ending of -o, or video/webm]
    ///
    /// Such as video/webm, "video/webm;codecs=vp9,opus" or "audio/webm;codecs=opus". With auto, live video has the best
    /// codec that this machine encodes in time: AV1, else VP9, else VP8; this is measured in some tenths of a second
    #[arg(long, value_name = "TYPE")]
    pub mime: Option<String>,
    /// Minimum duration of a chunk
    ///
    /// 0 for the lowest latency, none for a single chunk at the end
    #[arg(long, value_name = "DUR", default_value = "100ms")]
    pub timeslice: Timeslice,
    /// Video bit rate in bit/s [default: 2.5M]
    ///
    /// Target of all video tracks together, such as 2500k or 2.5M
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "video-bits-per-second")]
    pub video_bitrate: Option<u32>,
    /// Audio bit rate in bit/s [default: 128k]
    ///
    /// Target of all audio tracks together
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "audio-bits-per-second")]
    pub audio_bitrate: Option<u32>,
    /// Bit rate of all tracks together
    ///
    /// Overrides --video-bitrate and --audio-bitrate
    #[arg(long, value_name = "RATE", value_parser = parse_bit_rate, alias = "bits-per-second")]
    pub bitrate: Option<u32>,
    /// Bit rate mode of the audio encoder
    #[arg(long, value_name = "MODE", value_enum, default_value_t = BitrateModeArg::Variable, hide_short_help = true)]
    pub audio_bitrate_mode: BitrateModeArg,
    /// Maximum time (2s) or frames (60f) between key frames [default: 4s]
    #[arg(long, value_name = "DUR|Nf", hide_short_help = true)]
    pub keyframe_interval: Option<KeyFrames>,
    /// Stop after this long, such as 90s or 1h30m
    ///
    /// Pauses do not count
    #[arg(long, value_name = "DUR", value_parser = parse_length)]
    pub duration: Option<Duration>,
    /// Stop before the file is larger, such as 100M
    ///
    /// 100M is 100 million bytes, 2GiB are 2 × 1024³ bytes
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_size: Option<u64>,
    /// Start paused
    ///
    #[cfg_attr(unix, doc = "The space key or SIGUSR2 begins the recording")]
    #[cfg_attr(windows, doc = "The space key begins the recording")]
    #[arg(long)]
    pub start_paused: bool,
    /// Constant video quality, whatever is in the picture
    ///
    /// Simple pictures then take few bits and busy ones many, up to --video-bitrate [default with --quality: 0.1, 0.2 or 0.4 bits for
    /// each pixel]. Files are encoded at slower speeds, and live recordings where the machine has time
    #[arg(long, value_name = "QUALITY", value_enum, hide_short_help = true)]
    pub quality: Option<QualityArg>,
    /// Encoder speed, 0 (best) to 16 (fastest)
    ///
    /// A slower speed gives better quality at the same bit rate. The default is for live recordings; for files try 2, and 4 for AV1. VP9 goes up to 9, AV1 up to 10. The default is 8, for AV1 9; without this flag a live recording that falls behind is
    /// sped up
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=16))]
    pub speed: Option<u8>,
    /// Encoder threads per video track [default: depends on frame size and machine]
    ///
    /// A file is encoded by several encoders: with --jobs 1 --threads 1 video takes one core
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64), hide_short_help = true)]
    pub threads: Option<u32>,
    /// Encoders that share each video track of a file [default: depends on frame size and machine]
    ///
    /// Each encodes whole key frame intervals. Frames wait for them in up to 256 MiB; shorter intervals need less. The bytes of the
    /// recording depend on the number. Live sources have one, and so has --reproducible unless a number is given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64), hide_short_help = true)]
    pub jobs: Option<u32>,
    /// Re-encode input files that are already encoded
    ///
    /// By default the packets of WebM and Matroska files are copied without re-encoding (pass-through), unless the recording is
    /// WebM and WebM does not allow their codec, --mime names another codec, or a bit rate, quality, key frame interval, speed, or
    /// number of threads or jobs is given
    #[arg(long)]
    pub reencode: bool,
}

/// Constant quality of video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QualityArg {
    /// Small and fast; artefacts can be seen
    Draft,
    /// Artefacts are seen by those who look for them
    Good,
    /// Next to no artefacts; files are encoded slowly
    Best,
}

/// `BitrateMode` of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BitrateModeArg {
    /// The bit rate follows the signal
    Variable,
    /// Every packet has the same size
    Constant,
}
