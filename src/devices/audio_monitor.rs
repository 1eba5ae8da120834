//! `AudioMonitor`: plays a live track on a speaker, while it is recorded.
use crate::devices::media_devices::MediaDevices;
use crate::error::{Error, Result};
use crate::media::AudioBlock;
use crate::streams::MediaStreamTrack;
use crate::streams::listener::Listener;
use crate::streams::playback::{PlaybackQueue, PlaybackWriter};
use crate::streams::track::Feed;
use crate::sync::Mutex;
use crossbeam_channel::RecvTimeoutError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Blocks that may wait for the monitor.
const CAPACITY: usize = 64;
/// How long it waits for a block before it looks at the speaker.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Plays a live audio track on a speaker.
///
/// It runs on a thread of its own, and the recording of the track knows nothing of it: a speaker that is slow, missing or
/// unplugged costs it no sample. The clocks of microphone and speaker differ; the audio is resampled by up to 0.2 % so that
/// what waits stays at about 60 ms. Dropping it ends it.
///
/// ```
/// use mediarec::constraints::MediaStreamConstraints;
/// use mediarec::devices::synthetic::FakeDevices;
/// use mediarec::devices::{AudioMonitor, MediaDevices};
///
/// let devices = MediaDevices::new(FakeDevices::default());
/// let stream = devices.get_user_media(&MediaStreamConstraints::audio())?;
/// let monitor = AudioMonitor::new(&devices, &stream.tracks()[0], "default")?;
/// assert!(monitor.failure().is_none());
/// # Ok::<(), mediarec::error::Error>(())
/// ```
#[derive(Debug)]
pub struct AudioMonitor {
    queue: PlaybackQueue,
    shared: Arc<Shared>,
}

/// What a monitor could not play.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AudioMonitorStats {
    /// How often the speaker had to wait for audio.
    pub underruns: u64,
    /// Samples per channel that were left out, so that what is heard is not late.
    pub dropped_samples: u64,
}

#[derive(Debug, Default)]
struct Shared {
    stopped: AtomicBool,
    /// The label of the speaker, once it plays.
    speaker: Mutex<Option<String>>,
    failure: Mutex<Option<Arc<Error>>>,
}

impl AudioMonitor {
    /// Begins to play a track on the speaker of this device id, or on the system's default one with `default`. Returns at
    /// once: whether the speaker can be opened shows later, in [`speaker`](Self::speaker) and [`failure`](Self::failure).
    ///
    /// # Errors
    /// `Type` for a video track; `NotSupported` for one that is not live, such as that of a file, which the monitor would hold
    /// up; `Unknown` if the system has no thread for it.
    pub fn new(devices: &MediaDevices, track: &MediaStreamTrack, speaker: &str) -> Result<Self> {
        let Feed::Audio(feed) = track.feed() else {
            return Err(Error::type_error("a video track cannot be heard"));
        };
        if !track.is_live() {
            return Err(Error::not_supported(format!(
                "'{}' is not live: it is as fast as it is encoded, and cannot be heard meanwhile",
                track.label()
            )));
        }
        let monitor = Self {
            queue: PlaybackQueue::default(),
            shared: Arc::default(),
        };
        let run = Run {
            devices: devices.clone(),
            speaker: speaker.to_owned(),
            blocks: feed.listen(CAPACITY),
            queue: monitor.queue.clone(),
            shared: monitor.shared.clone(),
        };
        let thread = thread::Builder::new().name("monitor".into());
        thread
            .spawn(move || run.until_end())
            .map_err(|error| Error::unknown("cannot create a thread for the monitor", error))?;
        Ok(monitor)
    }

    /// Returns the label of the speaker; `None` until it plays.
    #[must_use]
    pub fn speaker(&self) -> Option<String> {
        self.shared.speaker.lock().clone()
    }

    /// Returns why nothing is played, once the speaker could not be opened or is gone.
    #[must_use]
    pub fn failure(&self) -> Option<Arc<Error>> {
        self.shared.failure.lock().clone()
    }

    /// Returns what could not be played so far.
    #[must_use]
    pub fn stats(&self) -> AudioMonitorStats {
        let counts = self.queue.counts();
        AudioMonitorStats {
            underruns: counts.underruns,
            dropped_samples: counts.dropped,
        }
    }
}

impl Drop for AudioMonitor {
    fn drop(&mut self) {
        // Its thread is not waited for: closing a speaker may take its time.
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

/// What the thread of a monitor works with.
struct Run {
    devices: MediaDevices,
    speaker: String,
    blocks: Listener<AudioBlock>,
    queue: PlaybackQueue,
    shared: Arc<Shared>,
}

impl Run {
    fn until_end(self) {
        if let Err(error) = self.play() {
            *self.shared.failure.lock() = Some(Arc::new(error));
        }
    }

    fn play(&self) -> Result<()> {
        let (label, mut playback) = self.devices.open_speaker(&self.speaker, &self.queue)?;
        *self.shared.speaker.lock() = Some(label);
        let mut writer = PlaybackWriter::new(self.queue.clone());
        while !self.shared.stopped.load(Ordering::Relaxed) {
            match self.blocks.next_timeout(POLL_INTERVAL) {
                Ok(block) => writer.push(&block)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if let Some(failure) = playback.failure() {
                return Err(failure);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraints::MediaStreamConstraints;
    use crate::devices::synthetic::FakeDevices;
    use std::time::Instant;

    fn monitor(script: &str, speaker: &str) -> (AudioMonitor, MediaStreamTrack) {
        let devices = MediaDevices::new(FakeDevices::from_spec(script).unwrap());
        let stream = devices.get_user_media(&MediaStreamConstraints::audio()).unwrap();
        let track = stream.tracks().remove(0);
        (AudioMonitor::new(&devices, &track, speaker).unwrap(), track)
    }

    fn wait_until(is_so: impl Fn() -> bool) {
        let begin = Instant::now();
        while !is_so() {
            assert!(begin.elapsed() < Duration::from_secs(30));
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_track_is_played_on_the_default_speaker() {
        let (monitor, _track) = monitor("", "default");
        wait_until(|| monitor.speaker().is_some());
        assert_eq!(monitor.speaker().as_deref(), Some("Fake speaker"));
        wait_until(|| monitor.queue.is_playing());
        assert!(monitor.failure().is_none());
    }

    #[test]
    fn a_speaker_that_is_missing_busy_or_unplugged_is_a_failure_of_the_monitor_alone() {
        for (script, speaker, expected) in [
            ("", "no such speaker", "NotFoundError"),
            ("busy=speaker1", "default", "NotReadableError"),
            ("unplug=speaker1@0s", "default", "NotFoundError"),
            ("unplug=speaker1@1s", "default", "NotReadableError"),
        ] {
            let (monitor, track) = monitor(script, speaker);
            wait_until(|| monitor.failure().is_some());
            assert_eq!(monitor.failure().unwrap().name(), expected, "{script}");
            assert!(track.audio_blocks(1).unwrap().next().is_some(), "{script}");
        }
    }

    #[test]
    fn what_is_not_live_is_refused() {
        let devices = MediaDevices::new(FakeDevices::from_spec("unpaced").unwrap());
        let both = devices
            .get_user_media(&MediaStreamConstraints::audio_video())
            .unwrap();
        let names = both
            .tracks()
            .iter()
            .map(|track| AudioMonitor::new(&devices, track, "default").unwrap_err().name())
            .collect::<Vec<_>>();
        assert_eq!(names, ["NotSupportedError", "TypeError"]);
    }
}
