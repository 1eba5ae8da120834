//! A recording before it runs: its tracks, how they are encoded, and the threads that do it.
use crate::clock::Clock;
use crate::encode::{AudioOptions, VideoOptions};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::alarms::{self, Alarm};
use crate::recorder::calendar::Calendar;
use crate::recorder::container::Container;
use crate::recorder::history::{History, HistorySaver};
use crate::recorder::media_recorder_options::{BitRates, BitrateMode, MediaRecorderOptions};
use crate::recorder::message::Message;
use crate::recorder::mime_type::MimeType;
use crate::recorder::pass_through::PassThrough;
use crate::recorder::pipeline::{EncoderOptions, Pipeline, Shared};
use crate::recorder::segment_schedule::SegmentSchedule;
use crate::recorder::timeline::Timeline;
use crate::recorder::track_input::TrackInput;
use crate::recorder::track_set::TrackSet;
use crate::recorder::watermark::Watermark;
use crate::streams::source_hold::SourceHold;
use crate::streams::track::Feed;
use crate::streams::{MediaStream, MediaStreamTrack};
use crate::webm::WebmWriter;
use crossbeam_channel::{Receiver, never, unbounded};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// What will be recorded and how; nothing runs yet.
pub(crate) struct RecordingPlan {
    pub(crate) tracks: TrackSet,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) bit_rates: BitRates,
    clock: Clock,
    pass_through: PassThrough,
    options: EncoderOptions,
    alarms: Vec<Alarm>,
    container: Container,
    pub(crate) schedule: Option<Arc<SegmentSchedule>>,
    history: Option<History>,
    /// Complete.
    mime_type: Arc<str>,
}

/// A recording whose tracks are being encoded.
pub(crate) struct Setup {
    pub(crate) clock: Clock,
    pub(crate) tracks: TrackSet,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) messages: Receiver<Message>,
    pub(crate) watermark: Arc<Watermark>,
    pub(crate) timeline: Arc<Timeline>,
    /// `None` if the recording is one file.
    pub(crate) schedule: Option<Arc<SegmentSchedule>>,
    pub(crate) history: Option<HistorySaver>,
    pub(crate) container: Container,
    /// `None` if nothing is recorded.
    pub(crate) webm: Option<WebmWriter>,
    /// Complete.
    pub(crate) mime_type: Arc<str>,
}

impl RecordingPlan {
    /// Plans to record the tracks that are live now. Their timeline starts now.
    ///
    /// # Errors
    /// `NotSupported` for a stream without live tracks, and for tracks or options that cannot be recorded.
    pub(crate) fn new(
        stream: &MediaStream,
        requested: &MimeType,
        options: &MediaRecorderOptions,
    ) -> Result<Self> {
        let set = TrackSet::live(stream);
        let tracks = set.recorded();
        check_recordable(tracks, requested, options)?;
        let pass_through = PassThrough::new(tracks, requested, options)?;
        let is_copied = |track: &MediaStreamTrack| pass_through.copy_of(track).is_some();
        alarms::check(&options.alarms, tracks, is_copied)?;
        let codecs = tracks
            .iter()
            .map(|track| (track.kind(), pass_through.codec_of(track)));
        let mime_type = requested.completed(&codecs.collect::<Vec<_>>());
        let bit_rates = bit_rates(tracks, options);
        let clock = tracks[0].clock().clone();
        let timeline = Timeline::start(clock.clone(), options.max_duration, options.start_paused);
        // The same moment on the calendar: only this reads the system's time.
        let now = SystemTime::now();
        let schedule = options.segments.as_ref();
        let schedule = schedule.map(|segments| Arc::new(SegmentSchedule::new(segments, now)));
        Ok(Self {
            options: encoder_options(tracks, requested, &pass_through, options, bit_rates)?,
            alarms: options.alarms.clone(),
            container: Container {
                doc_type: requested.container.doc_type(),
                metadata: options.metadata(now),
                calendar: Arc::new(Calendar::new(now)),
            },
            schedule,
            history: options.history,
            mime_type: mime_type.into(),
            timeline: Arc::new(timeline),
            tracks: set,
            pass_through,
            clock,
            bit_rates,
        })
    }

    /// A recording of nothing, as this type is not supported.
    pub(crate) fn refuse(self, mime_type: &str) -> Setup {
        Setup {
            clock: self.clock,
            tracks: self.tracks,
            pipelines: Vec::new(),
            threads: Vec::new(),
            messages: never(),
            watermark: Arc::new(Watermark::new(0)),
            timeline: self.timeline,
            schedule: self.schedule,
            history: None,
            container: self.container,
            webm: None,
            mime_type: mime_type.into(),
        }
    }

    /// Starts to encode.
    ///
    /// # Errors
    /// `NotSupported` for tracks that cannot be encoded; `Unknown` when an encoder or the system refuses.
    pub(crate) fn start(self) -> Result<Setup> {
        let (sender, messages) = unbounded();
        let shared = Shared {
            options: self.options,
            alarms: self.alarms,
            timeline: self.timeline,
            schedule: self.schedule,
            watermark: Arc::new(Watermark::new(self.tracks.recorded().len())),
            messages: sender,
        };
        let (pipelines, threads) = start_pipelines(self.tracks.recorded(), &self.pass_through, &shared)?;
        let infos: Vec<_> = pipelines.iter().map(|pipeline| pipeline.info.clone()).collect();
        // Otherwise their threads would go on for as long as the tracks do.
        let release = |_: &Error| pipelines.iter().for_each(Pipeline::release);
        let webm = self
            .container
            .begin(&infos, Duration::ZERO)
            .inspect_err(release)?;
        let live = pipelines.iter().any(|pipeline| pipeline.order.live);
        let history = self.history.map(|history| {
            let (clock, timeline) = (self.clock.clone(), shared.timeline.clone());
            HistorySaver::new(history, clock, timeline, live, self.container.clone(), infos)
        });
        Ok(Setup {
            clock: self.clock,
            tracks: self.tracks,
            pipelines,
            threads,
            messages,
            watermark: shared.watermark,
            timeline: shared.timeline,
            schedule: shared.schedule,
            history,
            container: self.container,
            webm: Some(webm),
            mime_type: self.mime_type,
        })
    }
}

fn check_recordable(
    tracks: &[MediaStreamTrack],
    requested: &MimeType,
    options: &MediaRecorderOptions,
) -> Result<()> {
    if tracks.is_empty() {
        return Err(Error::not_supported(
            "the stream has no live track; there is nothing to record",
        ));
    }
    if requested.audio_only && count(tracks, TrackKind::Video) > 0 {
        return Err(Error::not_supported(format!(
            "'{}' cannot contain video, but the stream has a video track; remove the track or record video/webm",
            options.mime_type
        )));
    }
    Ok(())
}

/// Target bit rates of all tracks of each kind; with a quality and no bit rate, as much as the quality takes of each track.
fn bit_rates(tracks: &[MediaStreamTrack], options: &MediaRecorderOptions) -> BitRates {
    let rates = options.bit_rates_for(
        count(tracks, TrackKind::Audio) > 0,
        count(tracks, TrackKind::Video) > 0,
    );
    let Some(quality) = options.video_quality.filter(|_| !options.has_video_bits()) else {
        return rates;
    };
    let formats = tracks.iter().filter_map(|track| match track.feed() {
        Feed::Video(feed) => Some(feed.format()),
        Feed::Audio(_) => None,
    });
    BitRates {
        video: formats.fold(0, |sum: u32, format| {
            sum.saturating_add(quality.max_bit_rate(format))
        }),
        ..rates
    }
}

/// Target bit rates are divided among the tracks of a kind (MediaStream Recording, 2.3, `start`).
fn encoder_options(
    tracks: &[MediaStreamTrack],
    requested: &MimeType,
    pass_through: &PassThrough,
    options: &MediaRecorderOptions,
    bit_rates: BitRates,
) -> Result<EncoderOptions> {
    let share = |bits: u32, kind| bits / u32::try_from(count(tracks, kind)).unwrap_or(u32::MAX).max(1);
    let video_bits = share(bit_rates.video, TrackKind::Video);
    let profile = requested.profile()?;
    if let Some(profile) = &profile {
        for track in tracks {
            if let Feed::Video(feed) = track.feed() {
                profile.check(feed.format(), video_bits)?;
            }
        }
    }
    Ok(EncoderOptions {
        video: VideoOptions {
            codec: pass_through.video,
            bits_per_second: video_bits,
            quality: options.video_quality,
            key_frames: options.key_frames()?,
            speed: options.speed,
            threads: options.threads,
            level: profile.map(|profile| profile.level),
            deterministic: options.reproducible,
        },
        audio: AudioOptions {
            codec: requested.audio_codec(),
            bits_per_second: share(bit_rates.audio, TrackKind::Audio),
            constant: options.audio_bitrate_mode == BitrateMode::Constant,
        },
        jobs: options.jobs,
        video_tracks: count(tracks, TrackKind::Video),
    })
}

fn count(tracks: &[MediaStreamTrack], kind: TrackKind) -> usize {
    tracks.iter().filter(|track| track.kind() == kind).count()
}

/// Starts all of them, or none.
fn start_pipelines(
    tracks: &[MediaStreamTrack],
    pass_through: &PassThrough,
    shared: &Shared,
) -> Result<(Vec<Pipeline>, Vec<JoinHandle<()>>)> {
    let (mut pipelines, mut threads) = (Vec::<Pipeline>::new(), Vec::new());
    // Tracks of one source must begin with the same frame: the first to start would wait for the packets of the next, and
    // the source for room in the queue of the first.
    let _held: Vec<_> = tracks.iter().map(SourceHold::new).collect();
    // All of them before the first encoder, which takes the time of several frames to start.
    let inputs: Vec<_> = tracks
        .iter()
        .map(|track| TrackInput::new(track, pass_through.copy_of(track)))
        .collect();
    for (index, (track, input)) in tracks.iter().zip(inputs).enumerate() {
        match Pipeline::start(index, track, input, shared) {
            Ok((pipeline, thread)) => {
                pipelines.push(pipeline);
                threads.push(thread);
            }
            Err(error) => {
                pipelines.iter().for_each(Pipeline::release);
                return Err(error);
            }
        }
    }
    Ok((pipelines, threads))
}
