//! What a session does for the media servers that get its recording, or that it comes from.
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

    /// The server gets the rest of the recording, and its end; the one that it comes from is told.
    pub(super) fn finish_network(&mut self) {
        if let Some(whep) = &mut self.whep {
            whep.finish();
        }
        if let Some(whip) = &mut self.whip {
            whip.finish();
        }
    }
}
