//! What a session does for the media server that gets its recording.
use crate::cli::message_line::MessageLine;
use crate::cli::session::Session;
use mediarec::recorder::RecordingState;

impl Session {
    /// Tells what happened to the connection.
    pub(super) fn report_whip(&mut self, line: &MessageLine, state: RecordingState) {
        let Some(whip) = &mut self.whip else {
            return;
        };
        for warning in whip.warnings() {
            warning.tell(line, &mut self.events, state);
        }
        whip.messages().iter().for_each(|message| line.say(message));
    }

    /// The server gets the rest of the recording, and its end.
    pub(super) fn finish_whip(&mut self) {
        if let Some(whip) = &mut self.whip {
            whip.finish();
        }
    }
}
