//! What can be typed, and nothing else.
use crate::cli::canvas::CanvasArg;
use crate::cli::constraint_args::ConstraintArgs;
use crate::cli::environment;
use crate::cli::values::{KeyFrames, Timeslice, parse_bit_rate, parse_duration, parse_length, parse_size};
use clap::builder::PossibleValuesParser;
use clap::{ArgGroup, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use mediarec::devices::MicrophoneBackend;
use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// Record cameras, microphones and media files into WebM, as a browser's MediaRecorder does, without a browser
#[derive(Debug, Parser)]
#[command(
    name = "mediarec",
    version,
    propagate_version = true,
    disable_help_subcommand = true
)]
#[command(after_help = "Start with: mediarec record --fake-devices --duration 5s -o try.webm")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Record into a file or a pipe
    Record(Box<RecordArgs>),
    /// Take one still picture of a camera
    Photo(Box<PhotoArgs>),
    /// List cameras, microphones and speakers
    ListDevices(ListDevicesArgs),
    /// Open devices, show what they are and why they were chosen, close them
    Probe(Box<ProbeArgs>),
    /// Tell which MIME types can be recorded
    Supports(SupportsArgs),
    /// List what can be asked of devices
    Constraints(ConstraintsArgs),
    /// Show what is in a WebM file, also in one that is unfinished or broken
    Inspect(InspectArgs),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
}

const RECORD_EXAMPLES: &str = "\
Examples:
  mediarec record --fake-devices --duration 10s -o test.webm
          Ten seconds of the fake camera and microphone, into a seekable file
  mediarec record --input clip.y4m --input clip.wav -o clip.webm
          Encode a picture file and a sound file together, as fast as it goes
  mediarec record --input live.webm -o finished.webm
          Make a live or cut-off file a finished one; its packets stay as they are
  ffmpeg -i in.mp4 -f yuv4mpegpipe - | mediarec record --input - -o out.webm
          Take pictures from a pipe
  ./render | mediarec record --canvas 1280x720@25 --input music.wav -o clip.webm
          Raw pictures from a pipe, sound from a file
  mediarec record --fake-devices -o - | ffmpeg -i - out.mp4
          Record down a pipe, playable from the first moment
  mediarec record --fake-devices --camera user --width '>=640' --frame-rate 15 -o me.webm
          The camera whose label has that in it, at least so wide, ideally that slow
  mediarec record --fake-devices --events - --timeslice 1s -o live.webm
          Report every chunk as a line of JSON on stderr
  mediarec record --fake-devices --timeslice 2s --chunks live --on-chunk ./upload
          A file for every two seconds, and a program that is given each

Signals: INT, TERM and HUP stop and finish the file (a second INT gives up waiting); USR1 pauses,
USR2 resumes, ALRM asks for the data so far; Ctrl-Z pauses and stops the process, fg goes on.

Keys, in a terminal: space pauses and resumes, d asks for the data so far, m and v switch
microphones and cameras to silence and black and back, q stops.

Exit codes: 0 recorded; 1 other failure; 2 usage; 3 not found; 4 overconstrained; 5 not allowed;
6 not readable; 7 not supported; 8 the recording broke, what was written is kept; 130 second INT.

Every long flag can be given in the environment: --video-bitrate is MEDIAREC_VIDEO_BITRATE.
MEDIAREC_LOG=debug says on stderr what goes on within; NO_COLOR keeps colours away.";

/// What `record` takes.
#[derive(Args, Debug)]
#[command(after_long_help = RECORD_EXAMPLES)]
pub struct RecordArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub recorder: RecorderArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Where the media comes from.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sources")]
#[command(group = ArgGroup::new("media").args(["input", "canvas"]).multiple(true))]
pub struct SourceArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// Record a media file instead of devices: WebM (VP8, VP9, AV1, Opus), Y4M or WAV, or - for standard input; several
    /// join as tracks
    #[arg(long, value_name = "FILE|-", conflicts_with = "fake_devices")]
    pub input: Vec<PathBuf>,
    /// Record raw pictures from standard input, one each FPS-th of a second (30 if not said), rows without padding;
    /// with --audio or --microphone sound beside them, in real time
    #[arg(
        long,
        value_name = "WxH[@FPS][:rgba|bgra|i420|nv12]",
        conflicts_with_all = ["video", "camera", "constraints"]
    )]
    pub canvas: Option<CanvasArg>,
    /// Read files as fast as they are meant to be played, not as fast as they are encoded
    #[arg(long, requires = "media")]
    pub realtime: bool,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
}

/// Where devices come from, wherever devices can be named.
#[derive(Args, Debug)]
pub struct BackendArgs {
    /// Use fake devices instead of the machine's: colour bars and a tone, in real time, or as fast as they are
    /// taken with SPEC `unpaced`; SPEC can script them: unplug=camera1@3s, plug=camera1@5s, mute=mic1@1s..2s,
    /// stall=mic1@3s, resize=camera1:640x480@2s, skew=mic1:1000ppm, busy=camera2, deny=camera1, none
    #[arg(long, value_name = "SPEC", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub fake_devices: Option<String>,
    /// Way to the machine's cameras [default: v4l2 on Linux, nokhwa elsewhere]
    #[arg(long, value_name = "NAME", value_enum)]
    pub camera_backend: Option<CameraBackendArg>,
    /// Way to the machine's microphones [default: the first that works]
    #[arg(long, value_name = "NAME", value_parser = microphone_backends())]
    pub microphone_backend: Option<String>,
}

fn microphone_backends() -> PossibleValuesParser {
    MicrophoneBackend::ALL
        .iter()
        .map(|backend| backend.as_str())
        .collect::<Vec<_>>()
        .into()
}

/// The ways to cameras.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CameraBackendArg {
    /// Video4Linux 2
    V4l2,
    /// The crate nokhwa
    Nokhwa,
}

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

/// Where it goes and what is said about it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that can be typed")]
pub struct OutputArgs {
    /// File to record into, or - for standard output [default: standard output when it is a pipe or a file,
    /// else mediarec-YYYYmmdd-HHMMSS.webm]
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Write each chunk as DIR/000000.webm and so on, too, and a line about it into DIR/index.ndjson. No other file is
    /// made unless -o names one
    ///
    /// A chunk is what one --timeslice holds; from 250 ms on it is whole Clusters, so that each can be appended to a
    /// media source. Put one behind the other they are the recording. The one that is being written ends in
    /// .webm.part
    #[arg(long, value_name = "DIR")]
    pub chunks: Option<PathBuf>,
    /// Have the shell run this after each chunk file; its path is $1
    ///
    /// The environment has the path as `MEDIAREC_CHUNK`, too. One at a time, beside the recording, which does not wait for it; when 256 chunks wait, those that come are
    /// skipped, and counted. After a signal to stop what has not begun within two seconds is not run.
    #[arg(long, value_name = "CMD", requires = "chunks")]
    pub on_chunk: Option<String>,
    /// Overwrite the output file, or chunks, if they exist
    #[arg(long)]
    pub force: bool,
    /// Never go back in the output: neither duration nor index
    #[arg(long)]
    pub live: bool,
    /// Force data to the disk this often
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    pub fsync: Option<Duration>,
    /// Write a line of JSON for every event; - is standard error
    #[arg(long, value_name = "FILE|-|fd:N")]
    pub events: Option<String>,
    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long)]
    pub verbose: bool,
    /// Show a status line while recording
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub progress: When,
    /// Use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// When to show something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// When standard error is a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `BitrateMode` of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BitrateModeArg {
    /// As many bits as each moment needs
    Variable,
    /// The same for every moment
    Constant,
}

/// What `list-devices` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec list-devices
          A table of the machine's devices
  mediarec list-devices --fake-devices --json | jq -r '.[].label'
          The fake devices, as the specification's MediaDeviceInfo
  mediarec list-devices --watch --kind videoinput
          A line for every camera that is plugged in or unplugged")]
#[command(group = clap::ArgGroup::new("machine_readable").args(["json", "watch"]).multiple(true))]
pub struct ListDevicesArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// List devices of this kind only
    #[arg(long, value_enum)]
    pub kind: Option<KindArg>,
    /// Print one array of JSON
    #[arg(long)]
    pub json: bool,
    /// Add what the inputs can do
    #[arg(long, requires = "machine_readable")]
    pub capabilities: bool,
    /// Print a line of JSON for every device that comes or goes, until interrupted
    #[arg(long)]
    pub watch: bool,
}

/// What `probe` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec probe --fake-devices --width 500 --height 400
          What the fake devices would be, and why
  mediarec probe --fake-devices --json | jq '.video[0].capabilities'
          The same for scripts")]
pub struct ProbeArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// Print one object of JSON
    #[arg(long)]
    pub json: bool,
}

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

/// What `constraints` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec constraints
          Names, the tracks that have them, and what values look like
  mediarec constraints --json
          What getSupportedConstraints returns")]
pub struct ConstraintsArgs {
    /// Print one object of JSON
    #[arg(long)]
    pub json: bool,
}

/// What `photo` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec photo --fake-devices -o test.jpg
          A picture of the fake camera, as large as it can be
  mediarec photo --camera 2 --width 640 --settle 3s -o - | jpegtopnm > test.ppm
          A smaller one of another camera after three seconds, down a pipe

Exit codes: 0 taken; 1 other failure, such as a file that exists; 2 usage; 3 no camera;
4 overconstrained; 5 not allowed; 6 not readable, or gone; 7 not supported, or muted; 8 no picture
came.")]
pub struct PhotoArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// File to write, .jpg or .png, or - for a JPEG on standard output [default: mediarec-YYYYmmdd-HHMMSS.jpg]
    #[arg(short, long, value_name = "FILE|-")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists
    #[arg(long)]
    pub force: bool,
    /// How long the camera may find its exposure before [default: 1s, of fake cameras 0s]
    #[arg(long, value_name = "DUR", value_parser = parse_duration)]
    pub settle: Option<Duration>,
}

/// The kinds of devices, in the specification's spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum KindArg {
    /// Microphones
    AudioInput,
    /// Cameras
    VideoInput,
    /// Speakers
    AudioOutput,
}

/// What `inspect` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec inspect recording.webm
          Tracks, codecs, duration, key frames, gaps
  mediarec inspect --json recording.webm | jq .duration
          The same for scripts
  mediarec record --fake-devices --duration 1s -o - | mediarec inspect --packets -
          Every packet of what comes down a pipe")]
pub struct InspectArgs {
    /// File to look at, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: PathBuf,
    /// Print one object of JSON
    #[arg(long)]
    pub json: bool,
    /// List every packet
    #[arg(long)]
    pub packets: bool,
}

/// What `completions` takes.
#[derive(Args, Debug)]
#[command(after_long_help = "\
Examples:
  mediarec completions bash > ~/.local/share/bash-completion/completions/mediarec
  mediarec completions zsh > ~/.zfunc/_mediarec
  mediarec completions fish > ~/.config/fish/completions/mediarec.fish")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The whole definition, from which the parser, the completions and the manual pages are made.
pub fn definition() -> clap::Command {
    Cli::command()
}

/// Parses the command line; help, version and mistakes end the program here.
pub fn parse() -> Command {
    let line: Vec<_> = env::args_os().collect();
    let matches = environment::parse(&definition(), &line);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    cli.command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        definition().debug_assert();
    }
}
