//! Sources that have their frames encoded: these go to some of the listeners as they are.
use super::FrameSender;
use crate::media::EncodedFrame;
use crate::streams::listener::Wants;
use crate::streams::track_frame::TrackFrame;

impl<T: TrackFrame> FrameSender<T> {
    /// What is listened to now.
    pub(crate) fn wants(&self) -> Wants {
        let taps = self.taps().unwrap_or_default();
        let each = taps.iter().map(|tap| tap.wants());
        each.fold(Wants::default(), |all, wants| Wants {
            frames: all.frames || wants.frames,
            encoded: all.encoded || wants.encoded,
        })
    }

    /// Hands an encoded frame to everybody who wants such, and waits until they have room for it; false means that
    /// the source is to end.
    pub(crate) fn send_encoded(&self, frame: &EncodedFrame) -> bool {
        for tap in self.taps().unwrap_or_default().iter() {
            tap.deliver_encoded(frame, &|| self.is_wanted());
        }
        self.is_wanted()
    }
}
