//! A part of a recording as a file of its own, while it is being written.
use crate::error::Result;
use crate::media::{Packet, TrackInfo};
use crate::recorder::container::Container;
use crate::recorder::history::buffer::Excerpt;
use crate::recorder::placement::Placement;
use crate::recorder::recorder_event::HistoryEvent;
use crate::recorder::segment_start::PreRoll;
use crate::webm::WebmWriter;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};
use tracing::warn;

/// Bytes of an event, at most, but for its last packet: a long history must not be in memory twice.
const MAX_EVENT: u64 = 1 << 20;

/// A clip: packets go in, events with the bytes of its file come out.
pub(crate) struct HistoryClip {
    /// `None` after the last event.
    webm: Option<WebmWriter>,
    placement: Placement,
    /// Packets that were not muxed yet.
    waiting: VecDeque<Packet>,
    /// No packet follows.
    is_complete: bool,
    /// Media in the recording before it.
    begin: Duration,
    /// When its first frame was captured.
    start: SystemTime,
}

impl HistoryClip {
    /// A clip of what is there, to which what follows can be added. `elapsed` tells how long after the start of the recording
    /// something was captured, by its media time.
    ///
    /// # Errors
    /// `NotSupported` for tracks that the container cannot have.
    pub(crate) fn new(
        excerpt: Excerpt,
        tracks: &[TrackInfo],
        container: &Container,
        elapsed: impl FnOnce(Duration) -> Duration,
    ) -> Result<Self> {
        let mut before = PreRoll::new(tracks);
        for packet in &excerpt.pre_roll {
            before.add(packet, &tracks[packet.track]);
        }
        let beginning = before.beginning(tracks, &excerpt.packets[0]);
        let placement = Placement::new(beginning.start, beginning.pre_roll);
        let begin = placement.before();
        let elapsed = elapsed(begin);
        Ok(Self {
            webm: Some(container.begin(&beginning.tracks, elapsed)?),
            placement,
            waiting: excerpt.packets,
            is_complete: false,
            begin,
            start: container.calendar.time_of(elapsed),
        })
    }

    /// Adds the next packet of the recording.
    pub(crate) fn add(&mut self, packet: &Packet) {
        self.waiting.push_back(packet.clone());
    }

    /// No packet follows.
    pub(crate) fn complete(&mut self) {
        self.is_complete = true;
    }

    /// Whether there is an event.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_complete || !self.waiting.is_empty()
    }

    /// The next event; one with an index is the last.
    pub(crate) fn next_event(&mut self) -> Option<HistoryEvent> {
        if let Err(error) = self.mux() {
            warn!(%error, "a clip of the history ends early");
            self.waiting.clear();
            self.is_complete = true;
        }
        let is_last = self.is_complete && self.waiting.is_empty();
        let bytes = self.webm.as_mut().map(WebmWriter::take)?;
        let index = is_last.then(|| self.webm.take().map(WebmWriter::into_index));
        let event = HistoryEvent {
            bytes,
            begin: self.begin,
            start: self.start,
            index: index.flatten(),
        };
        (is_last || !event.bytes.is_empty()).then_some(event)
    }

    fn mux(&mut self) -> Result<()> {
        let Some(webm) = &mut self.webm else {
            return Ok(());
        };
        while webm.pending() < MAX_EVENT
            && let Some(packet) = self.waiting.pop_front()
        {
            self.placement.add(packet);
            write_due(webm, &mut self.placement)?;
        }
        if self.is_complete && self.waiting.is_empty() {
            self.placement.end();
            write_due(webm, &mut self.placement)?;
        }
        Ok(())
    }
}

fn write_due(webm: &mut WebmWriter, placement: &mut Placement) -> Result<()> {
    while let Some(placed) = placement.pop() {
        webm.write(&placed.packet)?;
    }
    Ok(())
}
