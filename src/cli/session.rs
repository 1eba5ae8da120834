//! A running recording: writes its data to the outputs, its events to the log, its state to the terminal.
mod conclusion;
mod data;
mod network;
mod requests;
mod uploads;

use crate::cli::alarms::Alarms;
use crate::cli::args::output::OutputArgs;
use crate::cli::chunks::{Chunk, Chunks};
use crate::cli::color::Color;
use crate::cli::control::Control;
use crate::cli::events::EventLog;
use crate::cli::keys::Keys;
use crate::cli::monitor::Monitor;
use crate::cli::outputs::Outputs;
use crate::cli::pending_blobs::PendingBlobs;
use crate::cli::preview::server::Preview;
use crate::cli::preview::terminal_picture::TerminalPicture;
use crate::cli::progress::Progress;
use crate::cli::rates::Rates;
use crate::cli::service_notifier::{ServiceNotifier, ServiceReport};
use crate::cli::session_end::SessionEnd;
use crate::cli::signals::Signals;
use crate::cli::stall_watch::StallWatch;
use crate::cli::stalled_inputs::{Notice, StalledInputs};
use crate::cli::track_watch::TrackWatch;
use crate::cli::warnings::Warnings;
use crate::cli::whep::whep_input::WhepInput;
use crate::cli::whip::whip_output::WhipOutput;
use crate::cli::{clock_change, exit, stderr};
use mediarec::error::Error;
use mediarec::recorder::{
    HistoryEvent, MediaRecorder, RecorderEvent, Recording, RecordingState, RecordingStats, SegmentEvent,
};
use std::process::ExitCode;
use std::time::Duration;

/// How often tracks, rates and the status line are updated while there is no data.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// A recording with its outputs.
pub struct Session {
    recorder: MediaRecorder,
    recording: Recording,
    outputs: Outputs,
    /// Dropped at the end, which restores the terminal.
    keys: Option<Keys>,
    chunks: Chunks,
    events: EventLog,
    tracks: TrackWatch,
    alarms: Alarms,
    /// Dropped at the end, which removes the socket.
    control: Option<Control>,
    /// Dropped at the end, which ends the page.
    preview: Option<Preview>,
    monitor: Option<Monitor>,
    /// Until the status line has it.
    picture: Option<TerminalPicture>,
    /// Dropped at the end, which ends the connection.
    whip: Option<WhipOutput>,
    /// Dropped at the end, which ends the session at the server.
    whep: Option<WhepInput>,
    service: ServiceNotifier,
    rates: Rates,
    end: SessionEnd,
    warnings: Warnings,
    inputs: StalledInputs,
    /// What else to tell the user.
    messages: Vec<String>,
    /// Data before the first packet; written together with it, or not at all.
    header: Vec<u8>,
    /// Statistics of what was written.
    written: RecordingStats,
    /// What is not written yet, as more is ready.
    pending: PendingBlobs,
}

/// A recording that was started, its recorder and its tracks.
pub struct ActiveRecording {
    pub recorder: MediaRecorder,
    pub recording: Recording,
    pub tracks: TrackWatch,
    pub alarms: Alarms,
    pub control: Option<Control>,
    pub preview: Option<Preview>,
    pub monitor: Option<Monitor>,
    pub picture: Option<TerminalPicture>,
    pub whip: Option<WhipOutput>,
    pub whep: Option<WhepInput>,
    pub service: ServiceNotifier,
}

impl Session {
    /// Chunks of at least a timeslice are reported.
    pub fn new(
        active: ActiveRecording,
        outputs: Outputs,
        keys: Option<Keys>,
        timeslice: Option<Duration>,
    ) -> Self {
        let ActiveRecording {
            recorder,
            recording,
            tracks,
            alarms,
            control,
            preview,
            monitor,
            picture,
            whip,
            whep,
            service,
        } = active;
        let has_video = recording.stats().tracks.iter().any(|track| track.is_video);
        Self {
            tracks,
            alarms,
            control,
            preview,
            monitor,
            picture,
            whip,
            whep,
            service,
            recorder,
            recording,
            outputs,
            keys,
            chunks: Chunks::new(timeslice, has_video),
            events: EventLog::none(),
            rates: Rates::new(),
            end: SessionEnd::Regular,
            warnings: Warnings::default(),
            inputs: StalledInputs::default(),
            messages: Vec::new(),
            header: Vec::new(),
            written: RecordingStats::default(),
            pending: PendingBlobs::default(),
        }
    }

    /// Writes the recording until its end, finishes the file and prints the result.
    pub fn run(mut self, events: EventLog, signals: &Signals, args: &OutputArgs) -> ExitCode {
        self.events = events;
        // A status line and lines of JSON would overwrite each other.
        let hidden = args.quiet || args.events.as_deref() == Some("-");
        let progress = Progress::new(args.progress, hidden, Color::new(args.color));
        let mut progress = progress.with_picture(self.picture.take());
        let stall_watch = StallWatch::start(&self.outputs, &progress, &self.events, &self.recorder);
        while !self.recording.is_over() {
            stall_watch.turn();
            let event = self.next_event();
            let stats = self.recording.stats();
            // First, so that nothing is reported before the start event.
            if let Some(event) = event {
                self.handle_event(event, stats.clone());
            }
            self.update_status(&mut progress, &stats);
            self.answer_requests(&stats);
            self.tell_service();
        }
        self.write_pending();
        drop(stall_watch);
        self.control.iter_mut().for_each(Control::end_requests);
        self.preview.iter_mut().for_each(Preview::end_requests);
        progress.clear();
        self.keys = None;
        self.finalize();
        self.finish_network();
        if !self.written.duration.is_zero() {
            self.outputs.complete(self.written.duration);
            self.report_segments();
        }
        if let Some(saved) = self.outputs.saved() {
            self.written = saved.clone();
        }
        self.written.take_losses_of(&self.recording.stats());
        self.written.bytes = self.outputs.size(&self.chunks);
        signals.done();
        stderr::say_all(&self.outputs.finish(signals.stop_request()));
        stderr::say_all(&self.alarms.finish(signals.stop_request()));
        self.check_not_empty(signals.stop_request());
        self.events.stop(self.recording.mime_type(), &self.written);
        self.events.finish(signals.stop_request());
        self.finish_uploads(args, signals.stop_request());
        self.conclude(args)
    }

    /// The next event, if there is one soon. Data that can be written together is gathered instead, and written before this waits
    /// for more.
    fn next_event(&mut self) -> Option<RecorderEvent> {
        loop {
            let wait = if self.pending.is_empty() {
                POLL_INTERVAL
            } else {
                Duration::ZERO
            };
            match self.recording.next_timeout(wait) {
                Some(RecorderEvent::DataAvailable(blob)) if self.gathers_data() => self.gather(blob),
                Some(event) => return Some(event),
                None => {
                    self.write_pending();
                    return None;
                }
            }
            if self.pending.is_full() {
                self.write_pending();
                return None;
            }
        }
    }

    fn update_status(&mut self, progress: &mut Progress, so_far: &RecordingStats) {
        let (state, messages) = (self.recorder.state(), progress.messages());
        if self.rates.update(so_far) {
            self.events.stats(state, so_far, &self.rates);
            let checked = self.outputs.keep_free().and(self.outputs.check_present());
            if let Err(error) = checked {
                self.recorder.stop();
                self.fail(error);
            }
        }
        self.tracks.report(&mut self.events, state, &self.recording);
        let uploads = self.report_uploads();
        let said = self.tracks.messages().into_iter().chain(self.alarms.messages());
        for message in said.chain(self.messages.drain(..)).chain(uploads) {
            messages.say(&message);
        }
        let is_recording = state == RecordingState::Recording;
        for notice in self.inputs.look(&so_far.tracks, self.tracks.all(), is_recording) {
            match notice {
                Notice::Warning(warning) => warning.tell(&messages, &mut self.events, state),
                Notice::Message(message) => messages.say(&message),
            }
        }
        let unheard = self.monitor.as_mut().and_then(Monitor::warning);
        let lost = self.warnings.next(so_far, || self.outputs.names());
        for warning in unheard.into_iter().chain(lost) {
            warning.tell(&messages, &mut self.events, state);
        }
        self.report_whip(&messages, state);
        self.events.flush();
        progress.update(state, so_far, &self.rates, self.tracks.all());
        while let Some(message) = self.outputs.message() {
            messages.say(&message);
        }
    }

    fn on_history(&mut self, event: &HistoryEvent) {
        let files = self.outputs.history.as_mut();
        if let Some(clip) = files.and_then(|files| files.write(event)) {
            self.events.history(self.recorder.state(), &clip);
            self.outputs.upload(&clip.as_finished());
        }
    }

    fn tell_service(&mut self) {
        let state = self.recorder.state();
        // A short recording has started, too, before it stops.
        if state == RecordingState::Inactive {
            self.write_pending();
        }
        self.service.update(&ServiceReport {
            state,
            written: &self.written,
            file: self.outputs.file(),
            tracks: self.tracks.all(),
        });
    }

    fn handle_event(&mut self, event: RecorderEvent, stats: RecordingStats) {
        match event {
            RecorderEvent::Start => self.events.start(self.recording.mime_type(), &stats),
            RecorderEvent::Pause => self.events.switched("pause", RecordingState::Paused, &stats),
            RecorderEvent::Resume => self.events.switched("resume", RecordingState::Recording, &stats),
            RecorderEvent::DataAvailable(blob) => self.on_data(blob, stats),
            RecorderEvent::Segment(segment) => self.on_segment(&segment),
            RecorderEvent::History(event) => self.on_history(&event),
            RecorderEvent::Alarm(alarm) => {
                self.alarms
                    .on_event(alarm, &mut self.events, self.recorder.state());
            }
            RecorderEvent::ClockChange(change) => {
                self.events.clock(self.recorder.state(), &change, &stats);
                self.messages.push(clock_change::message(&change));
            }
            RecorderEvent::Error(error) => self.fail(error),
            RecorderEvent::Stop => {
                self.tracks
                    .report(&mut self.events, self.recorder.state(), &self.recording);
                let last = self.chunks.end();
                self.on_chunk(&last);
            }
            _ => {}
        }
    }

    /// Finishes the chunk file, reports it and queues its command.
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
        if let Some(path) = path {
            let started = self.recording.started();
            self.outputs
                .chunk_complete(path, chunk, started, self.written.duration);
        }
    }

    /// Finishes the file of a segment, and begins the next.
    fn on_segment(&mut self, segment: &SegmentEvent) {
        if self.output_failed() {
            self.outputs.abandon_segment(segment);
            return;
        }
        let last = self.chunks.end();
        self.on_chunk(&last);
        if let Err(error) = self.outputs.next_segment(segment, &self.written) {
            let name = self.outputs.unwritten();
            self.on_write_error(error, &name);
        }
        self.report_segments();
    }

    /// Reports the segments that are complete.
    fn report_segments(&mut self) {
        for (segment, messages) in self.outputs.take_complete() {
            self.events.segment(self.recorder.state(), &segment);
            self.outputs.upload(&segment.as_finished());
            stderr::say_all(&messages);
        }
    }

    fn fail(&mut self, error: Error) {
        self.events.error(&error);
        if !self.output_failed() {
            self.end = SessionEnd::Failed(error);
        }
    }

    fn output_failed(&self) -> bool {
        self.end.is_of_output()
    }

    /// Makes the file seekable, or the part that could be written.
    fn finalize(&mut self) {
        if self.written.duration.is_zero() {
            return;
        }
        if !self.output_failed()
            && let Err(error) = self.outputs.settle()
        {
            let name = self.outputs.unwritten();
            self.on_write_error(error, &name);
        }
        let index = self.outputs.index_of_segment();
        let Some(index) = index.or_else(|| self.recording.seek_index()).cloned() else {
            return;
        };
        let duration = self.written.duration;
        let result = match self.end {
            SessionEnd::ReaderClosed => Ok(()),
            SessionEnd::OutputFailed(_) => self.outputs.salvage(&index, duration),
            SessionEnd::Regular | SessionEnd::Failed(_) => self.outputs.finalize(&index),
        };
        if let Err(error) = result {
            self.events.error(&error);
            if self.output_failed() {
                exit::say(&error);
            } else {
                self.end = SessionEnd::OutputFailed(error);
            }
        }
    }
}
