//! A recording in the command line: its bytes to the output, its events to the log, its state to the terminal.
use crate::cli::args::OutputArgs;
use crate::cli::chunks::Chunks;
use crate::cli::events::EventLog;
use crate::cli::exit;
use crate::cli::output::Output;
use crate::cli::progress::{Progress, summary};
use crate::cli::signals::Signals;
use mediarec::devices::{MediaStreamTrack, ReadyState};
use mediarec::error::Error;
use mediarec::recorder::{
    BlobEvent, MediaRecorder, RecorderEvent, Recording, RecordingState, RecordingStats,
};
use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// A recording and everything that is fed by it.
pub struct Session {
    recorder: MediaRecorder,
    recording: Recording,
    output: Output,
    chunks: Chunks,
    events: EventLog,
    /// Tracks whose end was not reported yet.
    running: Vec<MediaStreamTrack>,
    end: End,
    /// The counts when the last data was written.
    kept: RecordingStats,
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
    /// A recording that has begun, into this output, reported in chunks of at least a timeslice.
    pub fn new(
        recorder: MediaRecorder,
        recording: Recording,
        output: Output,
        timeslice: Option<Duration>,
    ) -> Self {
        Self {
            running: recorder.stream().tracks(),
            recorder,
            recording,
            output,
            chunks: Chunks::new(timeslice),
            events: EventLog::none(),
            end: End::AsWanted,
            kept: RecordingStats::default(),
        }
    }

    /// Writes what comes until nothing more does, finishes the file and says how it went.
    pub fn run(mut self, events: EventLog, signals: &Signals, args: &OutputArgs) -> ExitCode {
        self.events = events;
        let mut progress = Progress::new(args.progress, args.quiet);
        while let Some(event) = self.recording.next() {
            let stats = self.recording.stats();
            progress.update(self.recorder.state(), &stats);
            self.on_event(event, stats);
        }
        progress.clear();
        self.kept.take_losses_of(&self.recording.stats());
        self.finalize();
        signals.done();
        self.events.stop(self.recording.mime_type(), &self.kept);
        self.conclude(args)
    }

    fn on_event(&mut self, event: RecorderEvent, stats: RecordingStats) {
        match event {
            RecorderEvent::Start => self.events.start(self.recording.mime_type()),
            RecorderEvent::Pause => self.events.switched("pause", RecordingState::Paused, &stats),
            RecorderEvent::Resume => self.events.switched("resume", RecordingState::Recording, &stats),
            RecorderEvent::DataAvailable(blob) => self.on_data(&blob, stats),
            RecorderEvent::Error(error) => self.break_off(error),
            RecorderEvent::Stop => self
                .events
                .data_available(self.recorder.state(), self.chunks.end()),
            _ => {}
        }
        self.report_ended_tracks();
    }

    fn on_data(&mut self, blob: &BlobEvent, stats: RecordingStats) {
        let is_end = blob.data.bytes.is_empty() && self.recorder.state() == RecordingState::Inactive;
        // The last chunk is reported at the stop; a header without media, or what follows a hole, is of no use.
        if is_end || stats.duration.is_zero() || self.output_failed() {
            return;
        }
        match self.output.write(&blob.data.bytes) {
            Ok(()) => {
                self.kept = stats;
                if let Some(chunk) = self.chunks.add(blob) {
                    self.events.data_available(self.recorder.state(), chunk);
                }
            }
            Err(error) => self.on_write_error(error),
        }
    }

    fn on_write_error(&mut self, error: io::Error) {
        self.recorder.stop();
        let message = match error.kind() {
            io::ErrorKind::BrokenPipe => {
                self.end = End::ReaderGone;
                return;
            }
            io::ErrorKind::TimedOut => {
                format!("whoever reads {} does not; the rest is lost", self.output.name())
            }
            io::ErrorKind::StorageFull => format!("the disk is full: {} cannot grow", self.output.name()),
            _ => format!("{} cannot be written", self.output.name()),
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

    fn report_ended_tracks(&mut self) {
        let (state, events) = (self.recorder.state(), &mut self.events);
        self.running.retain(|track| {
            let live = track.ready_state() == ReadyState::Live;
            if !live {
                events.ended(track, state);
            }
            live
        });
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
            End::OutputFailed(_) => self.output.salvage(index, self.kept.duration),
            End::AsWanted | End::Broken(_) => self.output.finalize(index),
        };
        if let Err(error) = result {
            let message = format!("{} plays, but could not be made seekable", self.output.name());
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

    /// Says how it went, and what of it is kept.
    fn conclude(self, args: &OutputArgs) -> ExitCode {
        let tracks = self.recorder.stream().tracks();
        let nothing = self.kept.duration.is_zero();
        let summary = summary(&self.kept, self.output.name());
        let dropped = self.kept.tracks.iter().any(|track| track.dropped > 0);
        if nothing {
            self.output.discard();
        }
        let failures = tracks.iter().filter_map(MediaStreamTrack::failure);
        let broken = match self.end {
            End::Broken(error) | End::OutputFailed(error) => Some(Arc::new(error)),
            End::ReaderGone => return ExitCode::SUCCESS,
            End::AsWanted => None,
        };
        let mut errors: Vec<Arc<Error>> = broken.into_iter().chain(failures).collect();
        if nothing && errors.is_empty() {
            errors.push(Arc::new(Error::NotReadable {
                message: "nothing was recorded: no source gave anything".into(),
                source: None,
            }));
        }
        // The tracks of one file fail for one reason, which is said once.
        errors.dedup_by_key(|error| error.to_string());
        for error in &errors {
            exit::say(&**error);
        }
        let talkative = args.verbose || (!args.quiet && io::stderr().is_terminal());
        if !nothing && (!errors.is_empty() || dropped || talkative) {
            eprintln!("mediarec: {summary}");
        }
        errors
            .first()
            .map_or(ExitCode::SUCCESS, |error| ExitCode::from(exit::code(error)))
    }
}
