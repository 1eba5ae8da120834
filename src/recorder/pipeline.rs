//! One track's way through a recording: its listener, its encoder and the thread between them.
use crate::clock::{Clock, Timestamp};
use crate::encode::{AudioEncoder, AudioOptions, Encoder, VideoEncoder, VideoOptions};
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet, TrackInfo, TrackKind};
use crate::picture::letterbox::Letterbox;
use crate::recorder::backlog::Backlog;
use crate::recorder::copier::Copier;
use crate::recorder::interleave::TrackOrder;
use crate::recorder::level::Level;
use crate::recorder::stats::{Losses, TrackStats};
use crate::recorder::tempo::Tempo;
use crate::recorder::timeline::{Place, Placed, Timeline};
use crate::sound::AudioCorrections;
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;
use crate::streams::listener::{Connection, Listener};
use crate::streams::track::Feed;
use crate::sync::Mutex;
use crossbeam_channel::Sender;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};
use tracing::debug;

/// Raw pictures that wait for their encoder: half a second at 30 a second, which a busy machine may need.
const RAW_PICTURES: usize = 16;
/// Raw blocks of sound that wait for their encoder: two seconds of the 10 ms that microphones deliver.
const RAW_BLOCKS: usize = 200;
/// Frames of a file that wait to be copied: small, and each is done with in no time.
const ENCODED_FRAMES: usize = 32;
/// Files wait anyway, so a few suffice: one being encoded, one ready, one being read.
const RAW_PICTURES_OF_A_FILE: usize = 2;
const RAW_BLOCKS_OF_A_FILE: usize = 8;

/// What encoder threads tell the recording.
pub(crate) enum Message {
    Packet(Packet),
    Ended { track: usize, result: Result<()> },
}

/// How the tracks of one recording are encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncoderOptions {
    pub(crate) video: VideoOptions,
    pub(crate) audio: AudioOptions,
}

/// One recorded track, as the recording and those who steer it know it.
#[derive(Clone)]
pub(crate) struct Pipeline {
    pub(crate) label: Arc<str>,
    pub(crate) info: TrackInfo,
    pub(crate) order: TrackOrder,
    pub(crate) backlog: Arc<Backlog>,
    tally: Arc<Tally>,
    source: Arc<dyn Connection>,
}

/// What all pipelines of one recording share.
pub(crate) struct Shared {
    pub(crate) options: EncoderOptions,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) messages: Sender<Message>,
}

/// Counts of one track.
#[derive(Debug, Default)]
struct Tally {
    /// Pictures dropped before the encoder because what was encoded is not taken.
    dropped_for_backlog: AtomicU64,
    /// What the device lost while nothing was recorded: nothing is missing for it.
    lost_in_pauses: AtomicU64,
    /// What it had lost before the last pause, when nothing came after that.
    lost_before_end: OnceLock<u64>,
    /// Frames that reached the encoder's thread.
    arrived: AtomicU64,
    /// Those of them that were encoded.
    encoded: AtomicU64,
    corrections: Mutex<AudioCorrections>,
    level: Mutex<Level>,
}

impl Tally {
    /// How much of what a device lost is missing in the recording.
    fn missing_of(&self, lost: u64) -> u64 {
        let counted = self
            .lost_before_end
            .get()
            .map_or(lost, |&before| lost.min(before));
        counted.saturating_sub(self.lost_in_pauses.load(Ordering::Relaxed))
    }
}

/// Makes what the track gives into what its encoder takes.
type Prepare<T> = Box<dyn FnMut(T) -> Result<T> + Send>;

/// Everything the encoder thread of one track works with.
struct Worker<E: Encoder> {
    track: usize,
    encoder: E,
    prepare: Prepare<E::Input>,
    clock: Clock,
    timeline: Arc<Timeline>,
    messages: Sender<Message>,
    order: TrackOrder,
    backlog: Arc<Backlog>,
    tally: Arc<Tally>,
    packets: Vec<Packet>,
}

impl Pipeline {
    /// Begins to copy what the track's file has.
    ///
    /// # Errors
    /// `Unknown` when the system refuses.
    pub(crate) fn copy(
        index: usize,
        track: &MediaStreamTrack,
        encoded: &Encoded,
        shared: &Shared,
    ) -> Result<(Self, JoinHandle<()>)> {
        let listener = track.listen_encoded(ENCODED_FRAMES);
        let copier = Copier::new(encoded.info.clone());
        let order = TrackOrder {
            audio: track.kind() == TrackKind::Audio,
            live: false,
            copied: true,
        };
        Self::spawn(index, track, (copier, Box::new(Ok)), listener, order, shared)
    }

    /// Begins to encode a track: frames that it gives from now on are queued.
    ///
    /// # Errors
    /// `NotSupported` for a track that cannot be encoded; `Unknown` when the encoder or the system refuses.
    pub(crate) fn start(
        index: usize,
        track: &MediaStreamTrack,
        shared: &Shared,
    ) -> Result<(Self, JoinHandle<()>)> {
        let live = track.is_live();
        match track.feed() {
            Feed::Video(feed) => {
                let listener = feed.listen(if live {
                    RAW_PICTURES
                } else {
                    RAW_PICTURES_OF_A_FILE
                });
                let encoder = VideoEncoder::new(feed.format(), shared.options.video)?;
                let order = TrackOrder {
                    audio: false,
                    live,
                    copied: false,
                };
                // The file keeps the size that it began with.
                let mut letterbox = Letterbox::new(feed.format());
                let prepare = Box::new(move |frame| letterbox.fit(frame));
                Self::spawn(index, track, (encoder, prepare), listener, order, shared)
            }
            Feed::Audio(feed) => {
                let listener = feed.listen(if live { RAW_BLOCKS } else { RAW_BLOCKS_OF_A_FILE });
                let encoder = AudioEncoder::new(feed.format(), shared.options.audio, live)?;
                let order = TrackOrder {
                    audio: true,
                    live,
                    copied: false,
                };
                Self::spawn(index, track, (encoder, Box::new(Ok)), listener, order, shared)
            }
        }
    }

    fn spawn<E>(
        index: usize,
        track: &MediaStreamTrack,
        (encoder, prepare): (E, Prepare<E::Input>),
        listener: Listener<E::Input>,
        order: TrackOrder,
        shared: &Shared,
    ) -> Result<(Self, JoinHandle<()>)>
    where
        E: Encoder + 'static,
        E::Input: Place + Send + 'static,
    {
        let mut info = encoder.info();
        track.label().clone_into(&mut info.name);
        debug!(track = index, label = track.label(), codec = info.codec_id, format = ?info.format, order.live, order.copied, "encoder");
        let pipeline = Self {
            label: track.label().into(),
            info,
            order,
            backlog: Arc::default(),
            tally: Arc::default(),
            source: listener.connection(),
        };
        let worker = Worker {
            track: index,
            encoder,
            prepare,
            clock: track.clock().clone(),
            timeline: shared.timeline.clone(),
            messages: shared.messages.clone(),
            order,
            backlog: pipeline.backlog.clone(),
            tally: pipeline.tally.clone(),
            packets: Vec::new(),
        };
        let thread = thread::Builder::new()
            .name(format!("encode-{}", track.kind().as_str()))
            .spawn(move || worker.run(listener))
            .map_err(|e| Error::unknown("the system gives no thread for encoding", e))?;
        Ok((pipeline, thread))
    }

    /// Takes no more from the source; what was captured until now is still encoded.
    pub(crate) fn release(&self) {
        self.source.release();
        // Nobody has to wait for a drain that may never come.
        self.backlog.close();
    }

    /// The counts up to the encoder; those of the file are 0.
    pub(crate) fn stats(&self) -> TrackStats {
        let losses = Losses {
            device: self.tally.missing_of(self.source.lost()),
            encoder: self.source.dropped(),
            output: self.tally.dropped_for_backlog.load(Ordering::Relaxed),
        };
        let corrections = *self.tally.corrections.lock();
        TrackStats {
            is_video: matches!(self.info.format, MediaFormat::Video(_)),
            pass_through: self.order.copied,
            label: self.label.clone(),
            captured: self.tally.arrived.load(Ordering::Relaxed) + losses.device + losses.encoder,
            encoded: self.tally.encoded.load(Ordering::Relaxed),
            dropped: losses.total(),
            losses,
            frames_waiting: self.source.waiting(),
            media_waiting: self.backlog.media(),
            peak: self.tally.level.lock().peak(),
            silence: corrections.silence_inserted(),
            trimmed: corrections.trimmed(),
            slew_ppm: corrections.slew_ppm,
            ..TrackStats::default()
        }
    }
}

impl<E> Worker<E>
where
    E: Encoder,
    E::Input: Place,
{
    fn run(mut self, listener: Listener<E::Input>) {
        // A panic is told like any other failure: the others must not wait for this track.
        let encoded = panic::catch_unwind(AssertUnwindSafe(|| self.encode_all(listener)));
        let result = encoded.unwrap_or_else(|_| Err(Error::unknown("an encoder failed", "it panicked")));
        let track = self.track;
        // Nobody to tell means that the recording was dropped.
        let _ = self.messages.send(Message::Ended { track, result });
    }

    fn encode_all(&mut self, listener: Listener<E::Input>) -> Result<()> {
        let (mut interval, mut lost_so_far) = (0, 0);
        let mut broken_off = false;
        let mut tempo = Tempo::new(self.encoder.speeds());
        let mut last = Timestamp::ZERO;
        for item in listener.frames() {
            self.tally.arrived.fetch_add(1, Ordering::Relaxed);
            let placed = if self.order.live {
                self.timeline.place_live(item)
            } else {
                self.timeline.place_patient(item)
            };
            let lost_before = std::mem::replace(&mut lost_so_far, listener.connection().lost());
            if !matches!(placed, Placed::Recorded(_, number) if number == interval) {
                let in_pause = lost_so_far - lost_before;
                self.tally.lost_in_pauses.fetch_add(in_pause, Ordering::Relaxed);
            }
            let (item, number) = match placed {
                Placed::Recorded(item, number) => (item, number),
                Placed::Nowhere => continue,
                Placed::BehindEnd => break,
            };
            if !self.admits() {
                if !broken_off {
                    debug!(track = self.track, time = ?item.time(), "what is encoded is not taken: pictures are dropped");
                }
                broken_off = true;
                continue;
            }
            item.add_to(&mut self.tally.level.lock());
            if broken_off || number != interval {
                self.encoder.restart();
                (broken_off, interval) = (false, number);
            }
            let begun = self.clock.now();
            let item = (self.prepare)(item)?;
            self.encoder.encode(&item, &mut self.packets)?;
            self.tally.encoded.fetch_add(1, Ordering::Relaxed);
            self.deliver();
            if self.order.live {
                let (took, interval) = (self.clock.now() - begun, item.time() - last);
                let speed = tempo.next(listener.waiting(), took, interval);
                self.set_speed(speed, listener.waiting())?;
                last = item.time();
            }
        }
        if self.timeline.has_paused_since(interval) {
            // Stopped while paused, or right after it; set once, here.
            let _ = self.tally.lost_before_end.set(lost_so_far);
        }
        // The source need not wait for an encoder that finishes.
        drop(listener);
        self.encoder.finish(&mut self.packets)?;
        self.deliver();
        Ok(())
    }

    /// Goes over to another speed, where there is one to go over to.
    fn set_speed(&mut self, speed: Option<u8>, waiting: usize) -> Result<()> {
        let Some(speed) = speed else {
            return Ok(());
        };
        debug!(track = self.track, speed, waiting, "the encoder's speed changes");
        self.encoder.set_speed(speed)
    }

    /// Waits for those who drain the recording, or says that this frame must go.
    fn admits(&self) -> bool {
        match self.order {
            TrackOrder { live: false, .. } => self.backlog.wait_until_short(),
            TrackOrder { audio: true, .. } => self.backlog.wait_for_room(),
            TrackOrder { audio: false, .. } => {
                if self.backlog.is_too_long_for_video() {
                    self.tally.dropped_for_backlog.fetch_add(1, Ordering::Relaxed);
                    return false;
                }
            }
        }
        true
    }

    fn deliver(&mut self) {
        let corrections = self.encoder.corrections();
        let before = std::mem::replace(&mut *self.tally.corrections.lock(), corrections);
        if corrections.silence_inserted > before.silence_inserted {
            let filled = corrections
                .silence_inserted()
                .saturating_sub(before.silence_inserted());
            debug!(track = self.track, ?filled, "a gap in the sound is silence now");
        }
        for mut packet in self.packets.drain(..) {
            packet.track = self.track;
            self.backlog.pay_in(&packet);
            // Nobody to take it means that the recording was dropped; the listener is released then, too.
            let _ = self.messages.send(Message::Packet(packet));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constraints::MediaTrackSettings;
    use crate::media::{AudioBlock, AudioFormat};
    use crate::recorder::{MediaRecorder, MediaRecorderOptions};
    use crate::streams::MediaStream;
    use crate::streams::source::{Backpressure, Source};
    use crate::streams::track::TrackFeed;
    use crossbeam_channel::bounded;
    use std::time::Duration;

    const FORMAT: AudioFormat = AudioFormat {
        sample_rate: 48_000,
        channels: 1,
    };

    /// What is said to be missing of a recording that is steered like this behind a block of sound, and stopped before
    /// another one comes; the device loses blocks when it is told to.
    fn missing(steer: impl FnOnce(&MediaRecorder, &dyn Fn())) -> u64 {
        let (say, told) = bounded::<()>(0);
        let source = Source::spawn("losing", Backpressure::DropNewest, FORMAT, move |sender| {
            let _ = told.recv();
            sender.send(&AudioBlock {
                time: Timestamp::ZERO,
                sample_rate: FORMAT.sample_rate,
                channels: FORMAT.channels,
                samples: vec![0.0; 480],
            });
            while told.recv().is_ok() {
                sender.add_lost(150);
                // It is counted.
                let _ = told.recv();
            }
            Ok(())
        });
        let feed = TrackFeed::of_source(source.unwrap(), &MediaTrackSettings::default()).unwrap();
        let clock = Clock::manual();
        let track = MediaStreamTrack::new("losing", clock.clone(), Feed::Audio(feed));
        let options = MediaRecorderOptions {
            mime_type: "audio/webm".into(),
            ..MediaRecorderOptions::default()
        };
        let recorder = MediaRecorder::new(&MediaStream::new([track]), options).unwrap();
        let mut recording = recorder.start(None).unwrap();
        say.send(()).unwrap();
        while recording.stats().tracks[0].encoded == 0 {
            thread::yield_now();
        }
        clock.advance(Duration::from_secs(1));
        steer(&recorder, &|| {
            say.send(()).unwrap();
            say.send(()).unwrap();
            clock.advance(Duration::from_secs(1));
        });
        recorder.stop();
        recording.by_ref().for_each(drop);
        let stats = recording.stats();
        assert_eq!(stats.duration, Duration::from_millis(10));
        stats.tracks[0].losses.device
    }

    #[test]
    fn what_a_device_loses_in_the_pause_that_a_stop_ends_is_not_missing() {
        let stopped_while_paused = missing(|recorder, lose| {
            recorder.pause().unwrap();
            lose();
        });
        assert_eq!(stopped_while_paused, 0);
        let stopped_after_the_pause = missing(|recorder, lose| {
            recorder.pause().unwrap();
            lose();
            recorder.resume().unwrap();
        });
        assert_eq!(stopped_after_the_pause, 0);
        let stopped_without_a_pause = missing(|_, lose| lose());
        assert_eq!(stopped_without_a_pause, 150);
    }
}
