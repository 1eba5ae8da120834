//! An open fake microphone.
use super::DeviceScript;
use super::timer::FrameTimer;
use super::tone::Tone;
use crate::error::Result;
use crate::media::{AudioBlock, AudioFormat, frames_to_duration};
use crate::streams::Capture;
use std::time::Duration;

/// Number of blocks per second of the device's clock.
pub(super) const BLOCKS_PER_SECOND: u32 = 100;

/// A sound system keeps more than a camera does, as that is less data.
const BUFFER: Duration = Duration::from_secs(2);

pub(super) struct OpenMicrophone {
    script: DeviceScript,
    timer: FrameTimer,
    format: AudioFormat,
    tone: Tone,
    /// The next block, if it was not due at the last read: its number, and its start after the epoch.
    block: Option<(u64, Duration)>,
    muted: bool,
}

impl OpenMicrophone {
    pub(super) fn new(script: DeviceScript, mut timer: FrameTimer, format: AudioFormat) -> Self {
        timer.buffer = BUFFER;
        Self {
            tone: Tone::new(format, script.skew()),
            script,
            timer,
            format,
            block: None,
            muted: false,
        }
    }
}

impl OpenMicrophone {
    /// The samples of this block, which has so many sample frames.
    fn samples(&self, number: u64, frames: u64, since_epoch: Duration) -> Vec<f32> {
        match self.script.signal(since_epoch) {
            Some(signal) => {
                let frames = usize::try_from(frames).unwrap_or(usize::MAX);
                signal.samples(number, frames * usize::from(self.format.channels))
            }
            None => self.tone.samples(number * frames, frames),
        }
    }
}

impl Capture<AudioBlock> for OpenMicrophone {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn read(&mut self, timeout: Duration) -> Result<Option<AudioBlock>> {
        let (number, since_epoch) = match self.block.take() {
            Some(block) => block,
            None => self.timer.next(),
        };
        let frames = u64::from(self.format.sample_rate / BLOCKS_PER_SECOND);
        let time = self.timer.epoch + since_epoch;
        // A block is complete at its end.
        let end = time + frames_to_duration(frames, self.format.sample_rate);
        if !self.timer.wait_until(end, timeout) {
            self.block = Some((number, since_epoch));
            return Ok(None);
        }
        self.script.check_presence(since_epoch)?;
        self.muted = self.script.is_muted(since_epoch);
        Ok((!self.script.is_stalled(since_epoch)).then(|| AudioBlock {
            time,
            sample_rate: self.format.sample_rate,
            channels: self.format.channels,
            samples: self.samples(number, frames, since_epoch).into(),
        }))
    }

    fn lost(&self) -> u64 {
        self.timer.skipped()
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}
