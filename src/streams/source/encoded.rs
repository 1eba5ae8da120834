//! Delivering encoded frames, for sources that are encoded.
use super::FrameSender;
use crate::media::EncodedFrame;
use crate::streams::listener::Wants;
use crate::streams::source::Backpressure;
use crate::streams::track_frame::TrackFrame;
use std::iter::repeat_n;

impl<T: TrackFrame> FrameSender<T> {
    /// Which kinds of frames have listeners now.
    pub(crate) fn wants(&self) -> Wants {
        let taps = self.taps().unwrap_or_default();
        let each = taps.iter().map(|tap| tap.wants());
        each.fold(Wants::default(), |all, wants| Wants {
            frames: all.frames || wants.frames,
            encoded: all.encoded || wants.encoded,
        })
    }

    /// Delivers encoded frames to the listeners for encoded frames. Those of a live source drop what finds no room in their
    /// queues; others are waited for. Returns `false` if the thread should end.
    pub(crate) fn send_encoded(&self, frames: Vec<EncodedFrame>) -> bool {
        let is_live = self.shared.backpressure == Backpressure::DropNewest;
        let taps = self.taps().unwrap_or_default();
        // The last one gets them without a copy.
        for (tap, frames) in taps.iter().zip(repeat_n(frames, taps.len())) {
            if is_live {
                tap.deliver_encoded_or_drop(frames);
            } else {
                tap.deliver_encoded(frames, &|| self.is_wanted());
            }
        }
        self.is_wanted()
    }

    /// Whether a listener for encoded frames waits for a key frame.
    #[cfg(feature = "network")]
    pub(crate) fn awaits_key(&self) -> bool {
        self.taps().unwrap_or_default().iter().any(|tap| tap.awaits_key())
    }
}
