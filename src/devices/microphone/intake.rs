//! Where `cpal` calls: sound is stamped and queued, errors are weighed. Nothing here waits for another thread.
use crate::clock::Clock;
use crate::devices::microphone::failure::{Weight, failure, weight};
use crate::devices::microphone::gaps::Gaps;
use crate::devices::microphone::quieten;
use crate::devices::microphone::samples::to_f32;
use crate::error::Error;
use crate::media::{AudioBlock, AudioFormat};
use cpal::{Data, InputCallbackInfo};
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// So many errors without sound between them are the end: a quarter of a second of them.
const MAX_ERRORS: u32 = 50;
/// Some drivers call without a pause when their server has died; each call past the first waits this long.
const ERROR_PAUSE: Duration = Duration::from_millis(5);

/// What a stream has counted.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Blocks for which the queue had no room.
    dropped: AtomicU64,
    /// Blocks that the stamps say are missing.
    missing: AtomicU64,
    /// Errors since there was sound.
    errors: AtomicU32,
}

impl Counters {
    /// Blocks lost on either side of the queue.
    pub(super) fn lost(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed) + self.missing.load(Ordering::Relaxed)
    }
}

/// Takes the sound of one stream.
pub(super) struct Intake {
    format: AudioFormat,
    clock: Clock,
    queue: Sender<AudioBlock>,
    counters: Arc<Counters>,
    gaps: Gaps,
}

impl Intake {
    pub(super) const fn new(
        format: AudioFormat,
        clock: Clock,
        queue: Sender<AudioBlock>,
        counters: Arc<Counters>,
    ) -> Self {
        Self {
            gaps: Gaps::new(format.sample_rate),
            format,
            clock,
            queue,
            counters,
        }
    }

    /// Who takes the errors of the same stream.
    pub(super) fn errors(&self, label: &str, end: Sender<Error>) -> Errors {
        Errors {
            label: label.to_owned(),
            end,
            counters: Arc::clone(&self.counters),
        }
    }

    pub(super) fn take(&mut self, data: &Data, info: &InputCallbackInfo) {
        let now = self.clock.now();
        if self.counters.errors.swap(0, Ordering::Relaxed) > 0 {
            quieten();
        }
        let Some(samples) = to_f32(data) else { return };
        let stamps = info.timestamp();
        // Instants of two clocks: only their difference is meant.
        let age = stamps.callback.saturating_duration_since(stamps.capture);
        let block = AudioBlock {
            time: now - age,
            sample_rate: self.format.sample_rate,
            channels: self.format.channels,
            samples,
        };
        self.count_missing(&block);
        // When nobody reads, the newest is lost, and whoever reads too slowly hears that from the counters.
        if self.queue.try_send(block).is_err() {
            self.counters.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn count_missing(&mut self, block: &AudioBlock) {
        let gap = self.gaps.push(block.time, block.frames() as u64);
        if !gap.is_zero() {
            let blocks = gap.as_secs_f64() / block.duration().as_secs_f64();
            self.counters
                .missing
                .fetch_add((blocks.round() as u64).max(1), Ordering::Relaxed);
        }
    }
}

/// Takes the errors of one stream.
pub(super) struct Errors {
    label: String,
    end: Sender<Error>,
    counters: Arc<Counters>,
}

impl Errors {
    pub(super) fn take(&mut self, error: cpal::Error) {
        quieten();
        let errors = self.counters.errors.fetch_add(1, Ordering::Relaxed) + 1;
        let ends = match weight(error.kind()) {
            Weight::End => true,
            Weight::Glitch | Weight::Unclear => errors >= MAX_ERRORS,
        };
        if ends {
            // The first reason stands.
            let _ = self.end.try_send(failure(&self.label, error, None));
        }
        if errors > 1 {
            // The stream is without sound anyway.
            std::thread::sleep(ERROR_PAUSE);
        }
    }
}
