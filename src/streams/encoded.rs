//! Tracks whose source has them encoded already: who takes them as they are.
use crate::media::{EncodedFrame, TrackInfo};
use crate::streams::listener::{QueueState, Sink};
use std::sync::Arc;

/// What can be had of a track without decoding it.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// What the source says about it; the name is empty.
    pub(crate) info: TrackInfo,
    /// Why it cannot be had in any other way, if it cannot.
    pub(crate) only: Option<String>,
}

/// Those who take a track's encoded frames.
#[derive(Default)]
pub(super) struct EncodedSinks(Vec<EncodedSink>);

struct EncodedSink {
    sink: Sink<EncodedFrame>,
    /// Nothing is given before a key frame.
    awaits_key: bool,
}

/// What becomes of one encoded frame.
pub(super) struct Recipients {
    pub(super) sinks: Vec<Sink<EncodedFrame>>,
    /// Whether somebody misses it, because what it builds upon was never given.
    pub(super) missed: bool,
}

impl EncodedSinks {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, sink: Sink<EncodedFrame>) {
        self.0.push(EncodedSink {
            sink,
            awaits_key: true,
        });
    }

    pub(super) fn remove(&mut self, queue_state: &Arc<QueueState>) {
        self.0.retain(|entry| !entry.sink.belongs_to(queue_state));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn waiting(&self, queue_state: &Arc<QueueState>) -> Option<usize> {
        let entry = self.0.iter().find(|entry| entry.sink.belongs_to(queue_state));
        entry.map(|entry| entry.sink.waiting())
    }

    /// Who gets this frame: nobody while it is not `shown`, and from then on nobody before the next key frame.
    /// (Black cannot be made of what is not decoded, and what is to be black must not be recorded.)
    pub(super) fn recipients(&mut self, frame: &EncodedFrame, shown: bool) -> Recipients {
        let mut recipients = Recipients {
            sinks: Vec::new(),
            missed: false,
        };
        for entry in &mut self.0 {
            entry.awaits_key = !shown || (entry.awaits_key && !frame.packet.key);
            if !entry.awaits_key {
                recipients.sinks.push(entry.sink.clone());
            }
            recipients.missed |= shown && entry.awaits_key;
        }
        recipients
    }
}
