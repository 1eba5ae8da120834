//! What clients of the control socket and viewers of the page request of a running recording.
use crate::cli::control::Control;
use crate::cli::control::session_request::Task;
use crate::cli::control::status::Status;
use crate::cli::history_files::HistoryFiles;
use crate::cli::preview::server::Preview;
use crate::cli::session::Session;
use mediarec::error::Result;
use mediarec::recorder::RecordingStats;
use serde_json::{Value, json};
use std::path::Path;

impl Session {
    /// Does what the clients of the control socket request.
    pub(super) fn answer_requests(&mut self, so_far: &RecordingStats) {
        let requests = self.control.as_ref().map(Control::waiting_requests);
        let of_viewers = self.preview.as_ref().map(Preview::waiting_requests);
        for request in requests.into_iter().chain(of_viewers).flatten() {
            let state = self.recorder.state();
            let result = match &request.task {
                Task::Status => Ok(Status {
                    state,
                    mime_type: self.recording.mime_type(),
                    file: self.outputs.file(),
                    so_far,
                    rates: &self.rates,
                    tracks: self.tracks.all(),
                    alarms: self.alarms.raised(),
                }
                .to_json()),
                Task::Mark(text) => self.events.mark(text, state, so_far),
                Task::SaveHistory => self.save_history(),
            };
            request.answer(result);
        }
    }

    /// Returns the file that the clip will be.
    fn save_history(&mut self) -> Result<Value> {
        let files = self.outputs.history.as_mut();
        let path = files.map(HistoryFiles::path).transpose()?;
        self.recorder.save_history()?;
        Ok(json!({ "file": path.map(Path::to_string_lossy) }))
    }
}
