//! A recording in the command line: its bytes to the output, its events to the log, its state to the terminal.
use crate::cli::args::output::OutputArgs;
use crate::cli::chunk_files::ChunkFiles;
use crate::cli::chunks::{Chunk, Chunks};
use crate::cli::color::Color;
use crate::cli::events::EventLog;
use crate::cli::hook::Hook;
use crate::cli::keys::Keys;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, lateness, summary};
use crate::cli::rates::Rates;
use crate::cli::signals::Signals;
use crate::cli::stop_request::StopRequest;
use crate::cli::track_watch::TrackWatch;
use crate::cli::{exit, stderr};
use mediarec::error::Error;
use mediarec::recorder::{
    BlobEvent, MediaRecorder, RecorderEvent, Recording, RecordingState, RecordingStats, TrackStats,
};
use mediarec::streams::MediaStreamTrack;
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How often tracks, rates and the terminal are looked after when nothing else happens.
const LOOK_AROUND: Duration = Duration::from_millis(100);

/// Everywhere that the recording goes.
pub struct Outputs {
    pub output: Output,
    /// Whether that is more than a name for nothing.
    pub has_file: bool,
    pub chunks: Option<ChunkFiles>,
    pub hook: Option<Hook>,
}

/// A recording and everything that is fed by it.
pub struct Session {
    recorder: MediaRecorder,
    recording: Recording,
    outputs: Outputs,
    /// The terminal, as it is while the recording runs.
    keys: Option<Keys>,
    chunks: Chunks,
    events: EventLog,
    tracks: TrackWatch,
    rates: Rates,
    end: End,
    /// Whether it was said that something stands in the wrong place.
    told_of_lateness: bool,
    /// What came before any media: it goes out with the first of it, or not at all.
    header: Vec<u8>,
    /// The counts when the last data was written.
    kept: RecordingStats,
}

/// A recording that has begun, who steers it, and its tracks.
pub struct Begun {
    pub recorder: MediaRecorder,
    pub recording: Recording,
    pub tracks: TrackWatch,
}

/// How the recording ends.
enum End {
    /// By a stop, a limit, or the end of its sources.
    AsWanted,
    /// Whoever read the output has enough.
    ReaderGone,
    /// What was recorded cannot be written any more.
    OutputFailed(Error),
    /// It broke; what was recorded until then is written.
    Broken(Error),
}

impl Session {
    /// A recording that has begun, into these outputs, reported in chunks of at least a timeslice.
    pub fn new(begun: Begun, outputs: Outputs, keys: Option<Keys>, timeslice: Option<Duration>) -> Self {
        let Begun {
            recorder,
            recording,
            tracks,
        } = begun;
        let has_video = recording.stats().tracks.iter().any(|track| track.is_video);
        Self {
            tracks,
            recorder,
            recording,
            outputs,
            keys,
            chunks: Chunks::new(timeslice, has_video),
            events: EventLog::none(),
            rates: Rates::new(),
            end: End::AsWanted,
            told_of_lateness: false,
            header: Vec::new(),
            kept: RecordingStats::default(),
        }
    }

    /// Writes what comes until nothing more does, finishes the file and says how it went.
    pub fn run(mut self, events: EventLog, signals: &Signals, args: &OutputArgs) -> ExitCode {
        self.events = events;
        // A status line and lines of JSON would not leave each other whole.
        let hidden = args.quiet || args.events.as_deref() == Some("-");
        let mut progress = Progress::new(args.progress, hidden, Color::new(args.color));
        while !self.recording.is_over() {
            let event = self.recording.next_timeout(LOOK_AROUND);
            let stats = self.recording.stats();
            // First, so that nothing is told before the start.
            if let Some(event) = event {
                self.on_event(event, stats.clone());
            }
            self.look_around(&mut progress, &stats);
        }
        progress.clear();
        self.keys = None;
        self.kept.take_losses_of(&self.recording.stats());
        self.finalize();
        signals.done();
        self.finish_hook(signals.stop_request());
        self.tell_of_nothing(signals.stop_request());
        self.events.stop(self.recording.mime_type(), &self.kept);
        self.events.finish(signals.stop_request());
        self.conclude(args)
    }

    fn look_around(&mut self, progress: &mut Progress, so_far: &RecordingStats) {
        let state = self.recorder.state();
        if self.rates.update(so_far) {
            self.events.stats(state, so_far, &self.rates);
        }
        self.tracks.report(&mut self.events, state);
        self.events.flush();
        progress.update(state, so_far, &self.rates, self.tracks.all());
        while let Some(message) = self.outputs.hook.as_ref().and_then(Hook::message) {
            progress.say(&message);
        }
        if !self.told_of_lateness
            && let Some(track) = so_far.tracks.iter().find(|track| track.late > 0)
        {
            self.told_of_lateness = true;
            progress.say(&lateness(track));
        }
    }

    fn finish_hook(&mut self, stop: &StopRequest) {
        let messages = self.outputs.hook.take().map(|hook| hook.finish(stop));
        for message in messages.into_iter().flatten() {
            stderr::say(format_args!("mediarec: {message}"));
        }
    }

    fn on_event(&mut self, event: RecorderEvent, stats: RecordingStats) {
        match event {
            RecorderEvent::Start => self.events.start(self.recording.mime_type(), &stats),
            RecorderEvent::Pause => self.events.switched("pause", RecordingState::Paused, &stats),
            RecorderEvent::Resume => self.events.switched("resume", RecordingState::Recording, &stats),
            RecorderEvent::DataAvailable(blob) => self.on_data(blob, stats),
            RecorderEvent::Error(error) => self.break_off(error),
            RecorderEvent::Stop => {
                self.tracks.report(&mut self.events, self.recorder.state());
                let last = self.chunks.end();
                self.on_chunk(&last);
            }
            _ => {}
        }
    }

    fn on_data(&mut self, mut blob: BlobEvent, stats: RecordingStats) {
        if stats.duration.is_zero() {
            self.header.append(&mut blob.data.bytes);
        } else {
            blob.data.bytes.splice(..0, std::mem::take(&mut self.header));
        }
        let is_end = blob.data.bytes.is_empty() && self.recorder.state() == RecordingState::Inactive;
        // The last chunk is reported at the stop; what follows a hole is of no use.
        if is_end || self.output_failed() {
            return;
        }
        if let Some(ended) = self.chunks.end_before(&blob) {
            self.on_chunk(&ended);
        }
        if let Some(files) = &mut self.outputs.chunks
            && let Err(error) = files.write(&blob.data.bytes)
        {
            let name = files.name();
            self.on_write_error(error, &name);
            return;
        }
        match self.outputs.output.write(&blob.data.bytes) {
            Ok(()) => {
                self.kept = stats;
                self.chunks.add(&blob);
            }
            Err(error) => {
                let name = self.outputs.output.name().to_owned();
                self.on_write_error(error, &name);
            }
        }
    }

    /// A chunk is whole: it becomes a file, and whoever wants to know of it is told.
    fn on_chunk(&mut self, chunk: &Chunk) {
        let mut path = None;
        if let Some(files) = &mut self.outputs.chunks {
            match files.end(chunk) {
                Ok(ended) => path = ended,
                Err(error) => {
                    let name = files.name();
                    self.on_write_error(error, &name);
                }
            }
        }
        self.events
            .data_available(self.recorder.state(), chunk, path.as_deref());
        if let (Some(hook), Some(path)) = (&mut self.outputs.hook, path) {
            hook.add(path);
        }
    }

    fn on_write_error(&mut self, error: io::Error, name: &str) {
        self.recorder.stop();
        let message = match error.kind() {
            io::ErrorKind::BrokenPipe => {
                self.end = End::ReaderGone;
                return;
            }
            io::ErrorKind::TimedOut => {
                format!("whoever reads {name} does not; the rest is lost")
            }
            io::ErrorKind::StorageFull => format!("the disk is full: {name} cannot grow"),
            _ => format!("{name} cannot be written"),
        };
        let error = Error::Unknown {
            message,
            source: Some(error.into()),
        };
        self.events.error(&error);
        self.end = End::OutputFailed(error);
    }

    fn break_off(&mut self, error: Error) {
        self.events.error(&error);
        if !self.output_failed() {
            self.end = End::Broken(error);
        }
    }

    fn output_failed(&self) -> bool {
        matches!(self.end, End::ReaderGone | End::OutputFailed(_))
    }

    /// Makes a file seekable, or what could be kept of it.
    fn finalize(&mut self) {
        let Some(index) = self.recording.seek_index() else {
            return;
        };
        if self.kept.duration.is_zero() {
            return;
        }
        let result = match self.end {
            End::ReaderGone => Ok(()),
            End::OutputFailed(_) => self.outputs.output.salvage(index, self.kept.duration),
            End::AsWanted | End::Broken(_) => self.outputs.output.finalize(index),
        };
        if let Err(error) = result {
            let message = format!(
                "{} plays, but could not be made seekable",
                self.outputs.output.name()
            );
            let error = Error::Unknown {
                message,
                source: Some(error.into()),
            };
            self.events.error(&error);
            if !self.output_failed() {
                self.end = End::OutputFailed(error);
            }
        }
    }

    /// That nothing was recorded is an error of its own, if no other one says why.
    fn tell_of_nothing(&mut self, stop: &StopRequest) {
        let is_explained = self.tracks.all().iter().any(|track| track.failure().is_some());
        if self.kept.duration.is_zero() && matches!(self.end, End::AsWanted) && !is_explained {
            let error = self.why_nothing(stop.is_made());
            self.events.error(&error);
            self.end = End::Broken(error);
        }
    }

    /// Why there is no file although nothing failed.
    fn why_nothing(&self, was_stopped: bool) -> Error {
        let message = |why| format!("nothing was recorded: {why}");
        let tracks = self.recording.stats().tracks;
        let any = |is_so: fn(&TrackStats) -> bool| tracks.iter().any(is_so);
        if was_stopped {
            Error::Abort {
                message: message("it was stopped before anything came outside of a pause"),
            }
        } else if any(|track| track.encoded > 0) {
            Error::Type {
                message: message("--max-size has no room for a first picture or sound"),
            }
        } else if any(|track| track.captured > 0) {
            Error::Abort {
                message: message("what came first did not fit into --duration, or came in a pause"),
            }
        } else {
            Error::NotReadable {
                message: message("no source gave anything"),
                source: None,
            }
        }
    }

    /// Says how it went, and what of it is kept.
    fn conclude(self, args: &OutputArgs) -> ExitCode {
        // Those of files have left the stream by now.
        let tracks = self.tracks.all().to_vec();
        let nothing = self.kept.duration.is_zero();
        let summary = summary(&self.kept, &self.outputs.names());
        let dropped = self.kept.tracks.iter().any(|track| track.dropped > 0);
        if nothing {
            self.outputs.discard();
        }
        let failures = tracks.iter().filter_map(MediaStreamTrack::failure);
        let broken = match self.end {
            End::Broken(error) | End::OutputFailed(error) => Some(Arc::new(error)),
            End::ReaderGone => return ExitCode::SUCCESS,
            End::AsWanted => None,
        };
        let mut errors: Vec<Arc<Error>> = broken.into_iter().chain(failures).collect();
        // The tracks of one file fail for one reason, which is said once.
        errors.dedup_by_key(|error| error.to_string());
        for error in &errors {
            exit::say(&**error);
        }
        let talkative = args.verbose || (!args.quiet && io::stderr().is_terminal());
        if !nothing && (!errors.is_empty() || dropped || talkative) {
            stderr::say(format_args!("mediarec: {summary}"));
        }
        errors
            .first()
            .map_or(ExitCode::SUCCESS, |error| ExitCode::from(exit::code(error)))
    }
}

impl Outputs {
    /// What people call them.
    fn names(&self) -> String {
        let file = self.has_file.then(|| self.output.name().to_owned());
        let names: Vec<String> = file
            .into_iter()
            .chain(self.chunks.as_ref().map(ChunkFiles::name))
            .collect();
        names.join(" and ")
    }

    /// Takes away again what holds nothing.
    fn discard(self) {
        self.output.discard();
        if let Some(chunks) = self.chunks {
            chunks.discard();
        }
    }
}
