//! One encoder of several that share a track: it encodes whole key frame intervals on a thread of its own.
use crate::clock::Timestamp;
use crate::encode::Encoder;
use crate::error::{Error, Result};
use crate::media::{Packet, VideoFrame};
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A frame for a worker.
pub(super) struct Task {
    /// Number of the frame in its track, from 0; `None` for one that is encoded for the rate control only.
    pub(super) number: Option<u64>,
    pub(super) frame: VideoFrame,
    /// Whether an interval begins with it.
    pub(super) is_first: bool,
}

/// What became of a frame: its packets, or `None` if it was given up.
pub(super) struct Finished {
    /// That of the task. Without one there is only a failure.
    pub(super) number: Option<u64>,
    pub(super) result: Result<Option<Vec<Packet>>>,
}

/// The thread of an encoder.
pub(super) struct EncoderWorker {
    tasks: Sender<Task>,
    thread: JoinHandle<()>,
}

impl EncoderWorker {
    /// Starts it. Once `given_up` is set, which it does when it fails, it encodes no further frame.
    ///
    /// # Errors
    /// `Unknown` if there can be no thread.
    pub(super) fn start<E>(encoder: E, finished: Sender<Finished>, given_up: Arc<AtomicBool>) -> Result<Self>
    where
        E: Encoder<Input = VideoFrame> + 'static,
    {
        // Its length is limited by those who send.
        let (tasks, queue) = unbounded();
        let thread = thread::Builder::new()
            .name("encode-interval".into())
            .spawn(move || encode_all(encoder, &queue, &finished, &given_up))
            .map_err(|e| Error::unknown("no thread can be started for an encoder", e))?;
        Ok(Self { tasks, thread })
    }

    pub(super) fn send(&self, task: Task) {
        // The thread goes on until this end is dropped.
        let _ = self.tasks.send(task);
    }

    /// Waits for the end of its thread, after its last frame.
    pub(super) fn join(self) {
        drop(self.tasks);
        // A panic was reported as the result of its frame.
        let _ = self.thread.join();
    }
}

fn encode_all<E>(mut encoder: E, tasks: &Receiver<Task>, finished: &Sender<Finished>, given_up: &AtomicBool)
where
    E: Encoder<Input = VideoFrame>,
{
    let mut time = OwnTime::default();
    for task in tasks {
        let number = task.number;
        let result = if given_up.load(Ordering::Relaxed) {
            Ok(None)
        } else {
            panic::catch_unwind(AssertUnwindSafe(|| encode(&mut encoder, task, &mut time)))
                .unwrap_or_else(|_| Err(Error::unknown("an encoder failed", "it panicked")))
                .map(Some)
        };
        if result.is_err() {
            // Nothing can follow; but who waits gets an answer for each frame.
            given_up.store(true, Ordering::Relaxed);
        }
        if number.is_none() && result.is_ok() {
            continue;
        }
        if finished.send(Finished { number, result }).is_err() {
            return;
        }
    }
}

fn encode<E>(encoder: &mut E, task: Task, time: &mut OwnTime) -> Result<Vec<Packet>>
where
    E: Encoder<Input = VideoFrame>,
{
    let Task {
        mut frame, is_first, ..
    } = task;
    if is_first {
        encoder.restart();
    }
    let media = frame.time;
    frame.time = time.of(&frame, is_first);
    let mut packets = Vec::with_capacity(1);
    encoder.encode(frame, &mut packets)?;
    for packet in &mut packets {
        packet.time = media;
    }
    Ok(packets)
}

/// Media time without the intervals that others encode: a gap would have the rate control spend the bits of all of it.
#[derive(Debug, Default)]
struct OwnTime {
    /// End of the last frame, by its duration if it is known.
    end: Timestamp,
    skipped: Duration,
}

impl OwnTime {
    fn of(&mut self, frame: &VideoFrame, is_first: bool) -> Timestamp {
        if is_first {
            self.skipped = frame.time - self.end;
        }
        let time = frame.time - self.skipped;
        self.end = time + frame.duration.unwrap_or_default();
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorder::test_media::{frame, ms};

    #[test]
    fn an_encoder_sees_its_own_intervals_one_after_the_other() {
        let mut time = OwnTime::default();
        let times: Vec<_> = [(1000, true), (1033, false), (3000, true), (3033, false)]
            .map(|(at, is_first)| time.of(&frame(at), is_first))
            .to_vec();
        assert_eq!(times, [ms(0), ms(33), ms(66), ms(99)]);
    }
}
