//! Tracks whose source is already encoded, and the listeners that receive the encoded frames.
use crate::media::{EncodedFrame, TrackInfo};
use crate::streams::listener::{QueueState, Sink};
use crate::streams::omitted::Omitted;
use std::sync::Arc;

/// What is known about a track that can be recorded without decoding.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The track's description in the source file.
    pub(crate) info: TrackInfo,
    /// Why the track cannot be decoded; `None` if it can.
    pub(crate) only: Option<String>,
    /// What its file has that is not recorded.
    pub(crate) omitted: Arc<Omitted>,
}

/// The queues that receive a track's encoded frames.
#[derive(Default)]
pub(super) struct EncodedSinks(Vec<EncodedSink>);

struct EncodedSink {
    sink: Sink<EncodedFrame>,
    /// Frames are skipped until the next key frame.
    awaits_key: bool,
}

/// Who receives one encoded frame.
pub(super) struct Recipients {
    pub(super) sinks: Vec<Sink<EncodedFrame>>,
    /// Whether a listener cannot use the frame because it never received the key frame before it.
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

    /// Returns the queues that receive this frame. While the track is muted or disabled (`shown` is false) there are
    /// none, and afterwards none before the next key frame: an encoded frame cannot be replaced by black, and the
    /// original must not be recorded.
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
