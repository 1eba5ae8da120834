//! Arguments of `mediarec record`, and its sources.
use crate::cli::args::alarms::AlarmArgs;
use crate::cli::args::backend::BackendArgs;
use crate::cli::args::canvas::CanvasArg;
use crate::cli::args::channels::ChannelsArg;
use crate::cli::args::constraints::ConstraintArgs;
use crate::cli::args::gain::GainArg;
use crate::cli::args::history::HistoryArgs;
use crate::cli::args::lost::LostArgs;
use crate::cli::args::metadata::MetadataArgs;
use crate::cli::args::network::NetworkFlags;
use crate::cli::args::output::OutputArgs;
use crate::cli::args::preview::PreviewFlags;
use crate::cli::args::recorder::RecorderArgs;
use crate::cli::args::segments::SegmentArgs;
use crate::cli::args::upload::UploadFlags;
use clap::{ArgGroup, Args};
use std::path::PathBuf;

const RECORD_EXAMPLES: &str = "\
Examples:
  mediarec record -o talk.webm
          Record the default camera and microphone until Ctrl-C
  mediarec record --fake-devices --duration 10s -o test.webm
          Record the fake camera and microphone for ten seconds
  mediarec record --input clip.y4m --input clip.wav -o clip.webm
          Encode a video file and an audio file together, as fast as possible
  mediarec record --input live.webm -o finished.webm
          Make a live or truncated file seekable without re-encoding it
  ffmpeg -i in.mp4 -f yuv4mpegpipe - | mediarec record --input - -o out.webm
          Record video from a pipe
  ./render | mediarec record --canvas 1280x720@25 --input music.wav -o clip.webm
          Record raw frames from a pipe, with audio from a file
  mediarec record --fake-devices -o - | ffmpeg -i - out.mp4
          Record to a pipe; the stream is playable from the first block on
  mediarec record --fake-devices --camera user --width '>=640' --frame-rate 15 -o me.webm
          Use the camera whose label contains \"user\", at least 640 pixels wide, ideally at 15 fps
  mediarec record --fake-devices --events - --timeslice 1s -o live.webm
          Print every event as a line of JSON on stderr
  mediarec record --fake-devices --control /tmp/rec.sock -o lecture.webm
          Record until 'mediarec ctl /tmp/rec.sock stop'; pause, resume, mark and status work the same way
  mediarec record --on-lost wait --follow-default -o shelf.webm
          Go on when the camera is unplugged and plugged in again, or the default microphone changes
  mediarec record --fake-devices --title Rehearsal --tag ARTIST=Ana -o take2.webm
          Write a title and tags into the file
  mediarec record --fake-devices --timeslice 2s --chunks live --on-chunk ./upload
          Write a chunk file every two seconds and run a command on each
  mediarec record --fake-devices --history 30s --history-after 10s --control /tmp/rec.sock
          Write nothing until 'mediarec ctl /tmp/rec.sock save-history': then the last 30 s and the next 10
  mediarec record --segment-time 15m --segment-clock --keep 7d -o 'cam-%Y%m%d-%H%M%S.webm'
          Record for ever, a file each quarter of an hour, and keep those of the last week
  mediarec record --segment-time 15m -o 'cam-%Y%m%d-%H%M%S.webm' --upload s3://recordings/hall
          Send each finished file to an object store; what cannot be sent waits on the disk
  mediarec record --alarm silence=30s,frozen=10s --on-alarm ./notify -o room.webm
          Run a command when the microphone is silent or the camera hangs

Signals: INT, TERM and HUP stop the recording and finish the file; a second INT quits at once. \
USR1 pauses, USR2 resumes, ALRM requests data (requestData), RTMIN saves the history, RTMIN+1 begins a segment. Ctrl-Z \
pauses the recording and suspends the process; fg resumes both.

Keys in a terminal: space pauses and resumes, d requests data, n begins a segment, h saves the \
history, m mutes the microphone, v mutes the camera, q stops.

Exit codes: 0 recorded; 1 other failure; 2 usage; 3 not found; 4 overconstrained; 5 not allowed; \
6 not readable; 7 not supported; 8 the recording failed, what was written is kept and plays; \
9 an alarm was raised (--alarm-exit); 130 second INT.

Every long flag has an environment variable: --video-bitrate is MEDIAREC_VIDEO_BITRATE.
Command-line flags override environment variables. MEDIAREC_LOG=debug logs to stderr; NO_COLOR
disables colours.";

/// Arguments of `record`.
#[derive(Args, Debug)]
#[command(after_long_help = RECORD_EXAMPLES)]
#[command(
    after_help = "--help has details, more flags (--keep, --on-segment, --jobs, ...), examples, keys and exit codes."
)]
pub struct RecordArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub recorder: RecorderArgs,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub segments: SegmentArgs,
    #[command(flatten)]
    pub upload: UploadFlags,
    #[command(flatten)]
    pub preview: PreviewFlags,
    #[command(flatten)]
    pub network: NetworkFlags,
    #[command(flatten)]
    pub history: HistoryArgs,
    #[command(flatten)]
    pub alarms: AlarmArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Confine the program, to re-encode files of strangers
    ///
    /// A file that takes control of a decoder can read no other file, write to nothing but the folders of the outputs, start no
    /// program and reach no network. For --input and --canvas, on Linux 5.13 or newer
    #[arg(long, hide_short_help = true, help_heading = "Sources")]
    pub sandbox: bool,
}

/// Source flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Sources")]
#[command(group = ArgGroup::new("media").args(["input", "canvas"]).multiple(true))]
pub struct SourceArgs {
    #[command(flatten)]
    pub backend: BackendArgs,
    /// Record a media file instead of devices
    ///
    /// WebM or Matroska with any codec, Y4M or WAV; - reads standard input. Repeat the flag to record the tracks of several
    /// files together. `whep+https://…` and `whep+http://…` record what a media server gives out by WebRTC (WHEP), as it is; that needs a
    /// program built with the feature network
    #[arg(long, value_name = "FILE|-", conflicts_with = "fake_devices")]
    pub input: Vec<PathBuf>,
    /// Record raw video from standard input
    ///
    /// FPS is 30 unless given, the format is rgba (the default), bgra, i420 or nv12, rows have no padding. Add --input FILE
    /// for audio from a file; add --audio or --microphone for a microphone, in real time
    #[arg(
        long,
        value_name = "WxH[@FPS][:FMT]",
        conflicts_with_all = ["video", "camera", "constraints"]
    )]
    pub canvas: Option<CanvasArg>,
    /// Read --input or --canvas at playback speed
    ///
    /// Without it files are read as fast as they can be encoded
    #[arg(long, requires = "media")]
    pub realtime: bool,
    /// Choose the camera and the microphone in the terminal
    ///
    /// With a small picture and the level of what is chosen: c and m go on to the next, Enter records
    #[arg(
        long,
        conflicts_with_all = ["input", "canvas", "camera", "microphone", "constraints"],
        hide_short_help = true
    )]
    pub pick: bool,
    #[command(flatten)]
    pub lost: LostArgs,
    #[command(flatten)]
    pub constraints: ConstraintArgs,
    /// Mix all microphones to one track
    ///
    /// Repeat --audio for each, as in --audio=deviceId==ID1 --audio=deviceId==ID2. Each is at its time of capture; one that
    /// delivers nothing is silent
    #[arg(long, conflicts_with = "input", hide_short_help = true)]
    pub mix: bool,
    /// Gain of the microphone, such as -6dB
    ///
    /// It is for all audio tracks; repeat it to give one for each --audio, in the same order
    #[arg(
        long,
        value_name = "DB",
        allow_hyphen_values = true,
        conflicts_with = "input",
        hide_short_help = true
    )]
    pub gain: Vec<GainArg>,
    /// Channels of the microphone that are recorded, such as 2, or 2,1
    ///
    /// 2 is the second one as mono, 2,1 swaps both, 1,1 has the first one on both sides, and 3,4 are inputs of an audio interface.
    /// It is for all audio tracks; repeat it to give it for each --audio, in the same order. A microphone may have to be
    /// opened with more channels: --channel-count 4
    #[arg(long, value_name = "LIST", conflicts_with = "input", hide_short_help = true)]
    pub channels: Vec<ChannelsArg>,
    /// Hear what is recorded, on the default speaker or on this one
    ///
    /// DEVICE is a deviceId, a label or a part of one, a system name, or a number of list-devices. With several audio tracks, all
    /// are heard, a moment later. Use headphones: a microphone hears loudspeakers, and howls. The
    /// recording does not depend on the speaker: one that is missing or unplugged is told of, and the recording goes on
    #[arg(
        long,
        value_name = "DEVICE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "default",
        conflicts_with = "input",
        hide_short_help = true
    )]
    pub monitor: Option<String>,
}
