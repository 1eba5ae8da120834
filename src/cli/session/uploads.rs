//! The uploads of a running recording: what is told of them, and the wait for them after its end.
use crate::cli::args::output::OutputArgs;
use crate::cli::session::Session;
use crate::cli::stderr;
use crate::cli::stop_request::StopRequest;
use crate::cli::upload::uploads::Uploads;
use std::io::{self, IsTerminal};
use std::thread;
use std::time::Duration;

/// How often the end of uploads is checked for.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Checks after which the user is told that they are waited for: a second.
const TELL_AFTER: u32 = 50;

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
    pub(super) fn finish_uploads(&mut self, args: &OutputArgs, stop: &StopRequest) {
        self.outputs
            .end_uploads(self.recording.started(), self.written.duration);
        let tells = args.verbose || (!args.quiet && io::stderr().is_terminal());
        for waits in 0_u32.. {
            let uploads = self.outputs.uploads.as_mut();
            let has_ended = uploads.is_none_or(|uploads| uploads.has_ended(stop));
            for message in self.report_uploads() {
                stderr::say(format_args!("mediarec: {message}"));
            }
            self.events.flush();
            if has_ended {
                break;
            }
            if waits == TELL_AFTER && tells {
                stderr::say(
                    "mediarec: the file is finished; waiting for uploads, Ctrl-C leaves them to the next recording",
                );
            }
            self.tell_service();
            thread::sleep(POLL_INTERVAL);
        }
        self.events.finish(stop);
    }
}
