//! What a microphone delivers, measured: its rate, its timestamps, how late it is, and a tone.
use super::open;
use crate::clock::{Clock, Timestamp};
use crate::devices::capture_device::CaptureDevice;
use crate::media::{AudioBlock, duration_to_frames};
use std::fmt;
use std::time::Duration;

pub(super) const READ_TIMEOUT: Duration = Duration::from_millis(100);

/// What is left out at the beginning of a tone: silence until a stream has started, and how a server's resampler begins.
const EDGE: Duration = Duration::from_millis(250);

/// A recording of a tone of 440 Hz.
pub(super) struct Measurement {
    hardware_id: String,
    /// The blocks, and when each arrived.
    blocks: Vec<(AudioBlock, Timestamp)>,
    /// The time that opening took, until there was audio.
    opened: Duration,
    /// Number of lost blocks.
    pub(super) lost: u64,
}

impl Measurement {
    /// Records `length` of audio, in the device's own format.
    pub(super) fn of(device: &CaptureDevice, clock: &Clock, length: Duration) -> Self {
        let start = clock.now();
        let mut capture = open(device, 0, clock).unwrap();
        let opened = clock.now() - start;
        let mut blocks: Vec<(AudioBlock, Timestamp)> = Vec::new();
        while blocks.iter().map(|(block, _)| block.duration()).sum::<Duration>() < length {
            assert!(
                clock.now() - start < length * 2 + Duration::from_secs(4),
                "too little audio arrived"
            );
            let block = capture.read(READ_TIMEOUT).unwrap();
            blocks.extend(block.map(|block| (block, clock.now())));
        }
        Self {
            hardware_id: device.hardware_id.clone(),
            blocks,
            opened,
            lost: capture.lost(),
        }
    }

    fn first(&self) -> &AudioBlock {
        &self.blocks[0].0
    }

    pub(super) fn sample_rate(&self) -> u32 {
        self.first().sample_rate
    }

    pub(super) fn channels(&self) -> u16 {
        self.first().channels
    }

    /// Returns the frequency in Hz of a channel, by rising zero crossings, and its peak.
    fn tone(&self, channel: u16) -> (f64, f32) {
        let channels = usize::from(self.channels());
        let blocks = self.blocks.iter().map(|(block, _)| block);
        let samples: Vec<f32> = blocks
            .flat_map(|block| {
                block
                    .samples
                    .iter()
                    .skip(channel.into())
                    .step_by(channels)
                    .copied()
            })
            .skip(duration_to_frames(EDGE, self.sample_rate()) as usize)
            .collect();
        let rising = samples
            .windows(2)
            .filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0)
            .count();
        let seconds = samples.len() as f64 / f64::from(self.sample_rate());
        let peak = samples
            .iter()
            .fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        (rising as f64 / seconds, peak)
    }

    pub(super) fn assert_tone(&self, channel: u16, level: f32) {
        let (frequency, peak) = self.tone(channel);
        let id = &self.hardware_id;
        assert!(
            (frequency - 440.0).abs() < 1.0,
            "{id}, channel {channel}: {frequency} Hz"
        );
        assert!(
            (peak / level - 1.0).abs() < 0.1,
            "{id}, channel {channel}: peak {peak}"
        );
    }

    /// Returns how much the actual rate exceeds the nominal one, in ppm: the slope of a line fitted to the timestamps.
    pub(super) fn ppm(&self) -> f64 {
        let mut media = 0.0;
        let points: Vec<(f64, f64)> = self
            .blocks
            .iter()
            .map(|(block, _)| {
                let point = (media, (block.time - self.first().time).as_secs_f64());
                media += block.duration().as_secs_f64();
                point
            })
            .collect();
        let count = points.len() as f64;
        let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| {
            (sum.0 + point.0 / count, sum.1 + point.1 / count)
        });
        let covariance: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
        let variance: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
        (variance / covariance - 1.0) * 1e6
    }

    /// Returns how far timestamps are from the position in samples, in ms around the median.
    pub(super) fn stamps(&self) -> String {
        let mut position = 0.0;
        let offsets: Vec<f64> = self
            .blocks
            .iter()
            .map(|(block, _)| {
                let offset = millis(block.time - Timestamp::ZERO) - position;
                position += millis(block.duration());
                offset
            })
            .collect();
        let (least, middle, most) = spread(offsets.clone());
        format!(
            "stamps first {:+.1} ms, {:+.1}…{:+.1} ms",
            offsets[0] - middle,
            least - middle,
            most - middle
        )
    }

    /// Returns how long after its capture the oldest sample of a block arrives, in ms: the median and the maximum. What is
    /// in the queue when the device has been opened is left out.
    pub(super) fn latency(&self) -> (f64, f64) {
        let delays = self
            .blocks
            .iter()
            .map(|(block, arrival)| millis(*arrival - block.time));
        let (_, middle, most) = spread(delays.skip(self.blocks.len() / 4).collect());
        (middle, most)
    }
}

/// A row of the table of `script/devices-test`, with words that it looks for.
impl fmt::Display for Measurement {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (frequency, peak) = self.tone(0);
        let (middle, most) = self.latency();
        write!(
            text,
            "{} {} Hz {} ch: opened in {:.0} ms, rate {:+.0} ppm, latency {middle:.0} ms, at most {most:.0} ms, lost {}; \
             {} blocks of {} frames; {frequency:.2} Hz, peak {peak:.4}",
            self.hardware_id,
            self.sample_rate(),
            self.channels(),
            millis(self.opened),
            self.ppm(),
            self.lost,
            self.blocks.len(),
            self.blocks[1].0.frames()
        )
    }
}

fn millis(length: Duration) -> f64 {
    length.as_secs_f64() * 1e3
}

/// Returns the minimum, the median and the maximum.
fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[0], values[values.len() / 2], values[values.len() - 1])
}
