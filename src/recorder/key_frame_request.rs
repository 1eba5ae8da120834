//! Requests for a key frame from outside, such as those of a receiver that has lost a picture.
use crate::clock::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Requests that come sooner wait: key frames are large, and a receiver on a bad network asks again and again.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// What a recorder and the encoder thread of one track share.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequest(AtomicBool);

/// The encoder thread's side.
#[derive(Debug, Default)]
pub(crate) struct KeyFrameRequests {
    last: Option<Timestamp>,
}

impl KeyFrameRequest {
    pub(crate) fn make(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl KeyFrameRequests {
    /// Whether the frame of this media time is to be a key frame because one was requested.
    pub(crate) fn take(&mut self, request: &KeyFrameRequest, time: Timestamp) -> bool {
        let is_too_soon = self.last.is_some_and(|last| time - last < MIN_INTERVAL);
        if is_too_soon || !request.0.swap(false, Ordering::Relaxed) {
            return false;
        }
        self.last = Some(time);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_met_once_and_at_most_one_a_second() {
        let (request, mut requests) = (KeyFrameRequest::default(), KeyFrameRequests::default());
        let mut take = |millis| requests.take(&request, Timestamp::from_millis(millis));
        assert!(!take(0));
        request.make();
        request.make();
        assert!(take(40) && !take(80));
        request.make();
        assert!(!take(1_000), "too soon");
        assert!(take(1_040), "it waits until a second has passed");
        assert!(!take(3_000));
    }
}
