//! One track's way through a recording: its listener, its encoder and the thread between them.
use crate::encode::{AudioEncoder, AudioOptions, Encoder, VideoEncoder, VideoOptions};
use crate::error::{Error, Result};
use crate::media::{MediaFormat, TrackInfo, TrackKind};
use crate::picture::letterbox::Letterbox;
use crate::recorder::backlog::Backlog;
use crate::recorder::copier::Copier;
use crate::recorder::encoder_thread::{EncoderThread, Prepare};
use crate::recorder::interleave::TrackOrder;
use crate::recorder::message::Message;
use crate::recorder::stats::{Losses, TrackStats};
use crate::recorder::timeline::{Place, Timeline};
use crate::recorder::track_counters::TrackCounters;
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;
use crate::streams::listener::{Connection, Listener};
use crate::streams::track::Feed;
use crossbeam_channel::Sender;
use std::sync::Arc;
use std::sync::atomic::Ordering;
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
    counters: Arc<TrackCounters>,
    source: Arc<dyn Connection>,
}

/// What all pipelines of one recording share.
pub(crate) struct Shared {
    pub(crate) options: EncoderOptions,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) messages: Sender<Message>,
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
            counters: Arc::default(),
            source: listener.connection(),
        };
        let worker = EncoderThread {
            track: index,
            encoder,
            prepare,
            clock: track.clock().clone(),
            timeline: shared.timeline.clone(),
            messages: shared.messages.clone(),
            order,
            backlog: pipeline.backlog.clone(),
            counters: pipeline.counters.clone(),
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
            device: self.counters.pause_losses.missing_of(self.source.lost()),
            encoder: self.source.dropped(),
            output: self.counters.dropped.load(Ordering::Relaxed),
        };
        let corrections = *self.counters.corrections.lock();
        TrackStats {
            is_video: matches!(self.info.format, MediaFormat::Video(_)),
            pass_through: self.order.copied,
            label: self.label.clone(),
            captured: self.counters.arrived.load(Ordering::Relaxed) + losses.device + losses.encoder,
            encoded: self.counters.encoded.load(Ordering::Relaxed),
            dropped: losses.total(),
            losses,
            frames_waiting: self.source.waiting(),
            media_waiting: self.backlog.media(),
            peak: self.counters.level.lock().peak(),
            silence: corrections.silence_inserted(),
            trimmed: corrections.trimmed(),
            slew_ppm: corrections.slew_ppm,
            ..TrackStats::default()
        }
    }
}
