//! How a recording ends: what is printed, and the exit code.
use crate::cli::args::output::OutputArgs;
use crate::cli::progress::summary;
use crate::cli::session::Session;
use crate::cli::session_end::SessionEnd;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::uploads::Uploads;
use crate::cli::whip::whip_output::WhipOutput;
use crate::cli::why_empty::why_empty;
use crate::cli::{exit, omitted, stderr};
use mediarec::recorder::TrackStats;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

impl Session {
    /// An empty recording is an error, if no other error explains it.
    pub(super) fn check_not_empty(&mut self, stop: &StopRequest) {
        let is_explained = self
            .tracks
            .with_inputs()
            .iter()
            .any(|track| track.failure().is_some());
        if self.written.duration.is_zero() && matches!(self.end, SessionEnd::Regular) && !is_explained {
            let error = why_empty(&self.recording.stats().tracks, stop.is_made());
            self.events.error(&error);
            self.end = SessionEnd::Failed(error);
        }
    }

    /// Prints the result, and returns the exit code.
    pub(super) fn conclude(mut self, args: &OutputArgs) -> ExitCode {
        // Tracks of files have left the stream by now.
        let tracks = self.tracks.with_inputs().to_vec();
        let is_empty = self.written.duration.is_zero();
        let summary = summary(&self.written, &self.outputs.names());
        let uploaded = self.outputs.uploads.as_ref().map(Uploads::summary);
        let sent = self.whip.as_ref().map(WhipOutput::summary);
        let is_incomplete = |track: &TrackStats| track.dropped > 0 || track.gaps > 0;
        let is_incomplete = self.written.tracks.iter().any(is_incomplete);
        if is_empty {
            self.outputs.discard();
        }
        if matches!(self.end, SessionEnd::ReaderClosed) {
            return self.alarms.exit_code();
        }
        let errors = self.end.into_errors(&tracks);
        for error in &errors {
            exit::say(&**error);
        }
        omitted::say(&tracks);
        for losses in self.tracks.mix_losses() {
            stderr::say(format_args!("mediarec: {losses}"));
        }
        let failure = errors.first().map(|error| exit::with_causes(&**error));
        self.service.conclude(failure.as_deref().unwrap_or(&summary));
        let is_verbose = args.verbose || (!args.quiet && io::stderr().is_terminal());
        if !is_empty && (!errors.is_empty() || is_incomplete || is_verbose) {
            stderr::say(format_args!("mediarec: {summary}"));
            if let Some(summary) = uploaded {
                stderr::say(format_args!("mediarec: {summary}"));
            }
        }
        if let Some(sent) = sent.filter(|_| !args.quiet) {
            stderr::say(format_args!("mediarec: {sent}"));
        }
        errors
            .first()
            .map_or(self.alarms.exit_code(), |error| ExitCode::from(exit::code(error)))
    }
}
