//! From what was typed to what is needed: the one conversion between the command line and the engine.
use crate::cli::args::backend::{BackendArgs, CameraBackendArg};
use crate::cli::args::canvas::CanvasArg;
use crate::cli::args::output::OutputArgs;
use crate::cli::args::record::{RecordArgs, SourceArgs};
use crate::cli::args::recorder::{BitrateModeArg, RecorderArgs};
use crate::cli::canvas::CanvasSources;
use crate::cli::stderr;
use crate::cli::values::{KeyFrames, Timeslice};
use crate::cli::wishes::Wishes;
use mediarec::clock::Clock;
use mediarec::devices::synthetic::FakeDevices;
use mediarec::devices::{CameraBackend, MediaDeviceKind, MediaDevices, MicrophoneBackend, NativeDevices};
use mediarec::error::{Error, Result};
use mediarec::files::{FileOptions, Input, ReadRate, open_files};
use mediarec::media::TrackKind;
use mediarec::recorder::{BitrateMode, MediaRecorderOptions};
use mediarec::streams::MediaStream;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How to record where there are no devices.
const WITHOUT_DEVICES: &str = "--fake-devices and --input FILE need none";

/// How to try the rest of the program there.
pub const FAKE_DEVICES: &str = "--fake-devices needs none";

/// Where the media comes from.
#[derive(Debug)]
pub enum Sources {
    /// Devices that suit these wishes.
    Devices {
        devices: MediaDevices,
        wishes: Wishes,
        explain: bool,
    },
    /// Files, in the order of their tracks.
    Files(Vec<Input>, FileOptions),
    /// Raw pictures on standard input, and what is beside them.
    Canvas(CanvasSources),
}

/// Where the recording goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A file that is made for it.
    File { path: PathBuf, overwrite: bool },
    /// Standard output.
    Stdout,
    /// Nothing but chunk files.
    Nowhere,
}

/// Where the chunks go, as files.
#[derive(Debug)]
pub struct ChunkPlan {
    pub folder: PathBuf,
    pub overwrite: bool,
    /// What the shell runs after each.
    pub command: Option<String>,
}

/// Everything that `record` needs to know.
#[derive(Debug)]
pub struct Plan {
    pub sources: Sources,
    pub options: MediaRecorderOptions,
    /// How much media a reported chunk holds at least; None for one chunk at the end.
    pub timeslice: Option<Duration>,
    pub target: Target,
    pub chunks: Option<ChunkPlan>,
}

impl Plan {
    /// # Errors
    /// `Type` for arguments that make no sense together.
    pub fn new(args: &RecordArgs) -> Result<Self> {
        Ok(Self {
            sources: sources(&args.source, &args.recorder)?,
            options: options(&args.recorder),
            timeslice: match args.recorder.timeslice {
                Timeslice::Every(length) => Some(length),
                Timeslice::None => None,
            },
            target: target(&args.output)?,
            chunks: args.output.chunks.as_ref().map(|folder| ChunkPlan {
                folder: folder.clone(),
                overwrite: args.output.force,
                command: args.output.on_chunk.clone(),
            }),
        })
    }
}

impl Sources {
    /// The files among them.
    pub fn files(&self) -> &[Input] {
        match self {
            Self::Devices { .. } => &[],
            Self::Files(inputs, _) => inputs,
            Self::Canvas(canvas) => &canvas.inputs,
        }
    }

    /// Whether standard input is one of them.
    pub fn read_stdin(&self) -> bool {
        matches!(self, Self::Canvas(_)) || self.files().contains(&Input::Stdin)
    }

    /// Opens them all.
    ///
    /// # Errors
    /// Those of `get_user_media` and `open_files`.
    pub fn open(&self) -> Result<MediaStream> {
        match self {
            Self::Devices {
                devices,
                wishes,
                explain,
            } => open_devices(devices, wishes, *explain, WITHOUT_DEVICES),
            Self::Files(inputs, options) => open_files(inputs, *options, &Clock::monotonic()),
            Self::Canvas(canvas) => canvas.open(),
        }
    }
}

/// Which devices are meant.
///
/// # Errors
/// `Type` for a script of fake devices that is not understood.
pub fn devices(args: &BackendArgs, clock: Clock) -> Result<MediaDevices> {
    match args.fake_devices.as_deref() {
        // MEDIAREC_FAKE_DEVICES=1 is how the environment says what --fake-devices does.
        Some("1" | "true" | "yes") => Ok(MediaDevices::with_clock(FakeDevices::default(), clock)),
        Some(spec) => Ok(MediaDevices::with_clock(FakeDevices::from_spec(spec)?, clock)),
        None => Ok(MediaDevices::with_clock(native(args), clock)),
    }
}

fn native(args: &BackendArgs) -> NativeDevices {
    let named = |name: &String| {
        MicrophoneBackend::ALL
            .iter()
            .copied()
            .find(|backend| backend.as_str() == name)
    };
    NativeDevices {
        cameras: args
            .camera_backend
            .map_or(CameraBackend::default(), |backend| match backend {
                CameraBackendArg::V4l2 => CameraBackend::V4l2,
                CameraBackendArg::Nokhwa => CameraBackend::Nokhwa,
            }),
        microphones: args.microphone_backend.as_ref().and_then(named),
    }
}

/// Opens a track for every wish, as one stream; what asks for nothing is said, and where it is wanted, how the devices
/// were chosen. Where there is no device, `instead` is what needs none.
///
/// # Errors
/// Those of `get_user_media`.
pub fn open_devices(
    devices: &MediaDevices,
    wishes: &Wishes,
    explain: bool,
    instead: &str,
) -> Result<MediaStream> {
    for name in wishes.ignored() {
        stderr::say(format_args!(
            "mediarec: the constraint {name} asks for nothing here; it is ignored"
        ));
    }
    let mut tracks = Vec::new();
    for dictionary in wishes.dictionaries() {
        let opened = if explain {
            let (opened, explanations) = devices.get_user_media_explained(&dictionary);
            for (kind, explanation) in explanations {
                stderr::show(format_args!("{}:\n{explanation}", kind.as_str()));
            }
            opened
        } else {
            devices.get_user_media(&dictionary)
        };
        let stream = opened.map_err(|error| advised(error, devices, wishes, instead))?;
        tracks.extend(stream.tracks());
    }
    Ok(MediaStream::new(tracks))
}

/// What can be done without a device of a kind that is wanted.
fn advised(error: Error, devices: &MediaDevices, wishes: &Wishes, instead: &str) -> Error {
    let Error::NotFound { message } = error else {
        return error;
    };
    let list = devices.enumerate_devices().unwrap_or_default();
    let is_there = |kind| list.iter().any(|device| device.kind == kind);
    let (sound, pictures) = (
        is_there(MediaDeviceKind::AudioInput),
        is_there(MediaDeviceKind::VideoInput),
    );
    let wanted = |kind| wishes.tracks().any(|(wanted, _)| wanted == kind);
    let both = wanted(TrackKind::Audio) && wanted(TrackKind::Video);
    let advice = match (pictures, sound) {
        (true, false) if both => "--no-audio does without sound".to_owned(),
        (false, true) if both => "--no-video does without pictures".to_owned(),
        _ => format!("mediarec list-devices shows what there is, {instead}"),
    };
    Error::NotFound {
        message: format!("{message}; {advice}"),
    }
}

fn sources(args: &SourceArgs, recorder: &RecorderArgs) -> Result<Sources> {
    if args.input.is_empty() && args.canvas.is_none() {
        let audio_only = recorder
            .mime
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("audio/");
        let devices = devices(&args.backend, Clock::monotonic())?;
        let wishes = Wishes::new(&args.constraints, audio_only, &devices)?;
        return Ok(Sources::Devices {
            devices,
            wishes,
            explain: args.constraints.explain,
        });
    }
    let inputs = args.input.iter().map(|path| match path.to_str() {
        Some("-") => Input::Stdin,
        _ => Input::Path(path.clone()),
    });
    let reading = if args.realtime {
        ReadRate::Realtime
    } else {
        ReadRate::Unpaced
    };
    if let Some(CanvasArg(raw)) = args.canvas {
        return CanvasSources::new(raw, args, inputs.collect(), reading).map(Sources::Canvas);
    }
    // Not for clap to say: beside a canvas there may be files and a microphone.
    if let Some(flag) = args.constraints.asked() {
        return Err(Error::Type {
            message: format!("--{flag} is for devices; --input records what is in its files"),
        });
    }
    let leave_out = &args.constraints.leave_out;
    let leave_out = match (leave_out.no_video, leave_out.no_audio) {
        (true, _) => Some(TrackKind::Video),
        (_, true) => Some(TrackKind::Audio),
        _ => None,
    };
    Ok(Sources::Files(
        inputs.collect(),
        FileOptions {
            read_rate: reading,
            exclude: leave_out,
        },
    ))
}

fn options(args: &RecorderArgs) -> MediaRecorderOptions {
    let (duration, count) = match args.keyframe_interval {
        None => (None, None),
        Some(KeyFrames::Duration(duration)) => (Some(duration), None),
        Some(KeyFrames::Count(count)) => (None, Some(count)),
    };
    MediaRecorderOptions {
        mime_type: args.mime.clone(),
        audio_bits_per_second: args.audio_bitrate,
        video_bits_per_second: args.video_bitrate,
        bits_per_second: args.bitrate,
        audio_bitrate_mode: match args.audio_bitrate_mode {
            BitrateModeArg::Variable => BitrateMode::Variable,
            BitrateModeArg::Constant => BitrateMode::Constant,
        },
        video_key_frame_interval_duration: duration,
        video_key_frame_interval_count: count,
        max_duration: args.duration,
        max_size: args.max_size,
        start_paused: args.start_paused,
        // Blobs are packets here, and yet chunks shall be whole Clusters.
        cluster_duration: match args.timeslice {
            Timeslice::Every(length) => Some(length),
            Timeslice::None => None,
        },
        speed: args.speed,
        threads: args.threads,
        reencode: args.reencode,
    }
}

fn target(args: &OutputArgs) -> Result<Target> {
    let stdout = io::stdout();
    match &args.output {
        Some(path) if path == Path::new("-") => {
            if stdout.is_terminal() {
                return Err(Error::Type {
                    message: "a recording is not for a terminal; name a file with -o FILE or pipe it on"
                        .into(),
                });
            }
            Ok(Target::Stdout)
        }
        Some(path) => Ok(Target::File {
            path: path.clone(),
            overwrite: args.force,
        }),
        None if args.chunks.is_some() => Ok(Target::Nowhere),
        None if stdout_takes_data() => Ok(Target::Stdout),
        None => Ok(Target::File {
            path: format!("mediarec-{}.webm", jiff::Zoned::now().strftime("%Y%m%d-%H%M%S")).into(),
            overwrite: args.force,
        }),
    }
}

/// Whether standard output is a pipe or a regular file: whoever set that up wants the recording there.
#[cfg(unix)]
fn stdout_takes_data() -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let metadata = io::stdout()
        .as_fd()
        .try_clone_to_owned()
        .and_then(|fd| fs::File::from(fd).metadata());
    metadata.is_ok_and(|metadata| {
        let kind = metadata.file_type();
        kind.is_file() || kind.is_fifo() || kind.is_socket()
    })
}

#[cfg(not(unix))]
fn stdout_takes_data() -> bool {
    !io::stdout().is_terminal()
}
