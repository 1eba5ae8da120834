//! Delivering encoded frames, for sources that are encoded.
use super::FrameSender;
use crate::media::EncodedFrame;
use crate::streams::listener::Wants;
use crate::streams::track_frame::TrackFrame;

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

    /// Delivers encoded frames to the listeners for encoded frames, and waits for room in full queues. Returns `false` if
    /// the thread should end.
    pub(crate) fn send_encoded(&self, frames: &[EncodedFrame]) -> bool {
        for tap in self.taps().unwrap_or_default().iter() {
            tap.deliver_encoded(frames, &|| self.is_wanted());
        }
        self.is_wanted()
    }
}
