//! `mediarec record`: opens all sources before it creates any file.
use crate::cli::alarms::Alarms;
use crate::cli::args::output::OutputArgs;
use crate::cli::args::preview::TerminalArg;
use crate::cli::args::record::RecordArgs;
use crate::cli::audio_mix::AudioMix;
use crate::cli::chunk_files::{self, ChunkFiles};
use crate::cli::codec_choice;
use crate::cli::color::Color;
use crate::cli::constraints_json;
use crate::cli::control::ControlSocket;
use crate::cli::events::EventLog;
use crate::cli::history_files::HistoryFiles;
use crate::cli::hook::{self, Hook};
use crate::cli::keys::Keys;
use crate::cli::monitor::MonitorPlan;
use crate::cli::output::{self, Output, OutputOptions};
use crate::cli::output_path;
use crate::cli::outputs::Outputs;
use crate::cli::pick;
use crate::cli::plan::{Plan, Surroundings};
use crate::cli::preview::plan::PreviewPlan;
use crate::cli::preview::server::{Preview, PreviewListener};
use crate::cli::preview::terminal_picture::TerminalPicture;
use crate::cli::sandbox;
use crate::cli::segments::Segments;
use crate::cli::segments::files::SegmentFiles;
use crate::cli::service_notifier::ServiceNotifier;
use crate::cli::session::{ActiveRecording, Session};
use crate::cli::signals::Signals;
use crate::cli::source_plan::SourcePlan;
use crate::cli::sources::Sources;
use crate::cli::stderr;
use crate::cli::stdout::StdoutKind;
use crate::cli::target::Target;
use crate::cli::track_watch::TrackWatch;
use crate::cli::upload::plan::UploadPlan;
use crate::cli::upload::uploads::{Recorded, Uploads};
use crate::cli::whip::plan::WhipPlan;
use crate::cli::whip::whip_output::WhipOutput;
use anyhow::Context;
use jiff::Zoned;
use mediarec::error::Error;
use mediarec::media::MediaFormat;
use mediarec::recorder::{MediaRecorder, Recording};
use mediarec::streams::{AudioMixer, MediaStream};
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

/// Records.
///
/// # Errors
/// If the recording cannot start. A recording that fails later returns its exit code.
pub fn run(args: &RecordArgs) -> anyhow::Result<ExitCode> {
    // Before any thread.
    sandbox::enter(args)?;
    let signals = Signals::install()?;
    // Opening the event log truncates its file.
    check_paths(args)?;
    let mut events = EventLog::open(args.output.events.as_deref())?;
    match open(args, &signals) {
        Ok(session) => Ok(session.run(events, &signals, &args.output)),
        Err(error) => {
            events.refusal(&error);
            ServiceNotifier::from_environment().conclude(&format!("{error:#}"));
            Err(error)
        }
    }
}

/// No input and no output may be overwritten by another output.
fn check_paths(args: &RecordArgs) -> anyhow::Result<()> {
    let log = args.output.events.as_deref();
    let log = log.filter(|&name| name != "-" && !name.starts_with("fd:"));
    let paths = || {
        args.source
            .input
            .iter()
            .chain(&args.output.output)
            .chain(&args.segments.segment_list)
            .map(PathBuf::as_path)
    };
    if let Some(log) = log
        && paths().any(|path| output_path::is_same(Path::new(log), path))
    {
        return Err(usage(format!(
            "{log} is also input or output; choose another file for --events"
        )));
    }
    let Some(folder) = &args.output.chunks else {
        return Ok(());
    };
    match paths()
        .chain(log.map(Path::new))
        .find(|path| chunk_files::would_replace(folder, path))
    {
        Some(path) => Err(usage(format!(
            "chunks would overwrite {}; choose another folder for --chunks",
            path.display()
        ))),
        None => Ok(()),
    }
}

fn usage(message: String) -> anyhow::Error {
    Error::Type { message }.into()
}

/// What a plan depends on besides the arguments.
///
/// # Errors
/// If the file of `--constraints` cannot be read.
pub fn surroundings(args: &RecordArgs) -> anyhow::Result<Surroundings> {
    let now = Zoned::now();
    Ok(Surroundings {
        stdout: StdoutKind::current(),
        now: now.datetime(),
        midnight: now
            .start_of_day()
            .unwrap_or_else(|_| now.clone())
            .timestamp()
            .into(),
        constraints: constraints_json::read(args.source.constraints.constraints.as_deref())?,
        source_date_epoch: std::env::var_os("SOURCE_DATE_EPOCH")
            .map(|value| value.to_string_lossy().into_owned()),
    })
}

fn open(args: &RecordArgs, signals: &Signals) -> anyhow::Result<Session> {
    let mut plan = Plan::new(args, &surroundings(args)?)?;
    // A mistake is told before anything is opened.
    UploadPlan::new(args, &plan)?;
    let whip = whip_plan(args)?;
    let audio_mix = AudioMix::new(&args.source)?;
    let listener = preview_listener(args)?;
    let monitor = MonitorPlan::new(&args.source, &plan.sources)?;
    if let Some(warning) = plan.warning.as_deref().filter(|_| !args.output.quiet) {
        stderr::say(format_args!("mediarec: {warning}"));
    }
    let socket = args.output.control.as_deref().map(ControlSocket::bind);
    let socket = socket.transpose()?;
    MediaRecorder::check_type(&plan.options.mime_type)?;
    output::check(&plan.target, &plan.sources)?;
    plan.chunks.as_ref().map_or(Ok(()), chunk_files::check)?;
    if args.source.pick {
        pick::choose(&mut plan.sources, signals, Color::new(args.output.color))?;
    }
    let opened = Sources::new(&plan.sources)?.open()?;
    let (stream, mixer) = audio_mix.apply(opened.stream)?;
    if !args.output.quiet {
        warn_of_interlaced(&stream);
    }
    choose_codec(&mut plan, &stream, args.output.quiet)?;
    let (mut active, outputs) = begin(args, &plan, &stream, mixer, signals)?;
    let ActiveRecording {
        recorder, recording, ..
    } = &mut active;
    let control = socket.map(|socket| socket.listen(recorder, signals, recording.waker()));
    let control = control.transpose().context("cannot start --control")?;
    let preview = serve_preview(listener, recorder, recording, signals)?;
    let monitor = monitor.map(|plan| plan.start(&stream));
    let picture = args.preview.in_terminal().and_then(|TerminalArg(graphics)| {
        TerminalPicture::start_with(graphics, &stream.tracks(), Color::new(args.output.color))
    });
    let whip = whip
        .map(|plan| WhipOutput::start(&plan, recorder, recording))
        .transpose()?;
    let keys = Keys::listen(recorder, signals, &plan, args.output.quiet);
    let active = ActiveRecording {
        control,
        preview,
        monitor,
        picture,
        whip,
        whep: opened.whep,
        service: ServiceNotifier::from_environment(),
        ..active
    };
    Ok(Session::new(active, outputs, keys, plan.timeslice))
}

/// With `--mime auto`. Files and what comes over the network are recorded as without it: their packets are copied.
fn choose_codec(plan: &mut Plan, stream: &MediaStream, is_quiet: bool) -> mediarec::error::Result<()> {
    if plan.chooses_codec
        && matches!(plan.sources, SourcePlan::Devices { .. } | SourcePlan::Canvas(_))
        && let Some(mime_type) = codec_choice::best_type(&plan.options, stream)?
    {
        if !is_quiet {
            stderr::say(format_args!("mediarec: recording {mime_type} (--mime auto)"));
        }
        plan.options.mime_type = mime_type;
    }
    Ok(())
}

/// Begins to record a stream: a recording with its outputs, which the signals control, and nothing else.
///
/// # Errors
/// Those of [`MediaRecorder::start`], and of outputs that cannot be created.
pub fn begin(
    args: &RecordArgs,
    plan: &Plan,
    stream: &MediaStream,
    mixer: Option<AudioMixer>,
    signals: &Signals,
) -> anyhow::Result<(ActiveRecording, Outputs)> {
    let recorder = MediaRecorder::new(stream, plan.options.clone())?;
    // Before the start: short files may have ended and left the stream when it returns.
    let tracks = TrackWatch::new(stream.tracks(), mixer);
    // Timeslice 0: packets are written as soon as they are muxed, so that little is lost in a crash.
    let recording = recorder.start(Some(Duration::ZERO)).map_err(with_flag)?;
    let alarms = Alarms::new(&args.alarms)?;
    let outputs = open_outputs(args, plan, &recording, signals)?;
    signals.control(&recorder);
    let active = ActiveRecording {
        recorder,
        recording,
        tracks,
        alarms,
        control: None,
        preview: None,
        monitor: None,
        picture: None,
        whip: None,
        whep: None,
        service: ServiceNotifier::none(),
    };
    Ok((active, outputs))
}

/// Creates all outputs, and begins to upload them.
fn open_outputs(
    args: &RecordArgs,
    plan: &Plan,
    recording: &Recording,
    signals: &Signals,
) -> anyhow::Result<Outputs> {
    let mut uploads = uploads(args, plan, recording)?;
    let mut outputs = outputs(plan, &args.output, recording.started(), signals)?;
    if let (Some(files), Some(uploads)) = (&mut outputs.segments, &mut uploads) {
        let announce = uploads.take_announcer();
        files.segments.spare(uploads.pending(), announce);
    }
    outputs.uploads = uploads;
    // The first file is there, and has no data yet.
    outputs.tell_uploads(recording.started());
    if let Err(error) = outputs.keep_free() {
        outputs.discard();
        return Err(error.into());
    }
    Ok(outputs)
}

/// Which media server gets the recording.
fn whip_plan(args: &RecordArgs) -> mediarec::error::Result<Option<WhipPlan>> {
    let plan = WhipPlan::new(args)?;
    plan.as_ref().map_or(Ok(()), WhipOutput::check)?;
    Ok(plan)
}

/// The port of the live page, before anything is recorded.
fn preview_listener(args: &RecordArgs) -> mediarec::error::Result<Option<PreviewListener>> {
    let plan = PreviewPlan::new(args)?;
    plan.as_ref().map(PreviewListener::bind).transpose()
}

/// Serves the live page of this recording.
fn serve_preview(
    listener: Option<PreviewListener>,
    recorder: &MediaRecorder,
    recording: &mut Recording,
    signals: &Signals,
) -> mediarec::error::Result<Option<Preview>> {
    let preview = listener.map(|listener| listener.serve(recorder, recording, signals));
    preview.transpose()
}

/// Names the flags that choose a container, a MIME type and re-encoding.
fn with_flag(error: Error) -> Error {
    match error {
        Error::NotSupported { message } => Error::NotSupported {
            message: message
                .replace(
                    "the MIME type video/x-matroska",
                    "-o NAME.mkv (or --mime video/x-matroska)",
                )
                .replace("the MIME type ", "--mime ")
                .replace("re-encode it or", "add --reencode, or"),
        },
        error => error,
    }
}

fn warn_of_interlaced(stream: &MediaStream) {
    for track in stream.tracks() {
        if matches!(track.format(), MediaFormat::Video(format) if format.interlaced) {
            stderr::say(format_args!(
                "mediarec: {} is interlaced; its frames are recorded as they are (deinterlace: ffmpeg -i IN -vf yadif OUT)",
                track.label()
            ));
        }
    }
}

/// Creates all outputs, or none.
fn outputs(
    plan: &Plan,
    args: &OutputArgs,
    started: SystemTime,
    signals: &Signals,
) -> anyhow::Result<Outputs> {
    let options = OutputOptions {
        live: args.live,
        fsync: args.fsync,
    };
    let chunks = plan.chunks.as_ref();
    let command = chunks.and_then(|chunks| chunks.command.as_deref());
    let hook = command
        .map(|command| Hook::start(&hook::ON_CHUNK, command))
        .transpose()
        .context("cannot start --on-chunk")?;
    let chunks = chunks
        .map(|chunks| ChunkFiles::create(chunks, args.fsync.is_some()))
        .transpose()?;
    let stop = signals.stop_request();
    let segments = plan.segments.as_ref().map(|plan| {
        let segments = Segments::new(plan)?;
        anyhow::Ok(SegmentFiles::new(segments, options, stop))
    });
    let mut segments = segments.transpose()?;
    let reports = args.verbose || (!args.quiet && io::stderr().is_terminal());
    let output = match &mut segments {
        Some(segments) => segments.open(Duration::ZERO, started),
        None => Output::create(&plan.target, options, stop),
    };
    let output = output.inspect_err(|_| {
        if let Some(chunks) = &chunks {
            chunks.discard();
        }
    })?;
    Ok(Outputs {
        has_file: plan.target != Target::Nowhere,
        output,
        chunks,
        hook,
        segments,
        history: plan
            .history
            .as_ref()
            .map(|plan| HistoryFiles::new(plan, args.fsync, stop, reports)),
        uploads: None,
        min_free: plan.min_free,
    })
}

/// Begins to upload what earlier recordings have left.
fn uploads(args: &RecordArgs, plan: &Plan, recording: &Recording) -> anyhow::Result<Option<Uploads>> {
    let Some(upload) = UploadPlan::new(args, plan)? else {
        return Ok(None);
    };
    let stats = recording.stats();
    let tracks = || stats.tracks.iter();
    let first = tracks().find(|track| track.is_video).or(tracks().next());
    let recorded = Recorded {
        device: first.map_or("", |track| &track.label),
        mime_type: recording.mime_type(),
        start: recording.started(),
    };
    Uploads::start(&upload, &recorded, &plan.overwritten()).map(Some)
}
