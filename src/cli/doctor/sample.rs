//! What a second of a device shows. Pure: from frames to a verdict.
use mediarec::clock::Timestamp;
use mediarec::media::{AudioBlock, VideoFrame};
use std::time::Duration;

/// Mean luma, 16 to 235, up to which a picture is black.
const BLACK: f64 = 20.0;
/// Part of the frame rate that a camera has to deliver.
const FEW: f64 = 0.8;
/// Deviation of a sample rate that is wrong: clocks are off by less than 0.1 %, and a second tells no better.
const WRONG_RATE: f64 = 0.03;
/// Peak of a sample, 0 to 1, up to which a microphone is silent. The noise of a room, or of a converter of 16 bits, is above it.
const SILENT: f32 = 1e-5;

/// What was captured of a device.
#[derive(Debug, Default)]
pub struct Sample {
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    frames: u64,
    /// Audio frames of the last block, which follow its time stamp.
    last_frames: u64,
    luma: f64,
    peak: f32,
}

/// What is wrong with a device that delivers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    Nothing,
    Black,
    Silent,
    /// Frames per second.
    FewFrames(f64),
    /// Samples per second.
    WrongRate(f64),
}

impl Sample {
    pub fn add_video(&mut self, frame: &VideoFrame) {
        self.add(frame.time, 1);
        let luma = frame.picture.planes()[0];
        let sum: u64 = luma.iter().map(|&value| u64::from(value)).sum();
        self.luma = self.luma.max(sum as f64 / luma.len().max(1) as f64);
    }

    pub fn add_audio(&mut self, block: &AudioBlock) {
        self.add(block.time, block.frames() as u64);
        let peak = block
            .samples
            .iter()
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        self.peak = self.peak.max(peak);
    }

    fn add(&mut self, time: Timestamp, frames: u64) {
        self.first.get_or_insert(time);
        self.last = Some(time);
        self.frames += frames;
        self.last_frames = frames;
    }

    /// Frames per second between the first time stamp and the last, which says nothing about what follows the last.
    fn rate(&self) -> Option<f64> {
        let span: Duration = self.last? - self.first?;
        let frames = self.frames - self.last_frames;
        (!span.is_zero()).then(|| frames as f64 / span.as_secs_f64())
    }

    /// What is wrong with a camera that should deliver so many frames per second.
    pub fn video_fault(&self, expected: Option<f64>) -> Option<Fault> {
        if self.frames == 0 {
            return Some(Fault::Nothing);
        }
        if self.luma <= BLACK {
            return Some(Fault::Black);
        }
        let rate = self.rate()?;
        let is_less = expected.is_some_and(|expected| rate < expected * FEW);
        is_less.then_some(Fault::FewFrames(rate))
    }

    /// What is wrong with a microphone of this sample rate.
    pub fn audio_fault(&self, expected: f64) -> Option<Fault> {
        if self.frames == 0 {
            return Some(Fault::Nothing);
        }
        if self.peak <= SILENT {
            return Some(Fault::Silent);
        }
        let rate = self.rate()?;
        ((rate / expected - 1.0).abs() > WRONG_RATE).then_some(Fault::WrongRate(rate))
    }

    /// The highest level in dBFS.
    pub fn peak_db(&self) -> f32 {
        20.0 * self.peak.log10()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mediarec::media::Picture;
    use std::sync::Arc;

    fn video(frames: u32, interval: u32, luma: u8) -> Sample {
        let mut picture = Picture::new(4, 4);
        picture.planes_mut()[0].fill(luma);
        let picture = Arc::new(picture);
        let mut sample = Sample::default();
        for number in 0..frames {
            sample.add_video(&VideoFrame {
                time: Timestamp::ZERO + Duration::from_millis((number * interval).into()),
                duration: None,
                picture: picture.clone(),
            });
        }
        sample
    }

    fn audio(blocks: u32, interval: u32, level: f32) -> Sample {
        let mut sample = Sample::default();
        for number in 0..blocks {
            sample.add_audio(&AudioBlock {
                time: Timestamp::ZERO + Duration::from_millis((number * interval).into()),
                sample_rate: 48_000,
                channels: 1,
                samples: vec![level; 480].into(),
            });
        }
        sample
    }

    #[test]
    fn a_camera_is_judged_by_its_rate_and_its_picture() {
        assert_eq!(video(0, 0, 0).video_fault(Some(30.0)), Some(Fault::Nothing));
        assert_eq!(video(40, 25, 16).video_fault(Some(40.0)), Some(Fault::Black));
        assert_eq!(video(40, 25, 90).video_fault(Some(40.0)), None);
        assert_eq!(
            video(20, 100, 90).video_fault(Some(30.0)),
            Some(Fault::FewFrames(10.0))
        );
        assert_eq!(video(20, 100, 90).video_fault(None), None);
        assert_eq!(video(1, 25, 90).video_fault(Some(40.0)), None);
    }

    #[test]
    fn a_microphone_is_judged_by_its_level_and_its_clock() {
        assert_eq!(audio(0, 0, 0.0).audio_fault(48e3), Some(Fault::Nothing));
        assert_eq!(audio(100, 10, 0.0).audio_fault(48e3), Some(Fault::Silent));
        assert_eq!(audio(100, 10, 0.1).audio_fault(48e3), None);
        let Some(Fault::WrongRate(rate)) = audio(100, 11, 0.1).audio_fault(48e3) else {
            panic!("11 ms for 10 ms of audio");
        };
        assert!((rate - 43_636.4).abs() < 0.1, "{rate}");
        assert!((audio(10, 10, 0.1).peak_db() + 20.0).abs() < 0.01);
    }
}
