//! Arguments of `mediarec record`, and its sources.
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::canvas::CanvasArg;
use crate::cli::args::constraints::ConstraintArgs;
use crate::cli::args::output::OutputArgs;
use crate::cli::args::recorder::RecorderArgs;
use clap::{ArgGroup, Args};
use std::path::PathBuf;

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
