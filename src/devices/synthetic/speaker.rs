//! The fake speaker: takes audio at its own pace, and nobody hears it.
use super::DeviceScript;
use super::script::unplugged;
use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::media::AudioFormat;
use crate::streams::{Playback, PlaybackQueue};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const FORMAT: AudioFormat = AudioFormat {
    sample_rate: 48_000,
    channels: 2,
};

/// Length of a block in milliseconds.
const BLOCK: u64 = 10;

/// An open speaker. Dropping it ends its thread.
pub(super) struct OpenSpeaker {
    script: DeviceScript,
    clock: Clock,
    epoch: Timestamp,
    closed: Arc<AtomicBool>,
}

impl OpenSpeaker {
    /// Begins to play.
    ///
    /// # Errors
    /// `Unknown` if the system has no thread for it.
    pub(super) fn start(
        script: DeviceScript,
        clock: &Clock,
        epoch: Timestamp,
        queue: &PlaybackQueue,
    ) -> Result<Self> {
        let closed = Arc::new(AtomicBool::new(false));
        let (ends, queue) = (closed.clone(), queue.clone());
        queue.start(FORMAT);
        let play = move || {
            let length = FORMAT.sample_rate as usize * BLOCK as usize / 1000 * usize::from(FORMAT.channels);
            let mut block = vec![0.0; length];
            while !ends.load(Ordering::Relaxed) {
                queue.fill(&mut block);
                thread::sleep(Duration::from_millis(BLOCK));
            }
        };
        let thread = thread::Builder::new().name("fake-speaker".into()).spawn(play);
        thread.map_err(|error| Error::unknown("cannot create a thread for the fake speaker", error))?;
        Ok(Self {
            script,
            clock: clock.clone(),
            epoch,
            closed,
        })
    }
}

impl Playback for OpenSpeaker {
    fn failure(&mut self) -> Option<Error> {
        let elapsed = self.clock.now() - self.epoch;
        let DeviceScript { script, device } = &self.script;
        (!script.is_present(device, elapsed)).then(|| unplugged(device))
    }
}

impl Drop for OpenSpeaker {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}
