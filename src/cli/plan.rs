//! From the arguments of `record` to what is needed. A pure conversion: it opens and prints nothing.
use crate::cli::args::record::RecordArgs;
use crate::cli::args::recorder::{BitrateModeArg, QualityArg, RecorderArgs};
use crate::cli::args::segments::SegmentArgs;
use crate::cli::history_plan::{HistoryPlan, MainOutput};
use crate::cli::listen::plan::ListenPlan;
use crate::cli::name_pattern::NamePattern;
use crate::cli::requested_type::RequestedType;
use crate::cli::segments::SegmentPlan;
use crate::cli::segments::list::ListPlan;
use crate::cli::source_plan::SourcePlan;
use crate::cli::stdout::StdoutKind;
use crate::cli::target::Target;
use crate::cli::values::{KeyFrames, Timeslice};
use crate::cli::whep::plan::WhepPlan;
use crate::cli::{descriptor, file_ending, metadata};
use jiff::civil::DateTime;
use mediarec::error::{Error, Result};
use mediarec::recorder::{BitrateMode, MediaRecorderOptions, Segmentation, VideoQuality};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// What the conversion depends on besides the command line.
#[derive(Debug)]
pub struct Surroundings {
    pub stdout: StdoutKind,
    /// Local time, for the name of the file.
    pub now: DateTime,
    /// The beginning of the day, local time.
    pub midnight: SystemTime,
    /// The content of `--constraints`.
    pub constraints: Option<String>,
    /// The environment variable.
    pub source_date_epoch: Option<String>,
}

/// Where the chunk files go.
#[derive(Debug)]
pub struct ChunkPlan {
    pub folder: PathBuf,
    pub overwrite: bool,
    /// The shell command that is run after each.
    pub command: Option<String>,
}

/// Everything that `record` needs to know.
#[derive(Debug)]
pub struct Plan {
    pub sources: SourcePlan,
    pub options: MediaRecorderOptions,
    /// Whether the codec is chosen by what this machine encodes live; the type of the options has none yet.
    pub chooses_codec: bool,
    /// Minimum media duration of a reported chunk; `None` for one chunk at the end.
    pub timeslice: Option<Duration>,
    pub target: Target,
    pub chunks: Option<ChunkPlan>,
    /// With the target [`Segments`](Target::Segments).
    pub segments: Option<SegmentPlan>,
    pub history: Option<HistoryPlan>,
    /// Bytes of the disk that stay free.
    pub min_free: Option<u64>,
    /// What is done as typed, but may not be meant.
    pub warning: Option<String>,
}

impl Plan {
    /// # Errors
    /// `Type` for invalid values, and for flags that do not go together.
    pub fn new(args: &RecordArgs, surroundings: &Surroundings) -> Result<Self> {
        let name = args.output.output.as_deref();
        let RequestedType {
            mime,
            by_name,
            chooses_codec,
        } = RequestedType::new(&args.recorder, name)?;
        let audio_only = is_audio(mime);
        let constraints = surroundings.constraints.as_deref();
        let mut sources = match (ListenPlan::new(args, "--listen")?, WhepPlan::new(args)?) {
            (Some(plan), _) => SourcePlan::Listen(plan),
            (None, Some(plan)) => SourcePlan::Whep(plan),
            (None, None) => SourcePlan::new(&args.source, audio_only, constraints)?,
        };
        if by_name && audio_only {
            sources.leave_out_video();
        }
        let main = MainOutput {
            path: name,
            has_segments: args.segments.divide(),
            ending: file_ending::of(mime).unwrap_or("webm"),
        };
        let history = HistoryPlan::new(&args.history, main)?;
        Ok(Self {
            sources,
            options: MediaRecorderOptions {
                title: args.metadata.title.clone().unwrap_or_default(),
                tags: args.metadata.tag.clone(),
                reproducible: args.metadata.reproducible,
                alarms: args.alarms.alarm.clone(),
                date: metadata::date(
                    args.metadata.reproducible,
                    surroundings.source_date_epoch.as_deref(),
                )?,
                segments: args
                    .segments
                    .divide()
                    .then(|| segmentation(&args.segments, surroundings)),
                history: history.as_ref().map(|plan| plan.history),
                ..options(&args.recorder, mime)
            },
            chooses_codec,
            timeslice: timeslice(&args.recorder),
            target: match args.segments.divide() {
                _ if args.output.has_no_file => Target::Nowhere,
                true => Target::Segments,
                false if history.is_some() && name.is_none() => Target::Nowhere,
                false => Target::new(&args.output, mime, surroundings.stdout, surroundings.now)?,
            },
            segments: segments(args, mime)?,
            history,
            min_free: args.segments.min_free,
            warning: name.and_then(|name| file_ending::mismatch(name, mime)),
            chunks: args.output.chunks.as_ref().map(|folder| ChunkPlan {
                folder: folder.clone(),
                overwrite: args.output.force,
                command: args.output.on_chunk.clone(),
            }),
        })
    }
}

impl Plan {
    /// Files that are there, and that the recording may replace.
    pub fn overwritten(&self) -> Vec<PathBuf> {
        let mut files = match &self.target {
            Target::File {
                path,
                overwrite: true,
            } => vec![path.clone()],
            _ => Vec::new(),
        };
        if let Some(segments) = self.segments.as_ref().filter(|plan| plan.overwrite) {
            files.extend(segments.pattern.files().into_iter().map(|found| found.path));
        }
        let chunks = self.chunks.as_ref().filter(|chunks| chunks.overwrite);
        let chunks = chunks.and_then(|chunks| chunks.folder.read_dir().ok());
        files.extend(chunks.into_iter().flatten().flatten().map(|entry| entry.path()));
        files
    }
}

fn segmentation(args: &SegmentArgs, surroundings: &Surroundings) -> Segmentation {
    let aligned_to = args.segment_clock.then_some(surroundings.midnight);
    Segmentation {
        duration: args.segment_time,
        aligned_to,
        size: args.segment_size,
    }
}

/// What is to be done with segments; `None` for one file.
fn segments(args: &RecordArgs, mime: &str) -> Result<Option<SegmentPlan>> {
    let refuse = |message: &str| {
        Err(Error::Type {
            message: message.into(),
        })
    };
    if !args.segments.divide() {
        if !args.segments.keep.is_empty() {
            return refuse("--keep removes segments, and the recording is a single file; add --segment-time");
        }
        return Ok(None);
    }
    if args.output.chunks.is_some() {
        return refuse(
            "a recording is written as segments or as chunks; remove --chunks or the --segment flags",
        );
    }
    let path = match &args.output.output {
        Some(path) if descriptor::is_stdout(path) || descriptor::number(path).is_some() => {
            return refuse("segments are files; use -o with a name such as 'cam-%03i.webm'");
        }
        Some(path) => path.clone(),
        None => {
            let ending = file_ending::of(mime).unwrap_or("webm");
            format!("mediarec-%Y%m%d-%H%M%S.{ending}").into()
        }
    };
    Ok(Some(SegmentPlan {
        pattern: NamePattern::new(&path)?,
        list: args
            .segments
            .segment_list
            .as_deref()
            .map(ListPlan::new)
            .transpose()?,
        command: args.segments.on_segment.clone(),
        keep: args.segments.keep.clone(),
        overwrite: args.output.force,
    }))
}

fn timeslice(args: &RecorderArgs) -> Option<Duration> {
    match args.timeslice {
        Timeslice::Every(length) => Some(length),
        Timeslice::None => None,
    }
}

fn options(args: &RecorderArgs, mime: &str) -> MediaRecorderOptions {
    let (duration, count) = match args.keyframe_interval {
        None => (None, None),
        Some(KeyFrames::Duration(duration)) => (Some(duration), None),
        Some(KeyFrames::Count(count)) => (None, Some(count)),
    };
    MediaRecorderOptions {
        mime_type: mime.to_owned(),
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
        // Blobs are single packets here, but chunks have to consist of whole Clusters.
        cluster_duration: timeslice(args),
        video_quality: args.quality.map(|quality| match quality {
            QualityArg::Draft => VideoQuality::Draft,
            QualityArg::Good => VideoQuality::Good,
            QualityArg::Best => VideoQuality::Best,
        }),
        speed: args.speed,
        threads: args.threads,
        jobs: args.jobs.and_then(NonZeroU32::new),
        reencode: args.reencode,
        ..MediaRecorderOptions::default()
    }
}

fn is_audio(mime: &str) -> bool {
    mime.trim_start().to_ascii_lowercase().starts_with("audio/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Command;
    use crate::cli::args::tests::parsed;
    use jiff::civil::date;
    use mediarec::recorder::RecordingDate;

    fn plan(line: &str, stdout: StdoutKind) -> Result<Plan> {
        let Command::Record(args) = parsed(&format!("record {line}")) else {
            unreachable!("it is record");
        };
        let surroundings = Surroundings {
            stdout,
            now: date(2026, 2, 3).at(4, 5, 6, 0),
            midnight: SystemTime::UNIX_EPOCH,
            constraints: None,
            source_date_epoch: None,
        };
        Plan::new(&args, &surroundings)
    }

    fn target(line: &str, stdout: StdoutKind) -> Option<Target> {
        plan(line, stdout).ok().map(|plan| plan.target)
    }

    #[test]
    fn the_target_is_what_was_named_or_a_pipe_or_a_new_file() {
        let file = |path: &str, overwrite| {
            Some(Target::File {
                path: path.into(),
                overwrite,
            })
        };
        let new = "mediarec-20260203-040506.webm";
        let cases = [
            ("-o a.webm", StdoutKind::Data, file("a.webm", false)),
            ("-o a.webm --force", StdoutKind::Data, file("a.webm", true)),
            ("", StdoutKind::Data, Some(Target::Stdout)),
            ("", StdoutKind::Terminal, file(new, false)),
            ("", StdoutKind::Other, file(new, false)),
            (
                "--mime audio/x-matroska",
                StdoutKind::Terminal,
                file("mediarec-20260203-040506.mka", false),
            ),
            ("--chunks d", StdoutKind::Data, Some(Target::Nowhere)),
            ("-o - --chunks d", StdoutKind::Data, Some(Target::Stdout)),
            ("-o -", StdoutKind::Other, Some(Target::Stdout)),
            ("-o -", StdoutKind::Terminal, None),
            ("-o - --events -", StdoutKind::Data, Some(Target::Stdout)),
            ("-o - --events fd:1", StdoutKind::Data, None),
            ("--events /dev/stdout", StdoutKind::Data, None),
            ("-o /dev/fd/3 --events fd:3", StdoutKind::Data, None),
            ("-o a.webm --events fd:1", StdoutKind::Data, file("a.webm", false)),
            ("-o /dev/stdout", StdoutKind::Data, Some(Target::Stdout)),
            ("-o /dev/fd/1", StdoutKind::Terminal, None),
            ("-o /dev/fd/3", StdoutKind::Data, Some(Target::Descriptor(3))),
        ];
        for (line, stdout, expected) in cases {
            assert_eq!(target(line, stdout), expected, "{line} {stdout:?}");
        }
    }

    #[test]
    fn an_audio_type_requests_no_video() {
        use mediarec::media::TrackKind;
        let has_video = |line: &str| match plan(line, StdoutKind::Data).unwrap().sources {
            SourcePlan::Devices { requests, .. } => requests.include(TrackKind::Video),
            _ => panic!("no devices"),
        };
        assert!(!has_video("--mime Audio/WebM"));
        assert!(!has_video("-o a.mka"));
        assert!(has_video("-o a.mka --mime video/webm"));
        assert!(has_video("--mime audio/webm --video"));
        assert!(has_video("--mime video/webm"));
    }

    #[test]
    fn the_recorder_gets_what_was_typed() {
        let line = "--keyframe-interval 60f --timeslice 2s --bitrate 1M --start-paused --duration 3s";
        let plan = plan(line, StdoutKind::Data).unwrap();
        assert_eq!(plan.timeslice, Some(Duration::from_secs(2)));
        assert_eq!(plan.options.cluster_duration, plan.timeslice);
        assert_eq!(plan.options.video_key_frame_interval_count, Some(60));
        assert_eq!(plan.options.video_key_frame_interval_duration, None);
        assert_eq!(plan.options.bits_per_second, Some(1_000_000));
        assert_eq!(plan.options.max_duration, Some(Duration::from_secs(3)));
        assert!(plan.options.start_paused);
    }

    #[test]
    fn the_recorder_gets_title_tags_and_the_date_as_typed() {
        let line = "--title Rehearsal --tag ARTIST=Ana --tag COMMENT= --reproducible";
        let options = plan(line, StdoutKind::Data).unwrap().options;
        let tags: Vec<_> = options.tags.iter().map(|tag| (&*tag.name, &*tag.value)).collect();
        assert_eq!(
            (&*options.title, tags),
            ("Rehearsal", vec![("ARTIST", "Ana"), ("COMMENT", "")])
        );
        assert_eq!(
            (options.date, options.reproducible),
            (RecordingDate::Omitted, true)
        );
        let options = plan("", StdoutKind::Data).unwrap().options;
        assert_eq!(
            (&*options.title, options.tags, options.date),
            ("", Vec::new(), RecordingDate::Start)
        );
    }

    #[test]
    fn chunks_are_overwritten_only_by_force() {
        let chunks = |line| plan(line, StdoutKind::Data).unwrap().chunks.unwrap();
        assert!(!chunks("--chunks d").overwrite);
        let forced = chunks("--chunks d --force --on-chunk ./upload");
        assert!(forced.overwrite);
        assert_eq!(forced.command.as_deref(), Some("./upload"));
    }
    #[test]
    fn with_mime_auto_the_name_chooses_the_container_only() {
        for (line, mime_type, chooses) in [
            ("--mime auto", "video/webm", true),
            ("--mime auto -o a.mkv", "video/x-matroska", true),
            ("-o a.mkv", "video/x-matroska", false),
            ("--mime video/webm;codecs=av1", "video/webm;codecs=av1", false),
        ] {
            let plan = plan(line, StdoutKind::Terminal).unwrap();
            assert_eq!(
                (&*plan.options.mime_type, plan.chooses_codec),
                (mime_type, chooses),
                "{line}"
            );
        }
        assert!(plan("--mime auto -o a.mp4", StdoutKind::Terminal).is_err());
    }
}
