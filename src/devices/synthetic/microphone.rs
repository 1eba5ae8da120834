//! A fake microphone that is open.
use super::Scene;
use super::ticks::Ticks;
use super::tone::Tone;
use crate::error::Result;
use crate::media::{AudioBlock, AudioFormat, frames_to_duration};
use crate::streams::Capture;
use std::time::Duration;

/// Blocks a second that a microphone delivers, by its own clock.
pub(super) const BLOCKS_PER_SECOND: u32 = 100;

pub(super) struct OpenMicrophone {
    scene: Scene,
    ticks: Ticks,
    format: AudioFormat,
    tone: Tone,
    /// Number of the next block and when it begins, after the epoch.
    block: Option<(u64, Duration)>,
    muted: bool,
}

impl OpenMicrophone {
    pub(super) fn new(scene: Scene, ticks: Ticks, format: AudioFormat) -> Self {
        Self {
            tone: Tone::new(format, scene.skew()),
            scene,
            ticks,
            format,
            block: None,
            muted: false,
        }
    }
}

impl Capture<AudioBlock> for OpenMicrophone {
    fn format(&self) -> AudioFormat {
        self.format
    }

    fn read(&mut self, wait: Duration) -> Result<Option<AudioBlock>> {
        let (number, since_epoch) = match self.block.take() {
            Some(block) => block,
            None => self.ticks.next(),
        };
        let frames = u64::from(self.format.sample_rate / BLOCKS_PER_SECOND);
        let time = self.ticks.epoch + since_epoch;
        // Sound can be had when it is over.
        let end = time + frames_to_duration(frames, self.format.sample_rate);
        if !self.ticks.wait_until(end, wait) {
            self.block = Some((number, since_epoch));
            return Ok(None);
        }
        self.scene.check_presence(since_epoch)?;
        self.muted = self.scene.is_muted(since_epoch);
        Ok((!self.scene.is_stalled(since_epoch)).then(|| AudioBlock {
            time,
            sample_rate: self.format.sample_rate,
            channels: self.format.channels,
            samples: self.tone.samples(number * frames, frames),
        }))
    }

    fn lost(&self) -> u64 {
        self.ticks.skipped()
    }

    fn is_muted(&self) -> bool {
        self.muted
    }
}
