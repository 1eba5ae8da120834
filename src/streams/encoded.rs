//! Tracks whose source is already encoded, and the listeners that receive the encoded frames.
use crate::media::{EncodedFrame, TrackInfo};
use crate::streams::listener::{QueueState, Sink};
use crate::streams::omitted::Omitted;
use std::iter::repeat_n;
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
    /// Of live video: who makes a key frame.
    pub(crate) key_frames: Option<KeyFrameSource>,
}

/// Asks the source of live video for a key frame. It may be asked again and again, and does not wait.
#[derive(Clone)]
pub(crate) struct KeyFrameSource(Arc<dyn Fn() + Send + Sync>);

impl KeyFrameSource {
    #[cfg(any(test, feature = "network"))]
    pub(crate) fn new(request: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(request))
    }

    pub(crate) fn request(&self) {
        (self.0)();
    }
}

impl std::fmt::Debug for KeyFrameSource {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("KeyFrameSource")
    }
}

/// The queues that receive a track's encoded frames.
#[derive(Default)]
pub(super) struct EncodedSinks(Vec<EncodedSink>);

struct EncodedSink {
    sink: Sink<Vec<EncodedFrame>>,
    /// Frames are skipped until the next key frame.
    awaits_key: bool,
}

/// A queue, and what it receives.
pub(super) type Delivery = (Sink<Vec<EncodedFrame>>, Vec<EncodedFrame>);

impl EncodedSinks {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, sink: Sink<Vec<EncodedFrame>>) {
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

    /// What each queue receives of these frames, and how many of them a listener cannot use because it never received the
    /// key frame before. While the track is muted or disabled (`shown` is false) nobody receives any, and afterwards none
    /// before the next key frame: an encoded frame cannot be replaced by black, and the original must not be recorded.
    pub(super) fn deliveries(&mut self, frames: Vec<EncodedFrame>, shown: bool) -> (Vec<Delivery>, usize) {
        let (mut deliveries, mut most_missed) = (Vec::new(), 0);
        let mut batches = repeat_n(frames, self.0.len());
        for entry in &mut self.0 {
            let mut batch = batches.next().unwrap_or_default();
            let missed = entry.missed(&batch, shown);
            entry.awaits_key = !shown || (entry.awaits_key && missed == batch.len());
            batch.drain(..missed);
            if !batch.is_empty() {
                deliveries.push((entry.sink.clone(), batch));
            }
            if shown {
                most_missed = most_missed.max(missed);
            }
        }
        (deliveries, most_missed)
    }
}

impl EncodedSinks {
    /// The same for a live source: what finds no room in a queue is dropped, and counted as dropped by the queue, up to the
    /// next key frame. Returns how many frames a listener cannot use.
    pub(super) fn deliver_or_drop(&mut self, frames: Vec<EncodedFrame>, shown: bool) -> usize {
        let (deliveries, missed) = self.deliveries(frames, shown);
        for (sink, batch) in deliveries {
            if sink.is_full() {
                // Audio has key frames only.
                if let Some(entry) = self.0.iter_mut().find(|entry| entry.sink.is_same(&sink)) {
                    entry.awaits_key = true;
                }
            }
            sink.send_or_drop(batch);
        }
        missed
    }

    /// Whether a listener waits for a key frame.
    #[cfg(feature = "network")]
    pub(super) fn awaits_key(&self) -> bool {
        self.0.iter().any(|entry| entry.awaits_key)
    }
}

impl EncodedSink {
    /// The number of frames before the first that it can use.
    fn missed(&self, frames: &[EncodedFrame], shown: bool) -> usize {
        let is_usable = |frame: &EncodedFrame| shown && (!self.awaits_key || frame.packet.key);
        frames.iter().position(is_usable).unwrap_or(frames.len())
    }
}
