//! What a recording needs before it runs: which tracks, encoded how, and the threads that do it.
use crate::clock::Clock;
use crate::encode::{AudioOptions, VideoOptions};
use crate::error::{Error, Result};
use crate::media::TrackKind;
use crate::recorder::mime::{Completed, Container, MimeType};
use crate::recorder::options::{BitRates, BitrateMode, MediaRecorderOptions};
use crate::recorder::pass_through::Choice;
use crate::recorder::pipeline::{EncoderOptions, Message, Pipeline, Shared};
use crate::recorder::timeline::Timeline;
use crate::streams::track::Feed;
use crate::streams::{Events, MediaStream, MediaStreamTrack, ReadyState};
use crate::webm::{DocType, WebmWriter};
use crossbeam_channel::{Receiver, unbounded};
use std::sync::Arc;
use std::thread::JoinHandle;

/// A recording that is ready to be taken from: its tracks are being encoded.
pub(crate) struct Setup {
    pub(crate) clock: Clock,
    /// Those that are recorded.
    pub(crate) tracks: Vec<MediaStreamTrack>,
    /// Told of changes of the stream's set of tracks since these were taken from it.
    pub(crate) changes: Events<()>,
    pub(crate) timeline: Arc<Timeline>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) messages: Receiver<Message>,
    pub(crate) webm: WebmWriter,
    /// Complete.
    pub(crate) mime_type: Arc<str>,
    pub(crate) bit_rates: BitRates,
}

impl Setup {
    /// Starts to encode the tracks that are live now.
    ///
    /// # Errors
    /// `NotSupported` for a stream without live tracks, and for tracks or options that cannot be recorded; `Unknown`
    /// when an encoder or the system refuses.
    pub(crate) fn new(
        stream: &MediaStream,
        asked: &MimeType,
        options: &MediaRecorderOptions,
    ) -> Result<Self> {
        let changes = stream.changes();
        let tracks = recordable_tracks(stream, asked, options)?;
        let choice = Choice::new(&tracks, asked, options)?;
        let has_video = count(&tracks, TrackKind::Video) > 0;
        let completed = Completed {
            mime: asked,
            video: has_video.then_some(choice.video),
            has_audio: count(&tracks, TrackKind::Audio) > 0,
        };
        let bit_rates = options.bit_rates_for(completed.has_audio, has_video);
        let clock = tracks[0].clock().clone();
        let (sender, messages) = unbounded();
        let shared = Shared {
            options: encoder_options(&tracks, asked, &choice, options, bit_rates)?,
            timeline: Arc::new(Timeline::start(
                clock.clone(),
                options.max_duration,
                options.start_paused,
            )),
            messages: sender,
        };
        let (pipelines, threads) = start_pipelines(&tracks, &choice, &shared)?;
        let doc_type = match asked.container {
            Container::Webm => DocType::Webm,
            Container::Matroska => DocType::Matroska,
        };
        let infos: Vec<_> = pipelines.iter().map(|pipeline| pipeline.info.clone()).collect();
        // Threads that encode for nobody would go on with their tracks.
        let release = |_: &Error| pipelines.iter().for_each(Pipeline::release);
        let webm = WebmWriter::new(doc_type, &infos).inspect_err(release)?;
        Ok(Self {
            clock,
            tracks,
            changes,
            timeline: shared.timeline,
            pipelines,
            threads,
            messages,
            webm,
            mime_type: completed.to_string().into(),
            bit_rates,
        })
    }
}

fn recordable_tracks(
    stream: &MediaStream,
    asked: &MimeType,
    options: &MediaRecorderOptions,
) -> Result<Vec<MediaStreamTrack>> {
    let mut tracks = stream.tracks();
    tracks.retain(|track| track.ready_state() == ReadyState::Live);
    if tracks.is_empty() {
        return Err(Error::not_supported(
            "the stream has no live track; there is nothing to record",
        ));
    }
    if asked.audio_only && count(&tracks, TrackKind::Video) > 0 {
        return Err(Error::not_supported(format!(
            "'{}' holds no pictures, but the stream has a video track; leave it out or record video/webm",
            options.mime_type
        )));
    }
    Ok(tracks)
}

/// Targets are for all tracks of a kind together (MediaStream Recording, 2.3, `start`).
fn encoder_options(
    tracks: &[MediaStreamTrack],
    asked: &MimeType,
    choice: &Choice,
    options: &MediaRecorderOptions,
    bit_rates: BitRates,
) -> Result<EncoderOptions> {
    let share = |bits: u32, kind| bits / u32::try_from(count(tracks, kind)).unwrap_or(u32::MAX).max(1);
    let video_bits = share(bit_rates.video, TrackKind::Video);
    let profile = asked.profile()?;
    if let Some(profile) = &profile {
        for track in tracks {
            if let Feed::Video(feed) = track.feed() {
                profile.check(feed.format(), video_bits)?;
            }
        }
    }
    Ok(EncoderOptions {
        video: VideoOptions {
            codec: choice.video,
            bits_per_second: video_bits,
            key_frames: options.key_frames()?,
            speed: options.speed,
            threads: options.threads,
            level: profile.map(|profile| profile.level),
        },
        audio: AudioOptions {
            codec: asked.audio_codec(),
            bits_per_second: share(bit_rates.audio, TrackKind::Audio),
            constant: options.audio_bitrate_mode == BitrateMode::Constant,
        },
    })
}

fn count(tracks: &[MediaStreamTrack], kind: TrackKind) -> usize {
    tracks.iter().filter(|track| track.kind() == kind).count()
}

/// All of them, or none.
fn start_pipelines(
    tracks: &[MediaStreamTrack],
    choice: &Choice,
    shared: &Shared,
) -> Result<(Vec<Pipeline>, Vec<JoinHandle<()>>)> {
    let (mut pipelines, mut threads) = (Vec::<Pipeline>::new(), Vec::new());
    for (index, track) in tracks.iter().enumerate() {
        let started = match choice.copy_of(track) {
            Some(encoded) => Pipeline::copy(index, track, encoded, shared),
            None => Pipeline::start(index, track, shared),
        };
        match started {
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
