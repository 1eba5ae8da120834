//! Several encoders for one video track that is not live: each takes whole key frame intervals, in turn.
//!
//! Intervals do not depend on each other, so that packets are the same however the threads are scheduled. They do depend on the
//! number of encoders, as each has a rate control of its own.
use crate::encode::{Encoder, KeyFrameInterval, KeyFrames, VideoCodec, VideoEncoder, VideoOptions};
use crate::error::{Error, Result};
use crate::media::{Packet, TrackInfo, VideoFormat, VideoFrame};
use crate::recorder::encoder_worker::{EncoderWorker, Finished, Task};
use crossbeam_channel::{Receiver, unbounded};
use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Frames of all tracks that wait for their encoders take no more memory than this, in bytes.
const MAX_WAITING: usize = 256 << 20;

/// More encoders than any machine needs.
const MAX_JOBS: usize = 64;

/// Beyond so many, threads of an encoder wait for each other.
const MAX_USEFUL_THREADS: u32 = 4;

/// Frames that each encoder has ahead, however large they are.
const MIN_AHEAD: usize = 2;

/// An encoder that begins in the middle first encodes so many frames before its own, which are thrown away: its rate control
/// needs them to find the quality that the bit rate allows.
const WARM_UP: usize = 20;

/// The encoders of one track, and the frames that they have.
pub(crate) struct ParallelEncoder {
    info: TrackInfo,
    workers: Vec<EncoderWorker>,
    key_frames: KeyFrames,
    /// Index of the one that the present interval goes to.
    current: usize,
    /// The last frames, while there are encoders that have not begun.
    recent: VecDeque<VideoFrame>,
    idle: usize,
    finished: Receiver<Finished>,
    /// Each frame whose packets are not delivered yet.
    frames: VecDeque<Progress>,
    /// Number of the first of them.
    first: u64,
    /// Frames that are not encoded yet, and the most there may be.
    waiting: usize,
    max_waiting: usize,
    given_up: Arc<AtomicBool>,
    failure: Option<Error>,
}

/// How far a frame is.
enum Progress {
    Waiting,
    Encoded(Vec<Packet>),
    GivenUp,
}

/// How the work on a track is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Division {
    /// Number of encoders.
    pub(crate) jobs: usize,
    /// Threads of each of them.
    threads: Option<u32>,
    /// Frames that may wait for them.
    max_waiting: usize,
}

impl Division {
    /// For frames of this format that are not live, of one of so many `tracks`.
    pub(crate) fn new(
        format: VideoFormat,
        options: VideoOptions,
        jobs: Option<NonZeroU32>,
        tracks: usize,
    ) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let tracks = tracks.max(1);
        Self::on(cores / tracks, MAX_WAITING / tracks, format, options, jobs)
    }

    fn on(
        cores: usize,
        memory: usize,
        format: VideoFormat,
        options: VideoOptions,
        jobs: Option<NonZeroU32>,
    ) -> Self {
        let size = format.width as usize * format.height as usize * 3 / 2;
        let affordable = memory / size.max(1);
        let interval = frames_in(options.key_frames, format);
        let jobs = match jobs {
            Some(jobs) => jobs.get() as usize,
            None if options.deterministic => 1,
            None => {
                // Each but one has work only while half an interval waits for it.
                let busy = 1 + (2 * affordable).div_ceil(interval);
                busy.min(cores / useful_threads(cores, format, options))
            }
        };
        let jobs = jobs.clamp(1, MAX_JOBS);
        let useful = interval.saturating_mul(jobs - 1).div_ceil(2);
        Self {
            jobs,
            threads: options.threads.or_else(|| {
                let cores = u32::try_from((cores / jobs).max(1)).unwrap_or(u32::MAX);
                (!options.deterministic).then(|| options.codec.threads(format, cores))
            }),
            max_waiting: useful.min(affordable) + MIN_AHEAD * jobs,
        }
    }
}

/// Threads of one encoder that are worth as much as further encoders, and need less memory. Those of VP8 are not, as they
/// busy-wait.
fn useful_threads(cores: usize, format: VideoFormat, options: VideoOptions) -> usize {
    let threads = options.threads.unwrap_or_else(|| {
        if options.codec == VideoCodec::Vp8 {
            return 1;
        }
        let cores = u32::try_from(cores).unwrap_or(u32::MAX);
        options.codec.threads(format, cores).min(MAX_USEFUL_THREADS)
    });
    threads.max(1) as usize
}

/// Number of frames in a key frame interval.
fn frames_in(interval: KeyFrameInterval, format: VideoFormat) -> usize {
    match interval {
        KeyFrameInterval::Count(count) => count.max(1) as usize,
        KeyFrameInterval::Duration(duration) => {
            let frame = format.usual_frame_duration();
            let frames = duration.as_nanos().div_ceil(frame.as_nanos());
            usize::try_from(frames).unwrap_or(usize::MAX).max(1)
        }
    }
}

impl ParallelEncoder {
    /// Creates the encoders and their threads.
    ///
    /// # Errors
    /// Those of [`VideoEncoder::new`]; `Unknown` if there can be no thread.
    pub(crate) fn new(format: VideoFormat, options: VideoOptions, division: Division) -> Result<Self> {
        let options = VideoOptions {
            threads: division.threads,
            ..options
        };
        let encoders = (0..division.jobs).map(|_| VideoEncoder::new(format, options));
        let encoders = encoders.collect::<Result<Vec<_>>>()?;
        Self::of(encoders, options.key_frames, division.max_waiting)
    }

    fn of<E>(encoders: Vec<E>, key_frames: KeyFrameInterval, max_waiting: usize) -> Result<Self>
    where
        E: Encoder<Input = VideoFrame> + 'static,
    {
        let (sender, finished) = unbounded();
        let given_up = Arc::new(AtomicBool::new(false));
        let info = encoders[0].info();
        let workers = encoders
            .into_iter()
            .map(|encoder| EncoderWorker::start(encoder, sender.clone(), given_up.clone()));
        let workers = workers.collect::<Result<Vec<_>>>()?;
        Ok(Self {
            info,
            // The first interval goes to the next one, which is the first.
            current: workers.len() - 1,
            recent: VecDeque::new(),
            idle: workers.len(),
            workers,
            key_frames: KeyFrames::new(key_frames),
            finished,
            frames: VecDeque::new(),
            first: 0,
            waiting: 0,
            max_waiting,
            given_up,
            failure: None,
        })
    }

    /// Waits for the next frame to be finished, but not beyond `until`. Returns whether one was.
    fn wait_for_one(&mut self, until: Option<Instant>) -> bool {
        let next = match until {
            Some(until) => self.finished.recv_deadline(until).ok(),
            // The threads go on for as long as this exists.
            None => self.finished.recv().ok(),
        };
        next.map(|finished| self.take(finished)).is_some()
    }

    fn take(&mut self, Finished { number, result }: Finished) {
        let progress = match result {
            Ok(Some(packets)) => Progress::Encoded(packets),
            Ok(None) => Progress::GivenUp,
            Err(error) => {
                self.failure.get_or_insert(error);
                Progress::GivenUp
            }
        };
        let Some(number) = number else {
            return;
        };
        self.waiting -= 1;
        let index = usize::try_from(number - self.first).expect("frames in memory can be counted");
        self.frames[index] = progress;
    }

    fn check(&mut self) -> Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Gives the present worker the last frames, if it has not begun.
    fn warm_up(&mut self) {
        if self.idle == 0 {
            return;
        }
        self.idle -= 1;
        for (index, frame) in self.recent.iter().enumerate() {
            self.workers[self.current].send(Task {
                number: None,
                frame: frame.clone(),
                is_first: index == 0,
            });
        }
    }

    fn remember(&mut self, frame: &VideoFrame) {
        if self.idle == 0 {
            self.recent.clear();
            return;
        }
        if self.recent.len() == WARM_UP {
            self.recent.pop_front();
        }
        self.recent.push_back(frame.clone());
    }

    /// Appends the packets that are next.
    fn deliver(&mut self, packets: &mut Vec<Packet>) {
        while let Some(Progress::Encoded(next)) = self.frames.front_mut() {
            packets.append(next);
            self.frames.pop_front();
            self.first += 1;
        }
    }
}

impl Encoder for ParallelEncoder {
    type Input = VideoFrame;

    fn info(&self) -> TrackInfo {
        self.info.clone()
    }

    fn encode(&mut self, frame: VideoFrame, packets: &mut Vec<Packet>) -> Result<()> {
        while let Ok(finished) = self.finished.try_recv() {
            self.take(finished);
        }
        while self.waiting >= self.max_waiting {
            self.wait_for_one(None);
        }
        self.check()?;
        let is_first = self.key_frames.is_due(frame.time);
        self.key_frames.add(frame.time, is_first);
        if is_first {
            self.current = (self.current + 1) % self.workers.len();
            self.warm_up();
        }
        self.remember(&frame);
        self.workers[self.current].send(Task {
            number: Some(self.first + self.frames.len() as u64),
            frame,
            is_first,
        });
        self.waiting += 1;
        self.frames.push_back(Progress::Waiting);
        self.deliver(packets);
        Ok(())
    }

    fn restart(&mut self) {
        self.key_frames.restart();
    }

    fn pending(&self) -> usize {
        self.waiting
    }

    fn wait(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        self.wait_for_one(None);
        self.check()?;
        self.deliver(packets);
        Ok(())
    }

    fn drain_within(&mut self, time: Duration) -> u64 {
        let until = Instant::now() + time;
        while self.waiting > 0 && self.wait_for_one(Some(until)) {}
        self.given_up.store(true, Ordering::Relaxed);
        while self.waiting > 0 {
            self.wait_for_one(None);
        }
        // What follows a frame that is missing cannot be decoded.
        let is_encoded = |frame: &&Progress| matches!(frame, Progress::Encoded(_));
        let whole = self.frames.iter().take_while(is_encoded).count();
        let given_up = self.frames.len() - whole;
        self.frames.truncate(whole);
        given_up as u64
    }

    fn finish(&mut self, packets: &mut Vec<Packet>) -> Result<()> {
        while self.waiting > 0 {
            self.wait_for_one(None);
        }
        self.check()?;
        self.deliver(packets);
        Ok(())
    }
}

impl Drop for ParallelEncoder {
    fn drop(&mut self) {
        self.given_up.store(true, Ordering::Relaxed);
        for worker in self.workers.drain(..) {
            worker.join();
        }
    }
}

#[cfg(test)]
mod tests;
