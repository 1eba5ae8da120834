//! The uploads of a running recording: what is told of them, and the wait for them after its end.
use crate::cli::session::Session;
use crate::cli::stderr;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::uploads::Uploads;
use std::thread;
use std::time::Duration;

/// How often the end of uploads is checked for.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

impl Session {
    /// Tells the uploads of the file that is being written. Logs what has happened to them, and returns what to tell the user.
    pub(super) fn report_uploads(&mut self) -> Vec<String> {
        let started = self.recording.started();
        self.outputs.tell_uploads(started);
        let state = self.recorder.state();
        let mut messages = Vec::new();
        for (report, message) in self.outputs.uploads.iter_mut().flat_map(Uploads::reports) {
            self.events.upload(state, &report);
            messages.extend(message);
        }
        messages
    }

    /// Waits for what is being uploaded, after a stop only for a while.
    pub(super) fn finish_uploads(&mut self, stop: &StopRequest) {
        self.outputs
            .end_uploads(self.recording.started(), self.written.duration);
        loop {
            let has_ended = self
                .outputs
                .uploads
                .as_mut()
                .is_none_or(|uploads| uploads.has_ended(stop));
            for message in self.report_uploads() {
                stderr::say(format_args!("mediarec: {message}"));
            }
            self.events.flush();
            if has_ended {
                break;
            }
            self.tell_service();
            thread::sleep(POLL_INTERVAL);
        }
        self.events.finish(stop);
    }
}
