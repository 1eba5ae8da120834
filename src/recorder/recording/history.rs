//! The history of a recording: what it is given, and when its events come.
use super::Recording;
use crate::media::Packet;
use crate::recorder::history::HistorySaver;
use crate::recorder::recorder_event::RecorderEvent;
use std::time::Duration;

impl Recording {
    /// How long there is no event of the history, if nothing is recorded.
    pub(super) fn time_to_history(&self) -> Option<Duration> {
        self.history.as_ref().and_then(HistorySaver::wait)
    }

    /// The next event that is there. Nothing follows a stop.
    pub(super) fn take_event(&mut self) -> Option<RecorderEvent> {
        let is_next = matches!(self.events.front(), None | Some(RecorderEvent::Stop)) || !self.was_history;
        let of_history = self.history.as_mut().filter(|_| is_next);
        let of_history = of_history.and_then(HistorySaver::next_event);
        self.was_history = of_history.is_some();
        of_history
            .map(RecorderEvent::History)
            .or_else(|| self.events.pop_front())
    }

    /// Adds the next packet of the recording.
    pub(super) fn add_to_history(&mut self, packet: &Packet) {
        let Some(history) = &mut self.history else {
            return;
        };
        history.add(packet);
        let pipeline = &self.pipelines[packet.track];
        // Encoders make key frames by themselves.
        if pipeline.order.copied && pipeline.order.live && history.needs_key_frame(packet.track) {
            pipeline.request_key_frame();
        }
    }
}
