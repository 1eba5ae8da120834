//! One track's way through a recording: its listener, its encoder and the thread between them.
use crate::encode::{AudioEncoder, AudioOptions, Encoder, VideoEncoder, VideoOptions};
use crate::error::{Error, Result};
use crate::media::{MediaFormat, Packet, TrackInfo, TrackKind, VideoFormat};
use crate::picture::letterbox::Letterbox;
use crate::recorder::alarms::{Alarm, AlarmWatch, Observe};
use crate::recorder::backlog::Backlog;
use crate::recorder::batch::Batch;
use crate::recorder::copier::Copier;
use crate::recorder::cuts::MapTime;
use crate::recorder::encoder_thread::{EncoderThread, Prepare};
use crate::recorder::frame_segments::FrameSegments;
use crate::recorder::interleaver::TrackOrder;
use crate::recorder::message::Message;
use crate::recorder::parallel_encoder::{Division, ParallelEncoder};
use crate::recorder::recording_stats::TrackStats;
use crate::recorder::segment_schedule::SegmentSchedule;
use crate::recorder::timeline::Timeline;
use crate::recorder::track_counters::TrackCounters;
use crate::recorder::track_input::TrackInput;
use crate::recorder::watermark::Watermark;
use crate::streams::MediaStreamTrack;
use crate::streams::encoded::Encoded;
use crate::streams::listener::{Connection, Listener};
use crossbeam_channel::Sender;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use tracing::debug;

/// So many frames in the queue are too many for the present speed of the encoder; of audio half a second.
const VIDEO_HIGH_WATER_MARK: usize = 4;
const AUDIO_HIGH_WATER_MARK: usize = 50;

/// How the tracks of one recording are encoded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EncoderOptions {
    pub(crate) video: VideoOptions,
    pub(crate) audio: AudioOptions,
    /// Encoders of each video track that is not live; `None` for a default by machine and format.
    pub(crate) jobs: Option<NonZeroU32>,
    pub(crate) video_tracks: usize,
}

/// One recorded track, as the recording and its control know it.
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
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) watermark: Arc<Watermark>,
    pub(crate) messages: Sender<Message>,
    /// `None` if the recording is one file.
    pub(crate) schedule: Option<Arc<SegmentSchedule>>,
}

impl Pipeline {
    /// Starts to encode a track, or to copy what it has encoded.
    ///
    /// # Errors
    /// `NotSupported` for a track that cannot be encoded; `Unknown` if the encoder or its thread cannot be started.
    pub(crate) fn start(
        index: usize,
        track: &MediaStreamTrack,
        input: TrackInput,
        shared: &Shared,
    ) -> Result<(Self, JoinHandle<()>)> {
        let order = TrackOrder {
            audio: track.kind() == TrackKind::Audio,
            live: track.is_live(),
            copied: matches!(input, TrackInput::Encoded(..)),
        };
        match input {
            TrackInput::Encoded(encoded, listener) => {
                let copier = Copier::new(encoded.info.clone(), encoded.key_frames.clone());
                Self::spawn(index, track, (copier, Box::new(Ok)), listener, order, shared)
            }
            TrackInput::Video(feed, listener) => {
                // The size in the file is that at the start.
                let mut letterbox = Letterbox::new(feed.format());
                let prepare = Box::new(move |frame| letterbox.fit(frame));
                let EncoderOptions {
                    video,
                    jobs,
                    video_tracks,
                    ..
                } = shared.options;
                let jobs = if track.reads_ahead() {
                    jobs
                } else {
                    Some(NonZeroU32::MIN)
                };
                let division = Division::new(feed.format(), video, jobs, video_tracks);
                if division.jobs == 1 {
                    let encoder = VideoEncoder::new(feed.format(), video)?;
                    return Self::spawn(index, track, (encoder, prepare), listener, order, shared);
                }
                let encoder = ParallelEncoder::new(feed.format(), video, division)?;
                Self::spawn(index, track, (encoder, prepare), listener, order, shared)
            }
            TrackInput::Audio(feed, listener) => {
                let encoder = AudioEncoder::new(feed.format(), shared.options.audio, order.live)?;
                Self::spawn(index, track, (encoder, Box::new(Ok)), listener, order, shared)
            }
        }
    }

    fn spawn<E, B>(
        index: usize,
        track: &MediaStreamTrack,
        (encoder, prepare): (E, Prepare<E::Input>),
        listener: Listener<B>,
        order: TrackOrder,
        shared: &Shared,
    ) -> Result<(Self, JoinHandle<()>)>
    where
        E: Encoder + 'static,
        E::Input: MapTime + Observe + Send + 'static,
        B: Batch<Frame = E::Input> + Send + 'static,
    {
        let mut info = encoder.info();
        if !order.copied {
            describe(&mut info, track);
        }
        debug!(track = index, label = track.label(), codec = &*info.codec_id, format = ?info.format, order.live, order.copied, "encoder");
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
            watermark: shared.watermark.clone(),
            high_water_mark: if order.audio {
                AUDIO_HIGH_WATER_MARK
            } else {
                VIDEO_HIGH_WATER_MARK
            },
            backlog: pipeline.backlog.clone(),
            counters: pipeline.counters.clone(),
            schedule: shared.schedule.clone(),
            alarms: AlarmWatch::new(&shared.alarms, track, order.live),
            segments: FrameSegments::default(),
            packets: Vec::new(),
        };
        let thread = thread::Builder::new()
            .name(format!("encode-{}", track.kind().as_str()))
            .spawn(move || worker.run(listener))
            .map_err(|e| Error::unknown("no thread can be started for an encoder", e))?;
        Ok((pipeline, thread))
    }

    /// One whose encoder is a test.
    #[cfg(test)]
    pub(crate) fn of(info: TrackInfo, order: TrackOrder, source: Arc<dyn Connection>) -> Self {
        Self {
            label: "test".into(),
            info,
            order,
            backlog: Arc::default(),
            counters: Arc::default(),
            source,
        }
    }

    /// Disconnects the source; what was captured until now is still encoded.
    pub(crate) fn release(&self) {
        let captured = self.counters.arrived.load(Ordering::Relaxed) + self.source.waiting() as u64;
        self.counters.captured.fetch_max(captured, Ordering::Relaxed);
        self.source.release();
        // Packets may not be removed any more.
        self.backlog.close();
    }

    /// The next frame is to be a key frame, or one is requested of a live source that is copied; nothing changes for audio and for
    /// files that are copied.
    pub(crate) fn request_key_frame(&self) {
        self.counters.key_frame.make();
    }

    /// A packet came too late for the file.
    pub(crate) fn drop_packet(&self, packet: &Packet) {
        self.backlog.remove(packet);
        // Otherwise it is counted already.
        if !self.counters.abandoned.load(Ordering::Relaxed) {
            self.counters.stale.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Its encoder did not finish in time after a stop: what it still has is lost.
    pub(crate) fn abandon(&self) {
        self.counters.abandoned.store(true, Ordering::Relaxed);
        let arrived = self.counters.arrived.load(Ordering::Relaxed);
        let captured = self.counters.captured.load(Ordering::Relaxed).max(arrived);
        self.counters.arrived.store(captured, Ordering::Relaxed);
        // The frames in the queue, and the one that is being encoded.
        self.counters
            .stale
            .fetch_add(captured - arrived + 1, Ordering::Relaxed);
    }

    /// Statistics up to the encoder; those of the file are 0.
    pub(crate) fn stats(&self) -> TrackStats {
        let losses = self.counters.losses(&*self.source);
        let corrections = *self.counters.corrections.lock();
        let gaps = self.source.gaps();
        TrackStats {
            is_video: matches!(self.info.format, MediaFormat::Video(_)),
            pass_through: self.order.copied,
            label: self.label.clone(),
            captured: self.counters.captured_so_far(&*self.source, losses),
            encoded: self.counters.encoded.load(Ordering::Relaxed),
            dropped: losses.total(),
            losses,
            frames_waiting: self.source.waiting(),
            media_waiting: self.backlog.media(),
            peak: self.counters.level.lock().peak(),
            silence: corrections.silence_inserted(),
            trimmed: corrections.trimmed(),
            slew_ppm: corrections.slew_ppm,
            gaps: gaps.count,
            gap_time: gaps.duration,
            ..TrackStats::default()
        }
    }
}

/// Describes an encoded track as its source is: by the label, or as the file describes it.
fn describe(info: &mut TrackInfo, track: &MediaStreamTrack) {
    track.label().clone_into(&mut info.name);
    let Some(Encoded { info: source, .. }) = track.encoded() else {
        return;
    };
    if !source.name.is_empty() {
        info.name.clone_from(&source.name);
    }
    let size = |format| match format {
        MediaFormat::Video(VideoFormat { width, height, .. }) => Some((width, height)),
        MediaFormat::Audio(_) => None,
    };
    let same_size = size(info.format) == size(source.format);
    info.elements = source
        .elements
        .as_ref()
        .map(|elements| elements.for_reencoding(same_size));
}
