//! The callbacks of a stream: audio is stamped and queued, errors are classified. Neither waits for another thread.
use crate::clock::{Clock, Timestamp};
use crate::devices::microphone::errors::{Severity, device_error, severity};
use crate::devices::microphone::gaps::GapDetector;
use crate::devices::microphone::samples::to_f32;
use crate::devices::microphone::silence_error_output;
use crate::error::Error;
use crate::media::{AudioBlock, AudioFormat, frames_to_duration};
use cpal::{Data, InputCallbackInfo};
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// This many errors without audio in between end the stream: with [`ERROR_PAUSE`], after a quarter of a second.
const MAX_ERRORS: u32 = 50;
/// Some drivers call without a pause once their server has died; each call after the first sleeps this long.
const ERROR_PAUSE: Duration = Duration::from_millis(5);

/// Counters of one stream, shared by its callbacks and its reader.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Number of blocks dropped because the queue was full.
    dropped: AtomicU64,
    /// Number of blocks missing according to the timestamps.
    missing: AtomicU64,
    /// Number of errors since the last block.
    errors: AtomicU32,
}

impl Counters {
    /// Returns the number of blocks lost before and behind the queue.
    pub(super) fn lost(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed) + self.missing.load(Ordering::Relaxed)
    }
}

/// The data callback of one stream.
pub(super) struct Callback {
    format: AudioFormat,
    pub(super) clock: Clock,
    /// Whether the device measures how old a block is; otherwise times are those of arrival.
    measures_delay: bool,
    queue: Sender<AudioBlock>,
    counters: Arc<Counters>,
    gaps: GapDetector,
}

impl Callback {
    pub(super) const fn new(
        format: AudioFormat,
        clock: Clock,
        measures_delay: bool,
        queue: Sender<AudioBlock>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            gaps: GapDetector::new(format.sample_rate),
            format,
            clock,
            measures_delay,
            queue,
            counters,
        }
    }

    /// Returns the error callback of the same stream. It sends the error that ends the stream to `end`.
    pub(super) fn error_callback(&self, label: &str, end: Sender<Error>) -> ErrorCallback {
        ErrorCallback {
            label: label.to_owned(),
            end,
            counters: Arc::clone(&self.counters),
        }
    }

    pub(super) fn on_data(&mut self, data: &Data, info: &InputCallbackInfo) {
        let now = self.clock.now();
        if self.counters.errors.swap(0, Ordering::Relaxed) > 0 {
            silence_error_output();
        }
        let Some(samples) = to_f32(data) else { return };
        let frames = samples.len() / usize::from(self.format.channels.max(1));
        let length = frames_to_duration(frames as u64, self.format.sample_rate);
        // The first sample is at least as old as its block is long.
        self.push(now - self.delay(info).max(length), now, samples);
    }

    /// Returns the time from the capture of a block's first sample to the callback, as the device tells it.
    fn delay(&self, info: &InputCallbackInfo) -> Duration {
        // cpal's clock is not ours: only the difference of its two timestamps is used.
        let stamps = info.timestamp();
        if self.measures_delay {
            stamps.callback.saturating_duration_since(stamps.capture)
        } else {
            Duration::ZERO
        }
    }

    /// Queues a block that has arrived `now`, and whose first sample was captured at `time`.
    pub(super) fn push(&mut self, time: Timestamp, now: Timestamp, samples: Arc<[f32]>) {
        let block = AudioBlock {
            time,
            sample_rate: self.format.sample_rate,
            channels: self.format.channels,
            samples,
        };
        self.count_missing(&block, now);
        // If the reader is too slow, the newest block is dropped; the counters report it.
        if self.queue.try_send(block).is_err() {
            self.counters.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count_missing(&mut self, block: &AudioBlock, now: Timestamp) {
        let gap = self.gaps.push(block.time, now, block.frames() as u64);
        if !gap.is_zero() {
            let blocks = gap.as_secs_f64() / block.duration().as_secs_f64();
            self.counters
                .missing
                .fetch_add((blocks.round() as u64).max(1), Ordering::Relaxed);
        }
    }
}

/// The error callback of one stream.
pub(super) struct ErrorCallback {
    label: String,
    end: Sender<Error>,
    counters: Arc<Counters>,
}

impl ErrorCallback {
    pub(super) fn on_error(&mut self, error: cpal::Error) {
        silence_error_output();
        let errors = self.counters.errors.fetch_add(1, Ordering::Relaxed) + 1;
        let ends = match severity(error.kind()) {
            Severity::Fatal => true,
            Severity::Glitch | Severity::Unknown => errors >= MAX_ERRORS,
        };
        if ends {
            // Only the first error is reported: the channel has room for one.
            let _ = self.end.try_send(device_error(&self.label, error, None));
        }
        if errors > 1 {
            // Sleeping in the callback is harmless: the stream delivers no audio at the moment.
            std::thread::sleep(ERROR_PAUSE);
        }
    }
}
