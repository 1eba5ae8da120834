//! What a speaker plays, and an open speaker.
use crate::error::{Error, Result};
use crate::media::{AudioBlock, AudioFormat};
use crate::sound::{PlaybackBuffer, PlaybackCounts, PlaybackResampler};
use crate::sync::Mutex;
use std::sync::Arc;

/// An open speaker. Dropping it closes it.
pub trait Playback {
    /// Returns why the speaker is gone, once it is. Called several times a second, on the thread that opened it.
    fn failure(&mut self) -> Option<Error>;
}

/// Audio that waits for a speaker, which takes it from a callback of its driver. Clones are of the same audio.
#[derive(Clone, Debug, Default)]
pub struct PlaybackQueue(Arc<Mutex<Option<PlaybackBuffer>>>);

impl PlaybackQueue {
    /// Begins to play in the format of the speaker, which a backend calls before it starts the speaker. Until then there is
    /// nothing to play.
    pub fn start(&self, format: AudioFormat) {
        *self.0.lock() = Some(PlaybackBuffer::new(format));
    }

    /// Fills the next block of the speaker with interleaved samples in −1…1: silence where there is nothing to play. It does
    /// not wait, so that the callback of a driver can call it.
    pub fn fill(&self, output: &mut [f32]) {
        match &mut *self.0.lock() {
            Some(buffer) => buffer.pull(output),
            None => output.fill(0.0),
        }
    }

    #[cfg(test)]
    pub(crate) fn is_playing(&self) -> bool {
        self.0.lock().as_ref().is_some_and(PlaybackBuffer::is_playing)
    }

    pub(crate) fn counts(&self) -> PlaybackCounts {
        let buffer = self.0.lock();
        buffer.as_ref().map(PlaybackBuffer::counts).unwrap_or_default()
    }
}

/// Fills such a queue.
#[derive(Default)]
pub(crate) struct PlaybackWriter {
    queue: PlaybackQueue,
    resampler: Option<PlaybackResampler>,
}

impl PlaybackWriter {
    pub(crate) fn new(queue: PlaybackQueue) -> Self {
        Self {
            queue,
            resampler: None,
        }
    }

    /// Adds a block, resampled for the speaker. Until that has started, it is dropped.
    ///
    /// # Errors
    /// `Unknown` if the audio cannot be resampled.
    pub(crate) fn push(&mut self, block: &AudioBlock) -> Result<()> {
        let Some(speaker) = self.queue.0.lock().as_ref().map(PlaybackBuffer::format) else {
            return Ok(());
        };
        if block.channels == 0 || block.sample_rate == 0 {
            return Ok(());
        }
        let fitting = self.resampler.take();
        let fitting = fitting.filter(|resampler| resampler.fits(block.sample_rate, speaker));
        let resampler = match fitting {
            Some(resampler) => resampler,
            None => PlaybackResampler::new(block.sample_rate, speaker)?,
        };
        let resampler = self.resampler.insert(resampler);
        let mut samples = Vec::new();
        resampler.push(block, &mut |ready| samples.extend_from_slice(ready))?;
        if samples.is_empty() {
            return Ok(());
        }
        let slew = self.queue.0.lock().as_mut().map(|buffer| buffer.push(&samples));
        resampler.set_slew(slew.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_speaker_hears_what_is_written_in_its_own_format_once_it_has_started() {
        let queue = PlaybackQueue::default();
        let mut writer = PlaybackWriter::new(queue.clone());
        let block = AudioBlock {
            time: Timestamp::ZERO,
            sample_rate: 44_100,
            channels: 1,
            samples: vec![0.5; 441].into(),
        };
        writer.push(&block).unwrap();
        queue.start(AudioFormat {
            sample_rate: 48_000,
            channels: 2,
        });
        let mut output = [1.0; 1920];
        queue.fill(&mut output);
        assert_eq!(output[..], [0.0; 1920][..]);
        for _ in 0..12 {
            writer.push(&block).unwrap();
        }
        queue.fill(&mut output);
        queue.fill(&mut output);
        assert!((output[1900] - 0.5).abs() < 0.01, "{}", output[1900]);
        assert_eq!(queue.counts(), PlaybackCounts::default());
    }
}
