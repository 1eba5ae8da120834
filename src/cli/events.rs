//! `--events`: one JSON object per event and line.
use crate::cli::backlog::Backlog;
use crate::cli::chunks::Chunk;
use crate::cli::history_files::SavedClip;
use crate::cli::rates::{Rate, Rates};
use crate::cli::rounding::{seconds, to_decimals};
use crate::cli::segments::CompleteSegment;
use crate::cli::stderr;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::report::Report;
use anyhow::Context;
use mediarec::error::{Error, Result};
use mediarec::recorder::{ClockChange, RecordingState, RecordingStats, TrackStats};
use mediarec::streams::MediaStreamTrack;
use serde_json::{Map, Value, json};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What happened to the device of a track.
pub enum DeviceChange {
    Lost(Arc<Error>),
    /// It is back, or another one delivers in its place.
    Back {
        label: String,
        switched: bool,
        gap: Duration,
    },
}

/// Writes events, or nothing; clones write to the same file.
#[derive(Clone, Default)]
pub struct EventLog {
    backlog: Arc<Mutex<Option<Backlog>>>,
    /// Whose recording the events are of, where there are several.
    publisher: Option<Arc<str>>,
}

impl EventLog {
    /// `-` is standard error, `fd:N` an inherited file descriptor, anything else the path of a file.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(target: Option<&str>) -> anyhow::Result<Self> {
        let Some(name) = target else {
            return Ok(Self::none());
        };
        let file = match (name, name.strip_prefix("fd:")) {
            ("-", _) => standard_error(),
            (_, Some(number)) => OpenOptions::new().append(true).open(format!("/dev/fd/{number}")),
            _ => File::create(name),
        };
        let file = file.with_context(|| format!("cannot write events to {name}"))?;
        Ok(Self {
            backlog: Arc::new(Mutex::new(Some(Backlog::new(file)))),
            publisher: None,
        })
    }

    /// Writes nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// That of a publisher, who is named in each event.
    #[cfg(all(feature = "network", feature = "preview"))]
    pub fn of_publisher(&self, name: &str) -> Self {
        Self {
            backlog: self.backlog.clone(),
            publisher: Some(name.into()),
        }
    }

    /// Whether anybody reads them.
    pub fn is_written(&self) -> bool {
        self.backlog().is_some()
    }

    /// `warning`.
    pub fn warning(&mut self, reason: &str, message: &str, state: RecordingState) {
        let fields = json!({ "reason": reason, "message": message });
        self.write("warning", state, fields);
    }

    /// `error`, for a recording that could not start.
    pub fn refusal(&mut self, error: &anyhow::Error) {
        let known = error.chain().find_map(|cause| cause.downcast_ref::<Error>());
        let fields = match known {
            Some(error) => described(error),
            None => json!({ "name": "UnknownError", "message": format!("{error:#}") }),
        };
        self.write("error", RecordingState::Inactive, fields);
    }

    /// `start`, with the tracks and which of them are copied without re-encoding.
    pub fn start(&mut self, mime_type: &str, stats: &RecordingStats) {
        let tracks = stats.tracks.iter().map(|track| {
            json!({
                "kind": kind(track),
                "label": &*track.label,
                "passThrough": track.pass_through,
            })
        });
        let fields = json!({ "mimeType": mime_type, "tracks": tracks.collect::<Vec<Value>>() });
        self.write("start", RecordingState::Recording, fields);
    }

    /// `pause` and `resume`.
    pub fn switched(&mut self, name: &str, state: RecordingState, so_far: &RecordingStats) {
        self.write(name, state, json!({ "mediaTime": seconds(so_far.duration) }));
    }

    /// `dataavailable`.
    pub fn data_available(&mut self, state: RecordingState, chunk: &Chunk, file: Option<&Path>) {
        let mut fields = json!({
            "size": chunk.size,
            "offset": chunk.offset,
            "timecode": chunk.timecode,
            "keyFrame": chunk.key_frame,
        });
        if let Some(file) = file {
            fields["file"] = file.to_string_lossy().into();
        }
        self.write("dataavailable", state, fields);
    }

    /// `segment`, when one is complete.
    pub fn segment(&mut self, state: RecordingState, segment: &CompleteSegment) {
        let fields = json!({
            "file": segment.path.to_string_lossy(),
            "number": segment.number,
            "begin": seconds(segment.begin),
            "end": seconds(segment.end),
            "startTime": segment.start_time(),
            "size": segment.size,
        });
        self.write("segment", state, fields);
    }

    /// `history`, when a clip is complete, or could not be written.
    pub fn history(&mut self, state: RecordingState, clip: &SavedClip) {
        let mut fields = json!({
            "file": clip.path.to_string_lossy(),
            "begin": seconds(clip.begin),
            "end": seconds(clip.end),
            "startTime": format!("{:.3}", clip.start),
            "size": clip.size,
        });
        if let Some(error) = &clip.error {
            fields["error"] = described(error);
        }
        self.write("history", state, fields);
    }

    /// `clock`: the machine was suspended, or the system's clock was set.
    pub fn clock(&mut self, state: RecordingState, change: &ClockChange, so_far: &RecordingStats) {
        let fields = json!({
            "mediaTime": seconds(so_far.duration),
            "suspended": seconds(change.suspended),
            "setBy": to_decimals(change.set_by, 3),
        });
        self.write("clock", state, fields);
    }

    /// `upload`, of a file that has arrived, a try that failed, or what is left at the end.
    pub fn upload(&mut self, state: RecordingState, report: &Report) {
        if let Some(fields) = report.fields() {
            self.write("upload", state, fields);
        }
    }

    /// `alarm`, raised or cleared.
    pub fn alarm(&mut self, fields: Value, state: RecordingState) {
        self.write("alarm", state, fields);
    }

    /// An event of a track: `ended`, `mute`, `unmute`, `overconstrained`, with the error that caused it.
    pub fn track(
        &mut self,
        name: &str,
        track: &MediaStreamTrack,
        error: Option<&Error>,
        state: RecordingState,
    ) {
        let mut fields =
            json!({ "track": track.id(), "kind": track.kind().as_str(), "label": track.label() });
        if let Some(error) = error {
            fields["error"] = described(error);
        }
        self.write(name, state, fields);
    }

    /// `lost`, with the reason, and `back` or `switched`, with the gap.
    pub fn device(
        &mut self,
        change: &DeviceChange,
        track: &MediaStreamTrack,
        media_time: Option<Duration>,
        state: RecordingState,
    ) {
        let mut fields =
            json!({ "track": track.id(), "kind": track.kind().as_str(), "label": track.label() });
        if let Some(time) = media_time {
            fields["mediaTime"] = seconds(time).into();
        }
        let name = match change {
            DeviceChange::Lost(error) => {
                fields["error"] = described(error);
                "lost"
            }
            DeviceChange::Back { label, switched, gap } => {
                fields["device"] = label.as_str().into();
                fields["gap"] = seconds(*gap).into();
                if *switched { "switched" } else { "back" }
            }
        };
        self.write(name, state, fields);
    }

    /// `stats`, once a second.
    pub fn stats(&mut self, state: RecordingState, so_far: &RecordingStats, rates: &Rates) {
        if !self.is_written() {
            return;
        }
        self.write("stats", state, stats_fields(so_far, rates));
    }

    /// `mark`, with a text from outside. Returns where it is in the media.
    ///
    /// # Errors
    /// `InvalidState` if nothing is written.
    pub fn mark(&mut self, text: &str, state: RecordingState, so_far: &RecordingStats) -> Result<Value> {
        let media_time = seconds(so_far.duration);
        self.write("mark", state, json!({ "mediaTime": media_time, "text": text }));
        if !self.is_written() {
            return Err(Error::InvalidState {
                message:
                    "marks are written to the event log, and there is none; start the recording with --events"
                        .into(),
            });
        }
        Ok(json!({ "mediaTime": media_time }))
    }

    /// `error`, always before the last data.
    pub fn error(&mut self, error: &Error) {
        self.write("error", RecordingState::Inactive, described(error));
    }

    /// `stop`, always the last of the recording itself.
    pub fn stop(&mut self, mime_type: &str, stats: &RecordingStats) {
        let tracks: Vec<Value> = stats.tracks.iter().map(counts).collect();
        let fields = json!({
            "mimeType": mime_type,
            "duration": seconds(stats.duration),
            "size": stats.bytes,
            "tracks": tracks,
        });
        self.write("stop", RecordingState::Inactive, fields);
    }

    /// Writes buffered events, as far as the reader takes them.
    pub fn flush(&mut self) {
        let result = self.backlog().as_mut().map_or(Ok(()), Backlog::flush);
        self.go_on_after(result);
    }

    /// Waits until all events are written; after a stop, only until readers time out.
    pub fn finish(&mut self, stop: &StopRequest) {
        let result = self
            .backlog()
            .as_mut()
            .map_or(Ok(()), |backlog| backlog.finish(stop));
        self.go_on_after(result);
    }

    /// The recording continues without a log that cannot be written.
    fn go_on_after(&mut self, result: io::Result<()>) {
        let Err(error) = result else {
            return;
        };
        *self.backlog() = None;
        match error.kind() {
            // The reader has closed its end: it wants no more.
            io::ErrorKind::BrokenPipe => {}
            io::ErrorKind::TimedOut | io::ErrorKind::OutOfMemory => {
                stderr::say("mediarec: the reader of the events stopped reading; the last events are lost");
            }
            _ => stderr::say(format_args!(
                "mediarec: events cannot be written any more, the recording goes on without them: {error}"
            )),
        }
    }

    fn backlog(&self) -> MutexGuard<'_, Option<Backlog>> {
        self.backlog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&mut self, name: &str, state: RecordingState, fields: Value) {
        if !self.is_written() {
            return;
        }
        let mut object = Map::new();
        object.insert("type".into(), name.into());
        object.insert("time".into(), format!("{:.3}", jiff::Timestamp::now()).into());
        object.insert("state".into(), state.as_str().into());
        if let Some(publisher) = &self.publisher {
            object.insert("publisher".into(), (&**publisher).into());
        }
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        let line = format!("{}\n", Value::Object(object));
        let result = self
            .backlog()
            .as_mut()
            .map_or(Ok(()), |backlog| backlog.add(&line));
        self.go_on_after(result);
    }
}

/// The fields of `stats`.
pub fn stats_fields(so_far: &RecordingStats, rates: &Rates) -> Value {
    let tracks = so_far.tracks.iter().enumerate().map(|(number, track)| {
        let Rate { bits, packets } = rates.of(number);
        let mut fields = counts(track);
        fields["bitRate"] = (bits.round() as u64).into();
        fields["packetRate"] = to_decimals(packets, 3).into();
        fields["framesWaiting"] = track.frames_waiting.into();
        fields["mediaWaiting"] = seconds(track.media_waiting).into();
        if !track.is_video {
            fields["peak"] = to_decimals(track.peak.into(), 6).into();
            fields["level"] = level(track.peak);
        }
        fields
    });
    json!({
        "mediaTime": seconds(so_far.duration),
        "size": so_far.bytes,
        "avOffset": to_decimals(so_far.av_offset, 6),
        "tracks": tracks.collect::<Vec<Value>>(),
    })
}

#[cfg(unix)]
fn standard_error() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stderr().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn standard_error() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stderr().as_handle().try_clone_to_owned().map(File::from)
}

/// The level of a peak in dBFS; `null` for digital silence.
fn level(peak: f32) -> Value {
    let decibels = 20.0 * f64::from(peak).log10();
    if decibels.is_finite() {
        to_decimals(decibels, 1).into()
    } else {
        Value::Null
    }
}

fn kind(track: &TrackStats) -> &'static str {
    if track.is_video { "video" } else { "audio" }
}

/// The fields of a track in both `stats` and `stop`.
fn counts(track: &TrackStats) -> Value {
    json!({
        "kind": kind(track),
        "label": &*track.label,
        "captured": track.captured,
        "encoded": track.encoded,
        "packets": track.packets,
        "dropped": track.dropped,
        "droppedBy": {
            "device": track.losses.device,
            "encoder": track.losses.encoder,
            "output": track.losses.output,
        },
        "bytes": track.bytes,
        "silence": seconds(track.silence),
        "trimmed": seconds(track.trimmed),
        "slewPpm": to_decimals(track.slew_ppm, 3),
        "late": track.late,
        "lateBy": seconds(track.late_by),
        "gaps": track.gaps,
        "gapTime": seconds(track.gap_time),
    })
}

/// Name and message of an error.
pub fn described(error: &Error) -> Value {
    let mut value = json!({ "name": error.name(), "message": error.to_string() });
    if let Error::Overconstrained { constraint, .. } = error {
        value["constraint"] = constraint.as_str().into();
    }
    value
}
